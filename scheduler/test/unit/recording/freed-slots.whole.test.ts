// The expected wait for slots against the simulated real waits: recordings of random lengths, with always some waiting.
import { describe, expect, test } from 'vitest';
import { FreedSlots, OBSERVE_EVERY_MS, WINDOW_MS } from '../../../src/recording/core/freed-slots.ts';
import { nothingKept } from '../../../src/recording/core/kept-slots.ts';
import { planQueue } from '../../../src/recording/core/plan-queue.ts';
import type { Recorder } from '../../../src/recording/core/types.ts';
import { frankfurt } from '../fixtures.ts';

const of = (recordings: Readonly<Record<string, number>>) => () =>
  new Map([['r', new Map(Object.entries(recordings))]]);
const STEP_MS = OBSERVE_EVERY_MS;

test('the wait is expected from slots that end one after another, and unknown before any end', () => {
  const freed = new FreedSlots();
  freed.observe(of({ a: 1, b: 1 }), 0);
  expect(freed.waitMs(1, 0)).toBe(0);
  // In 60 s a slot of two ends, and the next begins at once: the sum of used slots never falls.
  for (let atMs = STEP_MS; atMs < 60_000; atMs += STEP_MS) freed.observe(of({ a: 1, b: 1 }), atMs);
  freed.observe(of({ b: 1, c: 1 }), 60_000);
  expect(freed.waitMs(1, 60_000)).toBe(30_000);
  expect(freed.waitMs(3, 60_000)).toBe(90_000);
});

test('repeated observations, a gap, or a departed recorder count no slot as freed', () => {
  const freed = new FreedSlots();
  freed.observe(of({ a: 1, b: 1 }), 0);
  freed.observe(of({ b: 1 }), STEP_MS - 1);
  expect(freed.waitMs(1, STEP_MS)).toBe(0);
  freed.observe(of({ b: 1 }), 10 * 60_000);
  freed.observe(() => new Map([['other', new Map([['x', 1]])]]), 10 * 60_000 + STEP_MS);
  expect(freed.waitMs(1, 10 * 60_000 + STEP_MS)).toBe(0);
});

test('a recording that gives some of its slots up counts as freeing them, until the window has passed', () => {
  const freed = new FreedSlots();
  freed.observe(of({ a: 8 }), 0);
  freed.observe(of({ a: 5 }), STEP_MS);
  expect(freed.waitMs(1, STEP_MS)).toBeGreaterThan(0);
  freed.observe(of({ a: 5 }), WINDOW_MS + 2 * 60_000);
  expect(freed.waitMs(1, WINDOW_MS + 2 * 60_000)).toBe(0);
});

/** Returns uniform numbers in (0, 1), the same for each seed. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface Run {
  readonly promisedMs: number;
  readonly waitedMs: number;
}

/** Keeps all `slots` taken and about `queue` recordings waiting; returns each promised and real wait. */
function simulate(o: {
  readonly slots: number;
  readonly queue: number;
  readonly lengthMs: (draw: () => number) => number;
  readonly slotsOf: (draw: () => number) => number;
  readonly seed: number;
}): readonly Run[] {
  const draw = draws(o.seed);
  const freed = new FreedSlots();
  const running = new Map<string, { slots: number; untilMs: number }>();
  const waiting = new Map<string, { slots: number; sinceMs: number; promisedMs: number | undefined }>();
  const runs: Run[] = [];
  let count = 0;
  const used = (): number => [...running.values()].reduce((sum, { slots }) => sum + slots, 0);
  for (let nowMs = 0; nowMs < 12 * 3_600_000; nowMs += STEP_MS) {
    for (const [key, { untilMs }] of running) if (untilMs <= nowMs) running.delete(key);
    while (waiting.size < o.queue) {
      count += 1;
      waiting.set(`t/room${count} rec`, { slots: o.slotsOf(draw), sinceMs: nowMs, promisedMs: undefined });
    }
    const entries = [...waiting].map(([key, { slots, sinceMs }]) => ({
      ask: {
        key,
        tenant: 't',
        fence: '',
        priority: 0,
        slots,
        avoidIds: [],
        place: { hostId: 'h', region: 'eu', ...frankfurt },
      },
      sinceMs,
    }));
    const recorder: Recorder = {
      nodeId: 'r',
      hostId: 'h',
      region: 'eu',
      slots: o.slots,
      freeSlots: o.slots - used(),
      ...frankfurt,
    };
    freed.observe(() => new Map([['r', new Map([...running].map(([key, { slots }]) => [key, slots]))]]), nowMs);
    for (const { entry, recorderId, slotsAhead } of planQueue(entries, [recorder], new Map(), nothingKept()).order) {
      const { key } = entry.ask;
      const one = waiting.get(key);
      if (one === undefined) continue;
      one.promisedMs ??= freed.waitMs(slotsAhead, nowMs);
      if (recorderId === undefined) continue;
      waiting.delete(key);
      running.set(key, { slots: one.slots, untilMs: nowMs + o.lengthMs(draw) });
      // The first two hours fill the window.
      if (one.sinceMs > WINDOW_MS) runs.push({ promisedMs: one.promisedMs, waitedMs: nowMs - one.sinceMs });
    }
  }
  return runs;
}

const exponential = (meanMs: number) => (draw: () => number) => -meanMs * Math.log(draw());
const uniform = (fromMs: number, toMs: number) => (draw: () => number) => fromMs + (toMs - fromMs) * draw();
const one = () => 1;
const oneToEight = (draw: () => number) => 1 + Math.floor(draw() * 8);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const MINUTE_MS = 60_000;

describe('the promise is right on average, whatever the lengths', () => {
  test.each([
    { name: 'exponential, a few slots', slots: 10, queue: 8, lengthMs: exponential(30 * MINUTE_MS), slotsOf: one },
    { name: 'exponential, many', slots: 60, queue: 20, lengthMs: exponential(45 * MINUTE_MS), slotsOf: one },
    { name: 'uniform', slots: 20, queue: 10, lengthMs: uniform(10 * MINUTE_MS, 70 * MINUTE_MS), slotsOf: one },
    { name: 'of many sizes', slots: 80, queue: 12, lengthMs: exponential(30 * MINUTE_MS), slotsOf: oneToEight },
    { name: 'short', slots: 20, queue: 10, lengthMs: exponential(2 * MINUTE_MS), slotsOf: one },
  ])('$name', ({ slots, queue, lengthMs, slotsOf }) => {
    const runs = [11, 22, 33, 44].flatMap((seed) => simulate({ slots, queue, lengthMs, slotsOf, seed }));
    const ratio = mean(runs.map(({ promisedMs }) => promisedMs)) / mean(runs.map(({ waitedMs }) => waitedMs));
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });
});
