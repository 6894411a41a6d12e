import { createHash } from 'node:crypto';
import { MeridianError } from '@meridian/protocol';
import type { Fence, KeyValue } from '@meridian/runtime';
import type { Store } from '../ports.ts';

/** Where keys may be as long as a tenant's room name in any script, the store's own may not. */
const KEY_CHARS_MAX = 100;
const LOADED_MAX = 100_000;

/** Of a centre that was elected: writes carry its fence; one that is refused means that another leads. */
export interface Fencing {
  fence(): Fence;
  onRefused(): void;
}

/** The store of a centre with Redis: one key per entry, holding [key, value], so that long keys can be hashed. */
export function kvStore(kv: KeyValue, fencing?: Fencing): Store {
  const write = async (key: string, value: string | undefined, o?: { ttlMs: number }): Promise<void> => {
    if (fencing === undefined) return value === undefined ? kv.delete(key) : kv.set(key, value, o);
    if (await kv.writeFenced(key, value, fencing.fence(), o)) return;
    fencing.onRefused();
    throw new MeridianError('NOT_LEADER', 'the store refuses a write under an old epoch');
  };
  return {
    forgets: true,
    async load() {
      const found = await kv.entries('copy/', { limit: LOADED_MAX });
      return found.map(([, text]) => JSON.parse(text) as [string, string]);
    },
    put: (key, value, o) => write(storeKey(key), JSON.stringify([key, value]), o),
    remove: (key) => write(storeKey(key), undefined),
    close: () => Promise.resolve(), // the key-value connection belongs to whoever opened it
  };
}

/** Under which key of the store an entry is kept. */
export function storeKey(key: string): string {
  const short = key.length <= KEY_CHARS_MAX ? key : createHash('sha256').update(key).digest('base64url');
  return `copy/${short}`;
}
