// Tests two real signaling nodes in two regions; the owner of the room is one of them.
import { note } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { joinMessage, TestClient, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [fra, sgp]: Instance[] = [];
let [nodeFra, nodeSgp]: FakeNode[] = [];
beforeEach(async () => {
  rig = await Rig.start();
  nodeFra = await rig.node('sfu-fra', { region: 'fra' });
  nodeSgp = await rig.node('sfu-sgp', { region: 'sgp' });
  rig.centre.nodeOfCity.set('Frankfurt', 'sfu-fra').set('Singapore', 'sfu-sgp');
  fra = await rig.instance('sig-fra', { region: 'fra' });
  sgp = await rig.instance('sig-sgp', { region: 'sgp' });
  await until(() => fra?.centre.fleet.has('sig-sgp') === true, 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

const ann = () =>
  TestClient.join(fra?.url ?? '', { identity: 'ann', video: { roomAdmin: true }, join: { fromCity: 'Frankfurt' } });
const bob = (o: { video?: Record<string, unknown>; join?: object } = {}) =>
  TestClient.join(sgp?.url ?? '', { identity: 'bob', ...o, join: { fromCity: 'Singapore', ...o.join } });
const left = (client: TestClient, sessionId: string) =>
  client.events().find((event) => event.participantLeft?.sessionId === sessionId)?.participantLeft?.reason;

describe('the roster at the instance that does not own the room', () => {
  it('is forwarded: joins, tracks, mutes and leaves of the other region arrive in one dense order', async () => {
    const a = await ann();
    const b = await bob();
    expect(b.joined?.placement).toMatchObject({
      ownerId: 'sig-fra',
      signalingId: 'sig-sgp',
      node: { nodeId: 'sfu-sgp' },
    });
    await a.publish('TR_annmicrophone1');
    expect(await a.outcome({ setTrackMuted: { trackId: 'TR_annmicrophone1', muted: true } })).toBe('ack');
    a.socket.close(1000);
    await until(() => left(b, a.sessionId) !== undefined, 'bob hears that ann left');
    const events = b.events();
    expect(events.map((event) => event.body)).toEqual(['trackPublished', 'trackMuted', 'participantLeft']);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3].map((step) => (b.joined?.rosterSeq ?? 0) + step));
  });
});

describe('grants', () => {
  it('let a node pull a track of the other region; for a track on the receiver’s own node no grant is made', async () => {
    const a = await ann();
    const b = await bob();
    const near = await TestClient.join(fra?.url ?? '', { identity: 'near', join: { fromCity: 'Frankfurt' } });
    await a.publish('TR_annmicrophone1');
    await until(() => b.tracksReceived().length === 1 && near.tracksReceived().length === 1, 'both receive the track');
    expect(nodeSgp?.grants).toEqual([
      { trackId: 'TR_annmicrophone1', pullerNodeId: 'sfu-sgp', servingNodeId: 'sfu-fra', epoch: 1 },
    ]);
    expect(nodeFra?.grants).toEqual([]);
  });
});

describe('the same identity at two signaling nodes', () => {
  it('stays with the newer session; the older session is ended with the reason, and its media ends', async () => {
    const older = await bob();
    const a = await ann();
    const newer = await TestClient.join(fra?.url ?? '', { identity: 'bob', join: { fromCity: 'Frankfurt' } });
    expect(await older.ends()).toEqual({ code: 4409, reason: 'DUPLICATE_IDENTITY' });
    expect(older.disconnect()).toMatchObject({ code: 'DUPLICATE_IDENTITY', reconnect: false });
    await until(() => left(a, older.sessionId) === 'DUPLICATE_IDENTITY', 'ann hears that the older left');
    await until(() => nodeSgp?.sessions.size === 0, 'the older is gone from its node');
    expect(await newer.publish('TR_bobmicrophone1')).toBe('published');
  });
});

describe('an administrator', () => {
  it('kicks a participant at the other signaling node, which then waits until a host lets it in', async () => {
    const b = await bob();
    const a = await ann();
    expect(await a.outcome({ kick: { sessionId: b.sessionId, reason: 'noise' } })).toBe('ack');
    expect(await b.ends()).toEqual({ code: 4403, reason: 'KICKED' });
    expect(b.disconnect()).toMatchObject({ code: 'KICKED', message: 'noise', reconnect: false });
    await until(() => left(a, b.sessionId) === 'KICKED', 'the room hears it');
    await until(
      () => nodeSgp?.sessions.size === 0 || nodeSgp?.sessionOf('bob') === undefined,
      'the media of the kicked ends',
    );
    const again = await TestClient.open(sgp?.url ?? '');
    again.send({ requestId: 1, join: joinMessage(await token({ identity: 'bob' })) });
    await again.hears('that it has been removed', (frame) => frame.waiting?.reason === 'removed');
    expect(again.joined).toBeUndefined();
  });

  it('mutes a participant of the other node: its media is paused, all are informed; others may not mute it', async () => {
    const b = await bob();
    const a = await ann();
    await b.publish('TR_bobmicrophone1');
    await until(() => a.tracksReceived().includes('TR_bobmicrophone1'), 'ann receives bob');
    expect(await b.outcome({ muteParticipant: { sessionId: a.sessionId, trackId: 'TR_bobmicrophone1' } })).toBe(
      'NOT_PERMITTED',
    );
    expect(await b.outcome({ kick: { sessionId: a.sessionId } })).toBe('NOT_PERMITTED');
    expect(await a.outcome({ muteParticipant: { sessionId: b.sessionId, trackId: 'TR_bobmicrophone1' } })).toBe('ack');
    await until(() => b.events().some((event) => event.trackMuted?.muted === true), 'bob hears that he is muted');
    await until(() => nodeSgp?.called('pauseTrack').length === 1, 'the node pauses the track');
  });
});

describe('data', () => {
  it('goes to the sender’s node with the names of the receivers’ nodes, and from a node to its own receivers', async () => {
    const a = await ann();
    const b = await bob();
    const c = await TestClient.join(sgp?.url ?? '', { identity: 'cid', join: { fromCity: 'Singapore' } });
    await until(() => a.events().filter((event) => event.participantJoined).length === 2, 'ann sees both');
    expect(
      await a.outcome({
        sendData: { payload: Uint8Array.of(1, 2), topic: 'chat', destinationSessionIds: [b.sessionId] },
      }),
    ).toBe('ack');
    await until(() => nodeFra?.called('data').length === 1, 'the node has it');
    const message = nodeFra?.called('data')[0] as { targetNodeIds: string[]; data: { identity: string } };
    expect(message).toMatchObject({
      roomKey: 'acme/lobby',
      targetNodeIds: ['sfu-sgp'],
      destinationSessionIds: [b.sessionId],
      data: { identity: 'ann', topic: 'chat' },
    });
    nodeSgp?.say('sig-sgp', note.roomData, { ...message, originNodeId: 'sfu-fra' });
    const heard = await b.hears('the data', (frame) => frame.dataReceived != null);
    expect(heard.dataReceived).toMatchObject({ sessionId: a.sessionId, identity: 'ann', topic: 'chat', lossy: false });
    expect(c.heard.some((frame) => frame.dataReceived)).toBe(false);
  });
});

describe('the end of an instance', () => {
  it('does not end the call of the others when the instance does not own the room', async () => {
    const a = await ann();
    const b = await bob();
    await sgp?.kill();
    await b.ends();
    expect(a.closed).toBeUndefined();
    expect(await a.publish('TR_annmicrophone1')).toBe('published');
    expect(rig.centre.leases.get('acme/lobby')).toEqual({ ownerId: 'sig-fra', epoch: 1 });
  });

  it('makes the other instance the owner of its rooms, with the roster rebuilt from the media nodes', async () => {
    const a = await ann();
    const b = await bob();
    await a.publish('TR_annmicrophone1');
    await until(() => b.tracksReceived().length === 1, 'bob receives ann');
    expect(await b.outcome({ stats: { rttMs: 40, periodMs: 2000 } })).toBe('ack');
    await fra?.kill();
    await until(
      () => rig.centre.leases.get('acme/lobby')?.ownerId === 'sig-sgp',
      'the other signaling node owns the room',
    );
    const snapshot = await b.hears('the roster under the new epoch', (frame) => frame.rosterSnapshot != null);
    expect(snapshot.rosterSnapshot).toMatchObject({ roomEpoch: 2 });
    expect(snapshot.rosterSnapshot?.participants?.map((participant) => participant.identity).sort()).toEqual([
      'ann',
      'bob',
    ]);
    expect(
      snapshot.rosterSnapshot?.participants?.find((participant) => participant.identity === 'ann')?.tracks,
    ).toHaveLength(1);
    const qualityOfBob = () => sgp?.clients.context.roomFor('acme/lobby').replica?.get(b.sessionId)?.quality;
    await until(() => qualityOfBob() === 'excellent', 'his connection is known, though it has not changed');
    // A new participant of the surviving signaling node gets both, and the publisher's session may be resumed here.
    const resumed = await TestClient.join(sgp?.url ?? '', {
      identity: 'ann',
      join: { resume: { sessionId: a.sessionId, resumeKey: a.joined?.resumeKey ?? '' } },
    });
    expect(resumed.joined).toMatchObject({ resumed: true, sessionId: a.sessionId, self: { signalingId: 'sig-sgp' } });
    expect(await resumed.publish('TR_anncamera12345', { kind: 2, source: 1 })).toBe('published');
    await until(() => b.tracksReceived().includes('TR_anncamera12345'), 'bob receives the new track');
  });

  it('that stops in order sends its clients elsewhere, keeps their sessions and gives its rooms away', async () => {
    const a = await ann();
    const b = await bob();
    await fra?.close();
    expect(await a.ends()).toEqual({ code: 4503, reason: 'SHUTTING_DOWN' });
    expect(a.disconnect()).toMatchObject({ code: 'SHUTTING_DOWN', reconnect: true });
    expect(nodeFra?.sessions.size).toBe(1);
    const resumed = await TestClient.join(sgp?.url ?? '', {
      identity: 'ann',
      join: { resume: { sessionId: a.sessionId, resumeKey: a.joined?.resumeKey ?? '' } },
    });
    expect(resumed.joined?.resumed).toBe(true);
    expect(resumed.joined?.placement).toMatchObject({ ownerId: 'sig-sgp', roomEpoch: 2 });
    expect(b.closed).toBeUndefined();
  });
});

describe('a lost lease', () => {
  it('stops the owner at once: both signaling nodes continue with the new owner, and no participant is removed', async () => {
    const a = await ann();
    const b = await bob();
    rig.centre.giveLease('acme/lobby', 'sig-sgp');
    await fra?.ownedRooms.renew();
    expect(fra?.ownedRooms.size).toBe(0);
    await until(() => sgp?.ownedRooms.size === 1, 'the new owner has the room');
    await a.hears('the roster of the new owner', (frame) => frame.rosterSnapshot?.roomEpoch === 2);
    expect(await a.publish('TR_annmicrophone1')).toBe('published');
    await until(() => b.tracksReceived().includes('TR_annmicrophone1'), 'bob receives under the new epoch');
    expect(a.closed ?? b.closed).toBeUndefined();
  });
});

describe('a media node that the centre has shut out', () => {
  it('loses its participants at once: they are told to join anew, and the others are informed', async () => {
    const a = await ann();
    const b = await bob();
    rig.centre.deny('sfu-sgp');
    expect(await b.ends()).toEqual({ code: 4503, reason: 'NODE_LOST' });
    await until(() => left(a, b.sessionId) === 'NODE_LOST', 'ann hears it');
    await until(() => nodeSgp?.links.size === 0, 'no instance has a link to it');
    expect(a.closed).toBeUndefined();
  });
});
