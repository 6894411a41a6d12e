// Tests that a grant which the owner gives again for a while (owner/offer-issuer.ts) opens no way around the checks of
// each join and subscription: those apply at once, also while the grant is kept.
import { rpc, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { TestClient, type TokenOptions } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const roomKey = 'acme/lobby';
const trackId = 'TR_annmicrophone1';
const secretOf = (key: string): string => `${key}: a secret of the tests that is long enough`;
let rig: Rig;
let api: TestApi;
let one: Instance;
let far: FakeNode;
let [ann, bob]: TestClient[] = [];

const join = (identity: string, o: TokenOptions = {}, fromCity = 'Singapore', key = 'k1') =>
  TestClient.join(one.url, { key, secret: secretOf(key), identity, ...o, join: { fromCity } });
const act = (body: wire.RoomAct.$Properties) => ann?.outcome({ act: body });
const command = (body: wire.RoomAct.$Properties) =>
  api.ask('sig-1', rpc.roomCommand, { roomKey, commandId: 'c1', principal: { kind: 'key', id: 'k' }, act: body });
/** Returns the grants that the far node has got with sessions and subscriptions, by their signatures. */
const grants = (): string[] =>
  ['attach', 'subscribe']
    .flatMap((name) => far.called(name) as wire.AttachSession[])
    .flatMap(({ subscriptions }) => subscriptions ?? [])
    .flatMap(({ grant }) => (grant ? [Buffer.from(grant.signature ?? []).toString('hex')] : []));

// Two people at the far node have got one grant, so it is kept.
beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-near');
  far = await rig.node('sfu-far', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-near').set('Singapore', 'sfu-far');
  one = await rig.instance('sig-1', { apiKeys: [] });
  api = new TestApi(rig);
  for (const key of ['k1', 'k2']) api.add(key, secretOf(key));
  await api.dial(one);
  ann = await join('ann', { video: { roomAdmin: true } }, 'Frankfurt');
  await ann.publish(trackId);
  bob = await join('bob');
  const cid = await join('cid');
  expect([bob, cid].map((client) => client.tracksReceived())).toEqual([[trackId], [trackId]]);
  expect([grants().length, new Set(grants()).size]).toEqual([2, 1]);
});
afterEach(async () => {
  api.close();
  await rig.close();
});

it.each<[string, string, () => Promise<unknown>, TokenOptions, string?]>([
  ['a revoked API key', 'TOKEN_REVOKED', revokeKey, {}, 'k2'],
  ['an expired token', 'TOKEN_EXPIRED', async () => undefined, { expiresInS: -70 }],
  ['an identity that is removed', 'KICKED', () => removed('bob'), {}],
  ['any token once the room is locked', 'ROOM_LOCKED', async () => act({ setRoom: { locked: true } }), {}],
])('%s joins no more and brings no grant to a node', async (_what, code, change, o, key) => {
  await change();
  const before = grants().length;
  await expect(join(code === 'KICKED' ? 'bob' : 'dan', o, 'Singapore', key)).rejects.toThrow(code);
  expect(grants()).toHaveLength(before);
});

it('a participant who may not subscribe any more gets no grant, neither by a subscription nor by a join', async () => {
  expect(await act({ member: { identity: 'bob', canSubscribe: false } })).toBe('ack');
  await bob?.hears('its rights', (frame) => frame.rightsChanged?.self?.canSubscribe === false);
  expect(await bob?.outcome({ updateSubscription: { trackId, subscribed: true } })).toBe('NOT_PERMITTED');
  const again = await join('bob');
  expect(again.tracksReceived()).toEqual([]);
  expect(grants()).toHaveLength(2);
});

it('a newcomer gets no grant for the track of a removed publisher', async () => {
  await command({ remove: { identity: 'ann', forever: true } });
  expect((await ann?.ends())?.reason).toBe('KICKED');
  const dan = await join('dan');
  expect(dan.tracksReceived()).toEqual([]);
  expect(await dan.outcome({ updateSubscription: { trackId, subscribed: true } })).toBe('TRACK_UNKNOWN');
  expect(grants()).toHaveLength(2);
});

it('a room that opens again after its end gets another grant, even for a track of the same name', async () => {
  const [kept] = grants();
  await command({ end: { reason: 'over' } });
  for (const client of [ann, bob]) expect((await client?.ends())?.reason).toBe('ROOM_ENDED');
  await until(() => rig.centre.leases.get(roomKey)?.ownerId === '', 'the lease is given back');
  const again = await join('ann', {}, 'Frankfurt');
  expect((await join('bob')).tracksReceived()).toEqual([]);
  await again.publish(trackId);
  const dan = await join('dan');
  expect(dan.tracksReceived()).toEqual([trackId]);
  expect(grants().slice(2)).not.toContain(kept);
});

async function revokeKey(): Promise<void> {
  await join('eve', {}, 'Singapore', 'k2');
  api.revoke({ tenant: 'acme', id: 'k2', untilWallMs: Date.now() + 60_000 });
  await until(() => one.tokens.revocations.version === 1, 'the revocation is known');
}

async function removed(identity: string): Promise<void> {
  expect(await act({ remove: { identity, forever: true } })).toBe('ack');
  await bob?.ends();
}
