import { describe, expect, it } from 'vitest';
import { capacityTrend } from '../../../src/history/core/capacity.ts';
import { FleetMeans } from '../../../src/history/core/means.ts';
import { medianOf, theilSen } from '../../../src/history/core/robust.ts';
import { UsualRtt, worstRtts } from '../../../src/history/core/site-rtt.ts';
import { link, node } from '../alarms/facts.ts';

const MINUTE_MS = 60_000;

describe('a robust figure', () => {
  it.each([
    [[], undefined],
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2],
    [[10, 9, 100], 10],
  ])('the median of %j is %j', (figures, expected) => expect(medianOf(figures)).toBe(expected));
  it.each<[points: [number, number][], expected: number | undefined]>([
    [[], undefined],
    [[[1, 5]], undefined],
    [
      [
        [1, 5],
        [1, 7],
      ],
      undefined,
    ],
    [
      [
        [0, 0],
        [1, 2],
        [2, 4],
        [3, 900],
        [4, 8],
        [5, 10],
        [6, 12],
      ],
      2,
    ],
  ])('the slope of %j is %j', (points, expected) => {
    expect(theilSen(points.map(([x, y]) => ({ x, y })))).toBe(expected);
  });
});

describe('round trips of sites', () => {
  const nodes = [node('a'), node('b', { region: 'ap', city: 'Singapore' }), node('c'), node('d', { state: 'dead' })];
  it('are the longest of each pair of sites in use, in either direction, without dead hosts', () => {
    const links = [
      link('host-a', 'host-b', { rttMs: 160 }),
      link('host-b', 'host-c', { rttMs: 170 }),
      link('host-c', 'host-b', { rttMs: 900, isInUse: false }),
      link('host-a', 'host-c', { rttMs: 500 }),
      link('host-b', 'host-d', { rttMs: 800 }),
      link('host-b', 'none', { rttMs: 800 }),
    ];
    const found = [...worstRtts(nodes, links)].map(([key, { rttMs, link: of }]) => [key, rttMs, of.toHostId]);
    expect(found).toEqual([['ap/Singapore eu/Frankfurt', 170, 'host-c']]);
  });
});

describe('the usual round trip', () => {
  /** Adds a sample every 5 s for `minutes` minutes. Returns the time of the next sample. */
  const addSamples = (
    usual: UsualRtt,
    from: number,
    minutes: number,
    rttMs: (minute: number) => number | undefined,
  ) => {
    for (let at = 0; at < minutes * 12; at += 1) {
      const ms = rttMs(at / 12);
      usual.addSample(new Map(ms === undefined ? [] : [['x y', { rttMs: ms }]]), (from + at / 12) * MINUTE_MS);
    }
    return from + minutes;
  };
  const of = (usual: UsualRtt) => usual.usualMs.get('x y');

  it('is unknown in the first quarter of an hour', () => {
    const usual = new UsualRtt();
    let now = addSamples(usual, 0, 15, () => 20);
    expect(of(usual)).toBeUndefined();
    now = addSamples(usual, now, 1, () => 20);
    expect(of(usual)).toBe(20);
  });

  it('is unchanged while another delay lasts less than half an hour, however different', () => {
    const usual = new UsualRtt();
    let nowMs = addSamples(usual, 0, 61, () => 20);
    for (let minute = 0; minute < 29; minute += 1) {
      nowMs = addSamples(usual, nowMs, 1, () => 3000);
      expect(of(usual)).toBe(20);
    }
    addSamples(usual, nowMs, 7, () => 3000);
    expect(of(usual)).toBe(3000);
  });

  it('is forgotten after an hour without a measurement', () => {
    const usual = new UsualRtt();
    let now = addSamples(usual, 0, 20, () => 20);
    now = addSamples(usual, now, 59, () => undefined);
    expect(of(usual)).toBe(20);
    addSamples(usual, now, 7, () => undefined);
    expect(of(usual)).toBeUndefined();
  });

  it('is kept for a limited number of pairs', () => {
    const usual = new UsualRtt();
    const many = new Map(Array.from({ length: 5000 }, (_, at) => [`a ${at}`, { rttMs: 1 }]));
    for (let minute = 0; minute < 16; minute += 1) usual.addSample(many, minute * MINUTE_MS);
    expect(usual.usualMs.size).toBe(4005);
  });
});

describe('free sessions of a region', () => {
  const hour = (of: (at: number) => Partial<{ sessions: number; openSessions: number; openMax: number }>, count = 13) =>
    capacityTrend(
      Array.from({ length: count }, (_, at) => {
        const { sessions = 50, openSessions = sessions, openMax = 100 } = of(at);
        return { atMs: at * 5 * MINUTE_MS, sessions, openSessions, openMax };
      }),
    );
  it.each([
    ['steady sessions', hour(() => ({})), { share: 0.5 }],
    ['falling sessions', hour((at) => ({ sessions: 90 - at })), { share: 0.78 }],
    ['a rise by one session a minute', hour((at) => ({ sessions: 5 * at })), { share: 0.6, fullInMs: 40 * MINUTE_MS }],
    ['sessions that reach the limit', hour((at) => ({ sessions: 40 + 5 * at })), { share: 1, fullInMs: 0 }],
    [
      'a node that is drained meanwhile, which is no rise of the demand',
      hour((at) => (at < 9 ? {} : { openSessions: 30, openMax: 40 })),
      { share: 0.75 },
    ],
    [
      'a node that is back from a cordon, which is no fall',
      hour((at) => (at < 6 ? { openSessions: 30, openMax: 60 } : {})),
      { share: 0.5 },
    ],
    [
      'a node that comes while the demand rises',
      hour((at) => ({ sessions: 5 * at, openMax: at < 9 ? 100 : 200 })),
      { share: 0.3, fullInMs: 140 * MINUTE_MS },
    ],
    ['less than half an hour of samples: no result', hour((at) => ({ sessions: 5 * at }), 5), undefined],
    ['nodes without a known limit: no result', hour(() => ({ openMax: 0 })), undefined],
  ])('have the right share and end: %s', (_, found, expected) => expect(found).toEqual(expected));
});

describe('means of the last minutes', () => {
  it('cover each node that was seen, without old samples and dead nodes', () => {
    const means = new FleetMeans();
    const see = (minute: number, txBps: number) =>
      means.addSample([node('a', { txBps, cpu: 0.1 }), node('b', { state: 'dead' })], minute * MINUTE_MS);
    see(0, 1000);
    for (const minute of [4, 4.5, 5, 6, 7]) see(minute, 10 * minute);
    expect(means.of('a', 7 * MINUTE_MS)).toMatchObject({ txBps: 53, cpu: expect.closeTo(0.1) });
    expect(means.of('b', 7 * MINUTE_MS)).toBeUndefined();
    expect(means.of('a', 30 * MINUTE_MS)).toBeUndefined();
  });
});
