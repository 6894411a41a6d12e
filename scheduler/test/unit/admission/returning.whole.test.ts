// Returning joins with receipts after a restart of a signaling node: their burst is more than chance (level.ts), and
// judged as a rate below a second's worth.
import { expect, test } from 'vitest';
import { comeBack } from './returning.ts';

/** Two hundred people: back within two seconds with their signaling node, within milliseconds after a node's death. */
const signaling = { rooms: 10, perRoom: 20, forMs: 15_000 } as const;
/** Joins a second of a media node's core, `joinsPerCore`. */
const ONE_CORE = 100;
const seeds = Array.from({ length: 20 }, (_, at) => `signaling-${at}`);
const each = (o: { overMs: number; perSecond: number; othersPerSecond: number }) =>
  seeds.map((seed) => comeBack({ ...signaling, ...o, seed }));

const loads = [1, 2, 8].flatMap((cores) => [0.1, 0.5, 0.9].map((othersShare) => ({ cores, othersShare })));
test.each([50, 2000].flatMap((overMs) => loads.map((load) => ({ overMs, ...load }))))(
  'ten rooms of twenty come back within $overMs ms to $cores cores, of which other joins use $othersShare: no returning join is turned away or waits for 100 ms, and no room is split',
  ({ overMs, cores, othersShare }) => {
    const perSecond = cores * ONE_CORE;
    const results = each({ overMs, perSecond, othersPerSecond: othersShare * perSecond });
    for (const { turned, roomsSplit, lastWaitMs } of results) {
      expect({ turned, roomsSplit }).toEqual({ turned: 0, roomsSplit: 0 });
      expect(lastWaitMs).toBeLessThan(100);
    }
  },
);

test('when twice as many come back as the region takes, rooms are turned away whole, and all clients are back within five seconds', () => {
  const results = each({ overMs: 2000, perSecond: ONE_CORE / 2, othersPerSecond: ONE_CORE / 4 });
  for (const { roomsSplit, lastWaitMs } of results) {
    expect(roomsSplit).toBe(0);
    // The clock is virtual and the seeds are fixed: this is the aim itself, not a measured time and a margin.
    expect(lastWaitMs).toBeLessThan(5000);
  }
  // The load exceeds the region's rate, so the others give way.
  expect(results.every(({ othersTurned }) => othersTurned > 0)).toBe(true);
});
