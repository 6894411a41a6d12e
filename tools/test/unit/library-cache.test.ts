// Pure parts of `npm run bench -- library --only cache`.
import { seededRng } from '@meridian/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { LOAD_FACTOR } from '../../../node-shell/src/edges/choose.ts';
import { missedOf, spreadMetrics } from '../../bench/library/cache/figures.ts';
import { fileOf, isOf } from '../../bench/library/cache/files.ts';
import { Lru } from '../../bench/library/cache/lru.ts';
import { type PrefetchOptions, prefetched } from '../../bench/library/cache/prefetch.ts';
import { SPREAD_AIM, type SpreadOptions, type StepRow, spreadOf } from '../../bench/library/cache/spread.ts';
import { idealHits, idealHitsAtEdges, traceOf } from '../../bench/library/cache/trace.ts';
import { meanStayMs, STAY_MS_MAX, stayMs, untilNextMs, zipf } from '../../bench/library/cache/viewing.ts';

const rng = (label = 'a test') => seededRng(label);

describe('an ideal cache', () => {
  const asked = (cache: Lru, keys: string): string => [...keys].map((key) => (cache.ask(key, 10) ? 'h' : '-')).join('');

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('has no size of %d bytes', (bytes) => {
    expect(() => new Lru(bytes)).toThrow(RangeError);
  });

  it('keeps nothing without room, and no file that is larger than it', () => {
    const none = new Lru(0);
    expect(asked(none, 'aa')).toBe('--');
    const small = new Lru(10);
    expect([small.ask('b', 10), small.ask('a', 11), small.ask('a', 11), small.ask('b', 10)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect([none.bytes, small.bytes]).toEqual([0, 10]);
  });

  it('lets go what was asked for longest ago, by when it was asked for last', () => {
    expect(asked(new Lru(20), 'abacab')).toBe('--h-h-');
    expect(asked(new Lru(20), 'abcabc')).toBe('------');
    expect(asked(new Lru(30), 'abcabc')).toBe('---hhh');
  });

  it('makes room for a large file of several small ones, and no more than it takes', () => {
    const cache = new Lru(30);
    asked(cache, 'abc');
    cache.ask('large', 20);
    expect(cache.bytes).toBe(30);
    expect(asked(cache, 'c')).toBe('h');
    expect(asked(cache, 'a')).toBe('-');
  });

  it('counts a file that has grown by its new size', () => {
    const cache = new Lru(30);
    cache.ask('a', 10);
    expect([cache.ask('a', 25), cache.bytes]).toEqual([true, 25]);
  });
});

describe('what people watch', () => {
  it.each([
    [0, 1],
    [1.5, 1],
    [10, -1],
    [10, Number.NaN],
  ])('is no law for %d contents and exponent %d', (count, exponent) => {
    expect(() => zipf(count, exponent)).toThrow(RangeError);
  });

  it('is the first content at the lowest draw and the last at the highest', () => {
    const draw = zipf(5, 0.9);
    expect([0, 1 - 2 ** -53].map((next) => draw({ next: () => next }))).toEqual([0, 4]);
    expect(zipf(1, 2)(rng())).toBe(0);
  });

  it('has shares as the law says', () => {
    const draw = zipf(100, 0.9);
    const counts = new Map<number, number>();
    const from = rng();
    for (let at = 0; at < 20_000; at += 1) {
      const content = draw(from);
      counts.set(content, (counts.get(content) ?? 0) + 1);
    }
    const ratio = (a: number, b: number): number => (counts.get(a) ?? 0) / (counts.get(b) ?? 0);
    expect(ratio(0, 1)).toBeCloseTo(2 ** 0.9, 0);
    expect(ratio(0, 9)).toBeGreaterThan(10 ** 0.9 * 0.9);
    expect(ratio(0, 9)).toBeLessThan(10 ** 0.9 * 1.1);
  });

  it('is left in ten minutes by half, in twenty by seven of ten, and by all at the end', () => {
    const from = rng();
    const stays = Array.from({ length: 20_000 }, () => stayMs(from));
    const shareUpTo = (minutes: number): number => stays.filter((ms) => ms <= minutes * 60_000).length / stays.length;
    expect(shareUpTo(10)).toBeCloseTo(0.52, 1);
    expect(shareUpTo(20)).toBeCloseTo(0.7, 1);
    expect([shareUpTo(1e-3), Math.max(...stays)]).toEqual([0, STAY_MS_MAX]);
    const mean = stays.reduce((sum, ms) => sum + ms, 0) / stays.length;
    expect(meanStayMs(rng()) / mean).toBeCloseTo(1, 2);
  });

  it('begins so often as was asked for', () => {
    const from = rng();
    let ms = 0;
    for (let at = 0; at < 20_000; at += 1) ms += untilNextMs(from, 8);
    expect(ms / 20_000).toBeGreaterThan(125 * 0.97);
    expect(ms / 20_000).toBeLessThan(125 * 1.03);
  });
});

describe('a file of the bench', () => {
  it('says at every place of which content it is', () => {
    const file = fileOf(77_777, 100);
    expect(file).toHaveLength(100);
    for (const from of [0, 1, 2, 3, 4, 63]) {
      expect(isOf(77_777, file.subarray(from), from)).toBe(true);
      expect(isOf(77_778, file.subarray(from), from)).toBe(false);
    }
    expect(isOf(1, Buffer.from([9]), 0)).toBe(true); // too short to say
  });
});

describe('a trace', () => {
  const options = { contents: 200, requests: 1500, exponent: 0.9, edges: 4, viewers: 100 };

  it('needs edges and whole viewers, and may be empty', () => {
    for (const viewers of [0, 333.3]) expect(() => traceOf({ ...options, viewers }, rng())).toThrow(RangeError);
    expect(() => traceOf({ ...options, edges: 0 }, rng())).toThrow(RangeError);
    expect(traceOf({ ...options, requests: 0 }, rng())).toEqual([]);
    expect(idealHits([], 100, 10)).toBe(0);
  });

  it('is the same for the same seed', () => {
    expect(traceOf(options, rng())).toEqual(traceOf(options, rng()));
    expect(traceOf(options, rng())).not.toEqual(traceOf(options, rng('another')));
  });

  it('asks for a content at few edges, and at no edge for more than its share allows', () => {
    const trace = traceOf(options, rng());
    const rare = new Map<number, Set<number>>();
    for (const { content, edge } of trace)
      if (content > 50) rare.set(content, (rare.get(content) ?? new Set()).add(edge));
    const mean = [...rare.values()].reduce((sum, edges) => sum + edges.size, 0) / rare.size;
    expect(mean).toBeLessThan(1.5);
    for (let from = 0; from + 100 <= trace.length; from += 100) {
      const window = trace.slice(from, from + 100);
      const most = Math.max(...[0, 1, 2, 3].map((edge) => window.filter((one) => one.edge === edge).length));
      expect(most).toBeLessThanOrEqual(Math.ceil((LOAD_FACTOR * 101) / 4) + 10);
    }
  });

  it('is answered by one ideal cache no worse than by parts of it, and all but once with room for all', () => {
    const trace = traceOf(options, rng());
    const [one, parts] = [idealHits(trace, 400, 10), idealHitsAtEdges(trace, [100, 100, 100, 100], 10)];
    expect(parts).toBeLessThanOrEqual(one);
    expect(parts).toBeGreaterThan(one * 0.8);
    const distinct = new Set(trace.map(({ content }) => content)).size;
    expect(idealHits(trace, 200 * 10, 10)).toBeCloseTo(1 - distinct / trace.length, 10);
    expect(idealHitsAtEdges(trace, [], 10)).toBe(0);
  });
});

describe('the spread of viewers', () => {
  const options: SpreadOptions = {
    capacities: [200, 200, 400, 400],
    first: [0, 1, 2],
    steps: [
      { name: 'joins', joins: [3], leaves: [] },
      { name: 'leaves', joins: [], leaves: [0] },
    ],
    stepMs: 60_000,
    viewers: 400,
    contents: 200,
    exponent: 0.9,
    renewMs: 20_000,
  };
  const rowsOf = (o: Partial<SpreadOptions> = {}): Promise<StepRow[]> => spreadOf({ ...options, ...o }, rng());

  let rows: StepRow[];
  beforeAll(async () => {
    rows = await rowsOf();
  });

  it('is of viewers at the node alone where there is no edge', async () => {
    const [row] = await rowsOf({ first: [], steps: [] });
    expect(row?.atOrigin).toBeGreaterThan(300);
  });

  it('is the same for the same seed', async () => {
    expect(await rowsOf()).toEqual(rows);
  });

  it('is seen to fall on an edge that comes, and to be even again once players have asked', () => {
    const [calm, joins, leaves] = rows;
    expect([calm?.name, joins?.name, leaves?.name]).toEqual(['calm', 'joins', 'leaves']);
    expect(joins?.spreadAtOnce).toBeGreaterThan(1.4);
    for (const row of [calm, joins, leaves]) {
      expect(row?.atOrigin).toBe(0);
      expect(row?.viewers).toBeGreaterThan(300);
      expect(row?.spreadSettled).toBeGreaterThanOrEqual(1);
      expect(row?.spreadSettled).toBeLessThan(1.5); // few viewers: it is coarse
    }
    expect(joins?.overBoundS).toBeGreaterThan(0);
  });

  it('says who had to move', () => {
    const [calm, joins, leaves] = rows;
    expect([calm?.movedShareIdeal, calm?.contentsMovedShare, calm?.contentsMovedShareIdeal]).toEqual([0, 0, 0]);
    expect(joins?.movedShareIdeal).toBeCloseTo(1 / 3, 10);
    expect(joins?.movedShare).toBeGreaterThan(1 / 6);
    expect(leaves?.contentsMovedShare).toBe(leaves?.contentsMovedShareIdeal); // no other content moves
    expect(leaves?.movedShare).toBeGreaterThanOrEqual(leaves?.movedShareIdeal ?? 1);
  });
});

describe('a content that grows', () => {
  const options: PrefetchOptions = {
    capacities: [100, 100, 100, 100],
    contents: 4,
    growths: [{ firstPerMinute: 5, doublingMs: 20_000, mostPerMinute: 200 }],
    forMs: 120_000,
    horizonMs: 60_000,
    lookMs: 2000,
    fetchMs: 2000,
  };

  it('has to grow in some way', () => {
    expect(() => prefetched({ ...options, growths: [] }, rng())).toThrow(RangeError);
  });

  it('is found nowhere where there is no edge', () => {
    expect(prefetched({ ...options, capacities: [] }, rng()).with).toMatchObject({ viewers: 0, edgesPerContent: 0 });
  });

  it('is fetched by the first viewer of each edge, or before that viewer comes', () => {
    const { without, with: warmed } = prefetched(options, rng());
    expect(without).toMatchObject({ firstHitRatio: 0, unusedShare: 0 });
    expect(warmed.firstHitRatio).toBeGreaterThan(0.7);
    expect(warmed.viewerHitRatio).toBeGreaterThan(without.viewerHitRatio);
    expect([warmed.viewers, warmed.edgesPerContent]).toEqual([without.viewers, without.edgesPerContent]);
    expect(without.edgesPerContent).toBeGreaterThan(1.5);
  });

  it('is found by none of the first if fetching takes longer than they need to come', () => {
    const late = prefetched({ ...options, fetchMs: options.forMs }, rng()).with;
    expect([late.firstHitRatio, late.viewerHitRatio]).toEqual([0, 0]);
  });

  it('is fetched at no more edges than its viewers will need', () => {
    const growths = [{ firstPerMinute: 10, doublingMs: 1e9, mostPerMinute: 10 }];
    const capacities = Array.from({ length: 8 }, () => 400);
    const { with: warmed } = prefetched({ ...options, growths, capacities }, rng());
    expect(warmed.edgesPerContent).toBeLessThan(3);
    expect(warmed.unusedShare).toBeLessThan(0.5);
  });

  it('is not fetched early where it does not grow', () => {
    const growths = [{ firstPerMinute: 1, doublingMs: 1e9, mostPerMinute: 1 }];
    const { with: warmed } = prefetched({ ...options, growths }, rng());
    expect([warmed.edgesPerContent, warmed.unusedShare]).toEqual([1, 0]);
  });
});

describe('aims', () => {
  const row = { name: 'joins', viewers: 9, spreadAtOnce: 2, spreadSettled: SPREAD_AIM, spreadWorst: 2, overBoundS: 3 };
  const good = Object.assign(row, {
    movedShare: 0,
    movedShareIdeal: 0,
    contentsMovedShare: 0,
    contentsMovedShareIdeal: 0,
  });
  const rows = [Object.assign(good, { edgesPerContent: 1, atOrigin: 0 })];
  const one = { copies: 1, requestsPerSlice: 1, answerMsP50: 1, answerMsP95: 1 };

  it('are met at them, and missed above and where nothing was measured', () => {
    expect(missedOf(rows, { small: one })).toEqual([]);
    const over = [
      { ...good, spreadSettled: 1.26 },
      { ...good, spreadSettled: Number.NaN },
    ] as StepRow[];
    expect(missedOf(over, { large: { ...one, copies: 2 }, small: { ...one, copies: Number.NaN } })).toEqual([
      'joins: spread 1.260, aim 1.25',
      'joins: spread NaN, aim 1.25',
      'large: 2.00 copies of a cold file, aim 1.01',
      'small: NaN copies of a cold file, aim 1.01',
    ]);
  });

  it('are of figures of all steps and of each', () => {
    expect(spreadMetrics([...rows, { ...good, name: 'calm', viewers: 5, spreadWorst: 3 } as StepRow])).toMatchObject({
      viewersMin: 5,
      spreadWorst: 3,
      spreadSettledWorst: SPREAD_AIM,
      joins: { viewers: 9 },
      calm: { spreadWorst: 3 },
    });
  });
});
