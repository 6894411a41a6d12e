import { rpc, watcherIdentity, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { joinMessage, TestClient, type TokenOptions, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const roomKey = 'acme/lobby';
let rig: Rig;
let api: TestApi;
let [fra, sgp]: Instance[] = [];
let nodeSgp: FakeNode | undefined;
beforeEach(async () => {
  rig = await Rig.start();
  api = new TestApi(rig);
  await rig.node('sfu-fra', { region: 'fra' });
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterEach(async () => {
  api.close();
  await rig.close();
});

const join = (to: Instance | undefined, identity: string, o: TokenOptions = {}) =>
  TestClient.join(to?.url ?? '', {
    identity,
    ...o,
    join: { fromCity: to === sgp ? 'Singapore' : 'Frankfurt' },
  });
/** The owner, which counts as a cohost by its token. */
const ann = () => join(fra, 'ann', { video: { roomAdmin: true } });
/** At the other signaling node, and may not publish by its token. */
const bob = () => join(sgp, 'bob', { video: { canPublish: false } });
const act = (client: TestClient, body: wire.RoomAct.$Properties) => client.outcome({ act: body });
const speaker = { member: { identity: 'bob', role: 'speaker' } };
const changed = (client: TestClient) =>
  client.heard
    .flatMap(({ rightsChanged }) => rightsChanged?.self ?? [])
    .map(({ role, canPublish }) => [role, canPublish]);
const resumed = async (client: TestClient, to: Instance | undefined, o: TokenOptions): Promise<TestClient> => {
  const { sessionId = '', resumeKey = '' } = client.joined ?? {};
  client.socket.terminate();
  const again = await TestClient.open(to?.url ?? '');
  const answer = await again.request({ join: joinMessage(await token(o), { resume: { sessionId, resumeKey } }) });
  expect(answer.error?.code).toBeUndefined();
  return again;
};
const command = (commandId: string, body: wire.RoomAct.$Properties, nodeId = 'sig-fra') =>
  api.ask(nodeId, rpc.roomCommand, { roomKey, commandId, principal: { kind: 'key', id: 'k' }, act: body });

describe('a participant that is made a speaker', () => {
  it('may publish at once, after a resume through either signaling node, and after joining anew', async () => {
    const a = await ann();
    const b = await bob();
    expect(await b.publish('TR_bobmicrophone1')).toBe('NOT_PERMITTED');
    expect(await act(b, speaker)).toBe('NOT_PERMITTED');
    expect(await act(a, speaker)).toBe('ack');
    await b.hears('that it may publish', (frame) => frame.rightsChanged?.self?.canPublish === true);
    expect(await b.publish('TR_bobmicrophone1')).toBe('published');
    const asBob = { identity: 'bob', video: { canPublish: false } };
    const again = await resumed(b, fra, asBob);
    expect(again.joined?.self).toMatchObject({ role: 'speaker', canPublish: true });
    expect(await again.publish('TR_bobmicrophone2')).toBe('published');
    const third = await bob();
    expect(third.joined?.self).toMatchObject({ role: 'speaker', canPublish: true });
    expect(await third.publish('TR_bobmicrophone3')).toBe('published');
    expect(nodeSgp?.sessionOf('bob')?.info.participant).toMatchObject({ canPublish: true, role: 'speaker' });
  });

  it('loses its tracks with the role, and may publish again neither by its own token nor by a resume', async () => {
    const a = await ann();
    const c = await join(sgp, 'cid');
    expect(await c.publish('TR_cidcamera1234')).toBe('published');
    await until(() => a.tracksReceived().includes('TR_cidcamera1234'), 'ann receives cid');
    expect(await act(a, { member: { identity: 'cid', role: 'attendee' } })).toBe('ack');
    await until(() => changed(c).length === 1, 'cid hears it');
    expect(changed(c)).toEqual([['attendee', false]]);
    await until(
      () => a.events().some(({ trackUnpublished }) => trackUnpublished?.trackId === 'TR_cidcamera1234'),
      'gone',
    );
    await until(() => nodeSgp?.sessionOf('cid')?.tracks.size === 0, 'the media node has ended it');
    expect(await c.publish('TR_cidcamera5678')).toBe('NOT_PERMITTED');
    const again = await resumed(c, fra, { identity: 'cid' });
    expect(again.joined?.self).toMatchObject({ role: 'attendee', canPublish: false });
    expect(await again.publish('TR_cidcamera5678')).toBe('NOT_PERMITTED');
    expect(await act(a, { member: { identity: 'cid', reset: true } })).toBe('ack');
    await again.hears('that its token counts again', (frame) => frame.rightsChanged?.self?.canPublish === true);
    expect(await again.publish('TR_cidcamera5678')).toBe('published');
  });
});

describe('a room that is locked, full, or closed to an identity', () => {
  it('admits no new client except hosts and cohosts, and a participant may come again', async () => {
    const a = await ann();
    await join(sgp, 'cid');
    expect(await act(a, { setRoom: { locked: true } })).toBe('ack');
    await until(() => a.events().some(({ roomChanged }) => roomChanged?.info?.locked === true), 'everybody hears it');
    await expect(bob()).rejects.toThrow('ROOM_LOCKED');
    expect((await join(sgp, 'cid')).joined?.roomInfo?.locked).toBe(true);
    await join(sgp, 'eve', { video: { roomAdmin: true } });
    expect(await act(a, { member: { identity: 'bob', role: 'cohost' } })).toBe('ack');
    await bob();
  });
});

describe('when the owner is killed', () => {
  it('the next owner has policy, bans, roles, hands and the life of the room, also without the api', async () => {
    const a = await join(sgp, 'ann', { video: { roomAdmin: true } });
    rig.centre.giveLease(roomKey, 'sig-fra');
    await sgp?.ownedRooms.renew();
    const b = await bob();
    for (const body of [speaker, { setRoom: { locked: true } }, { remove: { identity: 'eve', forever: true } }])
      expect(await act(a, body)).toBe('ack');
    expect(await act(b, { hand: { raised: true } })).toBe('ack');
    const sid = b.joined?.roomInfo?.sid;
    expect(sid).toMatch(/^RM_\w{16}$/);
    const kept = () => nodeSgp?.retainedRooms.get(roomKey)?.policy;
    await until(() => kept()?.version === 3, 'the media node keeps the policy');
    const isUp = () => (nodeSgp?.sessionOf('bob')?.info.participant?.handRaisedWallMs ?? 0) > 0;
    await until(isUp, 'the media node keeps the hand');
    await fra?.kill();
    const roster = await b.hears('the roster of the next owner', (frame) => (frame.rosterSnapshot?.roomEpoch ?? 0) > 2);
    expect(roster.rosterSnapshot?.info).toMatchObject({ locked: true, sid });
    const self = roster.rosterSnapshot?.participants?.find(({ identity }) => identity === 'bob');
    expect(self).toMatchObject({ role: 'speaker', canPublish: true });
    expect(self?.handRaisedWallMs).toBeGreaterThan(0);
    expect(await b.publish('TR_bobmicrophone1')).toBe('published');
    await expect(join(sgp, 'cid')).rejects.toThrow('ROOM_LOCKED');
    await expect(join(sgp, 'eve', { video: { roomAdmin: true } })).rejects.toThrow('KICKED');
    expect(await act(a, { member: { identity: 'bob', reset: true } })).toBe('ack');
    await b.hears('the right of its token', (frame) => frame.rightsChanged?.self?.canPublish === false);
  });
});

describe('an api', () => {
  it('has acts done once, however often it repeats them, and shows the room’s state', async () => {
    await api.dial(fra as Instance);
    const a = await ann();
    const b = await bob();
    await a.publish('TR_annmicrophone1');
    const view = await api.ask('sig-fra', rpc.roomView, { roomKey });
    expect(view.roster?.participants?.map(({ identity }) => identity)).toEqual(['ann', 'bob']);
    const said = { data: { payload: new Uint8Array([1]), topic: 'bell', identities: ['bob'] } };
    expect(await command('c1', said)).toMatchObject({ affected: 1 });
    expect(await command('c1', said)).toMatchObject({ affected: 1 });
    const ending = { mute: { everybody: true, allSources: true } };
    expect((await command('c2', ending)).affected).toBe(0); // ann leads the room
    expect((await command('c3', { mute: { identity: 'ann', allSources: true } })).affected).toBe(1);
    await until(() => a.events().some(({ trackMuted }) => trackMuted?.muted === true), 'ann is muted');
    await command('c4', { askUnmute: { identity: 'ann', source: 2 } });
    await a.hears('that it is asked to unmute', (frame) => frame.unmuteAsked?.source === 2);
    await b.hears('the bell', (frame) => frame.dataReceived?.topic === 'bell');
    expect(b.heard.filter(({ dataReceived }) => dataReceived != null)).toHaveLength(1);
    expect(b.heard.find(({ dataReceived }) => dataReceived)?.dataReceived).toMatchObject({
      sessionId: '',
      topic: 'bell',
    });
    expect(await command('c5', { end: { reason: 'over' } })).toMatchObject({ affected: 2 });
    for (const client of [a, b]) expect(await client.ends()).toEqual({ code: 4403, reason: 'ROOM_ENDED' });
    await until(() => rig.centre.leases.get(roomKey)?.ownerId === '', 'the lease is given back');
    await expect(command('c6', said)).rejects.toMatchObject({ code: 'ROOM_OWNER_LOST' });
  });

  it('has several acts done in one command, unless the room has changed since the version that it names', async () => {
    await api.dial(fra as Instance);
    const a = await ann();
    const b = await bob();
    const c = await join(sgp, 'cid');
    expect(await act(a, { setRoom: { lobby: true } })).toBe('ack');
    const members = [{ identity: 'bob', role: 'speaker' }];
    const acts = { act: { remove: { identity: 'cid', forever: true } }, more: [{ book: { room: {}, members } }] };
    const ask = (commandId: string, expectedVersion: number) =>
      api.ask('sig-fra', rpc.roomCommand, { roomKey, commandId, ...acts, expectedVersion });
    await expect(ask('c1', 0)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    expect((await ask('c2', 1)).policy).toMatchObject({ version: 3, lobby: true, bans: [{ identity: 'cid' }] });
    expect(await c.ends()).toEqual({ code: 4403, reason: 'KICKED' });
    await b.hears('that it may publish', (frame) => frame.rightsChanged?.self?.canPublish === true);
  });
});

describe('an operator’s watcher', () => {
  const watch = () => join(sgp, watcherIdentity('rec-1'), { video: { hidden: true, canPublish: false } });

  it('begins no room, enters a locked and full one, and is shown to no company', async () => {
    await expect(watch()).rejects.toThrow('ROOM_ENDED');
    expect([rig.centre.leases.has(roomKey), rig.centre.placeRequests]).toEqual([false, []]);
    await api.dial(fra as Instance);
    const a = await ann();
    expect(await act(a, { setRoom: { locked: true, capacity: 1 } })).toBe('ack');
    await watch();
    const view = await api.ask('sig-fra', rpc.roomView, { roomKey });
    expect(view.roster?.participants?.map(({ identity }) => identity)).toEqual(['ann']);
    const { rooms } = await api.ask('sig-fra', rpc.roomsOwned, { tenant: 'acme', names: [] });
    expect(rooms.map(({ participants }) => participants)).toEqual([1]);
  });
});
