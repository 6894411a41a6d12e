// More packets than worker-exact.test.ts has, by other seeds.
import { expect, it } from 'vitest';
import { compareWorkers } from '../kit/exact/compare.ts';

it.each([2, 3])('the worker sends the same packets with its patches and without, seed %i', async (seed) => {
  const { differences } = await compareWorkers({
    packets: 100_000,
    seed,
    reference: { off: 'all' },
    tested: { off: 'key-picture' },
  });
  expect(differences).toEqual([]);
});
