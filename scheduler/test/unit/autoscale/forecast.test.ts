import { expect, test } from 'vitest';
import { forecast } from '../../../src/scaling/core/forecast.ts';

const DAY = 1440;
const minutes = (count: number, at: (minute: number) => number): number[] =>
  Array.from({ length: count }, (_, m) => at(m));

test('a single value is its own forecast', () => {
  expect(forecast([7], 10, DAY)).toEqual({ mean: 7, p95: 7, rise: 0 });
});

test('a lasting rise is expected to continue, and a fall is not expected below zero', () => {
  // The load is 21.9 now, and would be 22.9 in ten minutes.
  const rising = forecast(
    minutes(120, (m) => 10 + m / 10),
    10,
    DAY,
  );
  expect(rising.mean).toBeGreaterThan(21.9);
  expect(rising.p95).toBeGreaterThan(22.7);
  expect(rising.p95).toBeLessThan(23.2);
  expect(
    forecast(
      minutes(60, (m) => Math.max(0, 20 - m)),
      60,
      DAY,
    ).mean,
  ).toBeLessThan(0.01);
});

test('a jump after hours of quiet is not expected to repeat', () => {
  const jumped = minutes(365, (m) => (m < 360 ? 10 : 20));
  expect(forecast(jumped, 10, DAY).p95).toBeLessThan(25);
});

test('the more the load varies, the further the 95th percentile lies above the mean', () => {
  const width = (size: number): number => {
    const { mean, p95 } = forecast(
      minutes(200, (m) => 20 + ((m * 7) % 11 < 5 ? size : -size)),
      10,
      DAY,
    );
    return p95 - mean;
  };
  expect(width(1)).toBeGreaterThan(0.5);
  expect(width(2)).toBeCloseTo(2 * width(1), 6);
});

test('after more than a day of history the forecast foresees the rise of the morning', () => {
  // The load is low until 08:00 and high until 18:00, with an hour's change between.
  const day = (minute: number): number => {
    const hour = (minute % DAY) / 60;
    return hour < 8 ? 2 : hour < 9 ? 2 + 18 * (hour - 8) : hour < 18 ? 20 : 2;
  };
  const history = minutes(2 * DAY + 8 * 60, day); // 08:00 of the third day
  const inHalfAnHour = forecast(history, 30, DAY);
  expect(inHalfAnHour.mean).toBeGreaterThan(9);
  expect(inHalfAnHour.mean).toBeLessThan(13);
  // A history shorter than a day does not show it.
  expect(forecast(history.slice(-120), 30, DAY).mean).toBeLessThan(3);
});
