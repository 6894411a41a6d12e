// A carrier in its own process dies while a node pulls media from it: the node asks the room's owner for another
// carrier, and moves the track there.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, rpc } from '@meridian/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
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
import { type Feed, feed, received } from './kit/feed.ts';
import { vp8Parameters } from './kit/rtp.ts';

const main = join(import.meta.dirname, '../../../dist/services/sfu.js');
let cloud: Cloud;
let origin: TestNode;
let viewerNode: TestNode;
let signalingOrigin: SignalingLink;
let signalingViewer: SignalingLink;
let signalingCarrier: SignalingLink;
let carrier: ChildProcess;
let videoFeed: Feed | undefined;

beforeAll(async () => {
  cloud = await Cloud.open();
  [origin, viewerNode] = [await cloud.node('node-a'), await cloud.node('node-c')];
  carrier = await startCarrier();
  await cloud.waitUntilLinked('node-a', 'node-c');
  for (const id of ['node-a', 'node-c'])
    await until(`${id} reaches node-b`, () => cloud.linkIds(id).includes('node-b'));
  [signalingOrigin, signalingViewer] = [
    await cloud.signaling('sig-a', origin),
    await cloud.signaling('sig-a', viewerNode),
  ];
  const controlPort = cloud.processPorts.get('node-b') ?? 0;
  signalingCarrier = await cloud.signaling('sig-b', { id: 'node-b', app: { controlPort } });
});
afterAll(async () => {
  videoFeed?.stop();
  carrier?.kill('SIGKILL');
  await cloud.close();
});

async function startCarrier(): Promise<ChildProcess> {
  const enrolmentToken = await cloud.tokens.mint({ id: 'node-b', kind: 'sfu', region: 'fra' }, 60_000);
  const file = join(cloud.dir, 'node-b.json');
  writeFileSync(file, JSON.stringify({ ...cloud.config('node-b', join(cloud.dir, 'node-b')), enrolmentToken }));
  const child = spawn(process.execPath, [main, '--config', file], { stdio: 'ignore' });
  const registered = () => cloud.registrations.findLast(({ node }) => node?.nodeId === 'node-b')?.node ?? undefined;
  const node = await until('the carrier registers', registered);
  const port = node.addresses?.find(({ purpose }) => purpose === 'control')?.port ?? 0;
  cloud.processPorts.set('node-b', port);
  cloud.sendPlan();
  return child;
}
const trackRequest = async (trackId: string, pullerId: string, carrierId: string) => ({
  trackId,
  carrierNodeId: carrierId,
  grant: await cloud.grant({ trackId, pullerId, carrierId }),
});

test('a viewer whose carrier dies gets frames from another carrier within 3 s, by TrackMoved', async () => {
  const ref = room();
  const trackId = trackIdOf(1);
  const publisher = await signalingOrigin.attach(1, { room: ref });
  await signalingOrigin.produce(publisher.sessionId, videoTrack(1), vp8Parameters([1001]), ref);
  videoFeed = feed(publisher, trackId, { videoSsrcs: [1001] });
  const carrierViewer = await call(signalingCarrier.link, rpc.attachSession, {
    room: ref,
    session: sessionInfo(2, 'sig-b'),
    sendEndpoint: endpoint,
    recvEndpoint: endpoint,
    subscriptions: [await trackRequest(trackId, 'node-b', 'node-a')],
  });
  expect(carrierViewer.failed).toEqual([]);
  const viewer = await signalingViewer.attach(3, {
    room: ref,
    subscriptions: [await trackRequest(trackId, 'node-c', 'node-b')],
  });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.setState('connected');
  const firstConsumerId = viewer.answer.subscriptions[0]?.consumerId;
  await until('frames come over the carrier', () => received(viewer, firstConsumerId) > 20);

  const grant = await trackRequest(trackId, 'node-c', 'node-a');
  carrier.kill('SIGKILL');
  const lastFrame = { count: received(viewer, firstConsumerId), atMs: performance.now() };
  const updateLastSeen = () => {
    const count = received(viewer, firstConsumerId);
    if (count > lastFrame.count) Object.assign(lastFrame, { count, atMs: performance.now() });
  };
  await until('the room’s owner is asked for another', () => {
    updateLastSeen();
    return signalingViewer
      .messagesOf('carrierChanged')
      .some(({ doubtful, nodeId }) => doubtful === true && nodeId === 'node-c');
  });
  await call(signalingViewer.link, rpc.repullTrack, { room: ref, track: grant });
  const moved = await until('the viewer is informed', () => signalingViewer.messagesOf('consumerMoved')[0]);
  const { oldConsumerId, subscription } = moved['moved'] as {
    oldConsumerId: string;
    subscription: { consumerId: string };
  };
  expect(oldConsumerId).toBe(firstConsumerId);
  const nextConsumerId = subscription.consumerId;
  await call(signalingViewer.link, rpc.resumeConsumers, {
    room: ref,
    sessionId: sessionIdOf(3),
    consumerIds: [nextConsumerId],
  });
  await until('frames come from the origin', () => received(viewer, nextConsumerId) > 0);
  const gapMs = performance.now() - lastFrame.atMs;
  console.info(`carrier killed under media: ${gapMs.toFixed(0)} ms without a frame`);
  expect(gapMs).toBeLessThan(3000); // the link's grace, after which the track would be lost
  await until('they go on', () => received(viewer, nextConsumerId) > 20);
  expect(signalingViewer.messagesOf('consumerClosed')).toEqual([]);
});
