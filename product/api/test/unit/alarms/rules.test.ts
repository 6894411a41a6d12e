import { describe, expect, it } from 'vitest';
import type { AlarmFacts } from '../../../src/alarms/core/rule.ts';
import { alarmRules } from '../../../src/alarms/core/rules/index.ts';
import type { HostLink } from '../../../src/console/core/fleet.ts';
import type { MemoryTrend } from '../../../src/history/core/trends.ts';
import type { SeenRoom, SeenTrack } from '../../../src/wall/core/facts.ts';
import { facts, link, node, strength, WALL_MS } from './facts.ts';

const HOUR_MS = 3_600_000;
const bad = (rule: string, seen: AlarmFacts): string[] | undefined => {
  const found = alarmRules.find(({ id }) => id === rule);
  return found?.judge(seen, found.limit)?.flatMap(({ isBad, subject }) => (isBad ? [subject] : []));
};
const sgp = { region: 'ap', city: 'Singapore' };
const dead = { state: 'dead', silentMs: 9000 };
const pair = [node('a'), node('b', sgp)];
const lossy = (loss: number) => [link('host-a', 'host-b', { lossSlow: loss }), link('host-b', 'host-a')];
const many = (weak: number, strong: number) => ({ strengths: new Map([['a', strength({ weak, strong })]]) });
const skewed = (...offsets: (number | undefined)[]) =>
  facts(offsets.map((clockOffsetMs, at) => node(`n${at}`, { ...(clockOffsetMs !== undefined && { clockOffsetMs }) })));
const space = (freeBytes: number, o = {}) => facts([node('a', { disk: { bytes: 100e9, freeBytes }, ...o }), node('b')]);
const queue = (waiting: number, oldestMs: number) =>
  facts([], { cloud: { nodes: [], links: [], recordingQueue: { waiting, oldestMs } } });
/** Returns a node for each value of one key; undefined: the node does not report it. */
const configured = (...values: (string | undefined)[]) =>
  facts(values.map((x, at) => node(`n${at}`, { ...(x !== undefined && { config: { x } }) })));
const no = { usualRttMs: new Map(), memory: new Map(), capacity: new Map() };
const MB = 1e6;
const grown = (o: Partial<MemoryTrend> = {}) => {
  const usual = { bytesPerHour: 30 * MB, rssBytes: 600 * MB, risingShare: 0.8, hours: 6, loadPerHour: 0 };
  return { trends: { ...no, memory: new Map([['a', { ...usual, ...o }]]) } };
};
const filling = (share: number, minutes?: number) => ({
  trends: { ...no, capacity: new Map([['eu', { share, ...(minutes && { fullInMs: minutes * 60_000 }) }]]) },
});
const farther = (usualMs: number, rttMs: number, o: Partial<HostLink> = {}) => ({
  trends: { ...no, usualRttMs: new Map([['ap/Singapore eu/Frankfurt', usualMs]]) },
  links: [link('host-a', 'host-b', { rttMs: usualMs }), link('host-b', 'host-a', { rttMs, ...o })],
});
const joins = (succeeded: number, failed: Record<string, number>) =>
  facts([], {
    joins: [
      { region: 'eu', succeeded, failed },
      { region: 'ap', succeeded: 9, failed: {} },
    ],
  });
const onTheWay = (open: number, late: number) =>
  facts([], { deliveries: [{ region: 'eu', open, late, oldestLateMs: late * 60_000 }] });
const full = (sessions: number, o = {}) => facts([node('a', { sessions }), node('b', { sessions: 0, ...o })]);

const track = (o: Partial<SeenTrack>): SeenTrack => ({
  identity: 'ann',
  trackId: 'TR_1',
  source: 'camera',
  codec: 'vp8',
  isStream: false,
  blackMs: 0,
  frozenMs: 0,
  silentMs: 0,
  noneMs: 0,
  levelDb: -30,
  ...o,
});
const watched = (state: SeenRoom['state'], ...tracks: Partial<SeenTrack>[]): AlarmFacts => ({
  ...facts([]),
  watched: [{ tenant: 'acme', room: 'a', state, code: '', participants: 2, tracks: tracks.map(track) }],
});

describe('a rule of programme pictures', () => {
  it.each<[rule: string, what: string, seen: AlarmFacts, expected: string[]]>([
    ['picture-black', 'for less than 10 s', watched('watching', { blackMs: 9999 }), []],
    ['picture-black', 'for 10 s', watched('watching', { blackMs: 10_000 }), ['acme/a ann']],
    ['picture-black', 'a shared screen', watched('watching', { source: 'screen_share', blackMs: 60_000 }), []],
    ['picture-black', 'stopped', watched('watching', { blackMs: 60_000, noneMs: 20_000 }), []],
    ['picture-black', 'no recorder sees it now', watched('refused', { blackMs: 60_000 }), ['acme/a ann']],
    ['picture-black', 'the room is over', watched('over', { blackMs: 60_000 }), []],
    ['picture-black', 'two cameras', watched('watching', { blackMs: 1 }, { blackMs: 60_000 }), ['acme/a ann']],
    ['picture-frozen', 'for 10 s', watched('watching', { frozenMs: 10_000 }), ['acme/a ann']],
    ['picture-frozen', 'black too', watched('watching', { frozenMs: 60_000, blackMs: 60_000 }), []],
    ['picture-frozen', 'a slide', watched('watching', { source: 'screen_share', frozenMs: 600_000 }), []],
    [
      'picture-frozen',
      'a screen of an encoder',
      watched('watching', { source: 'screen_share', isStream: true, frozenMs: 60_000 }),
      ['acme/a ann'],
    ],
    ['sound-silent', 'a person', watched('watching', { source: 'microphone', silentMs: 600_000 }), []],
    ['sound-silent', 'an encoder', watched('watching', { isStream: true, silentMs: 30_000 }), ['acme/a ann']],
    ['sound-silent', 'for less than 30 s', watched('watching', { isStream: true, silentMs: 29_999 }), []],
    ['stream-stopped', 'for less than 10 s', watched('watching', { noneMs: 9999 }), []],
    ['stream-stopped', 'for 10 s', watched('watching', { noneMs: 10_000 }), ['acme/a ann']],
  ])('%s: %s', (rule, _, seen, expected) => expect(bad(rule, seen)).toEqual(expected));

  it('judges nothing while no recorder reports', () => {
    for (const rule of ['picture-black', 'picture-frozen', 'sound-silent', 'stream-stopped'])
      expect(bad(rule, facts([]))).toBeUndefined();
  });
});

describe('a rule', () => {
  it.each<[rule: string, what: string, seen: AlarmFacts, expected: string[]]>([
    ['centre-unreachable', 'it answers', facts([]), []],
    ['centre-unreachable', 'it does not', facts([], { isCentreReachable: false }), ['centre']],
    ['node-lost', 'alive, suspect', facts([node('a'), node('b', { state: 'suspect', silentMs: 2000 })]), []],
    ['node-lost', 'dead', facts([node('a', dead), node('b')]), ['a']],
    ['node-lost', 'dead, but it said that it ends', facts([node('a', { ...dead, isLeaving: true })]), []],
    [
      'host-lost',
      'all of two',
      facts([node('a', { ...dead, hostId: 'h' }), node('b', { ...dead, hostId: 'h' })]),
      ['h'],
    ],
    ['host-lost', 'one of two', facts([node('a', { ...dead, hostId: 'h' }), node('b', { hostId: 'h' })]), []],
    ['host-lost', 'the only one', facts([node('a', dead)]), []],
    [
      'region-lost',
      'two hosts',
      facts([node('a', { ...sgp, ...dead }), node('b', { ...sgp, ...dead }), node('c')]),
      ['ap'],
    ],
    ['region-lost', 'one of two', facts([node('a', { ...sgp, ...dead }), node('b', sgp)]), []],
    ['region-lost', 'one host', facts([node('a', { ...sgp, ...dead })]), []],
    ['node-failing', 'distrusted', facts([node('a', { distrust: 'says too little' }), node('b')]), ['a']],
    ['node-failing', 'distrusted, dead', facts([node('a', { ...dead, distrust: 'says too little' })]), []],
    ['region-degraded', 'a fifth of 20', facts([node('a')], many(4, 16)), ['eu']],
    ['region-degraded', 'less than a fifth', facts([node('a')], many(3, 17)), []],
    ['region-degraded', 'of 19', facts([node('a')], many(10, 9)), []],
    ['join-failures', 'all of five', joins(0, { NODE_UNREACHABLE: 3, INTERNAL: 2 }), ['eu']],
    ['join-failures', 'all of four', joins(0, { NODE_UNREACHABLE: 4 }), []],
    ['join-failures', 'a twentieth', joins(95, { NO_CAPACITY: 5 }), ['eu']],
    ['join-failures', 'less than a twentieth', joins(96, { NO_CAPACITY: 5 }), []],
    ['join-failures', 'by rules of the room and expired tokens', joins(0, { ROOM_FULL: 50, TOKEN_EXPIRED: 50 }), []],
    ['join-failures', 'those of clients do not thin them', joins(0, { ROOM_FULL: 900, NO_NODE: 5 }), ['eu']],
    ['join-failures', 'turned away, and others get in', joins(1, { OVERLOADED: 900 }), []],
    ['join-failures', 'turned away, and none gets in', joins(0, { OVERLOADED: 4, SHUTTING_DOWN: 1 }), ['eu']],
    ['join-failures', 'an unknown code', joins(0, { OF_TOMORROW: 5 }), ['eu']],
    ['link-loss', 'at the limit', facts(pair, { links: lossy(0.05) }), ['ap/Singapore - eu/Frankfurt']],
    ['link-loss', 'below it', facts(pair, { links: lossy(0.049) }), []],
    ['link-loss', 'to a dead host', facts([node('a'), node('b', { ...sgp, ...dead })], { links: lossy(0.9) }), []],
    ['link-loss', 'in one site', facts([node('a'), node('b')], { links: lossy(0.9) }), []],
    ['link-loss', 'of unknown hosts', facts([], { links: lossy(0.9) }), []],
    ['capacity', 'at 80 %', full(80, { sessionsMax: 0 }), ['eu']],
    ['capacity', 'a free node beside', full(80), []],
    ['capacity', 'the free one is cordoned', full(80, { isCordoned: true }), ['eu']],
    ['capacity', 'no limit is known', facts([node('a', { sessionsMax: 0 })]), []],
    ['certificate', 'renewed in time', facts([node('a', { certificateEndsMs: WALL_MS + 2 * HOUR_MS })]), []],
    ['certificate', 'not renewed', facts([node('a', { certificateEndsMs: WALL_MS + 2 * HOUR_MS - 60_000 })]), ['a']],
    ['certificate', 'over', facts([node('a', { certificateEndsMs: WALL_MS - 1 })]), ['a']],
    ['certificate', 'no link', facts([node('a', { certificateEndsMs: 0 })]), []],
    ['leak', 'at the limit', facts([node('a')], grown()), ['a']],
    ['leak', 'slower', facts([node('a')], grown({ rssBytes: 601 * MB })), []],
    ['leak', 'of a small node', facts([node('a')], grown({ bytesPerHour: 19.9 * MB, rssBytes: 100 * MB })), []],
    ['leak', 'in three of four hours', facts([node('a')], grown({ risingShare: 0.75 })), []],
    ['leak', 'sessions rose too', facts([node('a')], grown({ bytesPerHour: 35 * MB, loadPerHour: 0.01 })), []],
    ['leak', 'sessions rose by less', facts([node('a')], grown({ bytesPerHour: 37 * MB, loadPerHour: 0.01 })), ['a']],
    ['leak', 'sessions fell', facts([node('a')], grown({ loadPerHour: -0.1 })), ['a']],
    ['leak', 'of a dead node, of one that is gone', facts([node('a', dead), node('b')], grown()), []],
    ['capacity-forecast', 'at both limits', facts([], filling(0.5, 60)), ['eu']],
    ['capacity-forecast', 'less taken', facts([], filling(0.499, 10)), []],
    ['capacity-forecast', 'later', facts([], filling(0.7, 61)), []],
    ['capacity-forecast', 'it does not rise', facts([], filling(0.7)), []],
    ['link-rtt', 'half as much again', facts(pair, farther(160, 240)), []],
    ['link-rtt', 'more than that', facts(pair, farther(160, 241)), ['ap/Singapore - eu/Frankfurt']],
    ['link-rtt', 'twice of a little', facts(pair, farther(20, 40)), []],
    ['link-rtt', 'more than that, of a little', facts(pair, farther(20, 41)), ['ap/Singapore - eu/Frankfurt']],
    ['link-rtt', 'not in use', facts(pair, farther(20, 300, { isInUse: false })), []],
    ['link-rtt', 'to a dead host', facts([node('a'), node('b', { ...sgp, ...dead })], farther(20, 300)), []],
    ['webhook-backlog', 'at the limit', facts([], { webhooks: { oldestDueMs: 120_000 } }), ['webhooks']],
    ['webhook-backlog', 'below it', facts([], { webhooks: { oldestDueMs: 119_000 } }), []],
    ['deliveries-late', 'one', onTheWay(1, 1), ['eu']],
    ['deliveries-late', 'none of many', onTheWay(1000, 0), []],
    ['deliveries-late-many', 'at a fifth', onTheWay(10, 2), ['eu']],
    ['deliveries-late-many', 'below it', onTheWay(11, 2), []],
    ['deliveries-late-many', 'all of a few', onTheWay(9, 9), []],
    ['clock-skew', 'two minutes', skewed(3, 120_000, -8), ['n1']],
    ['clock-skew', 'two minutes behind', skewed(3, -120_000, -8), ['n1']],
    ['clock-skew', 'at the limit', skewed(0, 2000, 0), []],
    ['clock-skew', 'that of the centre', skewed(120_000, 120_003, 119_990, 120_001), ['centre']],
    ['clock-skew', 'one that does not say', skewed(undefined, 0, 0), []],
    ['disk', 'below 80 %', space(20.1e9), []],
    ['disk', 'at 80 %', space(20e9), ['a']],
    ['disk', 'not known', facts([node('a'), node('b', { disk: { bytes: 0, freeBytes: 0 } })]), []],
    ['disk', 'full, but dead', space(0, dead), []],
    ['disk-full', 'below 95 %', space(5.1e9), []],
    ['disk-full', 'at 95 %', space(5e9), ['a']],
    ['recorder-queue', 'none waits', queue(0, 0), []],
    ['recorder-queue', 'at 30 s', queue(2, 30_000), ['recorders']],
    ['recorder-queue', 'below it', queue(9, 29_400), []],
    ['config-drift', 'all alike', configured('1', '1', '1'), []],
    ['config-drift', 'one of three', configured('1', '2', '1'), ['n1']],
    ['config-drift', 'one of two', configured('1', '2'), []],
    ['config-drift', 'two of six', configured('1', '2', '1', '2', '1', '1'), ['n1', 'n3']],
    ['config-drift', 'two of five: none is usual', configured('1', '2', '1', '2', '1'), []],
    ['config-drift', 'one that does not say', configured('1', '1', '1', undefined), []],
    ['config-drift', 'one of two that say', configured('1', '2', undefined, undefined), []],
    [
      'config-drift',
      'dead ones, and other kinds',
      facts([
        ...['1', '1', '1'].map((x, at) => node(`n${at}`, { config: { x } })),
        node('old', { ...dead, config: { x: '2' } }),
        node('api', { kind: 'api', config: { x: '2' } }),
      ]),
      [],
    ],
  ])('%s: %s', (rule, _, seen, expected) => {
    expect(bad(rule, seen)).toEqual(expected);
  });

  const textOf = (rule: string, seen: AlarmFacts): string | undefined => {
    const found = alarmRules.find(({ id }) => id === rule);
    return found?.judge(seen, found.limit)?.find(({ isBad }) => isBad)?.text;
  };
  it('writes short texts: fullness of a disk, waiting recordings, differing configuration', () => {
    expect(textOf('disk', space(12.34e9))).toBe(
      'The disk of a (eu/Frankfurt) is 87.7 % full: 12.3 GB of 100.0 GB are free.',
    );
    expect(textOf('recorder-queue', queue(3, 61_000))).toBe('3 recordings wait for a recorder, the oldest for 61 s.');
    const config = (x: string, long: string) => ({ a: x, b: long, c: 'null', d: x, e: x, f: 'true' });
    const alike = ['n0', 'n1'].map((id) => node(id, { config: config('"info"', '[]') }));
    const odd = node('n2', { config: { ...config('"debug"', `"${'x'.repeat(199)}`), c: '"acme"' } });
    expect(textOf('config-drift', facts([...alike, odd]))).toBe(
      `n2 (eu/Frankfurt) is configured differently from most sfu nodes: a "debug", usually "info"; b "${'x'.repeat(39)}…, usually []; c "acme", usually not set; and 2 more.`,
    );
  });

  it('ignores a disk of unknown size', () => {
    const rule = alarmRules.find(({ id }) => id === 'disk');
    expect(rule?.judge(facts([node('a', { disk: { bytes: 0, freeBytes: 0 } })]), 0.8)).toEqual([]);
  });

  it('of the recording queue gives no verdict if the centre does not report it', () => {
    expect(bad('recorder-queue', facts([]))).toBeUndefined();
  });

  it('of joins names the share of failures and the most frequent code, except clients’ own errors', () => {
    const seen = joins(75, { TOKEN_EXPIRED: 90, NODE_LOST: 4, NODE_UNREACHABLE: 20, NO_NODE: 1 });
    const rule = alarmRules.find(({ id }) => id === 'join-failures');
    expect(rule?.judge(seen, rule.limit)?.[0]?.text).toBe(
      '25 of 100 joins at signaling nodes of eu failed (25 %), most with NODE_UNREACHABLE.',
    );
  });

  it.each([
    ['region-lost', 2],
    ['host-lost', 2],
  ])('%s has its value in the unit of its limit', (rule, expected) => {
    const one = { ...sgp, ...dead, hostId: 'one' };
    const seen = facts([node('a', one), node('b', one), node('c', { ...sgp, ...dead, hostId: 'two' })]);
    const found = alarmRules.find(({ id }) => id === rule);
    expect(found?.judge(seen, found.limit)?.find(({ isBad }) => isBad)?.value).toBe(expected);
  });

  it('gives no verdict without its facts', () => {
    const { cloud: _, ...away } = facts([]);
    const nothing = { wallMs: away.wallMs, isCentreReachable: false };
    expect(alarmRules.filter((rule) => bad(rule.id, nothing) !== undefined).map(({ id }) => id)).toEqual([
      'centre-unreachable',
    ]);
  });

  it('that compares with the past gives no verdict without a past', () => {
    const seen = facts(pair, { links: lossy(0) });
    for (const rule of ['leak', 'capacity-forecast', 'link-rtt'])
      expect([rule, bad(rule, seen)]).toEqual([rule, undefined]);
    // An instance that has just started has no trends.
    expect(bad('link-rtt', { ...seen, trends: no })).toBeUndefined();
  });

  it('has a limit with a source, and a unique name', () => {
    expect(new Set(alarmRules.map(({ id }) => id)).size).toBe(alarmRules.length);
    for (const { limitSource, reason } of alarmRules)
      expect([reason, limitSource].every((text) => text.length > 20)).toBe(true);
  });
});
