import { afterEach, beforeEach, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { TestClient } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [fra, sgp]: Instance[] = [];
beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-fra', { region: 'fra' });
  await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

const ann = () => TestClient.join(fra?.url ?? '', { identity: 'ann', join: { fromCity: 'Frankfurt' } });
const bob = () => TestClient.join(sgp?.url ?? '', { identity: 'bob', join: { fromCity: 'Singapore' } });
const cid = () => TestClient.join(sgp?.url ?? '', { identity: 'cid', join: { fromCity: 'Singapore' } });
const names = (client: TestClient) => client.joined?.participants.map((participant) => participant.identity).sort();

async function stopCentre(): Promise<void> {
  await rig.centre.stop();
  await until(() => !fra?.centre.isRegistered && !sgp?.centre.isRegistered, 'both have noticed');
}

/** Cuts the network between the instances. */
async function cutNetwork(): Promise<void> {
  for (const id of ['sig-fra', 'sig-sgp']) rig.centre.nodes.delete(id);
  rig.centre.pushPlan();
  await until(() => !fra?.centre.fleet.has('sig-sgp') && !sgp?.centre.fleet.has('sig-fra'), 'the plan is empty');
}

/** Checks that Ann and Bob are in the same room, whatever it went through. */
async function expectOneRoom(a: TestClient, b: TestClient): Promise<void> {
  expect(await a.publish('TR_annmicrophone1')).toBe('published');
  expect(await b.publish('TR_bobmicrophone1')).toBe('published');
  await until(() => a.tracksReceived().includes('TR_bobmicrophone1'), 'ann receives bob');
  await until(() => b.tracksReceived().includes('TR_annmicrophone1'), 'bob receives ann');
  expect([a.closed, b.closed]).toEqual([undefined, undefined]);
  expect((fra?.ownedRooms.size ?? 0) + (sgp?.ownedRooms.size ?? 0)).toBe(1);
}

it('a signaling node that does not know a room finds the room’s owner at the other signaling node', async () => {
  const a = await ann();
  await stopCentre();
  const b = await bob();
  expect(b.joined?.placement).toMatchObject({ mode: 'cached', ownerId: 'sig-fra', roomEpoch: 1 });
  expect(names(b)).toEqual(['ann']);
  await expectOneRoom(a, b);
  await rig.centre.start();
  await until(() => rig.centre.leases.get('acme/lobby')?.ownerId === 'sig-fra', 'the centre knows the owner');
  expect(names(await cid())).toEqual(['ann', 'bob']);
});

it('a resume through a signaling node that does not know the room finds the room’s owner', async () => {
  const a = await ann();
  await stopCentre();
  a.socket.terminate();
  const join = { resume: { sessionId: a.sessionId, resumeKey: a.joined?.resumeKey ?? '' } };
  const again = await TestClient.join(sgp?.url ?? '', { identity: 'ann', join });
  expect(again.joined).toMatchObject({ resumed: true, placement: { ownerId: 'sig-fra', roomEpoch: 1 } });
});

it('signaling nodes that need a new room at the same moment make one room', async () => {
  await stopCentre();
  const [a, b] = await Promise.all([ann(), bob()]);
  expect([a, b].map((client) => client.joined?.placement?.ownerId)).toEqual(['sig-fra', 'sig-fra']);
  await expectOneRoom(a, b);
  await rig.centre.start();
  await until(() => (rig.centre.leases.get('acme/lobby')?.epoch ?? 0) > 1, 'the lease is real');
  const ownerId = rig.centre.leases.get('acme/lobby')?.ownerId;
  await until(
    () => [fra, sgp].every((instance) => instance?.clients.ownerOf('acme/lobby')?.epoch === 2),
    'both signaling nodes follow it',
  );
  expect([fra, sgp].map((instance) => instance?.clients.ownerOf('acme/lobby'))).toEqual([
    { ownerId, epoch: 2, provisional: false },
    { ownerId, epoch: 2, provisional: false },
  ]);
});

it('the rooms of two provisional owners become one when the centre is back, and no participant is removed', async () => {
  await cutNetwork();
  await stopCentre();
  const [a, b] = [await ann(), await bob()];
  expect([a, b].map((client) => client.joined?.placement?.ownerId)).toEqual(['sig-fra', 'sig-sgp']);
  expect([a, b].map((client) => client.joined?.placement?.roomEpoch)).toEqual([1, 1]);
  expect([names(a), names(b)]).toEqual([[], []]);
  await rig.centre.start();
  for (const [client, other] of [
    [a, 'bob'],
    [b, 'ann'],
  ] as const) {
    await client.hears(
      `a roster with ${other}`,
      ({ rosterSnapshot, roomEvents }) =>
        rosterSnapshot?.participants?.some((participant) => participant.identity === other) === true ||
        roomEvents?.events?.some((event) => event.participantJoined?.participant?.identity === other) === true,
    );
  }
  await expectOneRoom(a, b);
  expect(rig.centre.leases.get('acme/lobby')?.epoch).toBeGreaterThan(1);
  expect(names(await cid())).toEqual(['ann', 'bob']);
});

it('an owner under the same epoch as a provisional owner gets a higher epoch, and both rooms become one', async () => {
  await cutNetwork();
  await stopCentre();
  const b = await bob();
  expect(b.joined?.placement).toMatchObject({ ownerId: 'sig-sgp', roomEpoch: 1 });
  // The centre has lost its memory: it gives the room to whoever asks first, under the first epoch.
  const lease = rig.centre.giveLease('acme/lobby', 'sig-fra');
  expect(lease.epoch).toBe(1);
  await rig.centre.start();
  await until(() => fra?.centre.isRegistered === true, 'the signaling node is back');
  const a = await ann();
  await until(() => (rig.centre.leases.get('acme/lobby')?.epoch ?? 0) > 1, 'the epoch is raised');
  await until(
    () => [fra, sgp].every((instance) => instance?.clients.ownerOf('acme/lobby')?.epoch === 2),
    'both signaling nodes follow it',
  );
  await expectOneRoom(a, b);
});

it('a media node that has gone with the centre is passed over for another that holds the room, however far', async () => {
  const a = await ann();
  await bob();
  await until(() => rig.centre.leases.get('acme/lobby')?.ownerId === 'sig-fra', 'the room is known');
  await fra?.centre.lease('acme/lobby'); // its nodes too
  await stopCentre();
  await rig.nodes.find(({ id }) => id === 'sfu-fra')?.kill();
  expect(await a.ends()).toMatchObject({ reason: 'NODE_LOST' });
  const again = await ann();
  expect(again.joined?.placement).toMatchObject({ mode: 'cached', node: { nodeId: 'sfu-sgp' } });
  // The absent node was not tried first: a join waits that long for a link that is dialled.
  expect(again.joined?.serverJoinMs).toBeLessThan(bounds.dialWaitMs);
});

it('a room whose epoch a media node has from another instance continues under a higher epoch', async () => {
  const node = rig.nodes.find((candidate) => candidate.id === 'sfu-sgp');
  node?.rooms.set('acme/lobby', { ownerId: 'sig-gone', epoch: 1 });
  const a = await ann();
  const b = await bob();
  expect(rig.centre.leases.get('acme/lobby')).toEqual({ ownerId: 'sig-fra', epoch: 2 });
  await expectOneRoom(a, b);
});
