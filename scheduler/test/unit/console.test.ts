import { type LogQuery, limits, MeridianError, type Rpc, rpc, wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { type ConsoleOptions, serveConsole } from '../../src/adapters/links/console.ts';
import { LINKS_LISTED_MAX } from '../../src/adapters/links/console-wire.ts';
import { fleetView } from '../../src/administration/reports.ts';
import type { Centre } from '../../src/centre/centre.ts';
import { centreAt } from './centre-at.ts';
import { description, frankfurt, noLoad, room, singapore } from './fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });

interface ConsoleClient {
  fleetSeen(withSent?: boolean): Promise<wire.FleetSeen>;
  linksSeen(ask?: Partial<wire.LinksRequest>): Promise<wire.LinksSeen>;
  roomPlanned(roomKey: string): Promise<wire.RoomPlanned>;
  stories(...ids: string[]): Promise<wire.DecisionStories>;
  command(nodeId: string, command: string, reason?: string): Promise<wire.NodeCommanded>;
  logs(nodeId: string, wanted: wire.LogLinesRequest.$Properties): Promise<wire.LogLines>;
}

function api(centre: Centre, clock: ManualClock, o: Partial<ConsoleOptions> = {}) {
  const handlers = new Map<number, (message: never) => unknown>();
  const drained: [nodeId: string, on: boolean, reason: string][] = [];
  const plans = { changed: 0 };
  const sought: [nodeId: string, query: LogQuery][] = [];
  serveConsole({
    apiId: 'api-1',
    clock,
    log,
    centre,
    epoch: 3,
    checkApi: () => undefined,
    serve: <Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP) =>
      void handlers.set(kind.number, handler as (message: never) => unknown),
    notAfterMsOf: (nodeId) => (nodeId === 'n1' ? 777 : 0),
    clockOffsetMsOf: (nodeId) => (nodeId === 'n1' ? -120_000 : undefined),
    isOurs: (id) => !id.includes('.'),
    logLinesOf: async (nodeId, query) => {
      sought.push([nodeId, query]);
      return { source: 'file', lines: [{ wallMs: 5, text: '{}' }] };
    },
    storiesElsewhere: async (ids) => ids.map((decisionId) => ({ decisionId })),
    orders: {
      planChanged: () => {
        plans.changed += 1;
      },
      sendDrain: async (...order) => drained.push(order) > 0,
    },
    ...o,
  });
  const ask = async <A>(kind: { number: number }, message: object): Promise<A> =>
    (await handlers.get(kind.number)?.(message as never)) as A;
  const asked: ConsoleClient = {
    fleetSeen: (withSent = false) => ask(rpc.fleetSeen, { withSent }),
    linksSeen: (more = {}) => ask(rpc.linksSeen, { usedOnly: false, hostId: '', withReasons: false, ...more }),
    roomPlanned: (roomKey) => ask(rpc.roomPlanned, { roomKey }),
    stories: (...decisionIds) => ask(rpc.decisionStories, { decisionIds }),
    logs: (nodeId, wanted) => ask(rpc.logsSought, { nodeId, wanted }),
    command: (nodeId, command, reason = '') => ask(rpc.nodeCommand, { nodeId, command, reason }),
  };
  return { ...asked, drained, plans, sought };
}

const join = (centre: Centre, nodeId: string, o: object = {}, rooms: ReturnType<typeof room>[] = []) =>
  centre.register({ description: description({ nodeId, ...o }), rooms, load: noLoad });
const sgp = { region: 'ap', city: 'singapore', ...singapore };
const code = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error as MeridianError).code,
  );

describe('the fleet', () => {
  test('has every node with its state, orders and certificate, and neither addresses nor rooms', async () => {
    const clock = new ManualClock();
    const centre = centreAt(clock);
    join(centre, 'n1', {}, [room('t/r', ['PA_1'])]);
    join(centre, 'n2', sgp);
    await centre.cordon('n2', 'new disk');
    const { nodes, ...seen } = await api(centre, clock).fleetSeen();
    expect(seen).toMatchObject({ centreIncarnation: centre.incarnation, centreEpoch: 3, wallMs: clock.wallMs() });
    expect(nodes.map(({ node, ...rest }) => [node?.nodeId, rest.state, rest.cordoned, rest.cordonReason])).toEqual([
      ['n1', 'alive', false, ''],
      ['n2', 'draining', true, 'new disk'],
    ]);
    expect(nodes[0]).toMatchObject({ sessionsSeen: 1, certificateNotAfterMs: 777, draining: false });
    expect(nodes[0]).toMatchObject({ clockOffsetMs: -120_000 });
    expect(nodes[1]).toMatchObject({ certificateNotAfterMs: 0, sessionsToMove: 0 });
    expect(nodes[1]).not.toHaveProperty('clockOffsetMs');
    expect(nodes[0]?.node?.addresses).toBeUndefined();
  });

  test('has nodes’ disks, slots and differing settings, and the waiting recordings', async () => {
    const clock = new ManualClock();
    const centre = centreAt(clock);
    const load = { ...noLoad, recordSlots: 4, recordSlotsUsed: 4, diskBytes: 1e12, diskFreeBytes: 3e11 };
    const ofAll = { key: 'x', value: '1' };
    const config = (value: string) => [ofAll, { key: 'y', value }];
    centre.register({
      description: description({ nodeId: 'r1', kind: 'recorder', config: config('1') }),
      rooms: [],
      load,
    });
    join(centre, 'r2', { kind: 'recorder', config: config('2') });
    join(centre, 'n1');
    const { lease } = await centre.ownership.acquire('t/r', 'sig');
    const order = { roomKey: 't/r', epoch: lease.epoch, recordingId: 'rec_1', nodeId: 'n1', slots: 1 };
    const send = () => Promise.reject(new MeridianError('OVERLOADED'));
    await centre.recording.record(new wire.RecordOrder(order), 'sig', send);
    clock.advance(4000);
    const seen = await api(centre, clock).fleetSeen();
    expect(seen).toMatchObject({ recordingsWaiting: 1, recordingWaitMs: 4000 });
    const [r1, r2] = seen.nodes;
    expect(r1?.load).toMatchObject({ recordSlots: 4, recordSlotsUsed: 4, diskBytes: 1e12, diskFreeBytes: 3e11 });
    expect([r1?.node?.config, r2?.node?.config]).toEqual([[{ key: 'y', value: '1' }], [{ key: 'y', value: '2' }]]);
  });
});

test('the fleet has the rates between media nodes on request, for nodes that have reported them', async () => {
  const clock = new ManualClock();
  const centre = centreAt(clock);
  const sent = [{ nodeId: 'n2', bps: 8 }];
  for (const [nodeId, load] of Object.entries({ n1: { ...noLoad, sent }, n2: { ...noLoad, sent: [] }, n3: noLoad }))
    centre.register({ description: description({ nodeId }), rooms: [], load });
  const one = api(centre, clock);
  const rowsOf = ({ nodes }: wire.FleetSeen) => nodes.map(({ load }) => load?.sent?.rows);
  expect(rowsOf(await one.fleetSeen(true))).toEqual([sent, [], undefined]);
  expect(rowsOf(await one.fleetSeen())).toEqual([undefined, undefined, undefined]);
  expect(JSON.stringify(fleetView(centre, clock.nowMs()))).not.toContain('"bps"');
});

describe('links', () => {
  const three = async () => {
    const clock = new ManualClock();
    const centre = centreAt(clock);
    join(centre, 'n1', {}, [room('t/r', ['PA_1'])]);
    join(centre, 'n2', sgp, [room('t/r', ['PA_2'])]);
    join(centre, 'n3', { ...frankfurt, city: 'london' });
    // The routing counts the shared rooms again.
    clock.advance(5000);
    clock.advance(1000);
    return api(centre, clock);
  };
  const pairs = ({ links }: wire.LinksSeen): string[] =>
    links.map((link) => `${link.fromHostId} ${link.toHostId}`).sort();

  test('in use come first or, on request, alone; on request with reasons', async () => {
    const one = await three();
    const all = await one.linksSeen();
    expect(all.links.map(({ inUse }) => inUse)).toEqual([true, true, false, false, false, false]);
    expect(all.links.every(({ why, rttMs }) => why === '' && rttMs === -1)).toBe(true);
    const used = await one.linksSeen({ usedOnly: true, withReasons: true });
    expect(pairs(used)).toEqual(['host-n1 host-n2', 'host-n2 host-n1']);
    expect(used.links[0]?.why).toMatch(/^direct costs/);
  });

  test('of a requested host are those that begin or end there', async () => {
    const one = await three();
    expect(pairs(await one.linksSeen({ hostId: 'host-n3' }))).toEqual([
      'host-n1 host-n3',
      'host-n2 host-n3',
      'host-n3 host-n1',
      'host-n3 host-n2',
    ]);
    expect(await one.linksSeen({ hostId: 'host-n3', usedOnly: true })).toMatchObject({ links: [] });
    expect(await code(one.linksSeen({ hostId: 'no host' }))).toBe('REQUEST_INVALID');
  });

  test('of 120 hosts: those in use are listed cheaply, and all up to a bound, with at least one of each two sites', async () => {
    const clock = new ManualClock();
    const centre = centreAt(clock);
    for (let at = 0; at < 120; at += 1) {
      const place = { latitude: 50 + (at % 12), longitude: at % 12 };
      const rooms = at % 10 < 5 ? [room('t/a', [`PA_${at}`])] : [];
      join(centre, `n${at}`, { region: 'eu', city: `c${at % 12}`, ...place }, rooms);
    }
    // The routing counts the shared rooms again.
    clock.advance(5000);
    clock.advance(1000);
    const one = api(centre, clock);
    const used = await one.linksSeen({ usedOnly: true });
    expect(used.links).toHaveLength(60 * 59);
    const tookMs: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = process.cpuUsage();
      await one.linksSeen({ usedOnly: true });
      const { user, system } = process.cpuUsage(before);
      tookMs.push((user + system) / 1000);
    }
    expect(Math.min(...tookMs)).toBeLessThan(30);
    const all = await one.linksSeen();
    expect(all.links).toHaveLength(LINKS_LISTED_MAX);
    const cityOf = (hostId = '' as string | null): number => Number(hostId?.slice('host-n'.length)) % 12;
    const sites = new Set(all.links.map((link) => `${cityOf(link.fromHostId)} ${cityOf(link.toHostId)}`));
    expect(sites.size).toBe(144);
  });
});

test('the plan of a room is the administrators’ view', async () => {
  const clock = new ManualClock();
  const centre = centreAt(clock);
  join(centre, 'n1', {}, [room('t/r', ['PA_1'])]);
  const one = api(centre, clock);
  const { json } = await one.roomPlanned('t/r');
  expect(JSON.parse(json)).toMatchObject({ roomKey: 't/r', nodeIds: ['n1'], members: [{ sessionId: 'PA_1' }] });
  expect(await code(one.roomPlanned('no room'))).toBe('REQUEST_INVALID');
});

test('an answer has the stories that this centre or an instance still knows, up to a bound', async () => {
  const clock = new ManualClock();
  const one = api(centreAt(clock), clock);
  expect((await one.stories('DE_unknown', 'DE_1.ap')).stories).toEqual([{ decisionId: 'DE_1.ap' }]);
  const many = Array.from({ length: limits.decisionStoriesMax + 1 }, (_, at) => `DE_${at}`);
  expect(await code(one.stories(...many.slice(1)))).toBe('answered');
  expect(await code(one.stories(...many))).toBe('REQUEST_INVALID');
  expect(await code(one.stories('x'.repeat(200)))).toBe('REQUEST_INVALID');
});

describe('orders', () => {
  const ordered = () => {
    const clock = new ManualClock();
    const centre = centreAt(clock);
    join(centre, 'n1');
    return { centre, one: api(centre, clock) };
  };
  test('to drain, cordon and uncordon have the effect of an administrator’s', async () => {
    const { centre, one } = ordered();
    expect(await one.command('n1', 'drain', 'new disk')).toEqual({ heard: true });
    expect([centre.fleet.get('n1')?.drainReason, one.drained]).toEqual(['new disk', [['n1', true, 'new disk']]]);
    expect(await one.command('n1', 'cordon')).toEqual({ heard: false });
    expect([centre.fleet.get('n1')?.cordonReason, one.plans.changed]).toEqual(['asked for by an operator', 1]);
    expect(await one.command('n1', 'uncordon')).toEqual({ heard: true });
    const { drainReason, cordonReason } = centre.fleet.get('n1') ?? {};
    expect([drainReason, cordonReason]).toEqual([undefined, undefined]);
  });

  test.each([
    ['n2', 'drain', ''],
    ['n1', 'deny', ''],
    ['no node', 'drain', ''],
    ['n1', 'drain', 'autoscaler: x'],
    ['n1', 'drain', 'x'.repeat(257)],
  ])('%s %s %s is refused', async (nodeId, command, reason) => {
    const { centre, one } = ordered();
    expect(await code(one.command(nodeId, command, reason))).toBe('REQUEST_INVALID');
    expect([centre.fleet.get('n1')?.drainReason, one.drained]).toEqual([undefined, []]);
  });

  test('an instance of a region leaves nodes to the leader', async () => {
    const { centre } = ordered();
    const one = api(centre, new ManualClock(), { orders: undefined });
    expect(await code(one.command('n1', 'drain'))).toBe('NOT_LEADER');
    expect(centre.fleet.get('n1')?.drainReason).toBeUndefined();
  });
});

test('only an api may make these requests', async () => {
  const clock = new ManualClock();
  const checkApi = (): void => {
    throw new MeridianError('KIND_NOT_PERMITTED');
  };
  const one = api(centreAt(clock), clock, { checkApi });
  const asked = [
    one.fleetSeen(),
    one.linksSeen(),
    one.roomPlanned('t/r'),
    one.stories('DE_1'),
    one.command('n1', 'drain'),
    one.logs('n1', {}),
  ];
  expect(await Promise.all(asked.map(code))).toEqual(asked.map(() => 'KIND_NOT_PERMITTED'));
});

describe('logs', () => {
  const wanted = { fromWallMs: 1, toWallMs: 2, words: ['a'], level: 'info', limit: 200 };

  test.each([
    ['a query for a path in place of a node id', '../../etc/passwd', wanted],
    ['a query from before 1970', 'n1', { ...wanted, fromWallMs: -1 }],
    ['a query to a time that is no number', 'n1', { ...wanted, toWallMs: Number.NaN }],
    ['a query that ends before its beginning', 'n1', { ...wanted, fromWallMs: 3 }],
    ['a query with six words', 'n1', { ...wanted, words: ['1', '2', '3', '4', '5', '6'] }],
    ['a query with an empty word', 'n1', { ...wanted, words: [''] }],
    ['a query with a word that is too long', 'n1', { ...wanted, words: ['x'.repeat(201)] }],
    ['a query for an unknown level', 'n1', { ...wanted, level: 'loud' }],
    ['a query for 0 lines', 'n1', { ...wanted, limit: 0 }],
    ['a query for 201 lines', 'n1', { ...wanted, limit: 201 }],
    ['a query without fields', 'n1', {}],
  ])('%s is refused, and no node is asked', async (_, nodeId, bad) => {
    const clock = new ManualClock();
    const one = api(centreAt(clock), clock);
    expect(await code(one.logs(nodeId, bad))).toBe('REQUEST_INVALID');
    expect(one.sought).toEqual([]);
  });
});

test('a fleet beyond the bound of an answer is shown with all nodes but some media nodes and probes', async () => {
  const clock = new ManualClock();
  const centre = centreAt(clock);
  for (let index = 0; index < limits.nodesMax; index += 1)
    centre.fleet.register({ description: description({ nodeId: `sfu-${index}` }), rooms: [], load: noLoad }, 0);
  const signaling = description({ nodeId: 'sig', kind: 'signaling' });
  centre.fleet.register({ description: signaling, rooms: [], load: noLoad }, 0);
  const nodes = (await api(centre, clock).fleetSeen()).nodes.map(({ node }) => node?.nodeId);
  expect([nodes.length, nodes.includes('sig'), nodes.includes('sfu-0')]).toEqual([limits.nodesMax, true, true]);
});
