// Memory over hours: leaks are found, and the course of a normal day is not mistaken for a leak.
import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { leak } from '../../../src/alarms/core/rules/leak.ts';
import { type MemorySample, memoryTrend } from '../../../src/history/core/memory.ts';
import type { MemoryTrend } from '../../../src/history/core/trends.ts';
import { facts, node } from '../alarms/facts.ts';

const STEP_MS = 5 * 60_000;
const STEPS_PER_HOUR = 12;
const MB = 1e6;
const SEED = 'history-memory-1';

type Shape = Partial<Pick<MemorySample, 'incarnation' | 'sessions'>> & { readonly rssBytes: number };
const series = (hours: number, of: (hour: number, at: number) => Shape): MemorySample[] =>
  Array.from({ length: Math.round(hours * STEPS_PER_HOUR) + 1 }, (_, at) => ({
    atMs: at * STEP_MS,
    incarnation: '',
    sessions: 100,
    ...of(at / STEPS_PER_HOUR, at),
  }));
const trendOf = (samples: readonly MemorySample[], cloud: (atMs: number) => number = () => 0) =>
  memoryTrend(samples, cloud);
const isLeak = (trend: MemoryTrend | undefined): boolean => {
  if (trend === undefined) return false;
  const trends = { usualRttMs: new Map(), memory: new Map([['a', trend]]), capacity: new Map() };
  return leak.judge(facts([node('a')], { trends }), leak.limit)?.[0]?.isBad ?? false;
};

describe('a trend of memory', () => {
  it('is not changed by a few wild samples', () => {
    const trend = trendOf(
      series(6, (hour, at) => ({ incarnation: 'i', rssBytes: (at % 15 === 7 ? 5000 : 300 + hour * 30) * MB })),
    );
    expect(Math.round((trend?.bytesPerHour ?? 0) / MB)).toBe(30);
    expect(trend).toMatchObject({ hours: 6 });
  });

  it.each([
    ['has no result after three hours, of which the first is warm-up', 3, undefined],
    ['has no result a little less than three hours after the warm-up', 3.9, undefined],
    ['has a result three hours after the warm-up', 4, 3],
    ['covers six hours', 6, 6],
    ['covers no more than six hours', 9, 6],
  ])('%s', (_, hours, expected) => {
    expect(trendOf(series(hours, () => ({ rssBytes: 300 * MB })))?.hours).toBe(expected);
  });

  it.each<[what: string, restart: (isAfter: boolean) => Shape, isOver: boolean]>([
    ['another incarnation', (after) => ({ incarnation: after ? 'b' : 'a', rssBytes: 300 * MB }), true],
    [
      'not when the same incarnation frees most of its memory',
      (after) => ({ incarnation: 'a', rssBytes: after ? 90 * MB : 300 * MB }),
      false,
    ],
    ['a fall to a third, without known incarnations', (after) => ({ rssBytes: after ? 100 * MB : 300 * MB }), true],
    ['not after a fall to two thirds', (after) => ({ rssBytes: after ? 200 * MB : 300 * MB }), false],
  ])('begins anew after a restart: %s', (_, restart, isOver) => {
    expect(trendOf(series(6, (hour) => restart(hour >= 4))) === undefined).toBe(isOver);
  });

  it('counts the hours in which memory rose by at least half of the slope', () => {
    const stepped = trendOf(series(6, (hour) => ({ rssBytes: (300 + hour + (hour < 3 ? 0 : 300)) * MB })));
    expect(stepped).toMatchObject({ risingShare: expect.closeTo(0.2, 1) });
    expect(trendOf(series(6, (hour) => ({ rssBytes: (300 + hour) * MB })))?.risingShare).toBe(1);
    expect(trendOf(series(6, (hour) => ({ rssBytes: (300 - hour) * MB })))?.risingShare).toBe(0);
  });

  it('has the growth of the node’s sessions, or of the cloud’s for a node without sessions', () => {
    const ownTrend = trendOf(series(6, (hour) => ({ rssBytes: MB, sessions: 100 + 50 * hour })));
    expect(ownTrend?.loadPerHour).toBeCloseTo(50 / 400, 2);
    const cloud = trendOf(
      series(6, () => ({ rssBytes: MB, sessions: 0 })),
      (atMs) => 1000 + (500 * atMs) / STEP_MS,
    );
    expect(cloud?.loadPerHour).toBeCloseTo(1 / 6, 1);
    // A peak at the beginning, whose memory is given back at once.
    const trendAfterPeak = trendOf(
      series(6, (hour) => ({ rssBytes: MB, sessions: hour < 0.5 ? 300 : 100 + 30 * hour })),
    );
    expect(trendAfterPeak?.loadPerHour).toBeGreaterThan(0.05);
    // Two hundred sessions came and went, and may still be in memory.
    const trendAfterSessions = trendOf(
      series(6, (hour) => ({ rssBytes: MB, sessions: 100 + 200 * Math.sin((hour / 6) * Math.PI) })),
    );
    expect(trendAfterSessions?.loadPerHour).toBeGreaterThan(0.05);
  });
});

describe('a leak', () => {
  const noisy = () => {
    const rng = seededRng(SEED);
    return () => 0.95 + 0.1 * rng.next();
  };
  it.each<[what: string, hours: number, of: (hour: number) => Shape, expected: boolean]>([
    ['is found if 300 MB grow by 30 MB an hour', 6, (hour) => ({ rssBytes: (300 + 30 * hour) * MB }), true],
    ['is found after four hours', 4, (hour) => ({ rssBytes: (300 + 30 * hour) * MB }), true],
    ['is not found if 60 MB grow by only 10 MB an hour', 6, (hour) => ({ rssBytes: (60 + 10 * hour) * MB }), false],
    ['is not found if 2000 MB grow by only 30 MB an hour', 6, (hour) => ({ rssBytes: (2000 + 30 * hour) * MB }), false],
    ['is not found if memory falls', 6, (hour) => ({ rssBytes: (600 - 30 * hour) * MB }), false],
    ['is not found in a single step up', 6, (hour) => ({ rssBytes: (hour < 3 ? 300 : 600) * MB }), false],
    [
      'is not found if sessions rise by more',
      6,
      (hour) => ({ rssBytes: (200 + 30 * hour) * MB, sessions: Math.round(10 + 15 * hour) }),
      false,
    ],
    [
      'is found if sessions rise by less',
      6,
      (hour) => ({ rssBytes: (300 + 40 * hour) * MB, sessions: Math.round(200 + 3 * hour) }),
      true,
    ],
  ])('%s', (_, hours, of, expected) => {
    const noise = noisy();
    const samples = series(hours, (hour) => {
      const shape = of(hour);
      return { ...shape, rssBytes: shape.rssBytes * noise() };
    });
    expect([SEED, isLeak(trendOf(samples))]).toEqual([SEED, expected]);
  });

  it('is not found in steady nodes with 5 % of noise, whose slopes stay below 2 % an hour', () => {
    const rng = seededRng(SEED);
    const slopes = Array.from({ length: 200 }, () => {
      const trend = trendOf(series(6, () => ({ rssBytes: 400 * MB * (0.95 + 0.1 * rng.next()) })));
      return Math.abs((trend?.bytesPerHour ?? 0) / (trend?.rssBytes ?? 1));
    });
    expect(slopes.filter((slope) => slope > 0.02).map((slope) => [SEED, slope])).toEqual([]);
  });

  it('is not found in two working days of nodes of any size, except in the node that leaks', () => {
    const rng = seededRng(SEED);
    const found: string[] = [];
    for (let number = 0; number < 12; number += 1) {
      const days = workingDays(rng, { baseMb: 80 + 40 * number, mostSessions: 20 + 40 * number });
      for (const [kind, of] of Object.entries(days))
        for (let end = 4 * STEPS_PER_HOUR; end < of.samples.length; end += 3) {
          const window = of.samples.slice(Math.max(0, end - 6 * STEPS_PER_HOUR), end + 1);
          if (isLeak(trendOf(window, of.cloud))) found.push(`${kind} ${number} at ${end / STEPS_PER_HOUR} h`);
        }
    }
    expect([SEED, found.filter((one) => !one.startsWith('leaking'))]).toEqual([SEED, []]);
    expect(new Set(found.map((one) => one.split(' at')[0])).size).toBe(12);
  });
});

/** Returns a media node, an api beside it without sessions, and a media node that leaks 15 % of its size an hour. */
function workingDays(rng: ReturnType<typeof seededRng>, o: { baseMb: number; mostSessions: number }) {
  const startMs = Date.UTC(2027, 0, 4);
  const steps = 48 * STEPS_PER_HOUR;
  // Two peaks a day and none at night; memory of sessions is given back with a lag.
  const share = (hour: number): number => {
    const of = hour % 24;
    const slope = (from: number, to: number) => Math.min(1, Math.max(0, (of - from) / (to - from)));
    return 0.03 + 0.97 * (slope(7, 10) - 0.4 * slope(11.5, 12.5) + 0.4 * slope(13, 14) - slope(17, 20));
  };
  const sessions = Array.from({ length: steps }, (_, at) =>
    Math.max(0, Math.round(o.mostSessions * share(at / STEPS_PER_HOUR) + 4 * (rng.next() - 0.5))),
  );
  const cloud = (atMs: number): number => 20 * (sessions[Math.round((atMs - startMs) / STEP_MS)] ?? 0);
  const lag = { up: 0.3, down: 0.04 };
  const days = (of: (sessions: number) => number, hasSessions: boolean, leakMb = 0): MemorySample[] => {
    let heldMb = of(sessions[0] ?? 0);
    const periodSteps = 5 + rng.int(20);
    return sessions.map((count, at) => {
      const wantedMb = of(count);
      heldMb += (wantedMb - heldMb) * (wantedMb > heldMb ? lag.up : lag.down);
      const collected = 1 + 0.08 * ((at % periodSteps) / periodSteps);
      const noise = 0.97 + 0.06 * rng.next();
      const rssBytes = (heldMb * collected * noise + (leakMb * at) / STEPS_PER_HOUR) * MB;
      return { atMs: startMs + at * STEP_MS, incarnation: 'i', rssBytes, sessions: hasSessions ? count : 0 };
    });
  };
  const ofMedia = (count: number): number => o.baseMb + 1.5 * count;
  return {
    media: { samples: days(ofMedia, true), cloud },
    api: { samples: days((count) => o.baseMb + 0.2 * count, false), cloud },
    leaking: { samples: days(ofMedia, true, 0.15 * o.baseMb + 15), cloud },
  };
}
