import { expect, test } from 'vitest';
import { hasChanged, initialRoundTrips, lossOf, type RoundTrips, withSample } from '../../src/core/round-trips.ts';

const estimateAfter = (...samples: (number | undefined)[]): RoundTrips =>
  samples.reduce<RoundTrips>(withSample, initialRoundTrips);

test.each([
  { name: 'no sample', samples: [], rttMs: undefined, deviationMs: 0, loss: 0 },
  { name: 'no answer', samples: [undefined], rttMs: undefined, deviationMs: 0, loss: 1 },
  { name: 'a time that is not a number', samples: [Number.NaN], rttMs: undefined, deviationMs: 0, loss: 1 },
  { name: 'a negative time', samples: [-1], rttMs: undefined, deviationMs: 0, loss: 1 },
  { name: 'one answer', samples: [80], rttMs: 80, deviationMs: 40, loss: 0 },
  // 7/8 × 80 + 1/8 × 160 = 90; 3/4 × 40 + 1/4 × 80 = 50
  { name: 'a slower answer', samples: [80, 160], rttMs: 90, deviationMs: 50, loss: 0 },
  { name: 'an answered and an unanswered probe', samples: [80, undefined], rttMs: 80, deviationMs: 40, loss: 0.5 },
])('after $name the estimate is $rttMs ± $deviationMs ms with loss $loss', (row) => {
  const estimate = estimateAfter(...row.samples);
  expect([estimate.rttMs, estimate.deviationMs, lossOf(estimate)]).toEqual([row.rttMs, row.deviationMs, row.loss]);
});

test('the loss covers the last thirty probes', () => {
  const estimate = estimateAfter(
    ...Array.from({ length: 50 }, () => undefined),
    ...Array.from({ length: 27 }, () => 10),
  );
  expect([lossOf(estimate), estimate.outcomes.length]).toEqual([0.1, 30]);
});

test.each([
  { name: 'an estimate without a measurement', reportedMs: undefined, rttMs: undefined, expect: false },
  { name: 'the first measurement', reportedMs: undefined, rttMs: 3, expect: true },
  { name: 'the same round trip', reportedMs: 100, rttMs: 100, expect: false },
  { name: 'a change of exactly 20 %', reportedMs: 100, rttMs: 120, expect: false },
  { name: 'a change of more than 20 %', reportedMs: 100, rttMs: 121, expect: true },
  { name: 'a large change of a small round trip', reportedMs: 1, rttMs: 5.9, expect: false },
  { name: 'a fall by 40 %', reportedMs: 100, rttMs: 60, expect: true },
])('$name is reported: $expect', (row) => {
  expect(hasChanged(row.reportedMs, { ...initialRoundTrips, rttMs: row.rttMs })).toBe(row.expect);
});
