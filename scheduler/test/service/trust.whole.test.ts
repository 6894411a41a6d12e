// The centre's trust in nodes with valid certificates and false reports.
import { call, rpc, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt, newSession } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let owner: FakeNode;
let otherSignaling: FakeNode;
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
  otherSignaling = await start({ id: 'sig-other', kind: 'signaling' });
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
const heldRoom = (epoch: number, ownerId: string): wire.RoomHeld.$Properties => ({
  roomKey,
  epoch,
  ownerId,
  sessionIds: [newSession()],
  decisionIds: [],
});
/** Makes the node report this room, and waits until the centre has the report. */
async function reportRoom(node: FakeNode, room: wire.RoomHeld.$Properties): Promise<void> {
  node.rooms = [...node.rooms.filter((known) => known.roomKey !== room.roomKey), room];
  const heard = () => centre.centre.fleet.get(node.id)?.rooms.get(roomKey);
  await until('the centre has heard it', () => heard()?.epoch === room.epoch && heard()?.ownerId === room.ownerId);
}
const shown = () => {
  const { ownerId, epoch } = centre.centre.leases.get(roomKey) ?? {};
  return [ownerId, epoch];
};

describe('a media node that lies', () => {
  test('about an owned room changes neither the owner nor the epoch of the room', async () => {
    expect(await acquire(owner)).toMatchObject({ ownerId: 'sig-owner', epoch: 1 });
    await reportRoom(sfu, heldRoom(1000, 'sig-other'));
    expect(shown()).toEqual(['sig-owner', 1]);
    const renewed = await call(owner.openLink(), rpc.renewLeases, { leases: [{ roomKey, epoch: 1 }] });
    expect(renewed.lostRoomKeys).toEqual([]);
    expect(await acquire(otherSignaling)).toMatchObject({ ownerId: 'sig-owner', epoch: 1, created: false });
  });
});

describe('a signaling node that lies', () => {
  test('cannot claim a room that another node owns and renews', async () => {
    await acquire(owner);
    await reportRoom(otherSignaling, heldRoom(50, 'sig-other'));
    expect(shown()).toEqual(['sig-owner', 1]);
    const request = { leases: [{ roomKey, epoch: 50 }] };
    expect((await call(otherSignaling.openLink(), rpc.renewLeases, request)).lostRoomKeys).toEqual([roomKey]);
  });
});

describe('the owner of a room', () => {
  test('is known to the media node before the placing signaling node can send requests there, and whenever the media node asks', async () => {
    const placed = await owner.place({ roomKey, fromCity: 'frankfurt' });
    expect(placed.nodeId).toBe('sfu-1');
    await until('the node has heard of the owner', () =>
      sfu.leases.some((lease) => lease.roomKey === roomKey && lease.ownerId === 'sig-owner' && lease.epoch === 1),
    );
    expect(await call(sfu.openLink(), rpc.leaseOf, { roomKey })).toMatchObject({ ownerId: 'sig-owner', epoch: 1 });
    expect(await call(sfu.openLink(), rpc.leaseOf, { roomKey: 't/never' })).toMatchObject({ ownerId: '', epoch: 0 });
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

  test('is in the fleet, gets the plan, and is in the plans of other nodes', async () => {
    const isTold = (of: FakeNode, nodeId: string) =>
      of.plans.at(-1)?.nodes.some((one) => one.nodeId === nodeId && one.state === 'alive') || undefined;
    await until('it knows the media node', () => isTold(node, 'sfu-1'));
    await until('the signaling node knows it', () => isTold(owner, node.id));
    node.agent.report();
    await until('its report is taken', () => centre.centre.fleet.get(node.id)?.load.cpu === 0.1 || undefined);
  });

  test('gets no session, makes no site for clients, and holds no room', async () => {
    const placed = await owner.place({ roomKey, fromCity: 'frankfurt' });
    expect(placed.nodeId).toBe('sfu-1');
    const { placementIndex, fleet, leases } = centre.centre;
    expect(placementIndex.nodes(0).map(({ nodeId }) => nodeId)).not.toContain(node.id);
    expect(placementIndex.sites.map(({ region }) => region)).not.toContain(apart.region);
    expect(fleet.get(node.id)?.rooms.size).toBe(0);
    expect(leases.get('t/claimed')).toBeUndefined();
    const room = heldRoom(1, 'sig-owner');
    await reportRoom(sfu, room);
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
});

describe('the node of a certificate', () => {
  test('registers a few times on a link, then has to wait, and continues to serve', async () => {
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
});
