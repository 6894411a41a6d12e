import { createHash } from 'node:crypto';
import type { KeyValue } from '@meridian/runtime';
import type { Store } from '../ports.ts';

/** Where keys may be as long as a tenant's room name in any script, the store's own may not. */
const KEY_CHARS_MAX = 100;
const LOADED_MAX = 100_000;

/** The store of a centre with Redis: one key per entry, holding [key, value], so that long keys can be hashed. */
export function kvStore(kv: KeyValue): Store {
  return {
    async load() {
      const found = await kv.entries('copy/', { limit: LOADED_MAX });
      return found.map(([, text]) => JSON.parse(text) as [string, string]);
    },
    put: (key, value, o) => kv.set(storeKey(key), JSON.stringify([key, value]), o),
    remove: (key) => kv.delete(storeKey(key)),
    close: () => Promise.resolve(), // the key-value connection belongs to whoever opened it
  };
}

function storeKey(key: string): string {
  const short = key.length <= KEY_CHARS_MAX ? key : createHash('sha256').update(key).digest('base64url');
  return `copy/${short}`;
}
