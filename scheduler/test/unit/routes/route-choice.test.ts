import { describe, expect, test } from 'vitest';
import {
  DIRECT,
  HOLD_MS,
  HOLD_MS_MAX,
  NO_PATH,
  type PathInput,
  PathTable,
  RouteChoice,
} from '../../../src/core/routes/index.ts';
import { fleet } from './fixtures.ts';

/** A flip that is undone so soon was wrong. */
const TAKEN_BACK_MS = 5_000;

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
      choice.settle(table, input, nowMs, { mayRelay });
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
      // 21 of 220 is less than 10 %, 23 of 222 is more
      expect(choice.primaryVia[1], `at ${now}`).toBe(now < 6 ? DIRECT : 2);
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

describe('another fleet', () => {
  /** The pair 0 to 1 has just gone over host 2, and holds. */
  const relayed = () => {
    const { choice, batch } = driver();
    batch(20, 0);
    for (let now = 1; now <= 3; now += 1) batch(60, now);
    expect(choice.primaryVia[1]).toBe(2);
    return choice;
  };

  test('of the same hosts in another order leaves every pair its path and its hold', () => {
    // New order: 2, 0, 1.
    const choice = RouteChoice.renumbered(relayed(), [2, 0, 1]);
    const at = 1 * 3 + 2;
    expect([choice.primaryVia[at], choice.standbyVia[at]]).toEqual([0, DIRECT]);
    const input = fleet([
      [0, 10, 10],
      [10, 0, 5],
      [10, 5, 0],
    ]);
    const table = new PathTable(3);
    table.replan(input);
    const after = (nowMs: number): number | undefined => {
      choice.settle(table, input, nowMs);
      return choice.primaryVia[at];
    };
    expect([1, 2, 3, 4].map((ms) => after(1000 * ms))).toEqual([0, 0, 0, 0]);
    expect(after(HOLD_MS + 5)).toBe(DIRECT);
  });

  test('without the relay gives the pair a first path anew, which holds nothing', () => {
    const choice = RouteChoice.renumbered(relayed(), [0, 1]);
    expect([...choice.primaryVia]).toEqual([NO_PATH, NO_PATH, NO_PATH, NO_PATH]);
    const input = fleet([
      [0, 60],
      [60, 0],
    ]);
    const table = new PathTable(2);
    table.replan(input);
    choice.settle(table, input, 4);
    expect(choice.primaryVia[1]).toBe(DIRECT);
  });
});
