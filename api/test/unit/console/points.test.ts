// How a timeline is cut, and how strong a longer period was.
import { expect, it } from 'vitest';
import { cutOf, strengthOfPeriods } from '../../../src/console/core/points.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
it.each([
  ['a moment', 0, 0, 'quality_10s', 10],
  ['five hours, of today', 0, 5 * HOUR_MS, 'quality_10s', 10],
  ['six hours, of today', 0, 6 * HOUR_MS, 'quality_10s', 60],
  ['an hour, of yesterday', DAY_MS, HOUR_MS, 'quality_1m', 60],
  ['two days, of last week', 7 * DAY_MS, 2 * DAY_MS, 'quality_1m', 3600],
  ['an hour, of a month ago', 31 * DAY_MS, HOUR_MS, 'quality_1h', 3600],
  ['200 days', 31 * DAY_MS, 200 * DAY_MS, 'quality_1h', 86_400],
] as const)('%s comes from the finest table that has it all, in at most 2000 points', (_, ago, long, table, stepS) => {
  const [joinedMs, nowMs] = [1_000_000, 1_000_000 + ago + long];
  expect(cutOf({ joinedMs, endMs: joinedMs + long, nowMs })).toMatchObject({ table, stepS });
});

it.each([
  [0, 0, 0, 'unknown'],
  [6, 0, 0, 'strong'],
  [5, 1, 0, 'medium'],
  [5, 0, 1, 'weak'],
  [324, 36, 0, 'medium'],
  [325, 17, 18, 'strong'],
  [360, 0, 35, 'strong'],
  [310, 10, 35, 'medium'],
] as const)('%i strong, %i medium and %i weak records are %s', (strong, medium, weak, strength) => {
  expect(strengthOfPeriods({ strong, medium, weak })).toBe(strength);
});
