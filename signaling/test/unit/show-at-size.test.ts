import { expect, test } from 'vitest';
import { showAtSize } from '../support/show-at-size.ts';

test('two thousand viewers of a show listen, count, react, stay when its owner dies, and rejoin when their node dies', async () => {
  const rejoinAfterMs = (rand: () => number) => 2000 * rand();
  const { missed, metrics } = await showAtSize({ viewers: 2000, nodes: 4, rejoinAfterMs });
  expect(missed).toEqual([]);
  expect(metrics).toMatchObject({ joined: 2000, rejoined: 500 });
});
