// A pipe carries only the layers that are watched beyond it, and a publisher may leave out unwatched layers, by our
// worker's patches `pipe-layers`, `pipe-needed`, `pipe-vp8` and `key-picture` (sfu/worker).
import { call, rpc, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cloud, room, type SignalingLink, type TestNode, trackIdOf, until, videoTrack } from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { keyFrameRequests, readVp8, readVp9, vp8Parameters, vp9Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
const feeds: Feed[] = [];

beforeAll(async () => {
  cloud = await Cloud.open();
  [a, b] = [await cloud.node('node-a'), await cloud.node('node-b')];
  await cloud.waitUntilLinked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
});
afterAll(async () => {
  for (const one of feeds) one.stop();
  await cloud.close();
});

/** Publishes on node-a a track of three spatial layers, watched on node-b. The publisher ignores the demand. */
async function watched(counter: number, kind: 'svc' | 'simulcast', svcLayers = (): number => 3) {
  const ref = room(1, 'sig-a', `dev/layers-${counter}`);
  const trackId = trackIdOf(counter + 1);
  const ssrcs = [0, 1, 2].map((layer) => counter * 1000 + layer);
  const publisher = await signalingA.attach(counter, { room: ref });
  const rtp = kind === 'svc' ? vp9Parameters(ssrcs[0] ?? 0) : vp8Parameters(ssrcs);
  await signalingA.produce(publisher.sessionId, videoTrack(counter + 1), rtp, ref);
  const source = kind === 'svc' ? { svcSsrc: ssrcs[0] ?? 0, svcLayers } : { layeredSsrcs: ssrcs };
  const sent = feed(publisher, trackId, source);
  feeds.push(sent);
  const grant = await cloud.grant({ trackId, pullerId: 'node-b', carrierId: 'node-a', roomKey: ref.roomKey ?? '' });
  const viewer = await signalingB.attach(counter + 3, {
    room: ref,
    subscriptions: [{ trackId, carrierNodeId: 'node-a', grant }],
  });
  viewer.recv.setState('connected');
  const consumerId = viewer.answer.subscriptions[0]?.consumerId;
  await until('it flows', () => received(viewer, consumerId) > 5);
  const producer = b.app.node.rooms.get(ref.roomKey ?? '')?.members.tracks.get(trackId)?.media.producer as unknown as {
    handle: { getStats(): Promise<{ packetCount: number; bitrateByLayer?: Record<string, number> }[]> };
  };
  const piped = async (): Promise<number> =>
    (await producer.handle.getStats()).reduce((sum, { packetCount }) => sum + packetCount, 0);
  const demands = (): wire.LayerDemand[] =>
    signalingA
      .messagesOf('trackDemand')
      .flatMap(({ sessionId, demand }) => (sessionId === publisher.sessionId ? [demand as wire.LayerDemand] : []));
  return {
    publisher,
    demands,
    /** Bit rates beyond the pipe of spatial layers above the lowest. */
    upperBps: async (): Promise<number[]> =>
      (await producer.handle.getStats()).flatMap(({ bitrateByLayer = {} }) =>
        Object.entries(bitrateByLayer).flatMap(([layer, bps]) => (layer.startsWith('0') ? [] : [bps])),
      ),
    sessionId: publisher.sessionId,
    states: () =>
      signalingB
        .messagesOf('consumerChanged')
        .flatMap(({ sessionId, state }) => (sessionId === viewer.sessionId ? [state as wire.SubscriptionState] : [])),
    packets: () => viewer.recv.received.get(consumerId ?? '') ?? [],
    want: (update: wire.UpdateSubscription.$Properties) =>
      call(signalingB.link, rpc.updateConsumer, {
        room: ref,
        sessionId: viewer.sessionId,
        update: { trackId, subscribed: true, ...update },
      }),
    /** Adds a viewer on node-b, of this spatial layer. */
    async addViewer(spatialLayer: number) {
      const other = await signalingB.attach(counter + 6, {
        room: ref,
        subscriptions: [{ trackId, carrierNodeId: 'node-a', grant, spatialLayer }],
      });
      other.recv.setState('connected');
      const otherId = other.answer.subscriptions[0]?.consumerId ?? '';
      return { packets: () => other.recv.received.get(otherId) ?? [] };
    },
    /** Packets over the pipe per picture, over the next thirty pictures. */
    async perPicture(): Promise<number> {
      const [packets, pictures] = [await piped(), sent.sent];
      await until('thirty pictures', () => sent.sent >= pictures + 30);
      return ((await piped()) - packets) / (sent.sent - pictures);
    },
  };
}

test.concurrent('the packets of an SVC stream above the watched layers stay off the pipe, and come back with a key frame', async () => {
  const s = await watched(100, 'svc');
  expect(await s.perPicture()).toBeGreaterThan(2.5);
  await s.want({ spatialLayer: 0, temporalLayer: 0 });
  await until('half of the lowest layer crosses it', async () => (await s.perPicture()) < 0.8);
  const low = s.packets().length;
  await until('the viewer sees the lowest layer', () => s.packets().length > low + 10);
  const lowest = s
    .packets()
    .slice(low + 1)
    .map(readVp9);
  expect(lowest.filter((one) => one.spatialLayer > 0 || one.temporalLayer > 0 || !one.marker)).toEqual([]);
  const gaps = lowest.filter(({ seq }, at) => at > 0 && seq !== ((lowest[at - 1]?.seq ?? 0) + 1) % 65536);
  expect(gaps).toEqual([]);
  const requests = keyFrameRequests(s.publisher.send.rtcp);
  await s.want({});
  await until('a key frame is asked for', () => keyFrameRequests(s.publisher.send.rtcp) > requests);
  await until('the viewer sees the highest layer', () =>
    s.packets().some((packet, at) => at > low + 20 && readVp9(packet).spatialLayer === 2),
  );
  expect(await s.perPicture()).toBeGreaterThan(2.5);
});

test.concurrent('the streams of a simulcast above the watched layer stay off the pipe, and come back with a key frame', async () => {
  const s = await watched(200, 'simulcast');
  expect(await s.perPicture()).toBeGreaterThan(2.5);
  await s.want({ spatialLayer: 0 });
  await until('one stream crosses the pipe', async () => (await s.perPicture()) < 1.2);
  const requests = keyFrameRequests(s.publisher.send.rtcp);
  await s.want({});
  await until('key frames are asked for', () => keyFrameRequests(s.publisher.send.rtcp) > requests);
  await until('all cross it again', async () => (await s.perPicture()) > 2.5);
});

test.concurrent('a viewer keeps its picture while the layers below it are left out, and when they come back', async () => {
  let layers = 3;
  const s = await watched(300, 'svc', () => layers);
  const lastOf = (spatialLayer: number) => () =>
    s
      .packets()
      .slice(-8)
      .every((packet) => readVp9(packet).spatialLayer === spatialLayer);
  await s.want({ temporalLayer: 1 }); // the publisher's highest
  await until('the viewer sees the highest layer', lastOf(2));
  await until('the lower layers are not needed', () => s.demands().at(-1)?.minSpatialLayer === 2);
  // a picture in ten is a key frame with all layers
  await until('the lower layers stay off the pipe', async () => (await s.perPicture()) < 1.5);
  const start = s.packets().length;
  const requests = keyFrameRequests(s.publisher.send.rtcp);
  layers = 1;
  await until('the viewer gets the one layer', lastOf(0));
  expect(s.states().at(-1)?.spatialLayer).toBe(2);
  expect(new Set(await s.upperBps())).toEqual(new Set([0])); // the others have ended with the key picture without them
  expect(keyFrameRequests(s.publisher.send.rtcp)).toBe(requests);
  layers = 3;
  await until('the viewer sees the highest layer again', lastOf(2));
  const pictures = [
    ...new Set(
      s
        .packets()
        .slice(start)
        .map((packet) => readVp9(packet).picture),
    ),
  ];
  const missing = pictures.filter((picture, at) => at > 0 && picture !== (pictures[at - 1] ?? 0) + 1);
  expect(missing).toEqual([]);
  expect(s.demands().at(-1)?.minSpatialLayer).toBe(2); // nothing looked like a loss of the layer
});

test.concurrent('the temporal layers of a simulcast that nobody watches stay off the pipe, and come back without a key frame', async () => {
  const s = await watched(400, 'simulcast');
  const start = s.packets().length;
  await s.want({ spatialLayer: 0, temporalLayer: 0 });
  await until('half of a stream crosses the pipe', async () => (await s.perPicture()) < 0.7);
  expect(readVp8(s.packets().at(-1) ?? Buffer.alloc(32)).temporalLayer).toBe(0);
  const requests = keyFrameRequests(s.publisher.send.rtcp);
  await s.want({ spatialLayer: 0 });
  await until('a whole stream crosses it again', async () => (await s.perPicture()) > 0.95);
  await until('the viewer sees both layers', () =>
    s
      .packets()
      .slice(-4)
      .some((packet) => readVp8(packet).temporalLayer === 1),
  );
  expect(keyFrameRequests(s.publisher.send.rtcp)).toBe(requests);
  const pictures = s
    .packets()
    .slice(start)
    .map((packet) => readVp8(packet).picture);
  expect(pictures.filter((picture, at) => at > 0 && picture !== (pictures[at - 1] ?? 0) + 1)).toEqual([]);
});

test.concurrent('a viewer that hid a small picture is shown a large one', async () => {
  const s = await watched(500, 'svc');
  await s.want({ spatialLayer: 0, temporalLayer: 0 });
  await until('half of the lowest layer crosses the pipe', async () => (await s.perPicture()) < 0.8);
  await s.want({ paused: true, spatialLayer: 0 });
  await until('nothing crosses it', async () => (await s.perPicture()) === 0);
  await s.want({});
  await until('the viewer sees the highest layer', () =>
    s
      .packets()
      .slice(-8)
      .some((packet) => readVp9(packet).spatialLayer === 2),
  );
});

test.concurrent.each([
  [600, 'svc', 2.4], // a picture in ten is a key frame with all layers
  [700, 'simulcast', 2.2],
] as const)(
  '%i: a layer of %s between two watched ones stays off the pipe, and comes back for a viewer',
  async (counter, kind, most) => {
    const s = await watched(counter, kind);
    const small = await s.addViewer(0);
    await s.want({ temporalLayer: 1 }); // the publisher's highest
    await until('the middle layer is not needed', () => s.demands().at(-1)?.spatialLayers === 0b101);
    expect(s.demands().at(-1)).toMatchObject({ maxSpatialLayer: 2, minSpatialLayer: 0 });
    await until('the middle layer stays off the pipe', async () => (await s.perPicture()) < most);
    const [large, few] = [s.packets().length, small.packets().length];
    await until('both are watched on', () => s.packets().length > large + 20 && small.packets().length > few + 20);
    expect(await s.perPicture()).toBeGreaterThan(1.8);
    const requests = keyFrameRequests(s.publisher.send.rtcp);
    await s.want({ spatialLayer: 1, temporalLayer: 1 });
    await until('the middle layer crosses it again', async () => (await s.perPicture()) > most);
    expect(keyFrameRequests(s.publisher.send.rtcp)).toBeGreaterThan(requests);
    await until('the viewer gets it', () => s.states().at(-1)?.spatialLayer === 1);
  },
);
