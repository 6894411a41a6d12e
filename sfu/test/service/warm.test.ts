// Consumers that are prepared for a client before its Join (ADR 0045), with a real worker.
import { call, limits, routerConstant, rpc, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { warmLimits } from '../../src/media/warm-transports.ts';
import {
  type Attached,
  audioTrack,
  Cloud,
  endpoint,
  room,
  type SignalingLink,
  sessionIdOf,
  sessionInfo,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { type Feed, feed } from './kit/feed.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let counter = 0;
let ref: wire.RoomRef.$Properties;
let publisher: Attached;
let audio = '';
let video = '';
const feeds: Feed[] = [];

beforeAll(async () => {
  cloud = await Cloud.open();
  [a, b] = [await cloud.node('node-a'), await cloud.node('node-b')];
  await cloud.waitUntilLinked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
});
afterAll(() => cloud.close());
beforeEach(async () => {
  counter += 100;
  ref = room(1, 'sig-a', `dev/warm-${counter}`);
  [audio, video] = [trackIdOf(counter), trackIdOf(counter + 1)];
  publisher = await signalingA.attach(counter, { room: ref });
  await signalingA.produce(publisher.sessionId, audioTrack(counter), opusParameters(counter), ref);
  await signalingA.produce(publisher.sessionId, videoTrack(counter + 1), vp8Parameters([counter + 1]), ref);
  feeds.push(feed(publisher, audio, { audioSsrc: counter }), feed(publisher, video, { videoSsrcs: [counter + 1] }));
});
afterEach(() => {
  for (const one of feeds.splice(0)) one.stop();
});

type Id = string | null | undefined;
interface Lobby {
  readonly at: SignalingLink;
  readonly sessionId: string;
  readonly warmed: wire.WarmedUp;
  /** Packets that a prepared consumer has sent. */
  received(consumerId: Id): number;
  isClosed(consumerId: Id): boolean;
}
async function lobby(n: number, at: SignalingLink, o: Partial<wire.WarmUp.$Properties> = {}): Promise<Lobby> {
  const sessionId = sessionIdOf(n);
  const warmed = await call(at.link, rpc.warmUp, {
    sessionId,
    roomKey: ref.roomKey ?? '',
    sendEndpoint: endpoint,
    recvEndpoint: endpoint,
    livesMs: limits.warmLifeMs,
    recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
    ...o,
  });
  const recv = at.node.engines?.transports.get(warmed.recvTransport?.id ?? '');
  if (recv === undefined) throw new Error('no transport');
  recv.setState('connected');
  return {
    at,
    sessionId,
    warmed,
    received: (consumerId) => recv.received.get(consumerId ?? '')?.length ?? 0,
    isClosed: (consumerId) => recv.consumers.get(consumerId ?? '')?.handle.closed === true,
  };
}
const click = (
  { at, sessionId }: Lobby,
  n: number,
  subscriptions: wire.TrackSubscription.$Properties[],
): Promise<wire.SessionAttached> => {
  const session = sessionInfo(n, at.id);
  return call(at.link, rpc.attachSession, {
    room: ref,
    session: { ...session, participant: { ...session.participant, sessionId } },
    sendEndpoint: endpoint,
    recvEndpoint: endpoint,
    subscriptions,
    warm: true,
  });
};
const idOf = ({ warmed }: Lobby, kind: number): Id => warmed.subscriptions.find((one) => one.kind === kind)?.consumerId;
const [audioKind, videoKind] = [audioTrack(0).kind ?? 0, videoTrack(0).kind ?? 0];

describe('prepared consumers', () => {
  test('name neither tracks nor people, send nothing before the Join, and then without a word of the client', async () => {
    const here = await lobby(counter + 10, signalingA);
    const { subscriptions } = here.warmed;
    expect(subscriptions.map(({ trackId, publisherSessionId }) => [trackId, publisherSessionId])).toEqual([
      ['', '1'],
      ['', '1'],
    ]);
    expect(JSON.stringify(here.warmed)).not.toMatch(/TR_|PA_|user-/);
    const witness = await signalingA.attach(counter + 11, { room: ref, subscriptions: [{ trackId: video }] });
    witness.recv.setState('connected');
    const witnessId = witness.answer.subscriptions[0]?.consumerId ?? '';
    await until('media flows in the room', () => (witness.recv.received.get(witnessId)?.length ?? 0) > 3);
    const [audioId, videoId] = [idOf(here, audioKind), idOf(here, videoKind)];
    expect([here.received(audioId), here.received(videoId)]).toEqual([0, 0]);

    const attached = await click(here, counter + 10, [{ trackId: audio }, { trackId: video }]);
    expect(attached.recvTransport?.id).toBe(here.warmed.recvTransport?.id);
    const ids = new Map(attached.subscriptions.map(({ trackId, consumerId }) => [trackId, consumerId]));
    expect([ids.get(audio), ids.get(video)]).toEqual([audioId, videoId]);
    await until('both flow', () => here.received(audioId) > 0 && here.received(videoId) > 0);
  });

  test('of tracks that the session does not get close without a packet; what else it gets waits for its word', async () => {
    const here = await lobby(counter + 10, signalingA);
    const [audioId, videoId] = [idOf(here, audioKind), idOf(here, videoKind)];
    await signalingA.produce(publisher.sessionId, audioTrack(counter + 2), opusParameters(counter + 2), ref);
    feeds.push(feed(publisher, trackIdOf(counter + 2), { audioSsrc: counter + 2 }));
    const attached = await click(here, counter + 10, [{ trackId: audio }, { trackId: trackIdOf(counter + 2) }]);
    const lateId = attached.subscriptions.find(({ trackId }) => trackId !== audio)?.consumerId;
    await until('the one flows', () => here.received(audioId) > 3);
    expect([here.isClosed(videoId), here.received(videoId), here.received(lateId)]).toEqual([true, 0, 0]);
    await call(signalingA.link, rpc.resumeConsumers, {
      room: ref,
      sessionId: here.sessionId,
      consumerIds: [lateId ?? ''],
    });
    await until('the other flows', () => here.received(lateId) > 0);
  });

  test('of an ended track are gone, and another consumer is made for its successor', async () => {
    const here = await lobby(counter + 10, signalingA);
    const videoId = idOf(here, videoKind);
    await call(signalingA.link, rpc.closeTrack, {
      room: ref,
      sessionId: publisher.sessionId,
      trackId: video,
      reason: '',
    });
    await until('it is closed', () => here.isClosed(videoId));
    await signalingA.produce(publisher.sessionId, videoTrack(counter + 1), vp8Parameters([counter + 1]), ref);
    const attached = await click(here, counter + 10, [{ trackId: video }]);
    expect(attached.failed).toEqual([]);
    expect(attached.subscriptions.map(({ consumerId }) => consumerId === videoId)).toEqual([false]);
  });

  test('close with the transports of a client that does not come, and are none for one that does not ask', async () => {
    const here = await lobby(counter + 10, signalingA);
    expect(a.app.node.warm.consumers).toBe(2);
    await call(signalingA.link, rpc.warmUp, { sessionId: here.sessionId, end: true });
    expect([idOf(here, audioKind), idOf(here, videoKind)].map(here.isClosed)).toEqual([true, true]);
    expect(a.app.node.warm.consumers).toBe(0);
    expect((await lobby(counter + 12, signalingA, { recvRtpCapabilities: null })).warmed.subscriptions).toEqual([]);
  });

  test('are a dozen at most, screens first', async () => {
    const screen = { ...videoTrack(counter + 30), source: 3 };
    await signalingA.produce(publisher.sessionId, screen, vp8Parameters([counter + 50]), ref);
    for (let n = 0; n < warmLimits.preparedMax; n += 1)
      await signalingA.produce(
        publisher.sessionId,
        audioTrack(counter + 31 + n),
        opusParameters(counter + 60 + n),
        ref,
      );
    const here = await lobby(counter + 10, signalingA);
    expect(here.warmed.subscriptions).toHaveLength(warmLimits.preparedMax);
    expect(here.warmed.subscriptions.filter(({ kind }) => kind === videoKind)).toHaveLength(1);
    expect(a.app.node.warm.consumers).toBe(warmLimits.preparedMax);
    const [screenId, attached] = [
      idOf(here, videoKind),
      await click(here, counter + 10, [{ trackId: trackIdOf(counter + 30) }]),
    ];
    expect(attached.subscriptions[0]?.consumerId).toBe(screenId);
  });

  test('count among the consumers of the node: at three quarters none are made, and all end for a session', async () => {
    // Its bandwidth is enough for eight consumers.
    const small = await cloud.node('node-small', { config: { bandwidthBps: 6_700_000 } });
    const signaling = await cloud.signaling('sig-small', small);
    ref = room(1, 'sig-small', `dev/warm-small-${counter}`);
    const speaker = await signaling.attach(counter + 20, { room: ref });
    await signaling.produce(speaker.sessionId, audioTrack(counter + 20), opusParameters(counter + 20), ref);
    await signaling.produce(speaker.sessionId, videoTrack(counter + 21), vp8Parameters([counter + 21]), ref);
    for (const n of [30, 31, 32]) await lobby(counter + n, signaling);
    expect(small.app.node.warm.consumers).toBe(6);
    await expect(lobby(counter + 33, signaling)).rejects.toMatchObject({ code: 'NO_CAPACITY' });
    await signaling.attach(counter + 34, { room: ref });
    expect(small.app.node.warm.size).toBe(0);
  });

  test('pull nothing from another node, but keep a pull that is there', async () => {
    expect((await lobby(counter + 10, signalingB)).warmed.subscriptions).toEqual([]);
    const grant = await cloud.grant({
      trackId: audio,
      pullerId: 'node-b',
      carrierId: 'node-a',
      roomKey: ref.roomKey ?? '',
    });
    const request = { trackId: audio, carrierNodeId: 'node-a', grant };
    const viewer = await signalingB.attach(counter + 11, { room: ref, subscriptions: [request] });
    expect(viewer.answer.failed).toEqual([]);
    const here = await lobby(counter + 12, signalingB);
    expect(here.warmed.subscriptions).toHaveLength(1);
    const gone = await lobby(counter + 13, signalingB);
    await call(signalingB.link, rpc.warmUp, { sessionId: gone.sessionId, end: true });
    await call(signalingB.link, rpc.detachSession, { room: ref, sessionId: viewer.sessionId, reason: '' });
    const pull = b.app.node.pulls.find(ref.roomKey ?? '', audio);
    expect(pull?.state).toBe('carried');
    const attached = await click(here, counter + 12, [request]);
    expect(attached.subscriptions[0]?.consumerId).toBe(here.warmed.subscriptions[0]?.consumerId);
    expect([...(pull?.subscriberIds ?? [])]).toEqual([here.sessionId]);
  });
});
