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
const deadState = { state: 'dead', silentMs: 9000 };
const pair = [node('a'), node('b', sgp)];
const lossy = (loss: number) => [link('host-a', 'host-b', { lossSlow: loss }), link('host-b', 'host-a')];
const withStrengths = (weak: number, strong: number) => ({ strengths: new Map([['a', strength({ weak, strong })]]) });
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
const linkBeyondUsual = (usualMs: number, rttMs: number, o: Partial<HostLink> = {}) => ({
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
const failures = (...counts: [code: string, count: number, tenant?: string][]) =>
  facts([], {
    failures: counts.map(([code, count, tenant = 'acme']) => ({ region: 'eu', tenant, code, count })),
  });
const growing = (ordered: number, ended: number) =>
  facts([], {
    queues: [
      {
        region: 'eu',
        ordered: { count: ordered, bytes: ordered * 1e7 },
        ended: { count: ended, bytes: ended * 1e7 },
      },
    ],
  });
const hall = { tenant: 'acme', receiver: 'RC_1', name: 'Hall', region: 'eu', open: 3 };
const away = (open: number) => facts([], { awayReceivers: [{ ...hall, open }] });
const twoNodesWith = (sessions: number, o = {}) => facts([node('a', { sessions }), node('b', { sessions: 0, ...o })]);

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
    ['picture-black', 'is not bad for less than 10 s', watched('watching', { blackMs: 9999 }), []],
    ['picture-black', 'is bad from 10 s on', watched('watching', { blackMs: 10_000 }), ['acme/a ann']],
    ['picture-black', 'a screen may be black', watched('watching', { source: 'screen_share', blackMs: 60_000 }), []],
    ['picture-black', 'a stopped track is no black one', watched('watching', { blackMs: 60_000, noneMs: 20_000 }), []],
    ['picture-black', 'stays bad while no recorder sees it', watched('refused', { blackMs: 60_000 }), ['acme/a ann']],
    ['picture-black', 'ends with the room', watched('over', { blackMs: 60_000 }), []],
    ['picture-black', 'the worse camera', watched('watching', { blackMs: 1 }, { blackMs: 60_000 }), ['acme/a ann']],
    ['picture-frozen', 'is bad from 10 s on', watched('watching', { frozenMs: 10_000 }), ['acme/a ann']],
    ['picture-frozen', 'a black track is not frozen', watched('watching', { frozenMs: 60_000, blackMs: 60_000 }), []],
    ['picture-frozen', 'a slide may freeze', watched('watching', { source: 'screen_share', frozenMs: 600_000 }), []],
    [
      'picture-frozen',
      'the screen of an encoder may not freeze',
      watched('watching', { source: 'screen_share', isStream: true, frozenMs: 60_000 }),
      ['acme/a ann'],
    ],
    ['sound-silent', 'a person', watched('watching', { source: 'microphone', silentMs: 600_000 }), []],
    ['sound-silent', 'encoder for 30 s', watched('watching', { isStream: true, silentMs: 30_000 }), ['acme/a ann']],
    ['sound-silent', 'encoder for less than 30 s', watched('watching', { isStream: true, silentMs: 29_999 }), []],
    ['stream-stopped', 'is not bad for less than 10 s', watched('watching', { noneMs: 9999 }), []],
    ['stream-stopped', 'is bad from 10 s on', watched('watching', { noneMs: 10_000 }), ['acme/a ann']],
  ])('%s: %s', (rule, _, seen, expected) => expect(bad(rule, seen)).toEqual(expected));

  it('judges nothing while no recorder reports', () => {
    for (const rule of ['picture-black', 'picture-frozen', 'sound-silent', 'stream-stopped'])
      expect(bad(rule, facts([]))).toBeUndefined();
  });
});

describe('a rule', () => {
  it.each<[rule: string, what: string, seen: AlarmFacts, expected: string[]]>([
    ['centre-unreachable', 'the centre answers', facts([]), []],
    ['centre-unreachable', 'the centre does not answer', facts([], { isCentreReachable: false }), ['centre']],
    ['node-lost', 'one alive, one suspect', facts([node('a'), node('b', { state: 'suspect', silentMs: 2000 })]), []],
    ['node-lost', 'one of two nodes is dead', facts([node('a', deadState), node('b')]), ['a']],
    ['node-lost', 'a dead node that had announced its end', facts([node('a', { ...deadState, isLeaving: true })]), []],
    [
      'host-lost',
      'both nodes of a host are dead',
      facts([node('a', { ...deadState, hostId: 'h' }), node('b', { ...deadState, hostId: 'h' })]),
      ['h'],
    ],
    [
      'host-lost',
      'one of two is dead',
      facts([node('a', { ...deadState, hostId: 'h' }), node('b', { hostId: 'h' })]),
      [],
    ],
    ['host-lost', 'the only node of a host is dead', facts([node('a', deadState)]), []],
    [
      'region-lost',
      'both hosts of a region are lost',
      facts([node('a', { ...sgp, ...deadState }), node('b', { ...sgp, ...deadState }), node('c')]),
      ['ap'],
    ],
    ['region-lost', 'one of two hosts is lost', facts([node('a', { ...sgp, ...deadState }), node('b', sgp)]), []],
    ['region-lost', 'the only host of a region is lost', facts([node('a', { ...sgp, ...deadState })]), []],
    ['node-failing', 'a distrusted node', facts([node('a', { distrust: 'says too little' }), node('b')]), ['a']],
    ['node-failing', 'a distrusted, dead node', facts([node('a', { ...deadState, distrust: 'says too little' })]), []],
    ['region-degraded', 'a fifth of 20 sessions is weak', facts([node('a')], withStrengths(4, 16)), ['eu']],
    ['region-degraded', 'less than a fifth of 20 sessions is weak', facts([node('a')], withStrengths(3, 17)), []],
    [
      'region-degraded',
      'half of 19 sessions are weak: too few sessions to judge',
      facts([node('a')], withStrengths(10, 9)),
      [],
    ],
    ['join-failures', 'all of five joins fail', joins(0, { NODE_UNREACHABLE: 3, INTERNAL: 2 }), ['eu']],
    ['join-failures', 'all of four joins fail', joins(0, { NODE_UNREACHABLE: 4 }), []],
    ['join-failures', 'a twentieth of 100 joins fails', joins(95, { NO_CAPACITY: 5 }), ['eu']],
    ['join-failures', 'less than a twentieth of 101 joins fails', joins(96, { NO_CAPACITY: 5 }), []],
    ['join-failures', 'refused for a full room or an old token', joins(0, { ROOM_FULL: 50, TOKEN_EXPIRED: 50 }), []],
    ['join-failures', 'refusals of clients do not lower the share', joins(0, { ROOM_FULL: 900, NO_NODE: 5 }), ['eu']],
    ['join-failures', 'turned away for load, and one gets in', joins(1, { OVERLOADED: 900 }), []],
    ['join-failures', 'turned away for load, and none gets in', joins(0, { OVERLOADED: 4, SHUTTING_DOWN: 1 }), ['eu']],
    ['join-failures', 'joins fail with an unknown code', joins(0, { OF_TOMORROW: 5 }), ['eu']],
    ['link-loss', 'loss at the limit', facts(pair, { links: lossy(0.05) }), ['ap/Singapore - eu/Frankfurt']],
    ['link-loss', 'loss below the limit', facts(pair, { links: lossy(0.049) }), []],
    [
      'link-loss',
      'loss to a dead host',
      facts([node('a'), node('b', { ...sgp, ...deadState })], { links: lossy(0.9) }),
      [],
    ],
    ['link-loss', 'loss within a site', facts([node('a'), node('b')], { links: lossy(0.9) }), []],
    ['link-loss', 'loss between unknown hosts', facts([], { links: lossy(0.9) }), []],
    ['capacity', '80 % of the sessions of a region are taken', twoNodesWith(80, { sessionsMax: 0 }), ['eu']],
    ['capacity', 'one node at 80 %, the other free', twoNodesWith(80), []],
    ['capacity', 'one node at 80 %, the other free but cordoned', twoNodesWith(80, { isCordoned: true }), ['eu']],
    ['capacity', 'the node has no limit of sessions', facts([node('a', { sessionsMax: 0 })]), []],
    ['certificate', 'ends in two hours', facts([node('a', { certificateEndsMs: WALL_MS + 2 * HOUR_MS })]), []],
    ['certificate', 'ends too soon', facts([node('a', { certificateEndsMs: WALL_MS + 2 * HOUR_MS - 60_000 })]), ['a']],
    ['certificate', 'the certificate has ended', facts([node('a', { certificateEndsMs: WALL_MS - 1 })]), ['a']],
    ['certificate', 'the end of the certificate is unknown', facts([node('a', { certificateEndsMs: 0 })]), []],
    ['leak', 'growth at the limit', facts([node('a')], grown()), ['a']],
    ['leak', 'growth below the limit', facts([node('a')], grown({ rssBytes: 601 * MB })), []],
    ['leak', 'growth of a small node', facts([node('a')], grown({ bytesPerHour: 19.9 * MB, rssBytes: 100 * MB })), []],
    ['leak', 'memory rose in three of four hours', facts([node('a')], grown({ risingShare: 0.75 })), []],
    ['leak', 'sessions explain excess', facts([node('a')], grown({ bytesPerHour: 35 * MB, loadPerHour: 0.01 })), []],
    ['leak', 'sessions explain less', facts([node('a')], grown({ bytesPerHour: 37 * MB, loadPerHour: 0.01 })), ['a']],
    ['leak', 'sessions fell while memory rose', facts([node('a')], grown({ loadPerHour: -0.1 })), ['a']],
    [
      'leak',
      'growth of a dead node, and of a node that is gone',
      facts([node('a', deadState), node('b')], grown()),
      [],
    ],
    ['capacity-forecast', 'half taken, and full in an hour', facts([], filling(0.5, 60)), ['eu']],
    ['capacity-forecast', 'less than half taken, and full in ten minutes', facts([], filling(0.499, 10)), []],
    ['capacity-forecast', 'more than half taken, and full in over an hour', facts([], filling(0.7, 61)), []],
    ['capacity-forecast', 'more than half taken, and not rising', facts([], filling(0.7)), []],
    ['link-rtt', '1.5 times the usual round trip', facts(pair, linkBeyondUsual(160, 240)), []],
    [
      'link-rtt',
      'more than 1.5 times the usual',
      facts(pair, linkBeyondUsual(160, 241)),
      ['ap/Singapore - eu/Frankfurt'],
    ],
    ['link-rtt', '20 ms more than a usual round trip of 20 ms', facts(pair, linkBeyondUsual(20, 40)), []],
    ['link-rtt', 'over 20 ms more than usual', facts(pair, linkBeyondUsual(20, 41)), ['ap/Singapore - eu/Frankfurt']],
    ['link-rtt', 'longer, of an unused link', facts(pair, linkBeyondUsual(20, 300, { isInUse: false })), []],
    [
      'link-rtt',
      'longer, to a dead host',
      facts([node('a'), node('b', { ...sgp, ...deadState })], linkBeyondUsual(20, 300)),
      [],
    ],
    ['webhook-backlog', 'the oldest waits for 120 s', facts([], { webhooks: { oldestDueMs: 120_000 } }), ['webhooks']],
    ['webhook-backlog', 'the oldest waits for less than 120 s', facts([], { webhooks: { oldestDueMs: 119_000 } }), []],
    ['deliveries-late', 'the only delivery is late', onTheWay(1, 1), ['eu']],
    ['deliveries-late', 'none of 1000 deliveries is late', onTheWay(1000, 0), []],
    ['deliveries-late-many', 'a fifth of ten deliveries is late', onTheWay(10, 2), ['eu']],
    ['deliveries-late-many', 'less than a fifth of 11 deliveries is late', onTheWay(11, 2), []],
    ['deliveries-late-many', 'all of nine deliveries are late: too few to judge', onTheWay(9, 9), []],
    ['deliveries-failed', 'less than ten deliveries failed', failures(['DISK_FULL', 5], ['REFUSED', 4]), []],
    ['deliveries-failed', 'ten deliveries failed', failures(['DISK_FULL', 5], ['REFUSED', 5, 'globex']), ['eu']],
    ['receiver-away', 'a receiver with open deliveries is away', away(1), ['acme/RC_1']],
    ['receiver-away', 'no receiver is away', facts([], { awayReceivers: [] }), []],
    ['channel-down', 'a channel answers', facts([], { channels: [{ name: 'a', isUp: true }] }), []],
    [
      'channel-down',
      'one of two channels does not answer',
      facts([], { channels: ['a', 'b'].map((name) => ({ name, isUp: name === 'b' })) }),
      ['a'],
    ],
    ['distribution-queue-grows', 'as many deliveries end as are ordered', growing(900, 900), []],
    ['distribution-queue-grows', 'a hundred deliveries more are ordered than end', growing(900, 800), ['eu']],
    ['distribution-queue-grows', 'the queue shrinks', growing(0, 900), []],
    ['clock-skew', 'a node is two minutes ahead', skewed(3, 120_000, -8), ['n1']],
    ['clock-skew', 'a node is two minutes behind', skewed(3, -120_000, -8), ['n1']],
    ['clock-skew', 'a node is off by the limit', skewed(0, 2000, 0), []],
    ['clock-skew', 'all nodes are off alike: the centre is', skewed(120_000, 120_003, 119_990, 120_001), ['centre']],
    ['clock-skew', 'a node does not report its offset', skewed(undefined, 0, 0), []],
    ['disk', 'less than 80 % of the disk is taken', space(20.1e9), []],
    ['disk', '80 % of the disk is taken', space(20e9), ['a']],
    ['disk', 'the size is unknown', facts([node('a'), node('b', { disk: { bytes: 0, freeBytes: 0 } })]), []],
    ['disk', 'the full disk of a dead node', space(0, deadState), []],
    ['disk-full', 'less than 95 % of the disk is taken', space(5.1e9), []],
    ['disk-full', '95 % of the disk is taken', space(5e9), ['a']],
    ['recorder-queue', 'no recording waits', queue(0, 0), []],
    ['recorder-queue', 'the oldest recording waits for 30 s', queue(2, 30_000), ['recorders']],
    ['recorder-queue', 'the oldest recording waits for less than 30 s', queue(9, 29_400), []],
    ['config-drift', 'all nodes have the same value', configured('1', '1', '1'), []],
    ['config-drift', 'one of three nodes has another value', configured('1', '2', '1'), ['n1']],
    ['config-drift', 'two nodes have two values: none is usual', configured('1', '2'), []],
    ['config-drift', 'two of six nodes have another value', configured('1', '2', '1', '2', '1', '1'), ['n1', 'n3']],
    ['config-drift', 'two of five nodes have another value: none is usual', configured('1', '2', '1', '2', '1'), []],
    ['config-drift', 'one node does not report the value', configured('1', '1', '1', undefined), []],
    ['config-drift', 'two nodes report two values, two report none', configured('1', '2', undefined, undefined), []],
    [
      'config-drift',
      'a dead node and a node of another kind have another value',
      facts([
        ...['1', '1', '1'].map((x, at) => node(`n${at}`, { config: { x } })),
        node('old', { ...deadState, config: { x: '2' } }),
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
  it('writes what failed and for whom, and what grows, in the texts of deliveries', () => {
    const many = failures(['A', 9], ['B', 3], ['C', 2, 'globex'], ['D', 1], ['E', 1]);
    expect(textOf('deliveries-failed', many)).toBe(
      '16 deliveries to eu failed in the last hour: 9 A, 3 B, 2 C, 2 others. Most are of acme (14).',
    );
    expect(textOf('receiver-away', away(3))).toBe('The receiver Hall of acme in eu is away; open deliveries: 3.');
    expect(textOf('distribution-queue-grows', growing(900, 100))).toBe(
      'The queue of eu grows: 900 deliveries (9 GB) were ordered and 100 (1 GB) ended in 25 min.',
    );
  });

  it.each(['deliveries-failed', 'receiver-away', 'channel-down', 'distribution-queue-grows'])(
    '%s is unknown without its facts',
    (rule) => expect(bad(rule, facts([]))).toBe(undefined),
  );

  it('writes short texts: fullness of a disk, waiting recordings, differing configuration', () => {
    expect(textOf('disk', space(12.34e9))).toBe(
      'The disk of a (eu/Frankfurt) is 87.7 % full: 12.3 GB of 100.0 GB are free.',
    );
    expect(textOf('recorder-queue', queue(3, 61_000))).toBe('3 recordings wait for a recorder, the oldest for 61 s.');
    const config = (x: string, long: string) => ({ a: x, b: long, c: 'null', d: x, e: x, f: 'true' });
    const alike = ['n0', 'n1'].map((id) => node(id, { config: config('"info"', '[]') }));
    const oddNode = node('n2', { config: { ...config('"debug"', `"${'x'.repeat(199)}`), c: '"acme"' } });
    expect(textOf('config-drift', facts([...alike, oddNode]))).toBe(
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
    const one = { ...sgp, ...deadState, hostId: 'one' };
    const seen = facts([node('a', one), node('b', one), node('c', { ...sgp, ...deadState, hostId: 'two' })]);
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
