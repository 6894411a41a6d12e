// Media nodes that no plan names pull tracks by the address in the offer, or by one that the centre tells.
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Attached,
  Cloud,
  codeOf,
  room,
  type SignalingLink,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { vp8Parameters } from './kit/rtp.ts';

const roomKey = 'dev/left-out';
const ref = room(1, 'sig-a', roomKey);

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let feeds: Feed[];
beforeEach(async () => {
  feeds = [];
  cloud = await Cloud.open();
  for (const id of ['node-a', 'node-b']) cloud.leftOutIds.add(id);
  [a, b] = [await cloud.node('node-a'), await cloud.node('node-b')];
  signalingA = await cloud.signaling('sig-a', a);
  signalingB = await cloud.signaling('sig-b', b);
});
afterEach(async () => {
  for (const one of feeds) one.stop();
  await cloud.close();
});

async function publish(signaling: SignalingLink, n: number): Promise<{ publisher: Attached; trackId: string }> {
  const publisher = await signaling.attach(n, { room: ref });
  await signaling.produce(publisher.sessionId, videoTrack(n + 1), vp8Parameters([n * 1000]), ref);
  feeds.push(feed(publisher, trackIdOf(n + 1), { videoSsrcs: [n * 1000] }));
  return { publisher, trackId: trackIdOf(n + 1) };
}

async function subscription(trackId: string, [pullerId, carrierId]: readonly [string, string], carrierUrl?: string) {
  const grant = await cloud.grant({ trackId, pullerId, carrierId, roomKey });
  return { trackId, carrierNodeId: carrierId, grant, ...(carrierUrl === undefined ? {} : { carrierUrl }) };
}

/** Attaches a subscriber that gets the track, and resolves when it flows. */
async function watch(
  signaling: SignalingLink,
  n: number,
  subscribed: Awaited<ReturnType<typeof subscription>>,
): Promise<void> {
  const viewer = await signaling.attach(n, { room: ref, subscriptions: [subscribed] });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.setState('connected');
  await until('the track flows', () => received(viewer, viewer.answer.subscriptions[0]?.consumerId ?? '') > 3);
}

test.each([
  ['a node with the higher id', () => [signalingA, signalingB, 'node-b', 'node-a'] as const],
  ['a node with the lower id', () => [signalingB, signalingA, 'node-a', 'node-b'] as const],
])('%s pulls from a carrier by the address in the offer, without the centre', async (_name, scene) => {
  const [publishes, watches, pullerId, carrierId] = scene();
  const { trackId } = await publish(publishes, 10);
  expect(cloud.linkIds(pullerId)).toEqual([]);
  await watch(watches, 20, await subscription(trackId, [pullerId, carrierId], cloud.controlUrl(carrierId)));
  expect(cloud.linkIds(pullerId)).toEqual([carrierId]);
  expect(cloud.addressRequests).toEqual([]);
});

test('an offer without an address, as of an older owner, makes the node ask the centre', async () => {
  const { trackId } = await publish(signalingA, 10);
  await watch(signalingB, 20, await subscription(trackId, ['node-b', 'node-a']));
  expect(cloud.addressRequests).toEqual(['node-a']);
});

test('an offer with an address that is none is refused', async () => {
  const { trackId } = await publish(signalingA, 10);
  const bad = await subscription(trackId, ['node-b', 'node-a'], 'wss://user@host:1/path');
  expect(await codeOf(signalingB.attach(30, { room: ref, subscriptions: [bad] }))).toBe('REQUEST_INVALID');
});

test('two nodes that pull from each other at the same moment end with one link, and both tracks flow', async () => {
  const [{ trackId: ofA }, { trackId: ofB }] = [await publish(signalingA, 10), await publish(signalingB, 40)];
  const [toB, toA] = [
    await subscription(ofA, ['node-b', 'node-a'], cloud.controlUrl('node-a')),
    await subscription(ofB, ['node-a', 'node-b'], cloud.controlUrl('node-b')),
  ];
  await Promise.all([watch(signalingB, 20, toB), watch(signalingA, 60, toA)]);
  expect([cloud.linkIds('node-a'), cloud.linkIds('node-b')]).toEqual([['node-b'], ['node-a']]);
});

test('a link outlives a plan that leaves its node out, and a node that is shut out loses it', async () => {
  cloud.leftOutIds.clear();
  cloud.sendPlan();
  await cloud.waitUntilLinked('node-a', 'node-b');
  cloud.leftOutIds.add('node-b');
  cloud.sendPlan();
  const { trackId } = await publish(signalingA, 10);
  await watch(signalingB, 20, await subscription(trackId, ['node-b', 'node-a']));
  expect(cloud.addressRequests).toEqual([]);
  cloud.deniedIds.add('node-b');
  cloud.sendPlan();
  await until('the link ends', () => cloud.linkIds('node-a').length === 0);
});
