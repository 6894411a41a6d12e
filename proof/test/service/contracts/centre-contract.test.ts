// Contract of the centre towards the api, by a centre behind a link and by the doubles of the api's own tests.
import { limits, serve, type wire } from '@meridian/protocol';
import { createLogger, type Link, ManualClock } from '@meridian/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectPair, makeCluster } from '../../../../base/runtime/test/support/cluster.ts';
import { type SeatCentre, seatCentreOf } from '../../../../product/api/src/bookings/room-bookings.ts';
import { type ConsoleCentre, consoleCentreOf } from '../../../../product/api/src/console/centre-views.ts';
import { decisionCentreOf } from '../../../../product/api/src/quality/quality.ts';
import type { DecisionCentre } from '../../../../product/api/src/quality/stories.ts';
import { ScriptedCentre } from '../../../../product/api/test/support/scripted-centre.ts';
import { fleetNode, ScriptedConsole, seenLink } from '../../../../product/api/test/support/scripted-fleet.ts';
import { serveApi } from '../../../../scheduler/src/adapters/links/api.ts';
import { serveConsole } from '../../../../scheduler/src/adapters/links/console.ts';
import { centreAt } from '../../../../scheduler/test/unit/centre-at.ts';
import { description, noLoad, room, singapore } from '../../../../scheduler/test/unit/fixtures.ts';

/** Has a fleet of n1 in Frankfurt and n2 in Singapore, which send to each other, and n3 in London, which does not. */
interface CentreUnderTest {
  readonly console: ConsoleCentre;
  readonly seats: SeatCentre;
  readonly decisions: DecisionCentre;
  booked(): string[];
}
const sent = { rows: [{ nodeId: 'n2', bps: 8 }] };

async function scripted(): Promise<CentreUnderTest> {
  const console = new ScriptedConsole();
  const centre = new ScriptedCentre();
  const [n1, ...others] = [
    fleetNode({ id: 'n1', city: 'frankfurt', region: 'eu' }),
    fleetNode({ id: 'n2', city: 'singapore', region: 'ap' }),
    fleetNode({ id: 'n3', city: 'london', region: 'eu' }),
  ];
  console.nodes = [{ ...n1, load: { ...n1?.load, sent } }, ...others];
  const hosts = ['host-n1', 'host-n2', 'host-n3'];
  console.links = hosts.flatMap((from) =>
    hosts
      .filter((to) => to !== from)
      .map((to) => seenLink(from, to, { inUse: from !== 'host-n3' && to !== 'host-n3' })),
  );
  return { console, seats: centre, decisions: centre, booked: () => [...centre.booked.keys()] };
}

const cluster = makeCluster();
async function centre(): Promise<CentreUnderTest> {
  const clock = new ManualClock();
  const centre = centreAt(clock);
  const join = (nodeId: string, o: object, load: object, rooms: ReturnType<typeof room>[]): void =>
    void centre.register({ description: description({ nodeId, ...o }), rooms, load: { ...noLoad, ...load } });
  join('n1', { region: 'eu', city: 'frankfurt' }, { sent: sent.rows }, [room('t/r', ['PA_1'])]);
  join('n2', { region: 'ap', city: 'singapore', ...singapore }, {}, [room('t/r', ['PA_2'])]);
  join('n3', { region: 'eu', city: 'london' }, {}, []);
  clock.advance(5000);
  clock.advance(1000);
  const nothing = { notAfterMsOf: () => 0, clockOffsetMsOf: () => undefined, storiesElsewhere: async () => [] };
  const orders = { planChanged: () => undefined, sendDrain: async () => true };
  const log = createLogger({ name: 'test', level: 'silent' });
  const onLink = (link: Link): void => {
    const on: Parameters<typeof serveApi>[0]['serve'] = (kind, handler) => serve(link, kind, handler);
    const about = { apiId: 'api-1', clock, log, centre, epoch: 1, checkApi: () => undefined, isOurs: () => true };
    const logLinesOf = async () => ({ source: 'file', lines: [] });
    serveConsole({ ...about, ...nothing, serve: on, orders, logLinesOf });
    serveApi({ kind: 'api', centre, checkSpeaker: () => undefined, serve: on });
  };
  const pair = await connectPair(await cluster, { server: { onLink } });
  onTestFinished(() => pair.close());
  const { near } = pair;
  return {
    console: consoleCentreOf(near),
    seats: seatCentreOf(near),
    decisions: decisionCentreOf(near),
    booked: () => centre.bookings.list().map(({ id }) => id),
  };
}

const refused = { code: 'REQUEST_INVALID' };

describe.each([
  ['the doubles', scripted],
  ['a centre', centre],
])('contract of the centre: %s', (_, make) => {
  it('shows its fleet, and on request the traffic of nodes', async () => {
    const { console } = await make();
    const { nodes } = await console.fleetSeen({});
    expect(nodes.map(({ node, state }) => [node?.nodeId, node?.region, node?.city, node?.hostId, state])).toEqual([
      ['n1', 'eu', 'frankfurt', 'host-n1', 'alive'],
      ['n2', 'ap', 'singapore', 'host-n2', 'alive'],
      ['n3', 'eu', 'london', 'host-n3', 'alive'],
    ]);
    expect(nodes.map(({ load }) => load?.sent ?? null)).toEqual([null, null, null]);
    const whole = await console.fleetSeen({ withSent: true });
    expect(whole.nodes[0]?.load?.sent?.rows).toMatchObject(sent.rows);
  });

  it('shows all links, those in use, or those of a host', async () => {
    const { console } = await make();
    const pairs = async (ask: wire.LinksRequest.$Properties): Promise<string[]> =>
      (await console.linksSeen(ask)).links.map((link) => `${link.fromHostId} ${link.toHostId}`).sort();
    expect(await pairs({})).toHaveLength(6);
    expect(await pairs({ usedOnly: true })).toEqual(['host-n1 host-n2', 'host-n2 host-n1']);
    expect(await pairs({ hostId: 'host-n3' })).toHaveLength(4);
    expect(await pairs({ hostId: 'host-n3', usedOnly: true })).toEqual([]);
    await expect(console.linksSeen({ hostId: 'no host' })).rejects.toMatchObject(refused);
  });

  it('gives reasons of links on request', async () => {
    const { console } = await make();
    const reasons = async (withReasons: boolean): Promise<boolean[]> =>
      (await console.linksSeen({ usedOnly: true, withReasons })).links.map(({ why }) => why !== '');
    expect([await reasons(true), await reasons(false)]).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  it('has a plan of a room without people, and none of an invalid room', async () => {
    const { console } = await make();
    const plan = JSON.parse((await console.roomPlanned('t/empty')).json);
    expect(plan).toMatchObject({ nodeIds: [], members: [], paths: [] });
    await expect(console.roomPlanned('no room')).rejects.toMatchObject(refused);
  });

  it('obeys only orders about nodes of the fleet', async () => {
    const { console } = await make();
    expect(await console.nodeCommand({ nodeId: 'n1', command: 'drain' })).toEqual({ heard: true });
    for (const bad of [{ nodeId: 'n9' }, { nodeId: 'n1', command: 'deny' }, { nodeId: 'n1', reason: 'x'.repeat(257) }])
      await expect(console.nodeCommand({ command: 'drain', ...bad })).rejects.toMatchObject(refused);
  });

  it('seeks no logs of an invalid node id', async () => {
    const { console } = await make();
    const wanted = { fromWallMs: 1, toWallMs: 2, level: 'info', limit: 200 };
    await expect(console.logsSought({ nodeId: '../n1', wanted })).rejects.toMatchObject(refused);
  });

  const booking = (id: string): wire.RoomBooking.$Properties => ({
    id: `meeting/${id}`,
    roomKey: `t/${id}`,
    region: 'eu',
    sessions: 2,
    startsWallMs: 4e12,
    endsWallMs: 4e12 + 3_600_000,
  });

  it("replaces all bookings within a page's range by the page", async () => {
    const { seats, booked } = await make();
    const all = ['a', 'b', 'c', 'd'].map(booking);
    expect(await seats.bookRooms({ afterId: '', untilId: '', bookings: all })).toMatchObject({ refused: 0 });
    const page = { afterId: 'meeting/a', untilId: 'meeting/c', bookings: [booking('bb')] };
    await seats.bookRooms(page);
    expect(booked().sort()).toEqual(['meeting/a', 'meeting/bb', 'meeting/d']);
    await seats.bookRooms({ afterId: 'meeting/a', untilId: '', bookings: [] });
    expect(booked()).toEqual(['meeting/a']);
    expect(await seats.bookedSeats('t/none')).toMatchObject({ isDue: false });
  });

  it.each<[string, wire.RoomBooking.$Properties]>([
    ['of no room', { roomKey: 'a' }],
    ['that ends before it begins', { endsWallMs: 1 }],
    ['without seats', { sessions: 0 }],
    ['without a region', { region: '' }],
    ['of another page', { id: 'meeting/z' }],
  ])('takes no page with a booking %s', async (_name, bad) => {
    const { seats, booked } = await make();
    const page = { afterId: '', untilId: 'meeting/b', bookings: [booking('a'), { ...booking('b'), ...bad }] };
    await expect(seats.bookRooms(page)).rejects.toMatchObject(refused);
    expect(booked()).toEqual([]);
  });

  it('returns no stories of unknown decisions, nor of too many', async () => {
    const { decisions } = await make();
    expect((await decisions.stories(['DE_unknown'])).stories ?? []).toEqual([]);
    const many = Array.from({ length: limits.decisionStoriesMax + 1 }, (_each, at) => `DE_${at}`);
    await expect(decisions.stories(many)).rejects.toMatchObject(refused);
  });
});
