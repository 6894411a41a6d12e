// Tests the shared state of a node's LiveKit clients: a single room, and a single message per frame.
import { DataPacket, ParticipantInfo_State, SignalResponse } from '@livekit/protocol';
import { emptyRoomInfo, type Participant, RoomState, rosterViewToWire, wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedRooms } from '../../../src/clients/livekit/shared-rooms.ts';
import { SharedRoom, ShownRoom } from '../../../src/core/livekit/index.ts';
import { MemoryCloud } from '../../support/memory-cloud.ts';
import { type LiveKitClient, MemoryLiveKit } from '../../support/memory-livekit.ts';
import { person } from '../fixtures.ts';
import { camera, epoch, events, joinedFrame } from './rooms.ts';

const [ann, bob, eve] = [person('ann'), person('bob'), person('eve')];
const details = { iceServers: [], pingIntervalS: 5, pingTimeoutS: 15, nodeId: 'd1', region: 'eu', canResume: true };
const infosOf = (responses: readonly SignalResponse[]) =>
  responses.flatMap(({ message }) => (message.case === 'update' ? message.value.participants : []));
const namesOf = (responses: readonly SignalResponse[]) => responses.map(({ message }) => message.case);
const seen = (o: Parameters<typeof joinedFrame>[0]) => joinedFrame({ self: ann, others: [bob], ...o });

/** Returns ann and bob in a room; bob has joined later. */
function both(o: { annMay?: boolean } = {}) {
  const first = joinedFrame({ self: ann, seq: 9 });
  const shared = new SharedRoom(first);
  const ofAnn = new ShownRoom(shared, { ...first, canUpdateOwnMetadata: o.annMay ?? false });
  shared.newsOf(events(10, { type: 'participantJoined', participant: bob }));
  const ofBob = new ShownRoom(shared, joinedFrame({ self: bob, others: [ann], seq: 10 }));
  return { shared, ofAnn, ofBob };
}
const snapshot = (seq: number, participants: Participant[], of = epoch): wire.ServerFrame.$Properties => ({
  rosterSnapshot: rosterViewToWire({ epoch: of, seq, participants, speakers: [], info: emptyRoomInfo }),
});

describe('for a frame', () => {
  it('all clients get the same objects, except the client that the frame is about', () => {
    const { ofAnn, ofBob, shared } = both({ annMay: true });
    const ofEve = new ShownRoom(shared, joinedFrame({ self: eve, others: [ann, bob], seq: 10 }));
    const frame = events(11, { type: 'participantChanged', participant: { ...ann, name: 'Ann' } });
    const [heard, also, own] = [ofBob.apply(frame), ofEve.apply(frame), ofAnn.apply(frame)];
    expect(heard).toHaveLength(1);
    expect(also[0]).toBe(heard[0]);
    const mayOf = (responses: SignalResponse[]) => infosOf(responses)[0]?.permission?.canUpdateMetadata;
    expect([infosOf(own)[0]?.name, mayOf(own), mayOf(heard)]).toEqual(['Ann', true, false]);
  });

  it('the publisher gets no update about its own track, but an update about others in the same frame', () => {
    const { ofAnn, ofBob } = both();
    const frame = events(
      11,
      { type: 'trackPublished', sessionId: 'PA_ann', track: camera() },
      { type: 'participantChanged', participant: { ...bob, name: 'Bob' } },
    );
    expect(infosOf(ofAnn.apply(frame)).map(({ sid }) => sid)).toEqual(['PA_bob']);
    expect(infosOf(ofBob.apply(frame)).map(({ sid, tracks }) => [sid, tracks.length])).toEqual([
      ['PA_ann', 1],
      ['PA_bob', 0],
    ]);
  });

  it('a client that joined after the frame gets no message', () => {
    const { shared, ofAnn } = both();
    const frame = events(11, { type: 'participantJoined', participant: eve });
    expect(namesOf(ofAnn.apply(frame))).toEqual(['update', 'roomUpdate']);
    const late = new ShownRoom(shared, joinedFrame({ self: eve, others: [ann, bob], seq: 11 }));
    expect(late.apply(frame)).toEqual([]);
    const missed = events(12, { type: 'participantLeft', sessionId: 'PA_eve', reason: '' });
    late.apply(missed);
    ofAnn.resumed(joinedFrame({ self: ann, others: [bob], seq: 12 }));
    expect(ofAnn.apply(missed)).toEqual([]);
  });
});

describe('versions', () => {
  it('rise over a new owner, whose events count from one, and over a snapshot of any number', () => {
    const { ofAnn, ofBob } = both();
    const versions = [ofBob.joinResponse(details).participant?.version ?? 0];
    const named = (of: number, seq: number): wire.ServerFrame.$Properties => {
      const { roomEvents } = events(seq, { type: 'participantChanged', participant: { ...ann, name: `${of} ${seq}` } });
      return { roomEvents: { ...roomEvents, roomEpoch: of } };
    };
    const frames = [
      named(epoch, 11),
      snapshot(0, [{ ...ann, name: 'a' }, bob], epoch + 1),
      named(epoch + 1, 1),
      snapshot(5, [{ ...ann, name: 'b' }, bob], epoch + 1),
      snapshot(2, [{ ...ann, name: 'c' }, bob], epoch + 1),
      named(epoch + 1, 3),
      named(epoch + 2, 1),
    ];
    for (const frame of frames) {
      const [own, heard] = [infosOf(ofAnn.apply(frame)), infosOf(ofBob.apply(frame))];
      expect(own.map(({ version }) => version)).toEqual(heard.map(({ version }) => version));
      versions.push(heard[0]?.version ?? 0);
    }
    const rising = [...new Set(versions)].toSorted((a, b) => a - b);
    expect(rising).toEqual(versions);
    expect(rising).toHaveLength(1 + frames.length);
  });

  it('in a late JoinResponse are those that the others know, and lower than all later versions', () => {
    const { shared, ofBob } = both();
    const heard = infosOf(ofBob.apply(events(11, { type: 'participantChanged', participant: { ...ann, name: 'A' } })));
    ofBob.apply(events(12, { type: 'participantJoined', participant: eve }));
    const late = new ShownRoom(shared, joinedFrame({ self: eve, others: [ann, bob], seq: 12 }));
    const [info] = late.joinResponse(details).otherParticipants;
    expect([info?.sid, info?.version]).toEqual(['PA_ann', heard[0]?.version]);
    const frame = events(13, { type: 'participantChanged', participant: { ...ann, name: 'B' } });
    expect(infosOf(late.apply(frame))[0]?.version).toBeGreaterThan(info?.version ?? 0);
  });
});

describe('a Joined that is newer than the room', () => {
  it('replaces the room when no client was listening, and a returning client learns who left', () => {
    const { shared, ofAnn } = both();
    const ofEve = new ShownRoom(shared, joinedFrame({ self: eve, others: [ann], seq: 30 }));
    expect(ofEve.others().map(({ identity }) => identity)).toEqual(['ann']);
    const back = infosOf(ofAnn.resumed(joinedFrame({ self: ann, others: [eve], seq: 30 })));
    expect(back.map(({ identity, state }) => [identity, state])).toEqual([
      ['bob', ParticipantInfo_State.DISCONNECTED],
      ['ann', ParticipantInfo_State.ACTIVE],
      ['eve', ParticipantInfo_State.ACTIVE],
    ]);
  });

  it('does not spare other clients its content: in a crowd they get the waiting frames later', () => {
    const first = seen({ seq: 10 });
    const shared = new SharedRoom(first);
    const early = new ShownRoom(shared, first);
    const speakers = [{ sessionId: 'PA_bob', levelDbov: -20 }];
    const late = new ShownRoom(shared, seen({ self: eve, others: [ann, bob], seq: 12, speakers }));
    expect(namesOf(late.firstMessages())).toEqual(['speakersChanged']);
    const frame = events(12, { type: 'speakersChanged', speakers });
    expect(namesOf(early.apply(frame))).toEqual(['speakersChanged']);
    expect(infosOf(late.apply(frame))).toEqual([]);
    const silent = events(13, { type: 'speakersChanged', speakers: [] });
    for (const one of [early, late]) expect(namesOf(one.apply(silent))).toEqual(['speakersChanged']);
  });

  it('reports no leave before the join to a returning client', () => {
    const { shared } = both();
    shared.newsOf(events(11, { type: 'participantLeft', sessionId: 'PA_bob', reason: '' }));
    shared.newsOf(events(12, { type: 'participantJoined', participant: eve }));
    const ofEve = new ShownRoom(shared, joinedFrame({ self: eve, others: [ann], seq: 12 }));
    const back = infosOf(ofEve.resumed(joinedFrame({ self: eve, others: [ann], seq: 12 })));
    expect(back.map(({ identity }) => identity)).toEqual(['eve', 'ann']);
  });
});

describe('rooms of a node', () => {
  it('are separate by tenant, and for the crowd; they end with their last client', () => {
    const rooms = new SharedRooms();
    const frame = joinedFrame({ self: ann });
    const places = [
      rooms.enter('acme/lobby', frame),
      rooms.enter('acme/lobby', joinedFrame({ self: bob, others: [ann] })),
      rooms.enter('other/lobby', frame),
      rooms.enter('acme/lobby', { ...frame, isCrowd: true }),
    ];
    expect(rooms.size).toBe(3);
    const [first, second, ...others] = places;
    for (const { leave } of others) leave();
    for (let times = 0; times < 2; times += 1) first?.leave();
    expect(rooms.size).toBe(1);
    second?.leave();
    expect(rooms.size).toBe(0);
    rooms.enter('acme/lobby', frame);
    first?.leave();
    expect(rooms.size).toBe(1);
  });

  it('keep no state of a client whose Joined is unreadable', () => {
    const rooms = new SharedRooms();
    const self = { sessionId: 'PA_ann', tracks: [{ trackId: 'TR_1' }] };
    expect(() => rooms.enter('acme/lobby', { sessionId: 'PA_ann', self })).toThrow();
    expect(rooms.size).toBe(0);
  });
});

describe('50 clients', () => {
  let cloud: MemoryCloud;
  let livekit: MemoryLiveKit;
  let clients: LiveKitClient[];
  const identities = Array.from({ length: 50 }, (_, at) => `person-${at}`);
  beforeEach(async () => {
    cloud = await MemoryCloud.start();
    cloud.mediaNode('m1', 'eu');
    livekit = new MemoryLiveKit(cloud, await cloud.node('sig-a', 'eu'));
    clients = [await livekit.join({ identity: 'ann', video: { canUpdateOwnMetadata: true } })];
  });
  afterEach(() => {
    vi.restoreAllMocks();
    cloud.close();
  });
  const come = () => Promise.all(identities.map((identity) => livekit.join({ identity })));

  it('share the room of the first client, without a further roster', async () => {
    const made = vi.spyOn(RoomState, 'fromView');
    await come();
    expect([made.mock.calls.length, livekit.rooms.size]).toEqual([0, 1]);
  });

  it('get the same message, read and encoded once; the client that it is about gets another', async () => {
    clients.push(...(await come()));
    const [first] = clients;
    const decoded = vi.spyOn(wire.ServerFrame, 'decode');
    const encoded = vi.spyOn(SignalResponse.prototype, 'toBinary');
    const before = clients.map((client) => client.heard.length);
    const updates = clients.map((client) => client.all('update').length);
    first?.say({ case: 'updateMetadata', value: { name: 'Ann', requestId: 1 } });
    await Promise.all(clients.map((client, at) => client.hears('update', (updates[at] ?? 0) + 1)));
    await first?.hears('requestResponse');
    const heard = clients.map((client, at) => client.names().slice(before[at]));
    expect(heard.slice(1)).toEqual(identities.map(() => ['update']));
    expect(heard[0]?.toSorted()).toEqual(['requestResponse', 'update']);
    expect(encoded.mock.calls.length, 'for all, for ann, and her answer').toBe(3);
    expect(decoded.mock.calls.length, 'the event, and what ann alone is sent').toBeLessThanOrEqual(3);
  });

  it('get the same packet', async () => {
    clients.push(...(await come()));
    const [decoded, encoded] = [vi.spyOn(wire.ServerFrame, 'decode'), vi.spyOn(DataPacket.prototype, 'toBinary')];
    const data = { sessionId: 'PA_x', identity: 'x', payload: Uint8Array.of(1), topic: 't' };
    const room = { roomKey: 'acme/lobby', ownerId: 'sig-a', epoch: 1 };
    const sids = clients.map(({ sid }) => sid);
    livekit.node.clients.onServiceData(room, data, sids);
    const packets = () => cloud.mediaNodes.get('m1')?.called('channel') ?? [];
    await cloud.until(() => packets().length === clients.length, 'all are sent it');
    expect([decoded.mock.calls.length, encoded.mock.calls.length]).toEqual([1, 1]);
  });
});
