import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { Arrivals } from '../../src/core/arrivals.ts';

/** Returns the verdict on each of a session's sequences. */
const verdictsOf = (arrivals: Arrivals, seqs: readonly number[], session = 5) =>
  seqs.map((seq) => arrivals.accept(session, seq));

test('each of the last 64 sequences is accepted once, in any order', () => {
  const arrivals = new Arrivals();
  expect(verdictsOf(arrivals, [10, 10, 12, 11, 11, 9, 9])).toEqual([
    'new',
    'replayed',
    'new',
    'new',
    'replayed',
    'new',
    'replayed',
  ]);
  expect(verdictsOf(arrivals, [100, 37, 36, 12, 100])).toEqual(['new', 'new', 'replayed', 'replayed', 'replayed']);
});

test('an answer reports which requests arrived, and how far back that is known', () => {
  const arrivals = new Arrivals();
  verdictsOf(arrivals, [10]);
  expect(arrivals.report).toEqual({ arrivedHigh: 10, arrived: 1n, span: 1, heldSession: 5 });
  verdictsOf(arrivals, [13, 12]);
  expect(arrivals.report).toEqual({ arrivedHigh: 13, arrived: 0b1011n, span: 4, heldSession: 5 });
  verdictsOf(arrivals, [200]);
  expect(arrivals.report).toEqual({ arrivedHigh: 200, arrived: 1n, span: 64, heldSession: 5 });
});

test('a newer session starts with an empty record, and an older session is refused', () => {
  const arrivals = new Arrivals();
  verdictsOf(arrivals, [1, 2, 3]);
  expect(arrivals.accept(6, 1)).toBe('new');
  expect(arrivals.accept(5, 4)).toBe('old_session');
  expect(arrivals.report).toEqual({ arrivedHigh: 1, arrived: 1n, span: 1, heldSession: 6 });
});

test('in 300 random streams, exactly the new sequences among the last 64 are accepted', () => {
  for (let round = 0; round < 300; round += 1) {
    const rng = seededRng(`arrivals ${round}`);
    const arrivals = new Arrivals();
    const seen = new Set<number>();
    let high = 1;
    for (let step = 0; step < 80; step += 1) {
      const seq = Math.max(1, high + rng.int(90) - 70);
      const isNew = arrivals.accept(1, seq) === 'new';
      const isInWindow = step === 0 || seq > high - 64;
      expect(isNew, `round ${round}, step ${step}`).toBe(isInWindow && !seen.has(seq));
      seen.add(seq);
      high = step === 0 ? seq : Math.max(high, seq);
    }
  }
});
