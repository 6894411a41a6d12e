import { describe, expect, test } from 'vitest';
import {
  CHANGE_PRICE_MS_S,
  DIRECT,
  FREE_CHOICE_MS,
  HOLD_MS,
  HOLD_MS_MAX,
  NO_PATH,
  type PathInput,
  PathTable,
  RouteChoice,
} from '../../../src/routing/core/routes/index.ts';
import { fleet } from './fixtures.ts';

/** A flip that is undone within this time was wrong. */
const TAKEN_BACK_MS = 5_000;

const gone = Number.POSITIVE_INFINITY;
/** Three hosts; the pair 0 to 1 has a direct link and a relay (2) that costs 21 in all. */
const triangle = (directMs: number): PathInput =>
  fleet([
    [0, directMs, 10],
    [directMs, 0, 10],
    [10, 10, 0],
  ]);

/** Returns a function that applies a batch to a new choice and returns the relay of the pair 0 to 1. */
function fresh() {
  const choice = new RouteChoice(3);
  const table = new PathTable(3);
  return {
    choice,
    batch(directMs: number, nowMs: number, mayRelay?: (pair: number) => boolean): number {
      const input = triangle(directMs);
      table.replan(input);
      choice.applyBatch(table, input, nowMs, { mayRelay });
      return choice.primaryVia[1] ?? Number.NaN;
    },
  };
}

/** A driver at time 0 with the path chosen: direct. */
function driver() {
  const made = fresh();
  made.batch(20, -FREE_CHOICE_MS);
  return made;
}

describe('the path that a pair uses', () => {
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
      choice.applyBatch(table, far(directMs), now === 0 ? -FREE_CHOICE_MS : now);
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

  test('the hold doubles when a change follows soon after another, and starts anew after a quiet time', () => {
    const { batch } = driver();
    batch(20, 0);
    batch(gone, 0); // holds until 30 s
    for (let now = 1; now <= 3; now += 1) batch(5, HOLD_MS - 4 + now);
    expect(batch(5, HOLD_MS)).toBe(DIRECT); // a change within twice the hold: the pair holds for 60 s now
    batch(gone, HOLD_MS + 1); // an alarm within twice 60 s: the pair holds for 120 s
    for (let now = 1; now <= 3; now += 1) batch(5, 2 * HOLD_MS + now);
    expect(batch(5, 5 * HOLD_MS)).toBe(2);
    expect(batch(5, 5 * HOLD_MS + 1)).toBe(DIRECT); // the pair holds for 240 s
    const quietMs = 100 * HOLD_MS_MAX;
    batch(gone, quietMs);
    for (let now = 1; now <= 3; now += 1) batch(5, quietMs + now);
    expect(batch(5, quietMs + HOLD_MS - 1)).toBe(2);
    expect(batch(5, quietMs + HOLD_MS)).toBe(DIRECT);
  });

  test('a flip by a host is taken over, and a flip that the host takes back within 5 s doubles the hold', () => {
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
    const { batch } = fresh();
    const isNeverAllowed = (): boolean => false;
    expect(batch(60, 0, isNeverAllowed)).toBe(DIRECT);
    expect(batch(gone, 1, isNeverAllowed)).toBe(2);
    const granted = fresh();
    expect(granted.batch(60, 0)).toBe(2);
    for (let now = 1; now <= 2; now += 1) expect(granted.batch(60, HOLD_MS + now, isNeverAllowed)).toBe(2);
    expect(granted.batch(60, HOLD_MS + 3, isNeverAllowed)).toBe(DIRECT);
  });

  test('a pair has no path without a link or relay, and gets a path back with the link', () => {
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
      choice.applyBatch(table, input, now);
      expect([now, choice.primaryVia[1], choice.standbyVia[1]]).toEqual([now, via, NO_PATH]);
    }
  });
});

describe('a path chosen on guesses', () => {
  /** A `triangle` in which some links are guesses: no legs of relayed paths. */
  const guessed = (directMs: number, ...links: readonly (readonly [from: number, to: number])[]): PathInput => {
    const input = triangle(directMs);
    const legMs = Float64Array.from(input.linkMs);
    for (const [from, to] of links) legMs[from * 3 + to] = gone;
    return { ...input, legMs };
  };
  const all = [0, 1, 2].flatMap((from) => [0, 1, 2].map((to) => [from, to] as const));
  function settler() {
    const choice = new RouteChoice(3);
    const table = new PathTable(3);
    return {
      choice,
      settle(input: PathInput, nowMs: number): number {
        table.replan(input);
        choice.applyBatch(table, input, nowMs);
        return choice.primaryVia[1] ?? Number.NaN;
      },
    };
  }

  test.each([
    { name: 'its own direction is a guess', links: [[0, 1]] as const },
    { name: 'the way back is a guess', links: [[1, 0]] as const },
  ])('stays while $name, and gives way to any better path once both directions are measured', ({ links }) => {
    const { settle } = settler();
    expect(settle(guessed(22, ...all), 0)).toBe(DIRECT);
    const longMs = 10 * FREE_CHOICE_MS;
    expect(settle(guessed(22, ...links), longMs)).toBe(DIRECT);
    // A gain of 1 ms, on one batch.
    expect(settle(guessed(22), longMs + 1)).toBe(2);
  });

  test('gives way to the best path for 10 s, because the best relay may be measured last, and then counts as chosen', () => {
    const relay: readonly (readonly [number, number])[] = [[2, 1]];
    for (const { atMs, via } of [
      { atMs: FREE_CHOICE_MS - 1, via: 2 },
      { atMs: FREE_CHOICE_MS, via: DIRECT },
    ]) {
      const { settle } = settler();
      settle(guessed(22, ...all), 0);
      // The link is measured in both directions now, so the 10 s begin.
      expect(settle(guessed(22, ...relay), 500)).toBe(DIRECT);
      expect(settle(guessed(22), 500 + atMs)).toBe(via);
    }
  });

  test('and left by an alarm once its link is measured starts a hold', () => {
    const { batch } = fresh();
    expect([20, gone, 5, 5, 5].map((directMs, now) => batch(directMs, now))).toEqual([-1, 2, 2, 2, 2]);
  });
});

describe('a small gain that lasts', () => {
  const second = 1_000;
  /** Returns after how many seconds of this gain the relay is taken, by batches of a second; undefined: never. */
  function secondsUntilTaken(directMs: (second: number) => number, seconds: number): number | undefined {
    const { batch } = driver();
    batch(20, 0);
    for (let now = 1; now <= seconds; now += 1) if (batch(directMs(now), now * second) === 2) return now;
    return undefined;
  }

  test.each([
    { name: '2 ms pay the price of a change in 500 s', gainMs: 2, seconds: CHANGE_PRICE_MS_S / 2 },
    { name: '4 ms pay it in 250 s', gainMs: 4, seconds: CHANGE_PRICE_MS_S / 4 },
    { name: '1 ms in 1,000 s', gainMs: 1, seconds: CHANGE_PRICE_MS_S },
  ])('$name', ({ gainMs, seconds }) => {
    // The gain is first seen in second 1; the time before does not count.
    expect(secondsUntilTaken(() => 21 + gainMs, 2 * CHANGE_PRICE_MS_S)).toBe(seconds + 1);
  });

  test('of under 1 ms is never taken', () => {
    expect(secondsUntilTaken(() => 21.99, 5 * CHANGE_PRICE_MS_S)).toBeUndefined();
  });

  test('is summed while it varies, and restarts from zero after a moment without gain', () => {
    expect(secondsUntilTaken((now) => (now % 2 === 0 ? 23 : 25), 1000)).toBe(335); // 3 ms on average
    expect(secondsUntilTaken((now) => (now % 400 === 0 ? 21.5 : 23), 2000)).toBeUndefined();
    expect(secondsUntilTaken((now) => (now === 400 ? 20 : 23), 1000)).toBe(901); // the best path was in use meanwhile
  });

  test('adds up during the hold, and is taken at the end of the hold', () => {
    const { choice, batch } = driver();
    for (const via of [2, DIRECT, 2, DIRECT, 2]) choice.flipped(0, 1, via, 0);
    const seconds = HOLD_MS_MAX / second;
    for (let now = 1; now < seconds; now += 1) expect(batch(17, now * second), `at ${now} s`).toBe(2);
    expect(batch(17, HOLD_MS_MAX)).toBe(DIRECT);
  });

  test('has to last for its whole price again after a change of path', () => {
    const { batch } = driver();
    let [via, changedAt] = [DIRECT, 0];
    const kept: number[] = [];
    // The other path is always 4 ms better.
    for (let now = 1; now <= 1300; now += 1) {
      const next = batch(via === DIRECT ? 25 : 17, now * second);
      if (next !== via) kept.push(now - changedAt);
      [via, changedAt] = next === via ? [via, changedAt] : [next, now];
    }
    expect(kept).toEqual([251, 251, 251, 251, 251]);
  });
});

describe('another fleet', () => {
  /** The pair 0 to 1 has just changed to host 2, and holds. */
  const relayed = () => {
    const { choice, batch } = driver();
    batch(20, 0);
    for (let now = 1; now <= 3; now += 1) batch(60, now);
    expect(choice.primaryVia[1]).toBe(2);
    return choice;
  };

  test('of the same hosts in another order keeps every pair’s path and hold', () => {
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
      choice.applyBatch(table, input, nowMs);
      return choice.primaryVia[at];
    };
    expect([1, 2, 3, 4].map((ms) => after(1000 * ms))).toEqual([0, 0, 0, 0]);
    expect(after(HOLD_MS + 5)).toBe(DIRECT);
  });

  test('keeps a pair’s savings and the time of its free choice', () => {
    const { batch, choice } = driver();
    for (const nowMs of [0, 499_000]) batch(23, nowMs);
    const saved = RouteChoice.renumbered(choice, [0, 1, 2]);
    const started = fresh();
    started.batch(20, 0);
    const free = RouteChoice.renumbered(started.choice, [0, 1, 2]);
    const table = new PathTable(3);
    table.replan(triangle(23));
    saved.applyBatch(table, triangle(23), 500_000);
    free.applyBatch(table, triangle(23), FREE_CHOICE_MS);
    expect([saved.primaryVia[1], free.primaryVia[1]]).toEqual([2, DIRECT]);
  });

  test('without the pair’s relay gives the pair a new first path, which starts no hold', () => {
    const choice = RouteChoice.renumbered(relayed(), [0, 1]);
    expect([...choice.primaryVia]).toEqual([NO_PATH, NO_PATH, NO_PATH, NO_PATH]);
    const input = fleet([
      [0, 60],
      [60, 0],
    ]);
    const table = new PathTable(2);
    table.replan(input);
    choice.applyBatch(table, input, 4);
    expect(choice.primaryVia[1]).toBe(DIRECT);
  });
});
