// `npm run sim -- --suite growth` in small: hosts that are added and drained under load. The command itself tests the
// promise with 100 of each.
import { expect, test } from 'vitest';
import { FULL_WEIGHT_MS_MAX, growthSuite, missedOf } from '../../sim/faults/growth.ts';

const options = { hosts: 12, more: 10, people: 240, seed: '1' };

test('ten more hosts get their full weight in five minutes, and ten fewer drop no session', async () => {
  const { metrics, missed } = await growthSuite(options, () => undefined);
  expect(missed).toEqual([]);
  expect(metrics).toMatchObject({ atFullWeight: 10, drained: 10, dropped: 0, violations: 0 });
  // The time includes boot and slow start, and people had to be moved.
  expect(Number(metrics['fullWeightMsMax'])).toBeGreaterThan(90_000);
  expect(Number(metrics['sessionsMoved'])).toBeGreaterThan(10);
});

test('a missed promise is reported', () => {
  const kept = { atFullWeight: 10, fullWeightMsMax: 150_000, drained: 10, dropped: 0, sessionsOnAdded: 5 };
  expect(missedOf(kept, options, undefined)).toEqual([]);
  const broken = [
    { ...kept, atFullWeight: 9 },
    { ...kept, fullWeightMsMax: FULL_WEIGHT_MS_MAX + 1 },
    { ...kept, drained: 9 },
    { ...kept, dropped: 1 },
    { ...kept, sessionsOnAdded: 0 },
  ];
  for (const metrics of broken) expect(missedOf(metrics, options, undefined)).toHaveLength(1);
  expect(missedOf(kept, options, 'charges-end')).toEqual(['charges-end']);
});
