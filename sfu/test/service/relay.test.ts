// A track published on one node reaches subscribers on others over pipes, with its state, demands and data messages.
import { call, limits, rpc, wire } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { awakeMs } from '../../../base/runtime/test/support/awake.ts';
import { demandPeriodMs, sentPeriodMs, switchTimes } from '../../src/core/index.ts';
import {
  type Attached,
  audioTrack,
  Cloud,
  clock,
  codeOf,
  room,
  type SignalingLink,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { keyFrameRequests, opusParameters, vp8Parameters, vp9Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let c: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let signalingC: SignalingLink;
let counter = 0;
const feeds: Feed[] = [];

beforeAll(async () => {
  cloud = await Cloud.open();
  [a, b, c] = [await cloud.node('node-a'), await cloud.node('node-b'), await cloud.node('node-c')];
  await cloud.waitUntilLinked('node-a', 'node-b', 'node-c');
  [signalingA, signalingB, signalingC] = [
    await cloud.signaling('sig-a', a),
    await cloud.signaling('sig-b', b),
    await cloud.signaling('sig-c', c),
  ];
});
afterAll(async () => {
  for (const one of feeds) one.stop();
  await cloud.close();
});

interface Scene {
  readonly ref: wire.RoomRef.$Properties;
  readonly roomKey: string;
  readonly publisher: Attached;
  readonly audio: string;
  readonly video: string;
  readonly feed: Feed;
}
/** Starts a publisher on node-a that sends an audio track, and a video track of `layers` simulcast layers. */
async function scene(layers = 1): Promise<Scene> {
  counter += 10;
  const roomKey = `dev/room-${counter}`;
  const ref = room(1, 'sig-a', roomKey);
  const publisher = await signalingA.attach(counter, { room: ref });
  const ssrcs = Array.from({ length: layers }, (_, layer) => counter * 1000 + layer);
  await signalingA.produce(publisher.sessionId, audioTrack(counter), opusParameters(counter * 1000 + 500), ref);
  await signalingA.produce(publisher.sessionId, videoTrack(counter + 1), vp8Parameters(ssrcs), ref);
  const [audio, video] = [trackIdOf(counter), trackIdOf(counter + 1)];
  feeds.push(feed(publisher, audio, { audioSsrc: counter * 1000 + 500 }));
  const videoFeed = feed(publisher, video, { videoSsrcs: ssrcs });
  feeds.push(videoFeed);
  return { ref, roomKey, publisher, audio, video, feed: videoFeed };
}
const trackRequest = async (s: Scene, trackId: string, o: { puller?: string; serving?: string } = {}) => {
  const { puller: pullerId = 'node-b', serving: carrierId = 'node-a' } = o;
  return {
    trackId,
    carrierNodeId: carrierId,
    grant: await cloud.grant({ trackId, pullerId, carrierId, roomKey: s.roomKey }),
  };
};
/** Attaches a subscriber of these tracks on node-b, or on the node of `signaling`. */
async function subscriber(
  s: Scene,
  trackIds: string[],
  o: { n?: number; signaling?: SignalingLink; serving?: string } = {},
): Promise<Attached & { ids: string[] }> {
  const { n = 5, signaling = signalingB, serving = 'node-a' } = o;
  const trackRequests = await Promise.all(
    trackIds.map((trackId) => trackRequest(s, trackId, { puller: signaling.node.id, serving })),
  );
  const attached = await signaling.attach(counter + n, { room: s.ref, subscriptions: trackRequests });
  expect(attached.answer.failed).toEqual([]);
  attached.recv.setState('connected');
  const ids = trackIds.map(
    (id) => attached.answer.subscriptions.find(({ trackId }) => trackId === id)?.consumerId ?? '',
  );
  return { ...attached, ids };
}
const trackOn = (node: TestNode, s: Scene, trackId: string) =>
  node.app.node.rooms.get(s.roomKey)?.members.tracks.get(trackId)?.media;
const detach = (signaling: SignalingLink, s: Scene, sessionId: string) =>
  call(signaling.link, rpc.detachSession, { room: s.ref, sessionId });

describe('a pulled track', () => {
  test('arrives as audio and video, and its key-frame request reaches the publisher', async () => {
    const s = await scene();
    // A stream that begins after the subscriber has joined would start with a key frame, without any request.
    await until('the first key frame has gone by', () => s.feed.sent > 2);
    const before = keyFrameRequests(s.publisher.send.rtcp);
    const viewer = await subscriber(s, [s.audio, s.video]);
    await until('audio and video flow', () => viewer.ids.every((id) => received(viewer, id) >= 5));
    await until('a key frame is asked for', () => keyFrameRequests(s.publisher.send.rtcp) > before);
    expect(
      viewer.answer.subscriptions.every(({ publisherSessionId }) => publisherSessionId === s.publisher.sessionId),
    ).toBe(true);
    expect(trackOn(b, s, s.video)?.info).toMatchObject({ nodeId: 'node-a', mimeType: 'video/VP8' });
  });

  test('is pulled once for all subscribers of a node, even when they subscribe at the same moment', async () => {
    const s = await scene();
    const viewers = await Promise.all([5, 6, 7, 8].map((n) => subscriber(s, [s.video], { n })));
    await until('all see it', () => viewers.every((viewer) => received(viewer, viewer.ids[0]) > 3));
    expect(b.app.node.pulls.pullsFrom('node-a', s.roomKey)).toEqual([]);
    expect(b.app.node.pulls.pullsFrom('node-a', s.roomKey, s.video)).toHaveLength(1);
    expect(trackOn(a, s, s.video)?.requestedLevel.spatialLayers).toBe(1);
    expect(a.app.node.serving.pullersOf(trackOn(a, s, s.video) as never)).toEqual(['node-b']);
  });

  test("is pulled while the newcomer's transports are created", async () => {
    const s = await scene();
    const { engine, pulls } = b.app.node;
    const create = engine.createClientTransport;
    const creating = vi.spyOn(engine, 'createClientTransport').mockImplementation(async (o) => {
      await until('the track is here', () => pulls.find(s.roomKey, s.video)?.state === 'carried');
      return create(o);
    });
    const viewer = await subscriber(s, [s.video]);
    creating.mockRestore();
    await until('it flows', () => received(viewer, viewer.ids[0]) > 3);
  });

  test('makes every later subscriber request a key frame from the publisher, through the pipe', async () => {
    const s = await scene();
    const viewer = await subscriber(s, [s.video]);
    await until('it flows', () => received(viewer, viewer.ids[0]) > 3);
    const keyFrameRequestCount = () => keyFrameRequests(s.publisher.send.rtcp);
    let [before, sentBefore] = [-1, 0];
    // The origin merges requests within some 400 ms: after twice that time, no request of the first viewer follows.
    await until('the requests of the first one are over', () => {
      if (keyFrameRequestCount() !== before) [before, sentBefore] = [keyFrameRequestCount(), s.feed.sent];
      return s.feed.sent > sentBefore + 40;
    });
    await subscriber(s, [s.video], { n: 6 });
    await until('the publisher is asked again', () => keyFrameRequestCount() > before);
  });

  test('comes over the pipe with every layer of its simulcast', async () => {
    const s = await scene(3);
    await subscriber(s, [s.video]);
    const producer = trackOn(b, s, s.video)?.producer as unknown as {
      handle: { getStats(): Promise<{ packetCount: number }[]> };
    };
    await until('packets of three streams arrive', async () => {
      const streams = await producer.handle.getStats();
      return streams.filter(({ packetCount }) => packetCount > 5).length === 3;
    });
  });

  test('is announced to the room owner, lingers after its last subscriber has left, and is then released', async () => {
    const s = await scene();
    const ownerAtB = await cloud.signaling('sig-a', b);
    const viewer = await subscriber(s, [s.video]);
    const changes = () => ownerAtB.messagesOf('carrierChanged').filter(({ trackId }) => trackId === s.video);
    await until('the owner hears of the carrier', () => changes().length === 1);
    expect(changes()[0]).toMatchObject({ roomKey: s.roomKey, nodeId: 'node-b', carries: true, fromNodeId: 'node-a' });
    expect((await call(signalingA.link, rpc.roomSnapshot, { room: s.ref })).served).toEqual([
      { trackId: s.video, pullerNodeIds: ['node-b'] },
    ]);
    await detach(signalingB, s, viewer.sessionId);
    expect(b.app.node.pulls.find(s.roomKey, s.video)?.state).toBe('lingering');
    const again = await subscriber(s, [s.video], { n: 6 });
    expect(b.app.node.pulls.find(s.roomKey, s.video)?.state).toBe('carried');
    expect(changes()).toHaveLength(1);
    await detach(signalingB, s, again.sessionId);
    await until('the pull is let go', () => b.app.node.pulls.find(s.roomKey, s.video) === undefined);
    await until(
      'the carrier has let go too',
      () => a.app.node.serving.pullersOf(trackOn(a, s, s.video) as never).length === 0,
    );
    await until('the owner hears of that', () => changes().length === 2);
    expect(changes()[1]).toMatchObject({ carries: false });
    expect(b.app.node.rooms.get(s.roomKey)).toBeUndefined();
    ownerAtB.close('test over');
  });

  test('ends for its subscribers when the publisher closes it, with the reason', async () => {
    const s = await scene();
    const viewer = await subscriber(s, [s.video]);
    await call(signalingA.link, rpc.closeTrack, {
      room: s.ref,
      sessionId: s.publisher.sessionId,
      trackId: s.video,
      reason: 'screen share stopped',
    });
    const closed = await until('the subscriber hears of it', () =>
      signalingB.messagesOf('consumerClosed').find(({ sessionId }) => sessionId === viewer.sessionId),
    );
    expect(closed['removed']).toMatchObject({
      consumerId: viewer.ids[0],
      trackId: s.video,
      reason: 'screen share stopped',
    });
    expect(trackOn(b, s, s.video)).toBeUndefined();
    expect(signalingA.messagesOf('trackEnded')).toEqual([]);
  });

  test('passes through a chain: a node that pulled it serves it to a third', async () => {
    const s = await scene();
    const middle = await subscriber(s, [s.audio]);
    const last = await subscriber(s, [s.audio], { n: 6, signaling: signalingC, serving: 'node-b' });
    await until('the last one hears it', () => received(last, last.ids[0]) >= 5);
    expect(trackOn(c, s, s.audio)?.info.nodeId).toBe('node-a');
    await detach(signalingB, s, middle.sessionId);
    const heard = received(last, last.ids[0]);
    await until('the middle node holds it for the last one', () => received(last, last.ids[0]) > heard + 5);
    expect(b.app.node.pulls.find(s.roomKey, s.audio)?.state).toBe('carried');
    await detach(signalingA, s, s.publisher.sessionId);
    await until('the end travels down the chain', () =>
      signalingC.messagesOf('consumerClosed').some(({ sessionId }) => sessionId === last.sessionId),
    );
  });

  test('that cannot be pulled fails with a code, and other tracks of the subscriber go on', async () => {
    const s = await scene();
    const viewer = await subscriber(s, [s.audio]);
    const unknown = trackIdOf(999_999);
    const failing = async (trackRequests: wire.TrackSubscription.$Properties[]) =>
      (await signalingB.subscribe(viewer.sessionId, trackRequests, s.ref)).failed
        .map(({ trackId, code }) => [trackId, code])
        .sort();
    expect(
      await failing([await trackRequest(s, unknown), { ...(await trackRequest(s, s.video)), carrierNodeId: 'node-z' }]),
    ).toEqual([
      [s.video, 'NODE_UNREACHABLE'],
      [unknown, 'TRACK_UNKNOWN'],
    ]);
    expect(await failing([{ trackId: s.video }])).toEqual([[s.video, 'TRACK_UNKNOWN']]);
    expect(await failing([{ trackId: s.video, carrierNodeId: 'node-a' }])).toEqual([[s.video, 'GRANT_MISSING']]);
    const heard = received(viewer, viewer.ids[0]);
    await until('what it had goes on', () => received(viewer, viewer.ids[0]) > heard + 3);
  });
});

describe('the state of a track', () => {
  test('is paused at every subscriber, later ones included, while its publisher is muted', async () => {
    const s = await scene();
    const viewer = await subscriber(s, [s.video]);
    const states = () =>
      signalingB
        .messagesOf('consumerChanged')
        .flatMap(({ sessionId, state }) => (sessionId === viewer.sessionId ? [state as wire.SubscriptionState] : []));
    await until('it flows', () => received(viewer, viewer.ids[0]) > 3);
    const mute = (paused: boolean) =>
      call(signalingA.link, rpc.pauseTrack, {
        room: s.ref,
        sessionId: s.publisher.sessionId,
        trackId: s.video,
        paused,
      });
    await mute(true);
    await until('the subscriber hears that it is paused', () => states().at(-1)?.producerPaused === true);
    expect(states().at(-1)?.pausedReason).toBe('publisher');
    const late = await subscriber(s, [s.video], { n: 6 });
    expect(late.answer.subscriptions[0]?.producerPaused).toBe(true);
    const atC = await subscriber(s, [s.video], { n: 7, signaling: signalingC });
    expect(atC.answer.subscriptions[0]?.producerPaused).toBe(true);
    const heard = received(viewer, viewer.ids[0]);
    const sent = s.feed.sent;
    await until('packets are sent and not forwarded', () => s.feed.sent > sent + 10);
    expect(received(viewer, viewer.ids[0])).toBe(heard);
    await mute(false);
    await until('all see it again', () => [viewer, late, atC].every((one) => received(one, one.ids[0]) > heard + 3));
    expect(states().at(-1)?.producerPaused).toBe(false);
  });
});

describe('the score of a track at its origin', () => {
  test('is sent to nodes that pull the track, and lowers the score of their subscribers', async () => {
    const s = await scene(2);
    const viewer = await subscriber(s, [s.video]);
    const scores = () =>
      signalingB
        .messagesOf('consumerChanged')
        .flatMap(({ sessionId, state }) =>
          sessionId === viewer.sessionId ? [(state as wire.SubscriptionState).score] : [],
        );
    await until('it flows', () => received(viewer, viewer.ids[0]) > 3);
    s.feed.stop(); // the worker scores a silent stream 0; the origin reports 1, the lowest known score
    await until('the subscriber hears of it', () => trackOn(b, s, s.video)?.originScore === 1);
    await until('as its score', () => (scores().at(-1) ?? 10) <= 1);
  });
});

describe('the demand for a track', () => {
  test('reaches the publisher as the highest wanted layer, at once when it rises', async () => {
    const s = await scene(3);
    const demands = () =>
      signalingA
        .messagesOf('trackDemand')
        .flatMap(({ sessionId, demand }) =>
          sessionId === s.publisher.sessionId ? [(demand as wire.LayerDemand).maxSpatialLayer] : [],
        );
    const viewer = await subscriber(s, [s.video]);
    const want = (update: wire.UpdateSubscription.$Properties) =>
      call(signalingB.link, rpc.updateConsumer, {
        room: s.ref,
        sessionId: viewer.sessionId,
        update: { trackId: s.video, subscribed: true, ...update },
      });
    await until('it is pulled with all layers', () => trackOn(b, s, s.video)?.producer.layerCount === 3);
    await want({ spatialLayer: 0 });
    await until('the lowest layer is enough', () => demands().at(-1) === 0);
    await want({});
    const askedMs = awakeMs();
    await until('the highest layer is wanted', () => demands().at(-1) === 2);
    expect(askedMs()).toBeLessThan(demandPeriodMs); // lowering would take that long
    const local = await subscriber(s, [s.video], { n: 6, signaling: signalingA, serving: '' });
    await want({ paused: true });
    const sent = s.feed.sent;
    await until('time passes', () => s.feed.sent > sent + 20);
    expect(demands().at(-1)).toBe(2);
    await detach(signalingA, s, local.sessionId);
    await until('no subscriber watches any more', () => demands().at(-1) === -1);
  });

  test('reaches the publisher of an SVC stream as the highest wanted layer of a node that pulls it', async () => {
    const s = await scene();
    const svc = counter + 2;
    await signalingA.produce(s.publisher.sessionId, videoTrack(svc), vp9Parameters(counter * 1000 + 700), s.ref);
    const demands = () =>
      signalingA
        .messagesOf('trackDemand')
        .map(({ demand }) => demand as wire.LayerDemand)
        .filter(({ trackId }) => trackId === trackIdOf(svc));
    const viewer = await subscriber(s, [trackIdOf(svc)]);
    expect(trackOn(b, s, trackIdOf(svc))?.producer.layerCount).toBe(3);
    await call(signalingB.link, rpc.updateConsumer, {
      room: s.ref,
      sessionId: viewer.sessionId,
      update: { trackId: trackIdOf(svc), subscribed: true, spatialLayer: 1 },
    });
    await until('its middle layer is enough', () => demands().length > 0);
    expect(demands()).toMatchObject([{ maxSpatialLayer: 1 }]);
  });

  test('changes at once for the only subscriber of a track, and at common moments for several', async () => {
    const s = await scene(3);
    const viewer = await subscriber(s, [s.video]);
    const consumer = viewer.recv.consumers.get(viewer.ids[0] ?? '');
    const track = () => trackOn(b, s, s.video);
    await until('it runs', () => consumer?.paused === false);
    const want = (spatialLayer: number) =>
      call(signalingB.link, rpc.updateConsumer, {
        room: s.ref,
        sessionId: viewer.sessionId,
        update: { trackId: s.video, subscribed: true, spatialLayer },
      });
    const currentLayer = () => consumer?.handle.preferredLayers?.spatialLayer;
    const elapsedMs = awakeMs();
    for (const layer of [0, 2, 1, 2]) {
      await want(layer);
      await until(`layer ${layer} is in force`, () => currentLayer() === layer);
    }
    // At common moments the last two of four would be a period apart.
    expect(elapsedMs()).toBeLessThan(switchTimes.periodMs);
    const local = await subscriber(s, [s.video], { n: 6, signaling: signalingA, serving: '' });
    await until('the puller hears that others watch', () => track()?.isShared === true);
    const openedAtMs = performance.now();
    await want(0);
    await until('layer 0 is in force', () => currentLayer() === 0);
    await until('changes are let through no more', () => performance.now() - openedAtMs > 2 * switchTimes.openMs);
    await want(1);
    expect(currentLayer()).toBe(0);
    await detach(signalingA, s, local.sessionId);
    await until('the puller hears that it is alone', () => track()?.isShared === false);
  });

  test('stops the track on the pipe when no subscriber of the pulling node wants it', async () => {
    const s = await scene();
    const viewer = await subscriber(s, [s.video]);
    await until('it flows', () => received(viewer, viewer.ids[0]) > 3);
    const update = (paused: boolean) =>
      call(signalingB.link, rpc.updateConsumer, {
        room: s.ref,
        sessionId: viewer.sessionId,
        update: { trackId: s.video, subscribed: true, paused },
      });
    const producer = trackOn(b, s, s.video)?.producer as unknown as {
      handle: { getStats(): Promise<{ packetCount: number }[]> };
    };
    const packets = async () =>
      (await producer.handle.getStats()).reduce((sum, { packetCount }) => sum + packetCount, 0);
    await update(true);
    await until('the pipe falls silent for it', async () => {
      const before = await packets();
      const sent = s.feed.sent;
      await until('ten more are sent', () => s.feed.sent > sent + 10);
      return (await packets()) === before;
    });
    const requests = keyFrameRequests(s.publisher.send.rtcp);
    const heard = received(viewer, viewer.ids[0]);
    await update(false);
    await until('it flows again', () => received(viewer, viewer.ids[0]) > heard + 3);
    // The origin passes this request on only 400 ms after that for the first subscriber.
    await until('the publisher is asked again', () => keyFrameRequests(s.publisher.send.rtcp) > requests);
  });
});

describe('a move of a track', () => {
  test('to another carrier keeps the old consumers beside the new ones until the subscriber has changed over', async () => {
    const s = await scene();
    const atC = await subscriber(s, [s.video], { n: 5, signaling: signalingC });
    const firstViewer = await subscriber(s, [s.video], { n: 6 });
    const secondViewer = await subscriber(s, [s.video], { n: 7 });
    await until('both watch', () => [firstViewer, secondViewer].every((viewer) => received(viewer, viewer.ids[0]) > 3));
    await call(signalingB.link, rpc.repullTrack, {
      room: s.ref,
      track: await trackRequest(s, s.video, { serving: 'node-c' }),
    });
    const moveOf = (viewer: Attached) =>
      signalingB.messagesOf('consumerMoved').find(({ sessionId }) => sessionId === viewer.sessionId)?.['moved'] as
        | wire.TrackMoved
        | undefined;
    const moved = [firstViewer, secondViewer].map((viewer) => moveOf(viewer));
    expect(moved.map((each) => [each?.trackId, each?.trackEpoch, each?.oldConsumerId])).toEqual([
      [s.video, 2, firstViewer.ids[0]],
      [s.video, 2, secondViewer.ids[0]],
    ]);
    const viewers = new Set([firstViewer.sessionId, secondViewer.sessionId]);
    const carriers = signalingB.messagesOf('consumerMoved').filter(({ sessionId }) => viewers.has(String(sessionId)));
    expect(carriers.map(({ fromNodeId, toNodeId }) => [fromNodeId, toNodeId])).toEqual([
      ['node-a', 'node-c'],
      ['node-a', 'node-c'],
    ]);
    const newConsumerIds = moved.map((each) => each?.subscription?.consumerId ?? '');
    const before = received(firstViewer, firstViewer.ids[0]);
    await until('the old one still flows', () => received(firstViewer, firstViewer.ids[0]) > before + 3);
    expect(received(firstViewer, newConsumerIds[0])).toBe(0);
    await call(signalingB.link, rpc.resumeConsumers, {
      room: s.ref,
      sessionId: firstViewer.sessionId,
      consumerIds: [newConsumerIds[0] ?? ''],
    });
    await until('the new one flows beside it', () => received(firstViewer, newConsumerIds[0]) > 3);
    await call(signalingB.link, rpc.trackMoveCommit, {
      room: s.ref,
      sessionId: firstViewer.sessionId,
      done: { trackId: s.video, oldConsumerId: firstViewer.ids[0] ?? '', trackEpoch: 2 },
    });
    expect(firstViewer.recv.consumers.get(firstViewer.ids[0] ?? '')?.handle.closed).toBe(true);
    expect(b.app.node.pulls.pullsFrom('node-a', s.roomKey, s.video)).toHaveLength(1);
    await until(
      'a subscriber that does not answer is changed over after the deadline',
      () => received(secondViewer, newConsumerIds[1]) > 3,
    );
    await until('the old pull is gone', () => b.app.node.pulls.pullsFrom('node-a', s.roomKey, s.video).length === 0);
    expect(b.app.node.pulls.find(s.roomKey, s.video)?.request).toMatchObject({ carrierId: 'node-c', epoch: 2 });
    expect(
      signalingB
        .messagesOf('consumerClosed')
        .filter(({ sessionId }) => sessionId === firstViewer.sessionId || sessionId === secondViewer.sessionId),
    ).toEqual([]);
    const receivedBefore = received(atC, atC.ids[0]);
    await until(
      'the new carrier has served its own all the time',
      () => received(atC, atC.ids[0]) > receivedBefore + 3,
    );
  });

  test('that is refused changes nothing', async () => {
    const s = await scene();
    const viewer = await subscriber(s, [s.video]);
    const repull = async (serving: string, trackId = s.video) =>
      codeOf(
        call(signalingB.link, rpc.repullTrack, { room: s.ref, track: await trackRequest(s, trackId, { serving }) }),
      );
    expect(await repull('node-c')).toBe('TRACK_UNKNOWN');
    expect(await repull('node-a')).toBe('REQUEST_INVALID');
    expect(await repull('node-c', s.audio)).toBe('TRACK_UNKNOWN');
    const before = received(viewer, viewer.ids[0]);
    await until('it still flows', () => received(viewer, viewer.ids[0]) > before + 3);
    expect(signalingB.messagesOf('consumerMoved').filter(({ sessionId }) => sessionId === viewer.sessionId)).toEqual(
      [],
    );
    const third = await subscriber(s, [s.video], { n: 6, signaling: signalingC, serving: 'node-b' });
    await until('a third node hangs below', () => received(third, third.ids[0]) > 3);
    expect(await repull('node-c')).toBe('OUT_OF_ORDER');
  });
});

test('a node reports its traffic over pipes to the centre, by destination node', async () => {
  const s = await scene();
  const viewer = await subscriber(s, [s.audio, s.video]);
  await until('it flows', () => received(viewer, viewer.ids[1]) > 20);
  const { sentReport, node } = a.app;
  let atMs = clock.nowMs();
  const rowsOf = ({ load, incarnation }: wire.Report) =>
    incarnation === node.incarnation ? (load?.sent?.rows ?? []) : [];
  const nodeReportCount = (): number =>
    cloud.reports.filter(({ incarnation }) => incarnation === node.incarnation).length;
  let reports = nodeReportCount();
  const [row] = await until('it is said', () => {
    // A minute ends with each report: several would end between two of them, and only the last is sent.
    if (nodeReportCount() > reports) {
      reports = nodeReportCount();
      atMs += sentPeriodMs;
      sentReport.endMinuteIfOver(atMs);
    }
    const found = cloud.reports.flatMap(rowsOf).filter(({ nodeId }) => nodeId === 'node-b');
    return found.some(({ bps }) => (bps ?? 0) > 0) && found;
  });
  const traffic = await Promise.all((await node.pipes.pipesTo('node-b')).map((pipe) => pipe.traffic()));
  const sentBytes = traffic.reduce((sum, one) => sum + one.sentBytes, 0);
  expect(((row?.bps ?? 0) * sentPeriodMs) / 8000).toBeLessThanOrEqual(sentBytes);
});

describe('a data message', () => {
  test('goes once to every other session of the room, on all nodes, through its signaling node', async () => {
    const s = await scene();
    const localViewer = await signalingA.attach(counter + 4, { room: s.ref });
    const remoteViewer = await subscriber(s, [s.audio]);
    const payload = new TextEncoder().encode('hello');
    const send = (data: object, destinationSessionIds: string[] = []) =>
      signalingA.link.send(
        80,
        encodeData({
          roomKey: s.roomKey,
          data: { sessionId: s.publisher.sessionId, payload, topic: 'chat', ...data },
          destinationSessionIds,
          targetNodeIds: ['node-b', 'node-b'],
        }),
      );
    const messagesAt = (signaling: SignalingLink) =>
      signaling.messagesOf('roomData').filter(({ roomKey }) => roomKey === s.roomKey);
    send({ identity: 'another participant' });
    await until('it arrives', () => messagesAt(signalingA).length === 1 && messagesAt(signalingB).length === 1);
    expect(messagesAt(signalingA)[0]).toMatchObject({
      destinationSessionIds: [localViewer.sessionId],
      targetNodeIds: [],
    });
    expect(messagesAt(signalingB)[0]).toMatchObject({
      destinationSessionIds: [remoteViewer.sessionId],
      originNodeId: 'node-a',
      data: { topic: 'chat', identity: `user-${counter}` },
    });
    expect(messagesAt(signalingA)[0]).toMatchObject({ originNodeId: '' });
    send({}, [localViewer.sessionId]);
    send({ payload: new Uint8Array(limits.dataBytesMax + 1) });
    send({ sessionId: remoteViewer.sessionId });
    send({ lossy: true });
    await until('the last one arrives', () => messagesAt(signalingB).length === 2);
    expect(messagesAt(signalingA)).toHaveLength(3);
    const largest = new Uint8Array(limits.dataBytesMax).fill(7);
    send({ payload: largest });
    send({ payload: largest, lossy: true });
    await until('the largest arrive', () => messagesAt(signalingB).length === 4);
    for (const { data } of messagesAt(signalingB).slice(2))
      expect((data as { payload: Uint8Array }).payload.byteLength).toBe(limits.dataBytesMax);
    expect(a.app.node.data.counts.refused).toBe(2);
  });
});

const encodeData = (message: wire.RoomData.$Properties): Uint8Array => wire.RoomData.encode(message).finish();
