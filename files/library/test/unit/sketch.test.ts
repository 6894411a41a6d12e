// A sketch against exact counts that halve with time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecayingSketch } from '../../src/core/sketch.ts';

const HALF_LIFE_MS = 1000;
/** Rounding of sums in another order, and the smallest doubles. */
const ROUNDING = 1e-9;
const LEAST = 1e-300;

const sketch = (width: number, depth: number, seed = 1): DecayingSketch =>
  new DecayingSketch({ width, depth, halfLifeMs: HALF_LIFE_MS, seed });

it.each([
  ['no column', { width: 0 }],
  ['no row', { depth: 0 }],
  ['half a column', { width: 1.5 }],
  ['a width that is no number', { width: Number.NaN }],
  ['a half-life of nothing', { halfLifeMs: 0 }],
  ['a half-life that is no number', { halfLifeMs: Number.NaN }],
])('a sketch with %s is refused', (_what, wrong) => {
  const good = { width: 8, depth: 2, halfLifeMs: HALF_LIFE_MS, seed: 1 };
  expect(() => new DecayingSketch(Object.assign(good, wrong))).toThrow(RangeError);
});

/** Some gaps exceed what doubles can hold at one scale. */
const gapMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400_000, max: 3_000_000 }) },
);
const key = fc.oneof(fc.integer({ min: 0, max: 5 }).map(String), fc.string({ maxLength: 8 }));
const stream = fc.array(fc.tuple(key, gapMs), { maxLength: 120 });

it('estimates are never below the count, and the total is exact, at any later time', () => {
  fc.assert(
    fc.property(stream, gapMs, fc.integer(), (events, laterMs, seed) => {
      const seen = sketch(7, 3, seed);
      const times: [key: string, atMs: number][] = [];
      let nowMs = 0;
      for (const [name, passedMs] of events) {
        nowMs += passedMs;
        seen.add(name, nowMs);
        times.push([name, nowMs]);
      }
      nowMs += laterMs;
      const exact = new Map<string, number>();
      for (const [name, atMs] of times) exact.set(name, (exact.get(name) ?? 0) + 2 ** ((atMs - nowMs) / HALF_LIFE_MS));
      const total = [...exact.values()].reduce((sum, one) => sum + one, 0);
      expect(Math.abs(seen.total(nowMs) - total)).toBeLessThanOrEqual(total * ROUNDING + LEAST);
      for (const [name, count] of exact) {
        expect(seen.estimate(name, nowMs)).toBeGreaterThanOrEqual(count * (1 - ROUNDING) - LEAST);
        expect(seen.estimate(name, nowMs)).toBeLessThanOrEqual(total * (1 + ROUNDING) + LEAST);
      }
    }),
  );
});

describe('an estimate', () => {
  // The worst stream for the bound: as many keys as fit, each as large as the allowed error.
  it.each([1, 2, 4])('exceeds its key by more than e / width of all in at most e ^ -%i of cases', (depth) => {
    const width = 200;
    const heavy = Array.from({ length: Math.floor(width / Math.E) }, (_, at) => `up_heavy_${at}`);
    let [asked, tooHigh] = [0, 0];
    for (let seed = 0; seed < 40; seed += 1) {
      const seen = sketch(width, depth, seed);
      for (const name of heavy) for (let times = 0; times < 3; times += 1) seen.add(name, 0);
      const bound = (Math.E / width) * seen.total(0);
      for (let other = 0; other < 500; other += 1) {
        asked += 1;
        if (seen.estimate(`up_other_${other}`, 0) > bound) tooHigh += 1;
      }
    }
    expect(tooHigh / asked).toBeLessThanOrEqual(Math.E ** -depth);
    // The stream nearly reaches the bound.
    expect(tooHigh / asked).toBeGreaterThan(Math.E ** -depth / 4);
  });
});

it('counts halve with each half-life, and add up over different times', () => {
  const seen = sketch(64, 4);
  for (let times = 0; times < 8; times += 1) seen.add('a', 5000);
  expect([0, 1, 2, 3].map((lives) => seen.estimate('a', 5000 + lives * HALF_LIFE_MS))).toEqual([8, 4, 2, 1]);
  seen.add('a', 5000 + 3 * HALF_LIFE_MS);
  expect(seen.estimate('a', 5000 + 4 * HALF_LIFE_MS)).toBe(1);
  expect(seen.estimate('a', 5000 + 5000 * HALF_LIFE_MS)).toBe(0);
  seen.add('a', 5000 + 5000 * HALF_LIFE_MS);
  expect(seen.estimate('a', 5000 + 5000 * HALF_LIFE_MS)).toBe(1);
});

it('a sketch takes the same memory, whatever is counted', () => {
  const seen = sketch(32, 3);
  for (let at = 0; at < 5000; at += 1) seen.add(`up_${at}`, at * 1000);
  expect(seen.bytes).toBe(8 * 32 * 3);
});
