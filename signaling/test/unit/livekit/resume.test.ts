// Tests a LiveKit client that lost its socket and returns to its session over another, in virtual time.
import {
  ClientConfigSetting,
  DataPacket_Kind,
  DisconnectReason,
  LeaveRequest_Action,
  ParticipantInfo_State,
  TrackType,
} from '@livekit/protocol';
import { limits, note } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { microphoneOffer } from '../../support/livekit-messages.ts';
import { MemoryClient, MemoryCloud } from '../../support/memory-cloud.ts';
import { type LiveKitClient, MemoryLiveKit } from '../../support/memory-livekit.ts';

let cloud: MemoryCloud;
let livekit: MemoryLiveKit;
let bob: MemoryClient;
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  cloud.mediaNode('m1', 'eu');
  livekit = new MemoryLiveKit(cloud, await cloud.node('sig-a', 'eu'));
  bob = await MemoryClient.join(cloud, livekit.node, { identity: 'bob' });
});
afterEach(() => cloud.close());

const ann = (o: { sid?: string; identity?: string; room?: string; query?: string } = {}) => livekit.open(o);
const media = () => cloud.mediaNodes.get('m1') ?? expect.unreachable();
const sidsSaid = (client: LiveKitClient) =>
  client.all('update').flatMap(({ participants }) => participants.map(({ sid, state }) => [sid, state]));
const [bobMic, bobSecond] = ['TR_bobmic0000000', 'TR_bobsecond0000'];
const { ACTIVE, DISCONNECTED } = ParticipantInfo_State;

/** Returns a client that has joined, published a microphone for bob, and answered the receiving offer. */
async function joinPublishing(): Promise<{ client: LiveKitClient; trackSid: string }> {
  const client = await livekit.join();
  client.answer();
  client.say({ case: 'addTrack', value: { cid: 'cid-mic', type: TrackType.AUDIO, name: 'mic', source: 2 } });
  const trackSid = (await client.hears('trackPublished')).track?.sid ?? '';
  client.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'first'), id: 1 } });
  await client.hears('answer');
  await cloud.until(() => bob.tracksReceived().includes(trackSid), 'bob receives the microphone');
  return { client, trackSid };
}
const cutAndResume = async (client: LiveKitClient, clean = false): Promise<LiveKitClient> => {
  client.cut(clean);
  await cloud.run(300);
  const back = ann({ sid: client.sid });
  await back.hears('reconnect');
  return back;
};
/** Answers offers until the track is offered. */
const answerUntilOffered = (client: LiveKitClient, trackId: string): Promise<void> => {
  let answered = 0;
  return cloud.until(() => {
    const { sdp = '', id = 0 } = client.last('offer') ?? {};
    if (sdp.includes(trackId)) return true;
    if (id > answered) client.answer();
    answered = id;
    return false;
  }, `an offer of ${trackId}`);
};
const leftReasons = () => bob.events().flatMap(({ participantLeft }) => participantLeft?.reason ?? []);

describe('a resume is refused, so that the client joins anew,', () => {
  const expectRefused = async (back: LiveKitClient): Promise<void> => {
    const { action, reason } = await back.hears('leave');
    expect([action, reason]).toEqual([LeaveRequest_Action.RECONNECT, DisconnectReason.STATE_MISMATCH]);
    expect(back.names()).toEqual(['leave']);
    await cloud.until(() => back.closed !== undefined, 'the end of its socket');
  };

  it.each(['PA_unknown', '', 'not an id!'])('of a session that the node does not know: %s', async (sid) => {
    await expectRefused(ann({ sid }));
    expect(leftReasons()).toEqual([]);
  });

  it.each([
    ['of another identity', { identity: 'eve' }],
    ['of another room', { room: 'elsewhere' }],
  ])('by a token %s, and the session continues', async (_what, token) => {
    const client = await livekit.join();
    await expectRefused(ann({ sid: client.sid, ...token }));
    client.say({ case: 'ping', value: 1n });
    await client.hears('pong');
    expect(leftReasons()).toEqual([]);
  });

  it('after the grace, when the others have seen the client leave and the node keeps nothing of its session', async () => {
    const client = await livekit.join();
    client.cut();
    await cloud.until(
      () => leftReasons().includes('CONNECTION_LOST'),
      'the session is over',
      limits.resumeGraceMs + 500,
    );
    await expectRefused(ann({ sid: client.sid }));
    expect([livekit.resumable.size, livekit.rooms.size]).toEqual([0, 0]);
  });

  it('at another node', async () => {
    const other = new MemoryLiveKit(cloud, await cloud.node('sig-b', 'eu'));
    const client = await livekit.join();
    await expectRefused(other.open({ sid: client.sid }));
    expect(leftReasons()).toEqual([]);
  });

  it('of a session that a host has removed meanwhile', async () => {
    const client = await livekit.join();
    client.cut();
    await cloud.run(100);
    const host = await MemoryClient.join(cloud, livekit.node, { identity: 'host', video: { roomAdmin: true } });
    expect(await host.outcome({ kick: { sessionId: client.sid } })).toBe('ack');
    await expectRefused(ann({ sid: client.sid }));
  });

  it('of a session that has left', async () => {
    const client = await livekit.join();
    client.say({ case: 'leave', value: {} });
    await cloud.until(() => leftReasons().length > 0, 'it has left', 100);
    await expectRefused(ann({ sid: client.sid }));
  });
});

describe('a resume', () => {
  it.each([
    ['cut', false],
    ['closed without a word, as livekit-client does', true],
  ])(
    'over a new socket after one was %s: the session continues, and the others do not see it leave',
    async (_what, clean) => {
      const client = await livekit.join();
      expect(client.last('join')?.clientConfiguration?.resumeConnection).toBe(ClientConfigSetting.ENABLED);
      const back = await cutAndResume(client, clean);
      expect(back.names()[0]).toBe('reconnect');
      expect(back.last('reconnect')).toMatchObject({
        clientConfiguration: { resumeConnection: ClientConfigSetting.ENABLED },
        serverInfo: { version: '1.9.0', nodeId: 'm1' },
      });
      await cloud.run(2 * limits.resumeGraceMs);
      expect(leftReasons()).toEqual([]);
      expect(livekit.resumable.size).toBe(1);
      back.say({ case: 'updateMetadata', value: { name: 'Ann', requestId: 1 } });
      await back.hears('requestResponse');
    },
  );

  it('succeeds again and again', async () => {
    let client = await livekit.join();
    const { sid } = client;
    for (let times = 0; times < 5; times += 1) {
      client.cut();
      client = ann({ sid });
      await client.hears('reconnect');
    }
    expect([leftReasons(), livekit.resumable.size]).toEqual([[], 1]);
  });

  it('while the first socket lives gives the session to the newer one; the older is closed silently', async () => {
    const client = await livekit.join();
    const before = client.names();
    const back = ann({ sid: client.sid });
    await back.hears('reconnect');
    await cloud.until(() => client.closed !== undefined, 'the older socket is closed');
    expect(client.names()).toEqual(before);
    expect(leftReasons()).toEqual([]);
    await cloud.run(2 * limits.resumeGraceMs);
    back.say({ case: 'ping', value: 1n });
    await back.hears('pong');
  });

  it('reports all participants that came, left or changed, including a leave just before the cut', async () => {
    const [cem, dan] = [
      await MemoryClient.join(cloud, livekit.node, { identity: 'cem' }),
      await MemoryClient.join(cloud, livekit.node, { identity: 'dan' }),
    ];
    const client = await livekit.join();
    cem.leave();
    await cloud.until(() => sidsSaid(client).some(([, state]) => state === DISCONNECTED), 'cem has left');
    client.cut();
    dan.leave();
    const eve = await MemoryClient.join(cloud, livekit.node, { identity: 'eve' });
    await bob.outcome({ updateSelf: { name: 'Robert' } });
    const back = ann({ sid: client.sid });
    await back.hears('update');
    const said = back.last('update')?.participants ?? [];
    expect(Object.fromEntries(said.map(({ identity, state }) => [identity, state]))).toEqual({
      cem: DISCONNECTED,
      dan: DISCONNECTED,
      bob: ACTIVE,
      ann: ACTIVE,
      eve: ACTIVE,
    });
    expect(said.find(({ sid }) => sid === bob.joined?.sessionId)?.name).toBe('name of bob');
    expect(said.find(({ sid }) => sid === eve.joined?.sessionId)?.version).toBeGreaterThan(0);
    expect(await back.hears('roomUpdate')).toMatchObject({ room: { numParticipants: 3 } });
  });

  it('shows a participant that left and came back as present', async () => {
    const cem = await MemoryClient.join(cloud, livekit.node, { identity: 'cem' });
    const client = await livekit.join();
    client.cut();
    cem.leave();
    await cloud.run(50);
    const again = await MemoryClient.join(cloud, livekit.node, { identity: 'cem' });
    const back = ann({ sid: client.sid });
    await back.hears('update');
    const ofCem = (back.last('update')?.participants ?? []).filter(({ identity }) => identity === 'cem');
    expect(ofCem.map(({ sid, state }) => [sid, state])).toEqual([[again.joined?.sessionId, ACTIVE]]);
  });
});

describe('after a resume', () => {
  it('received tracks are offered again with new credentials, and so are tracks published meanwhile', async () => {
    expect(await bob.publish(bobMic)).toBe('published');
    const client = await livekit.join();
    await answerUntilOffered(client, bobMic);
    client.cut(); // its answer is never given
    expect(await bob.publish(bobSecond)).toBe('published');
    const back = ann({ sid: client.sid });
    await answerUntilOffered(back, bobSecond);
    expect(back.last('offer')?.sdp).toContain(bobMic);
    expect(back.last('offer')?.sdp).toContain('a=ice-ufrag:new');
    back.answer();
    await cloud.until(() => media().called('resume').length > 0, 'the consumers are ready');
    const ready = media().called('resume') as { consumerIds: string[] }[];
    expect(ready.flatMap(({ consumerIds }) => consumerIds)).toHaveLength(2);
  });

  it('consumers become ready whose answer was not handled before the cut', async () => {
    expect(await bob.publish(bobMic)).toBe('published');
    const client = await livekit.join();
    await answerUntilOffered(client, bobMic);
    const connected = Promise.withResolvers<void>();
    media().heldAnswers.set('connect', connected.promise);
    client.answer();
    await cloud.run(10);
    client.cut();
    await cloud.run(10);
    media().heldAnswers.clear();
    connected.resolve();
    const back = ann({ sid: client.sid });
    await back.hears('offer');
    back.answer();
    await cloud.until(() => media().called('resume').length > 0, 'the consumer is ready');
  });

  it('the microphone stays published, and the offer that restarts ICE gets the node’s new credentials', async () => {
    const { client, trackSid } = await joinPublishing();
    expect(client.last('answer')?.sdp).toContain('a=ice-ufrag:u\r\n');
    const back = await cutAndResume(client);
    back.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'second'), id: 2 } });
    expect((await back.hears('answer')).sdp).toContain('a=ice-ufrag:new\r\n');
    expect(media().called('produce')).toHaveLength(1);
    expect(back.all('trackUnpublished')).toEqual([]);
    expect(bob.events().filter(({ trackUnpublished }) => trackUnpublished?.trackId === trackSid)).toEqual([]);
  });

  it('an offer with the same user name restarts nothing', async () => {
    const { client } = await joinPublishing();
    client.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'first'), id: 2 } });
    expect((await client.hears('answer', 2)).sdp).toContain('a=ice-ufrag:u\r\n');
    expect(media().called('restart')).toEqual([]);
  });

  it('a receiving transport that its node reports lost gets one offer with new credentials at a time', async () => {
    const client = await livekit.join();
    client.answer();
    await cloud.run(10);
    const change = { transportId: `${client.sid}-recv`, state: 'failed' };
    for (let times = 0; times < 3; times += 1)
      media().say('sig-a', note.transportState, { sessionId: client.sid, change });
    expect((await client.hears('offer', 2)).sdp).toContain('a=ice-ufrag:new');
    expect(media().called('restart')).toHaveLength(1);
    const other = { transportId: `${client.sid}-send`, state: 'failed' };
    media().say('sig-a', note.transportState, { sessionId: client.sid, change: other });
    await cloud.run(50);
    expect(media().called('restart')).toHaveLength(1);
  });

  it('a track whose publication was not confirmed is published by the next offer', async () => {
    const client = await livekit.join();
    client.say({ case: 'addTrack', value: { cid: 'cid-mic', type: TrackType.AUDIO, name: 'mic', source: 2 } });
    const trackSid = (await client.hears('trackPublished')).track?.sid ?? '';
    media().failures.set('produce', 'INTERNAL');
    const produced = Promise.withResolvers<void>();
    media().heldAnswers.set('produce', produced.promise);
    client.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'first'), id: 1 } });
    await client.hears('answer');
    const back = await cutAndResume(client);
    produced.resolve(); // The request fails; its answer went to the lost socket.
    await cloud.run(10);
    media().failures.clear();
    media().heldAnswers.clear();
    back.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'second'), id: 2 } });
    await cloud.until(() => bob.tracksReceived().includes(trackSid), 'bob receives it');
    expect(back.all('trackUnpublished')).toEqual([]);
  });

  it('tracks that the room does not have are ended, and tracks that a host muted meanwhile are muted', async () => {
    const { client, trackSid } = await joinPublishing();
    client.cut();
    const host = await MemoryClient.join(cloud, livekit.node, { identity: 'host', video: { roomAdmin: true } });
    expect(await host.outcome({ muteParticipant: { sessionId: client.sid, trackId: trackSid } })).toBe('ack');
    const back = ann({ sid: client.sid });
    expect(await back.hears('mute')).toMatchObject({ sid: trackSid, muted: true });
    const publishTracks = [{ track: { sid: trackSid } }, { track: { sid: 'TR_neverseen' } }];
    back.say({ case: 'syncState', value: { publishTracks } });
    expect((await back.hears('trackUnpublished')).trackSid).toBe('TR_neverseen');
    expect(back.all('trackUnpublished')).toHaveLength(1);
  });

  it('a track that the room has ended meanwhile is reported to the client as ended, once', async () => {
    const { client, trackSid } = await joinPublishing();
    client.cut();
    media().say('sig-a', note.trackEnded, {
      roomKey: 'acme/lobby',
      sessionId: client.sid,
      trackId: trackSid,
      reason: 'X',
    });
    await cloud.until(
      () => bob.events().some(({ trackUnpublished }) => trackUnpublished?.trackId === trackSid),
      'the track has ended',
    );
    const back = ann({ sid: client.sid });
    await back.hears('trackUnpublished');
    await cloud.run(100);
    expect(back.all('trackUnpublished').map((ended) => ended.trackSid)).toEqual([trackSid]);
  });

  it('a mute by a host that went to the dead socket is repeated', async () => {
    const { client, trackSid } = await joinPublishing();
    const host = await MemoryClient.join(cloud, livekit.node, { identity: 'host', video: { roomAdmin: true } });
    expect(await host.outcome({ muteParticipant: { sessionId: client.sid, trackId: trackSid } })).toBe('ack');
    await client.hears('mute');
    const back = await cutAndResume(client);
    expect(back.last('mute')).toMatchObject({ sid: trackSid, muted: true });
  });

  it('an offer that the cut left without an answer has no consequence for the client', async () => {
    const client = await livekit.join();
    const connected = Promise.withResolvers<void>();
    media().heldAnswers.set('connect', connected.promise);
    client.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'first'), id: 1 } });
    await cloud.run(10);
    const back = await cutAndResume(client);
    media().heldAnswers.clear();
    connected.resolve();
    back.say({ case: 'offer', value: { type: 'offer', sdp: microphoneOffer('cid-mic', 'second'), id: 2 } });
    expect((await back.hears('answer')).id).toBe(2);
    expect(back.all('leave')).toEqual([]);
    expect(livekit.dropped).toEqual([]);
  });

  it('tracks that the client had unsubscribed before are not received', async () => {
    expect(await bob.publish(bobMic)).toBe('published');
    const client = await livekit.join();
    await answerUntilOffered(client, bobMic);
    client.answer();
    client.say({ case: 'subscription', value: { trackSids: [bobMic], subscribe: false } });
    await cloud.until(() => media().called('unsubscribe').length > 0, 'it is not received');
    const back = await cutAndResume(client);
    await cloud.run(500);
    expect(media().sessions.get(client.sid)?.subscriptions.has(bobMic)).toBe(false);
    back.say({ case: 'syncState', value: { subscription: { trackSids: [bobMic], subscribe: true } } });
    await cloud.until(
      () => media().sessions.get(client.sid)?.subscriptions.has(bobMic) === true,
      'it is received as the client says',
    );
  });
});

describe('reliable packets', () => {
  const packet = (sequence: number) => ({
    kind: DataPacket_Kind.RELIABLE,
    sequence,
    value: { case: 'user' as const, value: { payload: new Uint8Array([sequence]), topic: 't' } },
  });
  const passedOn = () =>
    (media().called('data') as { data?: { payload?: Uint8Array } }[]).map(({ data }) => data?.payload?.[0]);

  it('the client gets the number of its last packet, and a repeated packet is delivered once', async () => {
    const client = await livekit.join();
    for (const sequence of [2, 1]) client.sayPacket(packet(sequence));
    const back = await cutAndResume(client);
    expect(back.last('reconnect')?.lastMessageSeq).toBe(2);
    for (const sequence of [2, 3]) back.sayPacket(packet(sequence));
    await cloud.until(() => passedOn().includes(3), 'the third is passed on');
    expect(passedOn()).toEqual([2, 1, 3]);
  });
});

describe('a client is sent to another session', () => {
  const ended = async (client: LiveKitClient) => {
    const { action, reason, canReconnect } = await client.hears('leave');
    expect(client.all('leave')).toHaveLength(1);
    expect(canReconnect).toBe(true);
    return [action, reason];
  };

  it('when its media node is lost', async () => {
    const client = await livekit.join();
    livekit.node.clients.nodeLost('m1');
    expect(await ended(client)).toEqual([LeaveRequest_Action.RECONNECT, DisconnectReason.MEDIA_FAILURE]);
  });

  it('when its signaling node is stopped', async () => {
    const client = await livekit.join();
    void livekit.node.stop(); // ends when the sockets are gone
    expect(await ended(client)).toEqual([LeaveRequest_Action.RECONNECT, DisconnectReason.SERVER_SHUTDOWN]);
  });

  it('when its media node is drained: nothing of it is left there', async () => {
    const client = await livekit.join();
    cloud.mediaNode('m2', 'eu');
    livekit.draining.add('m1');
    const order = {
      sessionId: client.sid,
      moveId: 'move',
      fromNodeId: 'm1',
      toNodeId: 'm2',
      decisionId: 'd',
      reason: 'drain',
    };
    const moving = livekit.node.clients.move({ roomKey: 'acme/lobby', ownerId: 'sig-a', epoch: 1 }, order);
    moving.catch(() => undefined);
    expect(await ended(client)).toEqual([LeaveRequest_Action.RECONNECT, DisconnectReason.MIGRATION]);
    await cloud.until(() => !media().sessions.has(client.sid), 'its session is gone');
    await cloud.run(2 * limits.resumeGraceMs);
    expect(livekit.resumable.size).toBe(0);
    expect(cloud.mediaNodes.get('m2')?.sessions.has(client.sid)).toBe(false);
  });
});
