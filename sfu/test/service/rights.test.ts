// Rights of a caller by its link, its epoch, its signaling node and its grant. Without a right it gets an error code.
import { call, limits, note, post, routerConstant, rpc, rtpParametersToWire, wire } from '@meridian/protocol';
import { Authority, type Credentials, createLogger, type Link, LinkDialer } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Attached,
  audioTrack,
  Cloud,
  clock,
  codeOf,
  endpoint,
  fingerprint,
  grantBy,
  rng,
  room,
  type SignalingLink,
  sessionIdOf,
  sessionInfo,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let signaling: SignalingLink;
let otherSignaling: SignalingLink;
/** A media node's link that the test drives by hand. */
let peer: Link;
let peerDialer: LinkDialer;
let counter = 0;
let roomKey = '';
let publisher: Attached;
let track = '';

async function dialAs(credentials: Credentials): Promise<{ link: Link; dialer: LinkDialer }> {
  const dialer = new LinkDialer({
    url: `wss://127.0.0.1:${a.app.controlPort}`,
    credentials: () => credentials,
    log: silent,
    clock,
    rng,
    expect: () => true,
    onLink: () => undefined,
  });
  return { link: await until('the peer is linked', () => dialer.link), dialer };
}

const pipeEnd = {
  incarnation: 'x1',
  ip: '127.0.0.1',
  port: 9,
  srtp: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: Buffer.alloc(44, 7).toString('base64') },
  routerVersion: routerConstant.version,
};
const silent = createLogger({ name: 'silent', level: 'fatal' });
const ref = (epoch = 2, ownerId = 'sig-a') => room(epoch, ownerId, roomKey);

beforeAll(async () => {
  cloud = await Cloud.open();
  a = await cloud.node('node-a');
  signaling = await cloud.signaling('sig-a', a);
  otherSignaling = await cloud.signaling('sig-b', a);
  ({ link: peer, dialer: peerDialer } = await dialAs(
    await cloud.authority.issueCredentials({ id: 'node-x', kind: 'sfu', region: 'fra' }, 60_000),
  ));
});
afterAll(async () => {
  peerDialer.close('test over');
  await cloud.close();
});
beforeEach(async () => {
  counter += 10;
  roomKey = `dev/rights-${counter}`;
  publisher = await signaling.attach(counter, { room: ref() });
  await signaling.produce(publisher.sessionId, audioTrack(counter), opusParameters(counter * 100), ref());
  track = trackIdOf(counter);
});

describe('a link', () => {
  test("with a media node's certificate may not send requests of signaling", async () => {
    for (let number = 40; number <= 59; number += 1) {
      expect(await codeOf(peer.request(number, new Uint8Array()))).toBe('KIND_NOT_PERMITTED');
    }
  });
  test('with a signaling certificate may not send requests of media nodes', async () => {
    for (const { number } of [rpc.pipeOpen, rpc.pull, rpc.unpull, rpc.pipeSent]) {
      expect(await codeOf(signaling.link.request(number, new Uint8Array()))).toBe('KIND_NOT_PERMITTED');
    }
  });
  test('of any other kind, or with a certificate of another authority, is refused', async () => {
    const foreign = await Authority.create({ clock });
    const intruders = [
      await cloud.authority.issueCredentials({ id: 'probe', kind: 'edge-probe', region: 'fra' }, 60_000),
      await foreign.issueCredentials({ id: 'sig-a', kind: 'signaling', region: 'fra' }, 60_000),
    ];
    for (const credentials of intruders) {
      let down = 0;
      let up = 0;
      const dialer = new LinkDialer({
        url: `wss://127.0.0.1:${a.app.controlPort}`,
        credentials: () => {
          down += 1;
          return credentials;
        },
        log: silent,
        clock,
        rng,
        expect: () => true,
        onLink: () => {
          up += 1;
        },
        backoffMs: { first: 10, max: 20 },
      });
      await until('it has tried several times', () => down > 3);
      dialer.close('test over');
      expect(up).toBe(0);
    }
  });
});

describe('a room lease', () => {
  test('with a lower epoch, or with a second owner of the same epoch, is refused by every request that names it', async () => {
    const { sessionId } = publisher;
    for (const stale of [ref(1), ref(2, 'sig-z')]) {
      const at = { room: stale, sessionId };
      const codes = await Promise.all([
        codeOf(signaling.attach(counter + 1, { room: stale })),
        codeOf(call(signaling.link, rpc.adoptSession, { ...at, resumeKey: 'k', signalingId: 'sig-a' })),
        codeOf(
          call(signaling.link, rpc.produce, {
            ...at,
            track: videoTrack(counter + 1),
            rtpParameters: rtpParametersToWire(vp8Parameters([1])),
          }),
        ),
        codeOf(call(signaling.link, rpc.closeTrack, { ...at, trackId: track })),
        codeOf(call(signaling.link, rpc.trackStats, at)),
        codeOf(call(signaling.link, rpc.updateSession, { ...at, participant: { identity: 'x' } })),
        codeOf(call(signaling.link, rpc.pauseTrack, { ...at, trackId: track, paused: true })),
        codeOf(call(signaling.link, rpc.subscribeTracks, at)),
        codeOf(call(signaling.link, rpc.unsubscribeTrack, { ...at, trackId: track })),
        codeOf(call(signaling.link, rpc.updateConsumer, { ...at, update: { trackId: track } })),
        codeOf(call(signaling.link, rpc.resumeConsumers, at)),
        codeOf(call(signaling.link, rpc.restartTransport, { ...at, transportId: publisher.send.id })),
        codeOf(call(signaling.link, rpc.repullTrack, { room: stale, track: { trackId: track } })),
        codeOf(call(signaling.link, rpc.roomSnapshot, { room: stale })),
      ]);
      expect(new Set(codes)).toEqual(new Set(['EPOCH_STALE']));
    }
    expect(a.app.node.rooms.get(roomKey)?.members.sessions.size).toBe(1);
  });
  /** Sends an owner's copy of the room on a link, and returns the node's snapshot after it. */
  const snapshotAfter = async (from: Link, copy: wire.RetainedRoom.$Properties): Promise<wire.RoomSnapshotReply> => {
    post(from, note.retainedRoom, { room: ref(), ...copy });
    return await call(from, rpc.roomSnapshot, { room: ref() });
  };
  test("lets its owner store the room's info, within its limits; an older version changes nothing", async () => {
    expect(signaling.messagesOf('retainedRoomRequest')).toContainEqual({ roomKey });
    const keep = async (
      metadata: string,
      version: number,
      at: wire.RoomRef.$Properties = ref(),
      from = signaling.link,
    ) => {
      const { info, infoEpoch } = await snapshotAfter(from, { room: at, info: { metadata, version } });
      return [info?.metadata, infoEpoch];
    };
    const largest = 'é'.repeat(limits.roomMetadataBytesMax / 2);
    expect(await keep(`${largest}x`, 1)).toEqual(['', 0]);
    expect(await keep('x', 0)).toEqual(['', 0]);
    expect(await keep('x', 1, room(2, 'sig-a', `${roomKey}-unknown`))).toEqual(['', 0]);
    expect(await keep('not the owner', 9, ref(), otherSignaling.link)).toEqual(['', 0]);
    expect(await keep('an epoch to come', 9, ref(3))).toEqual(['', 0]);
    expect(await keep(largest, 2)).toEqual([largest, 2]);
    expect(await keep('older', 1)).toEqual([largest, 2]);
    expect(await keep('of an epoch before', 3, ref(1))).toEqual([largest, 2]);
  });
  test("lets its owner store the room's policy, within its limits; an older version changes nothing", async () => {
    const keep = async (policy: wire.RoomPolicy.$Properties | null) =>
      (await snapshotAfter(signaling.link, { info: { metadata: '', version: 1 }, policy })).policy;
    const version = async (policy: wire.RoomPolicy.$Properties) => (await keep({ version: 2, ...policy }))?.version;
    expect(await version({ members: [{ identity: '', role: 'host' }] })).toBe(0);
    expect(await version({ bans: [{ identity: 'x'.repeat(5000) }] })).toBe(0);
    expect(await version({ metadata: 'x'.repeat(limits.roomMetadataBytesMax + 1) })).toBe(0);
    await keep({ version: 2, locked: true, members: [{ identity: 'bob', role: 'speaker', canPublish: false }] });
    await keep({ version: 1 });
    expect(await keep(null)).toMatchObject({
      version: 2,
      locked: true,
      members: [{ identity: 'bob', role: 'speaker', canPublish: false }],
    });
  });
  test('with a higher epoch is accepted and reported', async () => {
    await call(otherSignaling.link, rpc.roomSnapshot, { room: ref(3, 'sig-b') });
    expect(await codeOf(call(signaling.link, rpc.roomSnapshot, { room: ref() }))).toBe('EPOCH_STALE');
    expect(a.app.node.rooms.heldRooms().find((held) => held.roomKey === roomKey)).toMatchObject({
      epoch: 3,
      ownerId: 'sig-b',
    });
    await until('the centre hears of it', () =>
      cloud.reports.some(({ roomsChanged }) =>
        roomsChanged?.some((held) => held.roomKey === roomKey && held.epoch === 3),
      ),
    );
  });
  test('that the centre contradicts is refused by every request that names it, and the lease before stays', async () => {
    const { sessionId } = publisher;
    cloud.leases.set(roomKey, ref());
    for (const lie of [ref(3, 'sig-b'), ref(3), ref(2 ** 40, 'sig-b')]) {
      const at = { room: lie, sessionId };
      const codes = await Promise.all([
        codeOf(otherSignaling.attach(counter + 1, { room: lie })),
        codeOf(call(otherSignaling.link, rpc.adoptSession, { ...at, resumeKey: 'k', signalingId: 'sig-b' })),
        codeOf(call(otherSignaling.link, rpc.closeTrack, { ...at, trackId: track })),
        codeOf(call(otherSignaling.link, rpc.subscribeTracks, at)),
        codeOf(call(otherSignaling.link, rpc.restartTransport, { ...at, transportId: publisher.send.id })),
        codeOf(call(otherSignaling.link, rpc.repullTrack, { room: lie, track: { trackId: track } })),
        codeOf(call(otherSignaling.link, rpc.roomSnapshot, { room: lie })),
      ]);
      expect(new Set(codes)).toEqual(new Set(['EPOCH_STALE']));
    }
    expect(a.app.node.rooms.leaseOf(roomKey)).toEqual({ ownerId: 'sig-a', epoch: 2 });
    await call(signaling.link, rpc.roomSnapshot, { room: ref() });
  });
  test('is checked at the first join to a room, so that a room does not begin on this node under a false owner', async () => {
    const fresh = (epoch: number, ownerId: string) => room(epoch, ownerId, `${roomKey}-fresh`);
    cloud.leases.set(`${roomKey}-fresh`, fresh(4, 'sig-a'));
    for (const lie of [fresh(4, 'sig-b'), fresh(5, 'sig-b'), fresh(3, 'sig-a')]) {
      expect(await codeOf(otherSignaling.attach(counter + 1, { room: lie }))).toBe('EPOCH_STALE');
    }
    await otherSignaling.attach(counter + 1, { room: fresh(4, 'sig-a') });
    expect(a.app.node.rooms.leaseOf(`${roomKey}-fresh`)).toEqual({ ownerId: 'sig-a', epoch: 4 });
  });
  test('from the centre is accepted through any signaling node without a request to the centre', async () => {
    await cloud.sendLeases([ref(5, 'sig-z')]);
    cloud.leaseRequests.length = 0;
    await call(otherSignaling.link, rpc.roomSnapshot, { room: ref(5, 'sig-z') });
    expect(cloud.leaseRequests).toEqual([]);
    expect(a.app.node.rooms.leaseOf(roomKey)).toEqual({ ownerId: 'sig-z', epoch: 5 });
  });
  test('that the centre confirms late begins no session for a signaling node whose link has ended meanwhile', async () => {
    const deniedSignaling = await cloud.signaling('sig-gone', a);
    const earlier = await deniedSignaling.attach(counter + 2, { room: ref() });
    const fresh = room(1, 'sig-gone', `${roomKey}-slow`);
    const held = Promise.withResolvers<void>();
    cloud.leaseAnswersHeld = held.promise;
    const attaching = codeOf(deniedSignaling.attach(counter + 3, { room: fresh }));
    const otherAttach = otherSignaling.attach(counter + 4, { room: fresh }); // waits for the same answer, after it
    await until('the centre is asked', () => cloud.leaseRequests.includes(fresh.roomKey ?? ''));
    await deniedSignaling.close('gone');
    const orphan = () => a.app.node.rooms.sessions.get(earlier.sessionId)?.orphanTimer;
    await until('the node has seen the signaling node go', () => orphan() !== undefined);
    cloud.leaseAnswersHeld = undefined;
    held.resolve();
    const { sessionId } = await otherAttach;
    expect(await attaching).toBe('LINK_CLOSED');
    const { sessions } = a.app.node.rooms;
    expect([sessions.has(sessionIdOf(counter + 3)), sessions.has(sessionId)]).toEqual([false, true]);
  });
  test('that is false does not keep a signaling node from releasing its session', async () => {
    cloud.leases.set(roomKey, ref());
    await call(signaling.link, rpc.detachSession, { room: ref(9, 'sig-b'), sessionId: publisher.sessionId });
    expect(a.app.node.rooms.sessions.has(publisher.sessionId)).toBe(false);
  });
  test('is remembered after the room has ended on this node', async () => {
    await call(signaling.link, rpc.detachSession, { room: ref(), sessionId: publisher.sessionId });
    expect(a.app.node.rooms.get(roomKey)).toBeUndefined();
    expect(await codeOf(signaling.attach(counter, { room: ref(1) }))).toBe('EPOCH_STALE');
  });
});

describe('a session that loses a right', () => {
  const updateRights = (rights: wire.ParticipantInfo.$Properties) =>
    call(signaling.link, rpc.updateSession, {
      room: ref(),
      sessionId: publisher.sessionId,
      participant: { identity: `user-${counter}`, canPublish: true, canSubscribe: true, ...rights },
    });
  test('to publish has its tracks ended, and may publish again when it has the right again', async () => {
    const viewer = await signaling.attach(counter + 1, { room: ref(), subscriptions: [{ trackId: track }] });
    await updateRights({ canPublish: false, role: 'attendee' });
    expect(a.app.node.rooms.get(roomKey)?.members.tracks.size).toBe(0);
    await until('its subscriber is informed', () =>
      signaling.messagesOf('consumerClosed').some((message) => JSON.stringify(message).includes(viewer.sessionId)),
    );
    const produce = (n: number) =>
      codeOf(signaling.produce(publisher.sessionId, audioTrack(n), opusParameters(n * 100), ref()));
    expect(await produce(counter + 2)).toBe('NOT_PERMITTED');
    await updateRights({ role: 'speaker' });
    expect(await produce(counter + 3)).toBe('it did not fail');
  });
  test('to publish from all sources but one has only their tracks ended, and may not publish from them', async () => {
    const source = wire.TrackSource.TRACK_SOURCE_MICROPHONE;
    const microphone = { ...audioTrack(counter + 1), source };
    await signaling.produce(publisher.sessionId, microphone, opusParameters(counter * 100 + 1), ref());
    expect(a.app.node.rooms.get(roomKey)?.members.tracks.size).toBe(2);
    await updateRights({ publishSources: [source] });
    expect([...(a.app.node.rooms.get(roomKey)?.members.tracks.keys() ?? [])]).toEqual([trackIdOf(counter + 1)]);
    const camera = Object.assign(videoTrack(counter + 2), { source: wire.TrackSource.TRACK_SOURCE_CAMERA });
    const produced = signaling.produce(publisher.sessionId, camera, vp8Parameters([counter * 100 + 2]), ref());
    expect(await codeOf(produced)).toBe('NOT_PERMITTED');
  });
  test('to receive has its subscriptions ended, and its client is informed', async () => {
    const speaker = await signaling.attach(counter + 1, { room: ref() });
    await signaling.produce(speaker.sessionId, audioTrack(counter + 1), opusParameters(counter * 100 + 1), ref());
    const subscriptions = [{ trackId: trackIdOf(counter + 1) }];
    await signaling.subscribe(publisher.sessionId, subscriptions, ref());
    await updateRights({ canSubscribe: false });
    expect(a.app.node.rooms.get(roomKey)?.members.sessions.get(publisher.sessionId)?.subscribes.size).toBe(0);
    await until('its client is informed', () =>
      signaling.messagesOf('consumerClosed').some((message) => JSON.stringify(message).includes(publisher.sessionId)),
    );
    expect(a.app.node.rooms.get(roomKey)?.members.tracks.size).toBe(2);
  });
});

test('a client gets the reason when its subscription is ended, unless it has unsubscribed itself', async () => {
  const viewer = await signaling.attach(counter + 1, { room: ref(), subscriptions: [{ trackId: track }] });
  const at = { room: ref(), sessionId: viewer.sessionId, trackId: track };
  const reasons = () =>
    signaling.messagesOf('consumerClosed').filter(({ sessionId }) => sessionId === viewer.sessionId);
  await call(signaling.link, rpc.unsubscribeTrack, at);
  await signaling.subscribe(viewer.sessionId, [{ trackId: track }], ref());
  // A link keeps its order, so the unsubscription without a reason has sent nothing.
  expect(reasons()).toEqual([]);
  await call(signaling.link, rpc.unsubscribeTrack, { ...at, reason: 'NOT_PERMITTED' });
  await call(signaling.link, rpc.unsubscribeTrack, { ...at, reason: 'NOT_PERMITTED' });
  await until('it is informed', () => reasons().length > 0);
  expect(reasons()).toMatchObject([{ removed: { trackId: track, reason: 'NOT_PERMITTED' } }]);
  expect(a.app.node.rooms.get(roomKey)?.members.sessions.get(viewer.sessionId)?.subscribes.size).toBe(0);
});

describe('a node that the centre has shut out', () => {
  const shutOut = (...ids: string[]): void => {
    cloud.deniedIds.clear();
    for (const id of ids) cloud.deniedIds.add(id);
    cloud.sendPlan();
  };
  afterEach(() => shutOut());

  test('loses its link as a signaling node, and its sessions wait for another signaling node', async () => {
    const gone = await cloud.signaling('sig-gone', a);
    const { sessionId } = await gone.attach(counter + 1, { room: ref() });
    const { link } = gone;
    shutOut('sig-gone');
    await until('its link is closed', () => link.closed);
    expect(a.app.node.rooms.sessions.get(sessionId)?.orphanTimer).toBeDefined();
    expect(signaling.link.closed).toBe(false);
    shutOut();
    await until('it is let in again', () => gone.isLinked);
  });

  test('can no longer sign valid grants', async () => {
    const grant = await cloud.grant({ trackId: track, pullerId: 'node-x', carrierId: 'node-a', epoch: 2, roomKey });
    shutOut('sig-a');
    await until('the plan has come', () => !signaling.isLinked);
    expect(await codeOf(call(peer, rpc.pull, { roomKey, trackId: track, grant }))).toBe('GRANT_INVALID');
    shutOut();
    await until('the signaling node is back', () => signaling.isLinked);
  });

  test('loses its link as a neighbour, and all tracks that it pulled from this node', async () => {
    const grantFields = { trackId: track, pullerId: 'node-x', carrierId: 'node-a', epoch: 2, roomKey };
    await call(peer, rpc.pipeOpen, pipeEnd);
    await call(peer, rpc.pull, { roomKey, trackId: track, grant: await cloud.grant(grantFields) });
    expect(a.app.node.serving.size).toBe(1);
    const closed = peer;
    shutOut('node-x');
    await until('its link is closed', () => closed.closed);
    expect([a.app.node.serving.size, a.app.node.pipes.size]).toEqual([0, 0]);
    shutOut();
    peer = await until('it is let in again', () => peerDialer.link);
  });
});

describe('data from another node', () => {
  test('reaches signaling nodes with the id of the node whose link it came from, whatever the message says', async () => {
    const data = { sessionId: 'PA_elsewhere', identity: 'another', payload: new Uint8Array([1]), topic: 'forged' };
    for (const originNodeId of ['', 'node-a', 'node-b']) post(peer, note.roomData, { roomKey, originNodeId, data });
    const heard = () => signaling.messagesOf('roomData').filter((message) => message['roomKey'] === roomKey);
    await until('it is handed on', () => heard().length === 3);
    expect(heard().map((message) => message['originNodeId'])).toEqual(['node-x', 'node-x', 'node-x']);
  });
});

describe('a session', () => {
  test('belongs to its own signaling node only', async () => {
    const at = { room: ref(), sessionId: publisher.sessionId };
    expect(await codeOf(call(otherSignaling.link, rpc.closeTrack, { ...at, trackId: track }))).toBe('NOT_PERMITTED');
    expect(await codeOf(call(otherSignaling.link, rpc.trackStats, at))).toBe('NOT_PERMITTED');
    expect(await codeOf(call(otherSignaling.link, rpc.detachSession, at))).toBe('NOT_PERMITTED');
    expect(
      await codeOf(
        call(otherSignaling.link, rpc.attachSession, { room: ref(), session: sessionInfo(counter + 1, 'sig-a') }),
      ),
    ).toBe('REQUEST_INVALID');
    const forSig = {
      room: ref(),
      session: sessionInfo(counter + 1, 'sig-a'),
      sendEndpoint: endpoint,
      recvEndpoint: endpoint,
    };
    expect(await codeOf(call(otherSignaling.link, rpc.attachSession, forSig))).toBe('IDENTITY_MISMATCH');
    expect(a.app.node.rooms.get(roomKey)?.members.tracks.has(track)).toBe(true);
  });
  test('may not publish or subscribe without these rights', async () => {
    const bound = await signaling.attach(counter + 1, {
      room: ref(),
      participant: { canPublish: false, canSubscribe: false },
    });
    expect(await codeOf(signaling.produce(bound.sessionId, videoTrack(counter + 1), vp8Parameters([1]), ref()))).toBe(
      'NOT_PERMITTED',
    );
    const { failed } = await signaling.subscribe(bound.sessionId, [{ trackId: track }], ref());
    expect(failed.map(({ code }) => code)).toEqual(['NOT_PERMITTED']);
  });
  test('that does not exist, or is in another room, is unknown to requests; its detach succeeds', async () => {
    const at = { room: ref(), sessionId: sessionIdOf(424_242) };
    expect(await codeOf(call(signaling.link, rpc.subscribeTracks, at))).toBe('SESSION_UNKNOWN');
    expect(await codeOf(call(signaling.link, rpc.detachSession, at))).toBe('it did not fail');
    const otherRoom = { room: room(1, 'sig-a', 'dev/elsewhere'), sessionId: publisher.sessionId };
    expect(await codeOf(call(signaling.link, rpc.closeTrack, { ...otherRoom, trackId: track }))).toBe(
      'SESSION_UNKNOWN',
    );
  });
  const webrtc = (change: object) => ({ webrtc: { fingerprint: { ...fingerprint, ...change } } });
  const malformed: [name: string, change: object][] = [
    ['an id of another form', { participant: { sessionId: 'x' } }],
    ['no identity', { participant: { identity: '' } }],
    ['too much metadata', { participant: { metadata: 'x'.repeat(limits.participantBytesMax) } }],
    ['a short fingerprint', { sendEndpoint: webrtc({ value: 'AB:CD' }) }],
    ['a fingerprint that is not hex', { recvEndpoint: webrtc({ value: fingerprint.value.replace('ab', 'zz') }) }],
    ['a weak fingerprint', { recvEndpoint: webrtc({ algorithm: 'sha-1' }) }],
    ['an endpoint without a kind', { sendEndpoint: {} }],
    ['no endpoint at all', { sendEndpoint: null, recvEndpoint: null }],
    ['no room key', { room: { roomKey: 'no-tenant', ownerId: 'sig-a', epoch: 1 } }],
    [
      'too many capabilities',
      { session: { recvRtpCapabilities: { codecs: Array.from({ length: 65 }, () => ({ kind: 1 })) } } },
    ],
    ['too many subscriptions', { subscriptions: Array.from({ length: 513 }, () => ({})) }],
  ];
  test.each(malformed)('with %s is refused', async (_name, change: { session?: object; participant?: object }) => {
    const { participant, ...rest } = change;
    const session = sessionInfo(counter + 1, 'sig-a');
    const message = {
      room: ref(),
      sendEndpoint: endpoint,
      recvEndpoint: endpoint,
      ...rest,
      session: { ...session, ...rest.session, participant: { ...session.participant, ...participant } },
    };
    expect(await codeOf(call(signaling.link, rpc.attachSession, message))).toBe('REQUEST_INVALID');
    expect(a.app.node.rooms.get(roomKey)?.members.sessions.size).toBe(1);
  });
});

describe('a track to publish', () => {
  const opus = opusParameters(7);
  const vp8 = vp8Parameters([7]);
  const rows: [name: string, track: () => wire.TrackInfo.$Properties, rtp: object, want: string][] = [
    ['without a kind', () => ({ trackId: trackIdOf(counter + 1) }), opus, 'REQUEST_INVALID'],
    ['with an id of another form', () => ({ ...audioTrack(1), trackId: 'TR_1' }), opus, 'REQUEST_INVALID'],
    ['with an id that is taken', () => audioTrack(counter), opus, 'TRACK_EXISTS'],
    ['without a codec', () => audioTrack(counter + 1), { ...opus, codecs: [] }, 'REQUEST_INVALID'],
    ['with too many encodings', () => videoTrack(counter + 1), vp8Parameters([1, 2, 3, 4, 5]), 'REQUEST_INVALID'],
    [
      'of a codec that is not routed',
      () => audioTrack(counter + 1),
      { ...opus, codecs: [{ mimeType: 'audio/speex', payloadType: 99, clockRate: 8000 }] },
      'RTP_PARAMETERS_INVALID',
    ],
    ['with a video codec in an audio track', () => audioTrack(counter + 1), vp8, 'RTP_PARAMETERS_INVALID'],
    [
      'with a payload type above 127',
      () => videoTrack(counter + 1),
      { ...vp8, codecs: [{ ...vp8.codecs[0], payloadType: 300 }] },
      'RTP_PARAMETERS_INVALID',
    ],
    [
      'with a header extension of id 0',
      () => videoTrack(counter + 1),
      { ...vp8, headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 0 }] },
      'RTP_PARAMETERS_INVALID',
    ],
    [
      'without any SSRC, RID or MID',
      () => videoTrack(counter + 1),
      { ...vp8, mid: '', encodings: [{}] },
      'RTP_PARAMETERS_INVALID',
    ],
    [
      'with an SSRC that is taken',
      () => audioTrack(counter + 1),
      opusParameters(counter * 100),
      'RTP_PARAMETERS_INVALID',
    ],
  ];
  const before = () => counter * 100;
  test.each(rows)('%s is refused, and the session can still publish', async (_name, info, rtp, want) => {
    const parameters =
      want === 'RTP_PARAMETERS_INVALID' && _name.includes('SSRC that') ? opusParameters(before()) : rtp;
    expect(await codeOf(signaling.produce(publisher.sessionId, info(), parameters as typeof opus, ref()))).toBe(want);
    await signaling.produce(publisher.sessionId, videoTrack(counter + 2), vp8Parameters([counter * 100 + 50]), ref());
    expect(a.app.node.counts.producers).toBeGreaterThan(1);
    expect(a.engines.engines.at(-1)?.handles.worker.closed).toBe(false);
  });
  test('is published once after two requests at the same moment', async () => {
    const codes = await Promise.all(
      [1, 2].map((n) =>
        codeOf(
          signaling.produce(publisher.sessionId, videoTrack(counter + 1), vp8Parameters([counter * 100 + n]), ref()),
        ),
      ),
    );
    expect(codes.sort()).toEqual(['TRACK_EXISTS', 'it did not fail']);
  });
  test('is refused above the limit', async () => {
    const all = Array.from({ length: limits.tracksPerParticipantMax }, (_, n) =>
      codeOf(
        signaling.produce(
          publisher.sessionId,
          audioTrack(counter * 1000 + n),
          opusParameters(counter * 100 + n + 1),
          ref(),
        ),
      ),
    );
    expect((await Promise.all(all)).filter((code) => code === 'TRACK_LIMIT')).toHaveLength(1);
  });
});

describe('a pull', () => {
  const pull = (grant: wire.Grant.$Properties | null, trackId = track) =>
    codeOf(call(peer, rpc.pull, { roomKey, trackId, grant }));
  const grantWith = (change: object = {}) =>
    cloud.grant({
      owner: 'sig-a',
      trackId: track,
      pullerId: 'node-x',
      carrierId: 'node-a',
      epoch: 2,
      roomKey,
      ...change,
    });

  test('is refused for every grant that does not hold, and changes nothing', async () => {
    const otherAuthority = await Authority.create({ clock });
    const foreign = await otherAuthority.issueCredentials({ id: 'sig-a', kind: 'signaling', region: 'fra' }, 60_000);
    const named = { trackId: track, pullerId: 'node-x', carrierId: 'node-a', epoch: 2, roomKey };
    const forged = await grantWith();
    const rows: [name: string, grant: wire.Grant.$Properties | null, want: string][] = [
      ['that is missing', null, 'GRANT_MISSING'],
      ['without a signature', { ...forged, signature: null }, 'GRANT_MISSING'],
      ['whose claim cannot be read', { ...forged, claim: new Uint8Array([255, 255, 255]) }, 'GRANT_INVALID'],
      ['for another puller (replayed by us)', await grantWith({ pullerId: 'node-b' }), 'GRANT_FOREIGN'],
      ['for another serving node', await grantWith({ carrierId: 'node-b' }), 'GRANT_FOREIGN'],
      ['for another track', await grantWith({ trackId: trackIdOf(1) }), 'GRANT_FOREIGN'],
      ['for another room', await grantWith({ roomKey: 'dev/other' }), 'GRANT_FOREIGN'],
      ['after 60 s', await grantWith({ ageMs: 60_500 }), 'GRANT_EXPIRED'],
      ['from the future', await grantWith({ ageMs: -10_000 }), 'GRANT_EXPIRED'],
      ['of a lower epoch', await grantWith({ epoch: 1 }), 'EPOCH_STALE'],
      ['of a signaller that does not own the room', await grantWith({ owner: 'sig-b' }), 'GRANT_INVALID'],
      ['signed by a media node', await grantWith({ owner: 'sig-a', kind: 'sfu' }), 'GRANT_INVALID'],
      ['of another authority', grantBy(foreign, named), 'GRANT_INVALID'],
      [
        'changed after signing',
        {
          ...forged,
          signature: (forged.signature as Uint8Array).map((byte, index) => (index === 5 ? byte ^ 1 : byte)),
        },
        'GRANT_INVALID',
      ],
    ];
    const codes: [string, string][] = [];
    for (const [name, grant] of rows) codes.push([name, await pull(grant)]);
    expect(codes).toEqual(rows.map(([name, , want]) => [name, want]));
    expect(a.app.node.serving.size).toBe(0);
    expect(a.app.node.pipes.size).toBe(0);
  });

  test('with a valid grant is served, and no longer after a grant with a higher epoch', async () => {
    const opened = await call(peer, rpc.pipeOpen, pipeEnd);
    expect(opened).toMatchObject({ incarnation: a.app.node.incarnation, ip: '127.0.0.1' });
    const grant = await grantWith();
    const answer = await call(peer, rpc.pull, { roomKey, trackId: track, grant });
    expect(answer).toMatchObject({ roomKey, publisherSessionId: publisher.sessionId, paused: false });
    expect(
      await codeOf(
        call(peer, rpc.pull, { roomKey, trackId: trackIdOf(5), grant: await grantWith({ trackId: trackIdOf(5) }) }),
      ),
    ).toBe('TRACK_UNKNOWN');
    const newer = await grantWith({ owner: 'sig-b', epoch: 3 });
    expect(await pull(newer)).toBe('it did not fail');
    expect(await pull(grant)).toBe('EPOCH_STALE');
    expect(a.app.node.serving.size).toBe(1);
    await call(peer, rpc.unpull, { roomKey, trackId: track });
    await call(peer, rpc.unpull, { roomKey, trackId: track });
    expect(a.app.node.serving.size).toBe(0);
  });

  test('with a grant of a node that claims the room is refused when the centre names another', async () => {
    cloud.leases.set(roomKey, ref());
    expect(await pull(await grantWith({ owner: 'sig-b', epoch: 3 }))).toBe('EPOCH_STALE');
    expect(a.app.node.rooms.leaseOf(roomKey)).toEqual({ ownerId: 'sig-a', epoch: 2 });
  });

  const pipeEndRows: [name: string, change: object, want: string][] = [
    ['of another router version', { routerVersion: 99 }, 'ROUTER_VERSION'],
    ['without a key', { srtp: null }, 'PIPE_FAILED'],
    ['without an incarnation', { incarnation: '' }, 'PIPE_FAILED'],
    ['with an invalid port', { port: 70_000 }, 'PIPE_FAILED'],
  ];
  test.each(pipeEndRows)('over a pipe %s is refused', async (_name, change, want) => {
    expect(await codeOf(call(peer, rpc.pipeOpen, { ...pipeEnd, ...change }))).toBe(want);
  });
  test('of bytes that are not a message is refused with a code, and the link continues', async () => {
    expect(await codeOf(peer.request(rpc.pull.number, new Uint8Array([0xff, 0xff, 0xff])))).toBe('FRAME_MALFORMED');
    expect(peer.send(113, new Uint8Array([0xff, 0xff]))).toBe(true);
    expect(await pull(null)).toBe('GRANT_MISSING');
  });
});
