import type { Store } from '@meridian/object-store';
import { listAll } from './stored-object.ts';

/** Bound of parallel removals; an S3 store makes three requests for each. */
const PARALLEL_REMOVALS = 8;

/**
 * Removes all objects below a prefix, `first` before the others; returns their number. A repeated call completes a
 * failed one. Rejects as the store does.
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
    await Promise.all(Array.from({ length: PARALLEL_REMOVALS }, worker));
    removed += found.length;
  }
}
