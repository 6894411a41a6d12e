import { createHash } from 'node:crypto';
import { MeridianError } from '@meridian/protocol';
import type { Fence, KeyValue } from '@meridian/runtime';
import type { Store } from './store.ts';

/** Where keys may be as long as a tenant's room name in any script, the store's own may not. */
const KEY_CHARS_MAX = 100;
/**
 * What the centre stands on is read whole or not at all. Four times what a centre keeps at most (100,000 leases and as
 * many rooms, 20,000 pages of charges, 10,000 bookings and less of everything else): beyond it the store holds
 * something that no centre wrote.
 */
const KEPT_MAX = 1_000_000;
/** What is learnt of clients' networks: four times the book (locating/core/access/). What is cut off goes by itself. */
const LEARNT_MAX = 200_000;
/**
 * Any client writes it by asking, and nothing is lost with it: it lies apart, so that however much there is of it
 * nothing else is crowded out.
 */
const LEARNT_KIND = 'access/';

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
      const [kept, learnt] = await Promise.all([
        kv.entries('copy/', { limit: KEPT_MAX }),
        kv.entries('learnt/', { limit: LEARNT_MAX }),
      ]);
      // A part of it may lack denials, or epochs that were granted: no centre may lead with that.
      if (kept.length >= KEPT_MAX)
        throw new MeridianError('INTERNAL', `the copy holds ${kept.length} entries or more and cannot be read whole`);
      return [...kept, ...learnt].map(([, text]) => JSON.parse(text) as [string, string]);
    },
    put: (key, value, o) => write(storeKey(key), JSON.stringify([key, value]), o),
    remove: (key) => write(storeKey(key), undefined),
    close: () => Promise.resolve(), // the key-value connection is closed by the code that opened it
  };
}

/**
 * Under which key of the store an entry is kept: its kind stays readable, so that entries of one kind can be listed.
 */
export function storeKey(key: string): string {
  const kind = key.slice(0, key.indexOf('/') + 1);
  const short = key.length <= KEY_CHARS_MAX ? key : kind + createHash('sha256').update(key).digest('base64url');
  return `${kind === LEARNT_KIND ? 'learnt' : 'copy'}/${short}`;
}
