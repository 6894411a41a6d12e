import { describe, expect, test } from 'vitest';
import { PEAK_TAU_MS, PeakEwma } from '../../src/core/peak-ewma.ts';
import { BUDGET_PER_SECOND, periodsMs } from '../../src/core/rates.ts';
import { SlidingMin } from '../../src/core/sliding-min.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';

describe('a Peak-EWMA level', () => {
  const levelAfter = (samples: readonly (readonly [number, number])[]): number | undefined => {
    const level = new PeakEwma();
    for (const [sample, nowMs] of samples) level.add(sample, nowMs);
    return level.value;
  };

  test.each([
    { name: 'no sample', samples: [], level: undefined },
    { name: 'one sample', samples: [[80, 0]], level: 80 },
    {
      name: 'a high and a low sample',
      samples: [
        [500, 0],
        [80, 0],
      ],
      level: 500,
    },
    {
      name: 'a lone peak',
      samples: [
        [80, 0],
        [80, 200],
        [500, 400],
        [80, 600],
        [80, 800],
      ],
      level: 80,
    },
    {
      name: 'two high samples',
      samples: [
        [80, 0],
        [80, 200],
        [500, 400],
        [500, 600],
      ],
      level: 500,
    },
  ] as const)('after $name is $level', ({ samples, level }) => {
    expect(levelAfter(samples)).toBe(level);
  });

  test('still has 1 / e of its excess over a lower sample after the time constant', () => {
    const level = new PeakEwma();
    for (const nowMs of [0, 0, 0]) level.add(180, nowMs);
    level.add(80, 0); // the median of 180, 180, 80 is 180
    level.add(80, PEAK_TAU_MS); // 80 + 100 / e
    expect(level.value).toBeCloseTo(80 + 100 / Math.E, 9);
  });

  test('has an arbitrary zero, so that delays between different clocks, even negative ones, move alike', () => {
    const [one, other] = [new PeakEwma(), new PeakEwma()];
    for (const [index, sample] of [5, 9, 9, 3, 3, 3].entries()) {
      one.add(sample, index * 300);
      other.add(sample - 1_000_000, index * 300);
    }
    expect((other.value ?? 0) + 1_000_000).toBeCloseTo(one.value ?? 0, 6);
  });
});

test('the sliding minimum covers the last five minutes', () => {
  const slidingMin = new SlidingMin();
  expect(slidingMin.least).toBe(Number.POSITIVE_INFINITY);
  slidingMin.add(10, 0);
  slidingMin.add(30, 60_000);
  slidingMin.add(20, 299_000);
  expect(slidingMin.least).toBe(10);
  slidingMin.add(40, 300_000); // the slice of the first value has expired
  expect(slidingMin.least).toBe(20);
});

test('a bucket gives its burst at once, then tokens at its rate', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3, nowMs: 0 });
  expect([0, 0, 0, 0, 499, 500, 500, 1000].map((nowMs) => bucket.take(nowMs))).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});

describe('the rates of probes', () => {
  test.each([
    { name: 'no link', used: 0, others: 0, expect: { used: 200, others: 200 } },
    { name: 'few links', used: 3, others: 20, expect: { used: 200, others: 200 } },
    { name: 'exactly the budget', used: 20, others: 20, expect: { used: 200, others: 200 } },
    // 10 used peers at 5 a second leave 150 a second for 109 others
    { name: '120 hosts', used: 10, others: 109, expect: { used: 200, others: 1000 / (150 / 109) } },
    { name: 'only links in use', used: 255, others: 0, expect: { used: 1000 / (200 / 255), others: 200 } },
  ])('for $name', ({ used, others, expect: periods }) => {
    const found = periodsMs({ used, others });
    expect(found.used).toBeCloseTo(periods.used, 9);
    if (others > 0) expect(found.others).toBeCloseTo(periods.others, 9);
  });

  test('never exceed the budget in sum, and are at least one in 30 s for each peer', () => {
    for (let used = 0; used <= 255; used += 5) {
      for (let others = 0; used + others <= 255; others += 5) {
        const periods = periodsMs({ used, others });
        const perSecond = (used * 1000) / periods.used + (others * 1000) / periods.others;
        expect(perSecond).toBeLessThanOrEqual(BUDGET_PER_SECOND + 1e-9);
        expect(Math.max(periods.used, periods.others)).toBeLessThanOrEqual(30_000 + 1e-9);
      }
    }
  });
});
