import { InvariantError } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { admitRelays, type PairTraffic } from '../../../src/routing/core/routes/index.ts';

const gone = Number.POSITIVE_INFINITY;
const pair = (index: number, gainMs: number, bytes: number): PairTraffic => ({
  pair: index,
  directMs: 100,
  relayedMs: 100 - gainMs,
  bytes,
});
const admitted = (pairs: PairTraffic[], share: number): number[] =>
  [...admitRelays(pairs, share).admitted].sort((a, b) => a - b);

describe('the relay budget admits', () => {
  test.each([
    { name: 'none of no pairs', pairs: [], share: 1, expect: [] },
    { name: 'no pair with a budget of 0', pairs: [pair(1, 50, 10)], share: 0, expect: [] },
    {
      name: 'a pair without a direct path, even with a budget of 0',
      pairs: [{ ...pair(1, 0, 10), directMs: gone }],
      share: 0,
      expect: [1],
    },
    {
      name: 'no pair that has neither path',
      pairs: [{ ...pair(1, 0, 10), directMs: gone, relayedMs: gone }],
      share: 1,
      expect: [],
    },
    {
      name: 'no pair whose relay gains nothing',
      pairs: [pair(1, 0, 10), pair(2, -5, 10)],
      share: 1,
      expect: [],
    },
    { name: 'pairs that use exactly the budget', pairs: [pair(1, 9, 20), pair(2, 1, 80)], share: 0.2, expect: [1] },
    {
      name: 'pairs by gain per byte, not by gain × bytes',
      pairs: [pair(1, 10, 80), pair(2, 30, 20)],
      share: 0.2,
      expect: [2],
    },
    {
      name: 'a smaller pair when a larger pair does not fit',
      pairs: [pair(1, 30, 90), pair(2, 20, 5), pair(3, 0, 5)],
      share: 0.1,
      expect: [2],
    },
    {
      name: 'pairs without traffic while the budget lasts',
      pairs: [pair(1, 30, 0), pair(2, 20, 90), pair(3, 10, 0), pair(4, 1, 10)],
      share: 0.1,
      expect: [1, 4],
    },
  ])('$name', (row) => expect(admitted(row.pairs, row.share)).toEqual(row.expect));

  test('nothing, but throws, for a budget outside 0 … 1 or negative traffic', () => {
    expect(() => admitRelays([], 1.1)).toThrow(InvariantError);
    expect(() => admitRelays([pair(1, 1, -1)], 1)).toThrow(InvariantError);
  });

  test('never more than the budget, and nearly as much gain as the best of all choices, for 200 random fleets', () => {
    for (let round = 0; round < 200; round += 1) {
      const rng = seededRng(`budget ${round}`);
      const pairs = Array.from({ length: 10 }, (_, index) => pair(index, rng.int(60), 1 + rng.int(9)));
      const share = rng.next();
      const total = pairs.reduce((sum, { bytes }) => sum + bytes, 0);
      const grant = admitRelays(pairs, share);
      expect(grant.relayedShare, `round ${round}`).toBeLessThanOrEqual(share);
      const worth = (row: PairTraffic): number => (row.directMs - row.relayedMs) * row.bytes;
      const kept = pairs.filter((row) => grant.admitted.has(row.pair)).reduce((sum, row) => sum + worth(row), 0);
      let best = 0;
      for (let choice = 0; choice < 1024; choice += 1) {
        const chosen = pairs.filter((row) => (choice >> row.pair) & 1);
        if (chosen.reduce((sum, { bytes }) => sum + bytes, 0) > share * total) continue;
        best = Math.max(
          best,
          chosen.reduce((sum, row) => sum + worth(row), 0),
        );
      }
      // Greedy misses at most the worth of the one pair that did not fit.
      expect(best - kept, `round ${round}`).toBeLessThanOrEqual(Math.max(...pairs.map(worth)));
    }
  });
});
