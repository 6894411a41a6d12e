import { createHash } from 'node:crypto';
import { MeridianError } from '@meridian/protocol';
import type { Fence, KeyValue } from '@meridian/runtime';
import type { Store } from './store.ts';

/** Longest key that is stored as it is; a longer one, such as a long room name in any script, is hashed. */
const KEY_CHARS_MAX = 100;
/**
 * Bound of the essential entries, which are read whole or not at all. Four times what a centre keeps at most (100,000
 * leases and as many rooms, 20,000 pages of charges, 10,000 bookings and less of everything else): beyond it the store
 * holds entries that no centre wrote.
 */
const ESSENTIAL_MAX = 1_000_000;
/** Bound of the learnt entries: four times the book (locating/core/access/). The rest expires by itself. */
const LEARNT_MAX = 200_000;
/** Learnt entries are caused by any client and dispensable, so they are stored apart and crowd nothing out. */
const LEARNT_KIND = 'access/';

/** Fence of an elected centre: writes carry it, and a refused write means that another centre leads. */
export interface Fencing {
  fence(): Fence;
  onRefused(): void;
}

/** Returns the store of a centre with Redis: a key per entry, holding [key, value], so that long keys can be hashed. */
export function kvStore(kv: KeyValue, fencing?: Fencing): Store {
  const write = async (key: string, value: string | undefined, o?: { ttlMs: number }): Promise<void> => {
    if (fencing === undefined) return value === undefined ? kv.delete(key) : kv.set(key, value, o);
    if (await kv.writeFenced(key, value, fencing.fence(), o)) return;
    fencing.onRefused();
    throw new MeridianError('NOT_LEADER', 'the store refuses a write under an old epoch');
  };
  return {
    expiresEntries: true,
    async load() {
      const [essential, learnt] = await Promise.all([
        kv.entries('copy/', { limit: ESSENTIAL_MAX }),
        kv.entries('learnt/', { limit: LEARNT_MAX }),
      ]);
      // A partial copy may lack denials or granted epochs: no centre may lead with it.
      if (essential.length >= ESSENTIAL_MAX)
        throw new MeridianError(
          'INTERNAL',
          `the copy holds ${essential.length} entries or more and cannot be read whole`,
        );
      return [...essential, ...learnt].map(([, text]) => JSON.parse(text) as [string, string]);
    },
    put: (key, value, o) => write(storeKey(key), JSON.stringify([key, value]), o),
    remove: (key) => write(storeKey(key), undefined),
    close: () => Promise.resolve(), // the key-value connection is closed by the code that opened it
  };
}

/** Returns the store's key of an entry; its kind stays readable, so that entries of a kind can be listed. */
export function storeKey(key: string): string {
  const kind = key.slice(0, key.indexOf('/') + 1);
  const short = key.length <= KEY_CHARS_MAX ? key : kind + createHash('sha256').update(key).digest('base64url');
  return `${kind === LEARNT_KIND ? 'learnt' : 'copy'}/${short}`;
}
