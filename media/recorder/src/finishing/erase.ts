import type { Store } from '@meridian/object-store';
import { listAll } from './stored-object.ts';

/** A store of S3 asks thrice for each. */
const AT_ONCE = 8;

/**
 * Removes all objects below a prefix, `first` before all others; answers how many there were. What fails midway is done
 * by the next call. Rejects as the store does.
 */
export async function removeBelow(store: Store, prefix: string, first: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const found = await listAll(store, prefix);
    if (found.length === 0) return removed;
    if (found.some(({ key }) => key === first)) await store.remove(first);
    const left = found.map(({ key }) => key).filter((key) => key !== first);
    const worker = async (): Promise<void> => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) await store.remove(key);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    removed += found.length;
  }
}
