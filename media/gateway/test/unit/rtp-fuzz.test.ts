import { expect, it } from 'vitest';
import { fuzzRtp } from '../fuzz/rtp.ts';

it('mutated datagrams break no rule of the readers, and streams continue through them', () => {
  const counts = fuzzRtp(20_000, 1);
  expect(fuzzRtp(500, 1)).toEqual(fuzzRtp(500, 1));
  expect(counts.packets).toBeGreaterThan(5000);
  expect(counts.units).toBeGreaterThan(500);
  expect(counts.keyUnits).toBeGreaterThan(100);
  expect(counts.reports).toBeGreaterThan(5000);
  expect(counts.parameterSets).toBeGreaterThan(200);
  expect(counts.carriedUnits).toBeGreaterThan(500);
  expect(counts.parts).toBeGreaterThan(100);
});
