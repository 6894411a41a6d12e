// A pipe with a budget that nothing fits into: what gives way, in which order, and that audio does not.
import type { wire } from '@meridian/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  audioTrack,
  Cloud,
  room,
  type SignalingLink,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
const feeds: Feed[] = [];
beforeAll(async () => {
  cloud = await Cloud.open();
  a = await cloud.node('node-a', { config: { linkBudgetBps: 10_000 } }); // one voice is more than that
  const b = await cloud.node('node-b');
  await cloud.linked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
});
afterAll(async () => {
  for (const one of feeds) one.stop();
  await cloud.close();
});

test('top layers go first, then silent participants, then all video, never audio; subscribers hear why', async () => {
  const ref = room();
  const [speaker, quiet] = [await signalingA.attach(1, { room: ref }), await signalingA.attach(2, { room: ref })];
  await signalingA.produce(speaker.sessionId, audioTrack(1), opusParameters(1001), ref);
  await signalingA.produce(speaker.sessionId, videoTrack(2), vp8Parameters([2001, 2002, 2003]), ref);
  await signalingA.produce(quiet.sessionId, videoTrack(3), vp8Parameters([3001]), ref);
  feeds.push(feed(speaker, trackIdOf(1), { audioSsrc: 1001 }));
  feeds.push(feed(speaker, trackIdOf(2), { videoSsrcs: [2001, 2002, 2003] }));
  feeds.push(feed(quiet, trackIdOf(3), { videoSsrcs: [3001] }));
  const subscriptions = await Promise.all(
    [1, 2, 3].map(async (n) => ({
      trackId: trackIdOf(n),
      carrierNodeId: 'node-a',
      grant: await cloud.grant({ trackId: trackIdOf(n), puller: 'node-b', serving: 'node-a' }),
    })),
  );
  const viewer = await signalingB.attach(4, { room: ref, subscriptions });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.become('connected');
  const idOf = (n: number) => viewer.answer.subscriptions.find(({ trackId }) => trackId === trackIdOf(n))?.consumerId;
  const heardRoom = a.app.node.rooms.get('dev/demo');
  const order: string[] = [];
  const note = (what: string): void => {
    if (!order.includes(what)) order.push(what);
  };
  const reasonOf = (n: number) =>
    signalingB
      .of('consumerChanged')
      .map(({ state }) => state as wire.SubscriptionState)
      .findLast(({ trackId }) => trackId === trackIdOf(n))?.pausedReason;
  await until('all video is kept back', () => {
    if (heardRoom !== undefined) heardRoom.speaking = new Set([speaker.sessionId]);
    const demands = signalingA
      .of('trackDemand')
      .map(({ demand }) => demand as { trackId: string; maxSpatialLayer: number });
    if (demands.some(({ trackId, maxSpatialLayer }) => trackId === trackIdOf(2) && maxSpatialLayer === 1))
      note('top layer');
    if (reasonOf(3) === 'link_budget') note('quiet');
    if (reasonOf(2) === 'link_budget') note('speaker');
    return order.includes('speaker');
  });
  expect(order).toEqual(['top layer', 'quiet', 'speaker']);
  const [heard, seen] = [received(viewer, idOf(1)), received(viewer, idOf(2))];
  await until('the sound goes on', () => received(viewer, idOf(1)) > heard + 25);
  expect(received(viewer, idOf(2)) - seen).toBeLessThan(5);
  expect(reasonOf(1) ?? '').toBe('');
});
