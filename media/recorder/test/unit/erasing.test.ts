import { expect, it } from 'vitest';
import { listAll } from '../../../../files/object-store/src/object-writer.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import { removeBelow } from '../../src/recordings/erasing.ts';

it('all objects below a prefix are removed, over several pages', async () => {
  const left = new Set(['b/1', ...Array.from({ length: 1100 }, (_, index) => `a/${index}`)]);
  const pages = {
    list: (prefix: string, o: { after?: string; limit: number }) =>
      Promise.resolve(
        [...left]
          .filter((key) => key.startsWith(prefix) && key > (o.after ?? ''))
          .sort()
          .slice(0, o.limit)
          .map((key) => ({ key, bytes: 1 })),
      ),
    remove: async (key: string) => void left.delete(key),
  } as unknown as Store;
  expect(await listAll(pages, 'a/')).toHaveLength(1100);
  expect(await removeBelow(pages, 'a/')).toBe(1100);
  expect([...left]).toEqual(['b/1']);
});
