// What the centre believes of nodes whose certificates are good and whose words are not.
import { call, limits, note, onNote, post, rpc, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { codeOf, enrolNode, FakeNode, frankfurt, newSession, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let owner: FakeNode;
let other: FakeNode;
let sfu: FakeNode;
const nodes: FakeNode[] = [];
let roomKey = '';
let tests = 0;

async function start(options: ConstructorParameters<typeof FakeNode>[0]): Promise<FakeNode> {
  const node = await FakeNode.start(centre, { ...frankfurt, ...options });
  nodes.push(node);
  return node;
}

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true });
  owner = await start({ id: 'sig-owner', kind: 'signaling' });
  other = await start({ id: 'sig-other', kind: 'signaling' });
  sfu = await start({ id: 'sfu-1' });
});
afterAll(async () => {
  for (const node of nodes) node.close();
  await centre.close();
});
beforeEach(() => {
  tests += 1;
  roomKey = `t/room-${tests}`;
});

const acquire = (signaling: FakeNode, above = 0): Promise<wire.RoomLease> =>
  call(signaling.openLink(), rpc.roomLease, { roomKey, epoch: 0, above });
const held = (epoch: number, ownerId: string): wire.RoomHeld.$Properties => ({
  roomKey,
  epoch,
  ownerId,
  sessionIds: [newSession()],
  decisionIds: [],
});
/** Makes the node say so, and waits until the centre has heard it. */
async function says(node: FakeNode, room: wire.RoomHeld.$Properties): Promise<void> {
  node.rooms = [...node.rooms.filter((known) => known.roomKey !== room.roomKey), room];
  const heard = () => centre.centre.fleet.get(node.id)?.rooms.get(roomKey);
  await until('the centre has heard it', () => heard()?.epoch === room.epoch && heard()?.ownerId === room.ownerId);
}
const shown = () => {
  const { ownerId, epoch } = centre.centre.leases.get(roomKey) ?? {};
  return [ownerId, epoch];
};

describe('a media node that lies', () => {
  test('about an owned room moves it to no node and leaves its epoch alone', async () => {
    expect(await acquire(owner)).toMatchObject({ ownerId: 'sig-owner', epoch: 1 });
    await says(sfu, held(1000, 'sig-other'));
    expect(shown()).toEqual(['sig-owner', 1]);
    const renewed = await call(owner.openLink(), rpc.renewLeases, { leases: [{ roomKey, epoch: 1 }] });
    expect(renewed.lostRoomKeys).toEqual([]);
    expect(await acquire(other)).toMatchObject({ ownerId: 'sig-owner', epoch: 1, created: false });
  });

  test('about a room without an owner makes no owner: the first node to ask gets it, above what the node named', async () => {
    await says(sfu, held(7, 'sig-other'));
    expect(shown()).toEqual(['', 0]);
    expect(await acquire(owner)).toMatchObject({ ownerId: 'sig-owner', epoch: 8, created: true });
  });

  test('with an epoch out of all reason changes nothing at all', async () => {
    await acquire(owner);
    await says(sfu, held(limits.epochJumpMax + 2, 'sig-other'));
    await call(owner.openLink(), rpc.roomLease, { roomKey, epoch: 1, release: true });
    expect(await acquire(other)).toMatchObject({ ownerId: 'sig-other', epoch: 2 });
  });
});

describe('a signaling node that lies', () => {
  test('cannot say that it owns what another owns and renews', async () => {
    await acquire(owner);
    await says(other, held(50, 'sig-other'));
    expect(shown()).toEqual(['sig-owner', 1]);
    const request = { leases: [{ roomKey, epoch: 50 }] };
    expect((await call(other.openLink(), rpc.renewLeases, request)).lostRoomKeys).toEqual([roomKey]);
  });

  test.each([-1, 0.5, limits.epochJumpMax + 2, 2 ** 40])('cannot ask for an epoch above %d', async (above) => {
    await acquire(owner);
    // A negative or broken number does not survive the wire as one.
    const asked = await acquire(other, above).then(
      (lease) => lease.epoch,
      (error: { code: string }) => error.code,
    );
    expect(asked).toBe(above < 1 ? (above < 0 ? 'REQUEST_INVALID' : 1) : 'REQUEST_INVALID');
    expect(shown()).toEqual(['sig-owner', 1]);
  });
});

describe('the owner of a room', () => {
  test('a media node learns of it before the signaling node that places there can speak to it, and whenever it asks', async () => {
    const placed = await owner.place({ roomKey, fromCity: 'frankfurt' });
    expect(placed.nodeId).toBe('sfu-1');
    await until('the node has heard of the owner', () =>
      sfu.leases.some((lease) => lease.roomKey === roomKey && lease.ownerId === 'sig-owner' && lease.epoch === 1),
    );
    expect(await call(sfu.openLink(), rpc.leaseOf, { roomKey })).toMatchObject({ ownerId: 'sig-owner', epoch: 1 });
    expect(await call(sfu.openLink(), rpc.leaseOf, { roomKey: 't/never' })).toMatchObject({ ownerId: '', epoch: 0 });
  });

  test('a signaling node may ask too, and takes nothing by it', async () => {
    const asks = () => call(other.openLink(), rpc.leaseOf, { roomKey });
    expect(await asks()).toMatchObject({ ownerId: '', epoch: 0, nodeIds: [] });
    expect(centre.centre.leases.get(roomKey)).toBeUndefined();
    await says(sfu, held(1, 'sig-gone'));
    expect(await asks()).toMatchObject({ ownerId: '', epoch: 0, nodeIds: ['sfu-1'] });
    expect(await acquire(owner)).toMatchObject({ ownerId: 'sig-owner', created: true });
    const answer = await asks();
    expect(answer).toMatchObject({ ownerId: 'sig-owner', created: false, nodeIds: ['sfu-1'] });
    expect(answer.expiresInMs).toBeGreaterThan(0);
  });

  test('an api may ask too', async () => {
    await acquire(owner);
    const api = await start({ id: 'api-asks', kind: 'api' });
    expect(await call(api.openLink(), rpc.leaseOf, { roomKey })).toMatchObject({ ownerId: 'sig-owner', epoch: 1 });
  });

  test('is no business of probes', async () => {
    const probe = await start({ id: 'probe-1', kind: 'edge-probe' });
    expect(await codeOf(call(probe.openLink(), rpc.leaseOf, { roomKey }))).toBe('KIND_NOT_PERMITTED');
  });

  test('holders of a room hear of its new owner', async () => {
    await says(sfu, held(1, 'sig-owner'));
    await acquire(owner);
    await until('the holder has heard of it', () =>
      sfu.leases.some((lease) => lease.roomKey === roomKey && lease.ownerId === 'sig-owner' && lease.epoch === 2),
    );
  });
});

describe.each(['gateway', 'api', 'recorder'])('a node of kind %s', (kind) => {
  const apart = { region: 'eu-north', city: 'oslo', hostId: `host-${kind}` };
  let node: FakeNode;
  beforeAll(async () => {
    node = await start({
      id: `${kind}-1`,
      kind,
      ...apart,
      rooms: [{ roomKey: 't/claimed', epoch: 9, sessionIds: [newSession()] }],
    });
  });

  test('is in the fleet, and is sent the plan, as the others are informed of it', async () => {
    const isTold = (of: FakeNode, nodeId: string) =>
      of.plans.at(-1)?.nodes.some((one) => one.nodeId === nodeId && one.state === 'alive') || undefined;
    await until('it knows the media node', () => isTold(node, 'sfu-1'));
    await until('the signaling node knows it', () => isTold(owner, node.id));
    node.agent.report();
    await until('its report is taken', () => centre.centre.fleet.get(node.id)?.load.cpu === 0.1 || undefined);
  });

  test('is no place for people, stands for no site, and holds no room', async () => {
    const placed = await owner.place({ roomKey, fromCity: 'frankfurt' });
    expect(placed.nodeId).toBe('sfu-1');
    const { placementIndex, fleet, leases } = centre.centre;
    expect(placementIndex.nodes(0).map(({ nodeId }) => nodeId)).not.toContain(node.id);
    expect(placementIndex.sites.map(({ region }) => region)).not.toContain(apart.region);
    expect(fleet.get(node.id)?.rooms.size).toBe(0);
    expect(leases.get('t/claimed')).toBeUndefined();
    const room = held(1, 'sig-owner');
    await says(sfu, room);
    const moved = await admin(centre, 'POST', `/v1/sessions/${room.sessionIds?.[0]}/move`, {
      body: { toNodeId: node.id },
    });
    expect(moved.body).toMatchObject({ code: 'NOT_FOUND' });
  });

  const locate = (): Promise<unknown> => call(node.openLink(), rpc.locate, { clientIp: '192.0.2.1' });
  const leaseOf = (): Promise<unknown> => call(node.openLink(), rpc.leaseOf, { roomKey });
  const refusedToo: [string, () => Promise<unknown>][] = [];
  if (kind !== 'gateway') refusedToo.push(['locate', locate]);
  if (kind !== 'api') refusedToo.push(['the lease of a room', leaseOf]);
  test.each<[string, () => Promise<unknown>]>([
    ...refusedToo,
    ['place', () => node.place({ roomKey })],
    ['a lease', () => call(node.openLink(), rpc.roomLease, { roomKey, epoch: 0 })],
    ['renewing leases', () => call(node.openLink(), rpc.renewLeases, { leases: [{ roomKey, epoch: 1 }] })],
    ['a decision', () => node.explain('DE_1', newSession())],
    ['taking a charge back', () => node.release('DE_1')],
  ])('is refused %s', async (_what, ask) => {
    expect(await codeOf(ask())).toBe('KIND_NOT_PERMITTED');
  });

  test('gets no routes, and its word on them, on other hosts and on epochs is not heard', async () => {
    const link = node.openLink();
    let routes = 0;
    onNote(link, note.routes, () => {
      routes += 1;
    });
    const before = centre.terms.epoch;
    const reported = vi.spyOn(centre.centre.routing, 'report');
    const sample = { toHostId: 'host-sfu-1', rttMs: 1 };
    post(link, note.probeReport, { samples: [sample] });
    post(link, note.pathReport, { samples: [sample], flips: [] });
    const said = { centreEpoch: before + 5, centreIncarnation: 'CE_other' };
    await call(link, rpc.register, { node: node.description(), ...said }); // after the notes: a link keeps the order
    expect(centre.terms.epoch).toBe(before);
    expect(reported).not.toHaveBeenCalled();
    expect(routes).toBe(0);
    reported.mockRestore();
  });
});

describe.each(['gateway', 'library'] as const)('a %s that asks where a client is', (kind) => {
  let gateway: FakeNode;
  beforeAll(async () => {
    gateway = await start({ id: `${kind}-asks`, kind, city: 'munich', latitude: 48.1, longitude: 11.6 });
  });
  const locate = (of: FakeNode, ask: wire.LocateRequest.$Properties) => call(of.openLink(), rpc.locate, ask);

  test('gets the city that was named, and no signaling nodes', async () => {
    const { location, signalingIds } = await locate(gateway, { clientIp: '192.0.2.1', fromCity: 'singapore' });
    expect(location).toMatchObject({ source: 'city', countryCode: 'SG' });
    expect(location?.latitude).toBeCloseTo(singapore.latitude, 0);
    expect(signalingIds).toEqual([]);
  });

  test.each(['127.0.0.1', '10.0.0.1', '::1', '192.0.2.1', '', 'no address', '9'.repeat(10_000)])(
    'learns that nothing is known of %.20s',
    async (clientIp) => {
      expect((await locate(gateway, { clientIp })).location).toMatchObject({ source: 'none' });
    },
  );

  test('is refused when there is no such city', async () => {
    expect(await codeOf(locate(gateway, { clientIp: '192.0.2.1', fromCity: 'atlantis' }))).toBe('CITY_UNKNOWN');
  });

  test('has to have registered', async () => {
    const unknown = new FakeNode({ id: 'gateway-unknown', kind: 'gateway' });
    nodes.push(unknown);
    unknown.agent.register = () => new Promise(() => undefined);
    unknown.dial(centre, await enrolNode(centre, { id: unknown.id, kind: 'gateway', region: frankfurt.region }));
    await until('it is linked', () => unknown.link);
    expect(await codeOf(locate(unknown, { clientIp: '192.0.2.1' }))).toBe('NOT_REGISTERED');
  });
});

describe('a certificate', () => {
  test('registers on one link so often and then has to wait; the node goes on serving', async () => {
    const node = await start({ id: 'sfu-flood' });
    const registered = vi.spyOn(centre.centre, 'register');
    const asked = Array.from({ length: 200 }, () => call(node.openLink(), rpc.register, { node: node.description() }));
    const refused = (await Promise.allSettled(asked)).filter((answer) => answer.status === 'rejected');
    expect(new Set(refused.map(({ reason }) => reason.code))).toEqual(new Set(['RATE_LIMITED']));
    expect(refused.length).toBeGreaterThan(100);
    expect(registered.mock.calls.length).toBe(asked.length - refused.length);
    expect([node.agent.state, centre.centre.fleet.get('sfu-flood')?.state]).toEqual(['serving', 'serving']);
    registered.mockRestore();
  });

  test('holds a few links to the centre at most, and the node on the newest serves', async () => {
    const node = await start({ id: 'sfu-many' });
    const closed: string[] = [];
    const more = await Promise.all(
      Array.from({ length: 6 }, () => {
        const duplicate = new FakeNode({ id: 'sfu-many' });
        nodes.push(duplicate);
        return duplicate;
      }),
    );
    const credentials = await enrolNode(centre, { id: 'sfu-many', kind: 'sfu', region: frankfurt.region });
    for (const duplicate of more) {
      // It never registers.
      duplicate.agent.register = () => new Promise(() => undefined);
      duplicate.dial(centre, credentials);
      const link = await until('it is linked', () => duplicate.link);
      link.onClose((cause) => closed.push(cause));
    }
    await until('the first ones are closed', () => closed.length >= 2 || undefined);
    expect(closed.every((cause) => cause.includes('too many links'))).toBe(true);
    await until('the node is back', () => (node.agent.state === 'serving' && node.link !== undefined) || undefined);
  });

  test.each([
    { name: 'of an edge probe', id: 'probe-liar', kind: 'edge-probe', said: 'probe-liar', lifts: false },
    { name: 'for another node', id: 'sfu-liar', kind: 'sfu', said: 'sfu-1', lifts: false },
    { name: 'of a media node', id: 'sfu-back', kind: 'sfu', said: 'sfu-back', lifts: true },
  ])('$name: its word on an epoch that it has obeyed lifts the centre: $lifts', async ({ id, kind, said, lifts }) => {
    const node = await start({ id, kind });
    const before = centre.terms.epoch;
    await call(node.openLink(), rpc.register, {
      node: { ...node.description(), nodeId: said },
      centreEpoch: before + 5,
      centreIncarnation: 'CE_other',
    }).catch((error: { code?: string }) => expect(error.code).toBe('IDENTITY_MISMATCH'));
    expect(centre.terms.epoch).toBe(lifts ? before + 6 : before);
  });
});
