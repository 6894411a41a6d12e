// Tests connection checks over real sockets and links: their rooms are unknown to the rest of the service.
import { rpc } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { TestApi } from './rig/api.ts';
import { joinMessage, secret, TestClient, type TokenOptions, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const nonce = 'n'.repeat(22);
let rig: Rig;
let node: FakeNode;
let [fra, sgp]: Instance[] = [];
let api: TestApi;

beforeEach(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-fra');
  fra = await rig.instance('sig-fra', {
    apiKeys: [
      { key: 'test-key', secret, tenant: 'acme' },
      { key: 'other-key', secret, tenant: 'other' },
    ],
  });
  sgp = await rig.instance('sig-sgp');
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
  api = new TestApi(rig);
});
afterEach(async () => {
  api.close();
  await rig.close();
});

const openCheck = (o: TokenOptions & { nonce?: string; at?: Instance | undefined } = {}): Promise<TestClient> =>
  TestClient.join((o.at ?? fra)?.url ?? '', { ...o, join: { check: o.nonce ?? nonce } });
const roomOf = (client: TestClient): string => client.joined?.room ?? '';

it('the sessions of a check meet, through any signaling node, and neither the room nor another check is affected', async () => {
  const ann = await TestClient.join(fra?.url ?? '', { identity: 'ann' });
  await ann.publish('TR_annmicrophone1');
  const a = await openCheck();
  const b = await openCheck({ at: sgp });
  expect(a.joined).toMatchObject({ participants: [], subscriptions: [] });
  expect(roomOf(a)).toMatch(/^check\//);
  expect(roomOf(b)).toBe(roomOf(a));
  expect(b.joined?.participants.map(({ sessionId }) => sessionId)).toEqual([a.sessionId]);
  const others = [
    await openCheck({ identity: 'bob' }),
    await openCheck({ nonce: 'm'.repeat(22) }),
    await openCheck({ key: 'other-key' }),
  ];
  for (const other of others) expect(other.joined?.participants).toEqual([]);
  expect(new Set([a, ...others].map(roomOf)).size).toBe(4);
  expect(await a.publish('TR_checkmicrophone')).toBe('published');
  await until(() => b.tracksReceived().includes('TR_checkmicrophone'), 'the other session receives it');
  expect(ann.events().map((event) => event.trackPublished?.track?.trackId)).toEqual(['TR_annmicrophone1']);
  expect([ann.disconnect(), others.flatMap((one) => one.tracksReceived())]).toEqual([undefined, []]);
});

it('any token with the right to join may check, and the check has only the rights to send and receive', async () => {
  const viewer = { canPublish: false, roomAdmin: true, canUpdateOwnMetadata: true, hidden: true };
  const a = await openCheck({ video: viewer, claims: { lobby: true, metadata: 'of the room', needsPolicy: true } });
  expect(await a.publish('TR_checkmicrophone')).toBe('published');
  expect(a.joined?.self).toMatchObject({ name: '', metadata: '', hidden: false, admin: false });
  expect(a.joined?.self?.identity).toMatch(/^CK_/);
  for (const body of [
    { sendData: { payload: new Uint8Array(1) } },
    { kick: { sessionId: a.sessionId } },
    { act: { setRoom: { locked: true } } },
    { updateSelf: { name: 'x' } },
  ])
    expect(await a.outcome(body)).toBe('NOT_PERMITTED');
  const refused = await TestClient.open(fra?.url ?? '');
  const forged = joinMessage(await token({ secret: 'x'.repeat(40) }), { check: nonce });
  expect(await refused.outcome({ join: forged })).toBe('TOKEN_INVALID');
});

it('a token for checks alone opens a check, and never a room', async () => {
  const video = { room: 'check', roomJoin: false, check: true };
  const a = await openCheck({ video });
  const b = await openCheck({ video, at: sgp });
  expect(roomOf(a)).toMatch(/^check\//);
  expect(b.joined?.participants.map(({ sessionId }) => sessionId)).toEqual([a.sessionId]);
  const refused = await TestClient.open(fra?.url ?? '');
  expect(await refused.outcome({ join: joinMessage(await token({ video })) })).toBe('NOT_PERMITTED');
  expect(fra?.ownedRooms.get('acme/check')).toBeUndefined();
});

it('the api learns nothing of a check: no journal, policy, report or list entry, and no command reaches it', async () => {
  api.add('test-key', secret);
  await api.dial(fra ?? { linkPort: 0 });
  const asked: string[] = [];
  api.onPolicy = (roomKey) => asked.push(roomKey);
  const a = await openCheck();
  const b = await openCheck();
  const real = await TestClient.join(fra?.url ?? '', { identity: 'ann', room: 'real' });
  const quality = { measuredS: 1, rttP50Ms: 20, rttP95Ms: 40, packetsSent: 10, transport: 'udp' };
  for (const one of [a, b, real]) await one.outcome({ leave: { reason: '', quality } });
  await until(() => fra?.ownedRooms.get(`acme/${roomOf(a)}`)?.size === 0, 'all have left');
  await until(() => api.stays.some(({ roomKey }) => roomKey === 'acme/real'), 'the stay in the room is reported');
  expect(asked).toEqual(['acme/real']);
  expect(api.journal.map(({ roomKey }) => roomKey)).toContain('acme/real');
  expect(new Set([...api.journal, ...api.stays].map(({ roomKey }) => roomKey))).toEqual(new Set(['acme/real']));
  const { rooms } = await api.ask('sig-fra', rpc.roomsOwned, { tenant: 'acme', names: [] });
  expect(rooms.map(({ roomKey }) => roomKey)).toEqual(['acme/real']);
  const command = { roomKey: `acme/${roomOf(a)}`, commandId: 'c', act: { end: {} } };
  await expect(api.ask('sig-fra', rpc.roomCommand, command)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});

it('a check takes four sessions, ends by itself, and does not count towards the tenant’s limits', async () => {
  const clients = [await openCheck(), await openCheck(), await openCheck(), await openCheck()];
  const more = await TestClient.open(fra?.url ?? '');
  expect(await more.outcome({ join: joinMessage(await token(), { check: nonce }) })).toBe('ROOM_FULL');
  const room = fra?.ownedRooms.get(`acme/${roomOf(clients[0] as TestClient)}`);
  const { endsWallMs, hardEnd } = room?.policy ?? {};
  expect(hardEnd).toBe(true);
  expect((endsWallMs ?? 0) - Date.now()).toBeGreaterThan(bounds.checkLifeMs - 30_000);
  expect((endsWallMs ?? 0) - Date.now()).toBeLessThanOrEqual(bounds.checkLifeMs);
  expect(rig.centre.placeRequests.at(-1)?.limits).toMatchObject({ seats: 0, rooms: 0 });
  expect(node.sessions.size).toBe(4);
});

it('a node takes a bounded number of checks, and accepts another check when one has ended', async () => {
  const one = await rig.instance('sig-one', { checksMax: 1 });
  const clients = [await openCheck({ at: one }), await openCheck({ at: one })];
  await TestClient.join(one.url, { identity: 'ann' });
  const bob = await TestClient.open(one.url);
  const join = joinMessage(await token({ identity: 'bob' }), { check: nonce });
  expect(await bob.outcome({ join })).toBe('OVERLOADED');
  for (const client of clients) await client.outcome({ leave: {} });
  await until(() => one.clients.roomCount === 1, 'the check has ended');
  await openCheck({ at: one, identity: 'bob' });
});

it('a check that is resumed, or named by too few random characters, is refused', async () => {
  for (const bad of [{ check: 'short' }, { check: `${nonce}/` }, { check: nonce, resume: { sessionId: 'PA_x' } }]) {
    const client = await TestClient.open(fra?.url ?? '');
    expect(await client.outcome({ join: joinMessage(await token(), bad) })).toBe('REQUEST_INVALID');
  }
});
