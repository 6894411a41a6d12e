// Hot contents, and how many caches should hold them.
import { describe, expect, it } from 'vitest';
import {
  copiesOf,
  expectedViewersOf,
  growthOf,
  perMinuteOf,
  type SiteEdge,
  type Starts,
} from '../../src/core/copies.ts';
import { Demand, type Subject } from '../../src/core/demand.ts';

const MINUTE_MS = 60_000;
const starts = (fast: number, slow: number): Starts => ({
  fast,
  fastHalfLifeMs: MINUTE_MS,
  slow,
  slowHalfLifeMs: 30 * MINUTE_MS,
});

describe('growth', () => {
  it.each([
    ['nothing', 0, 0, 1],
    ['a falling rate', 1, 300, 1],
    ['a steady rate', 10 / Math.LN2, (30 * 10) / Math.LN2, 1],
    ['a doubled rate', 20 / Math.LN2, (30 * 10) / Math.LN2, 2],
    ['a content without earlier starts', 10, 10, 4],
    ['a content that the slow sketch lacks', 10, 0, 4],
  ])('is computed for %s', (_what, fast, slow, growth) => {
    expect(growthOf(starts(fast, slow))).toBeCloseTo(growth, 9);
  });

  it('raises the number of viewers expected in the horizon', () => {
    expect(perMinuteOf(10 / Math.LN2, MINUTE_MS)).toBeCloseTo(10, 9);
    expect(expectedViewersOf(starts(10 / Math.LN2, (30 * 10) / Math.LN2), 2 * MINUTE_MS)).toBeCloseTo(20, 9);
    expect(expectedViewersOf(starts(20 / Math.LN2, (30 * 10) / Math.LN2), 2 * MINUTE_MS)).toBeCloseTo(80, 9);
  });
});

describe('copies at a site', () => {
  const site = (...loads: number[]): SiteEdge[] => loads.map((load) => ({ load, capacity: 1000 }));
  it.each<[string, SiteEdge[], number, number]>([
    ['are 0 without a cache', [], 100, 0],
    ['are 1 without new viewers', site(0, 0, 0), 0, 1],
    ['are 1 for few viewers beside many viewers of other contents', site(100, 100, 100, 100), 20, 1],
    ['are 2 when the first cache is at its bound', site(400, 100, 100, 100), 20, 2],
    ['are 2 when one cache has no room', site(100, 100, 100, 100), 60, 2],
    ['are in all caches for very many viewers', site(100, 100, 100, 100), 5000, 4],
    ['are not in all caches for many viewers, as the first caches take a quarter more', site(0, 0, 0, 0, 0), 500, 4],
    ['are in a further cache when one cache is full', site(1000, 990, 1000, 0), 15, 4],
    ['are fewer with a large cache', [{ load: 0, capacity: 9000 }, ...site(0)], 800, 1],
  ])('%s', (_what, edges, coming, copies) => {
    expect(copiesOf(edges, coming, 1.25)).toBe(copies);
  });
});

describe('demand', () => {
  const subject = (name: string, site = 'fra'): Subject => ({ tenant: 'acme', contentId: `up_${name}`, site });
  const hotNames = (demand: Demand, nowMs: number): string[] =>
    demand.hot(nowMs, MINUTE_MS).map(({ subject: { contentId, site } }) => `${contentId}@${site}`);
  function start(demand: Demand, one: Subject, times: number, nowMs = 0): void {
    for (let time = 0; time < times; time += 1) demand.started(one, nowMs);
  }

  it('lists no content at first, nor a content with two starts', () => {
    const demand = new Demand(1);
    expect(demand.hot(0, MINUTE_MS)).toEqual([]);
    start(demand, subject('a'), 2);
    expect(demand.hot(0, MINUTE_MS)).toEqual([]);
    start(demand, subject('a', 'sgp'), 2);
    expect(demand.hot(0, MINUTE_MS)).toEqual([]);
  });

  it('counts equal names of two tenants apart, and viewers of two sites', () => {
    const demand = new Demand(1);
    start(demand, subject('a'), 4);
    start(demand, { tenant: 'other', contentId: 'up_a', site: 'fra' }, 5);
    start(demand, subject('a', 'sgp'), 6);
    expect(demand.hot(0, MINUTE_MS).map((hot) => [hot.subject, Math.round(hot.perMinute / Math.LN2)])).toEqual([
      [subject('a', 'sgp'), 6],
      [{ tenant: 'other', contentId: 'up_a', site: 'fra' }, 5],
      [subject('a'), 4],
    ]);
  });

  it('lists growing contents before steady ones, and forgets contents without new starts', () => {
    const demand = new Demand(1);
    for (let minute = 0; minute < 120; minute += 1) start(demand, subject('usual'), 10, minute * MINUTE_MS);
    const now = 120 * MINUTE_MS;
    start(demand, subject('usual'), 10, now);
    start(demand, subject('new'), 8, now);
    const [first, second] = demand.hot(now, MINUTE_MS);
    expect([first?.subject.contentId, second?.subject.contentId]).toEqual(['up_new', 'up_usual']);
    expect([first?.growth, second?.growth]).toEqual([4, expect.closeTo(1.4, 0)]);
    expect(demand.hot(now + 10 * MINUTE_MS, MINUTE_MS)).toEqual([]);
  });

  it('lists a bounded number of contents: those with the most starts, whenever the starts were', () => {
    const demand = new Demand(1);
    for (let at = 0; at < 256; at += 1) start(demand, subject(`old-${at}`), 5 + (at % 4));
    for (let at = 0; at < 1000; at += 1) start(demand, subject(`rare-${at}`), 1, 1);
    expect([demand.size, hotNames(demand, 1).filter((name) => name.includes('old')).length]).toEqual([256, 256]);
    // Counts of five have decayed below two.
    for (let at = 0; at < 64; at += 1) start(demand, subject(`new-${at}`), 4, 2 * MINUTE_MS);
    expect(demand.size).toBe(256);
    const names = hotNames(demand, 2 * MINUTE_MS);
    expect(names.filter((name) => name.includes('new')).length).toBe(64);
  });
});
