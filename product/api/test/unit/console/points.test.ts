import { expect, it } from 'vitest';
import { resolutionOf, spanWithin, strengthOfPeriods } from '../../../src/console/core/points.ts';

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
] as const)('%s comes from the finest table that covers it, in at most 2000 points', (_, ago, long, table, stepS) => {
  const [fromMs, nowMs] = [1_000_000, 1_000_000 + ago + long];
  expect(resolutionOf({ fromMs, toMs: fromMs + long, nowMs })).toMatchObject({ table, stepS });
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

it.each([
  [{}, undefined],
  [{ fromMs: 150 }, [150, 200]],
  [{ toMs: 150 }, [100, 150]],
  [{ fromMs: -8.64e15, toMs: 8.64e15 }, [100, 200]],
  [{ fromMs: 300, toMs: 400 }, [300, 300]],
  [{ fromMs: 10, toMs: 20 }, [100, 100]],
] as const)('a span is never longer than its session: %o', (asked, expected) => {
  const span = spanWithin({ fromMs: 100, toMs: 200 }, asked);
  expect(span && [span.fromMs, span.toMs]).toEqual(expected);
});
