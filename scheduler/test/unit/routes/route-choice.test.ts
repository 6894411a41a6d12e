import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import {
  applyDelta,
  DIRECT,
  HOLD_MS,
  HOLD_MS_MAX,
  NO_PATH,
  NO_ROUTES,
  type PathInput,
  PathTable,
  RouteChoice,
  routeDelta,
  TAKEN_BACK_MS,
} from '../../../src/core/routes/index.ts';
import { fleet, randomFleet } from './fixtures.ts';

const gone = Number.POSITIVE_INFINITY;
/** Three hosts; the pair 0 to 1 has a direct link and a relay (2) that costs 21 in all. */
const triangle = (directMs: number): PathInput =>
  fleet([
    [0, directMs, 10],
    [directMs, 0, 10],
    [10, 10, 0],
  ]);

/** Drives one choice through batches; says the relay of 0 to 1 after each. */
function driver() {
  const choice = new RouteChoice(3);
  const table = new PathTable(3);
  return {
    choice,
    batch(directMs: number, nowMs: number, mayRelay?: (pair: number) => boolean): number {
      const input = triangle(directMs);
      table.replan(input);
      choice.settle(table, input, nowMs, mayRelay);
      return choice.primaryVia[1] ?? Number.NaN;
    },
  };
}

describe('which path a pair uses', () => {
  test('the first batch decides at once, with the other path as standby', () => {
    const { choice, batch } = driver();
    expect(batch(20, 0)).toBe(DIRECT);
    expect(choice.standbyVia[1]).toBe(2);
    expect(choice.primaryVia[0]).toBe(NO_PATH);
  });

  test.each([
    { name: 'a gain of just under 5 ms is noise', directMs: 25.9, expect: DIRECT },
    { name: 'a gain of 5 ms counts', directMs: 26, expect: 2 },
  ])('$name', ({ directMs, expect: via }) => {
    const { batch } = driver();
    batch(20, 0);
    for (let now = 1; now <= 3; now += 1) batch(directMs, now);
    expect(batch(directMs, 4)).toBe(via);
  });

  test('under 10 % of a long path is noise although it is more than 5 ms', () => {
    const far = (directMs: number): PathInput =>
      fleet([
        [0, directMs, 99],
        [directMs, 0, 99],
        [99, 99, 0],
      ]); // relayed: 199
    const choice = new RouteChoice(3);
    const table = new PathTable(3);
    for (const [now, directMs] of [190, 220, 220, 220, 222, 222, 222].entries()) {
      table.replan(far(directMs));
      choice.settle(table, far(directMs), now);
      expect(choice.primaryVia[1], `at ${now}`).toBe(now < 6 ? DIRECT : 2); // 21 of 220 is less than 10 %, 23 of 222 is more
    }
  });

  test('a gain must last three batches in a row', () => {
    const { batch } = driver();
    expect([20, 40, 40, 20, 40, 40, 40].map((directMs, now) => batch(directMs, now))).toEqual([
      -1, -1, -1, -1, -1, -1, 2,
    ]);
  });

  test('a path that is gone is left at once, also while the pair holds', () => {
    const { batch } = driver();
    expect([20, gone, 5, 5, 5].map((directMs, now) => batch(directMs, now))).toEqual([-1, 2, 2, 2, 2]);
    expect(batch(5, HOLD_MS)).toBe(2);
    expect(batch(5, HOLD_MS + 1)).toBe(DIRECT);
  });

  test('the next hold doubles when a change follows soon, and starts anew after a quiet time', () => {
    const { batch } = driver();
    batch(20, 0);
    batch(gone, 0); // holds until 30 s
    for (let now = 1; now <= 3; now += 1) batch(5, HOLD_MS - 4 + now);
    expect(batch(5, HOLD_MS)).toBe(DIRECT); // within twice the hold: holds 60 s now
    batch(gone, HOLD_MS + 1); // alarm, within twice 60 s: 120 s
    for (let now = 1; now <= 3; now += 1) batch(5, 2 * HOLD_MS + now);
    expect(batch(5, 5 * HOLD_MS)).toBe(2);
    expect(batch(5, 5 * HOLD_MS + 1)).toBe(DIRECT); // 240 s
    const quietMs = 100 * HOLD_MS_MAX;
    batch(gone, quietMs);
    for (let now = 1; now <= 3; now += 1) batch(5, quietMs + now);
    expect(batch(5, quietMs + HOLD_MS - 1)).toBe(2);
    expect(batch(5, quietMs + HOLD_MS)).toBe(DIRECT);
  });

  test("a host's own flip is taken over; one taken back within 5 s doubles the hold", () => {
    const { choice, batch } = driver();
    batch(20, 0);
    choice.flipped(0, 1, 2, 1000);
    expect(choice.primaryVia[1]).toBe(2);
    expect(choice.standbyVia[1]).toBe(2); // until the next batch
    choice.flipped(0, 1, DIRECT, 1000 + TAKEN_BACK_MS);
    for (let now = 0; now < 3; now += 1) batch(60, 10_000 + now);
    expect(batch(60, 1000 + TAKEN_BACK_MS + 2 * HOLD_MS - 1)).toBe(DIRECT);
    expect(batch(60, 1000 + TAKEN_BACK_MS + 2 * HOLD_MS)).toBe(2);
    expect(choice.standbyVia[1]).toBe(DIRECT);
  });

  test('outside the relay budget a pair goes direct, except when there is no direct path', () => {
    const { batch } = driver();
    const never = (): boolean => false;
    expect(batch(60, 0, never)).toBe(DIRECT);
    expect(batch(gone, 1, never)).toBe(2);
    const granted = driver();
    expect(granted.batch(60, 0)).toBe(2);
    for (let now = 1; now <= 3; now += 1) granted.batch(60, HOLD_MS + now, never);
    expect(granted.batch(60, 2 * HOLD_MS, never)).toBe(DIRECT);
  });

  test('no path at all is none, and comes back with the link', () => {
    const choice = new RouteChoice(2);
    const table = new PathTable(2);
    for (const [now, [ms, via]] of (
      [
        [gone, NO_PATH],
        [9, DIRECT],
        [gone, NO_PATH],
        [9, DIRECT],
      ] as const
    ).entries()) {
      const input = fleet([
        [0, ms],
        [ms, 0],
      ]);
      table.replan(input);
      choice.settle(table, input, now);
      expect([now, choice.primaryVia[1], choice.standbyVia[1]]).toEqual([now, via, NO_PATH]);
    }
  });
});

describe('what hosts are sent', () => {
  test('a receiver that applies every delta holds what the centre holds, for 60 random histories', () => {
    for (let round = 0; round < 60; round += 1) {
      const rng = seededRng(`delta ${round}`);
      const first = randomFleet(rng, 8);
      const choice = new RouteChoice(first.hosts);
      const table = new PathTable(first.hosts);
      let held = NO_ROUTES;
      for (let batch = 0; batch < 12; batch += 1) {
        const at = rng.int(Math.max(1, first.linkMs.length));
        first.linkMs[at] = rng.int(3) === 0 ? gone : rng.int(90);
        table.replan(first);
        choice.settle(table, first, batch * 20_000);
        const delta = routeDelta(choice, 7, held.version);
        if (batch > 0 && choice.version === held.version) expect(delta.rows).toEqual([]);
        const next = applyDelta(held, delta);
        expect(next, `round ${round}`).toBeDefined();
        held = next ?? held;
        for (const row of held.rows.values()) {
          const own = row.from * first.hosts;
          expect(row.primaryVia, `round ${round}`).toEqual(choice.primaryVia.slice(own, own + first.hosts));
          expect(row.standbyVia, `round ${round}`).toEqual(choice.standbyVia.slice(own, own + first.hosts));
        }
      }
    }
  });

  test('a delta names only rows that changed; who missed one is told so, and everything heals it', () => {
    const { choice, batch } = driver();
    batch(20, 0);
    const whole = applyDelta(NO_ROUTES, routeDelta(choice, 1, 0));
    choice.flipped(0, 1, 2, 1);
    const change = routeDelta(choice, 1, 3);
    expect(change.rows.map((row) => row.from)).toEqual([0]);
    expect(applyDelta(NO_ROUTES, change)).toBeUndefined();
    expect(applyDelta({ ...NO_ROUTES, version: 3, fleetVersion: 2 }, change)).toBeUndefined();
    expect(applyDelta(whole ?? NO_ROUTES, change)?.version).toBe(choice.version);
    expect(applyDelta(NO_ROUTES, routeDelta(choice, 1, 0))?.rows.size).toBe(3);
  });
});
