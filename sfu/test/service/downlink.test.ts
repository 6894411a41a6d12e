// A receiver whose downlink is too narrow for video of one layer: a real media node and worker with a pretended
// estimate.
import type { wire } from '@meridian/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audioTrack, Cloud, room, type SignalingLink, trackIdOf, until, videoTrack } from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let signaling: SignalingLink;
const feeds: Feed[] = [];
beforeAll(async () => {
  cloud = await Cloud.open();
  signaling = await cloud.signaling('sig-a', await cloud.node('node-a'));
});
afterAll(async () => {
  for (const one of feeds) one.stop();
  await cloud.close();
});

test('video that does not fit the downlink is held with a reason while audio continues, and resumes when it fits', async () => {
  const ref = room();
  const publisher = await signaling.attach(1, { room: ref });
  await signaling.produce(publisher.sessionId, audioTrack(1), opusParameters(1001), ref);
  await signaling.produce(publisher.sessionId, videoTrack(2), vp8Parameters([1002]), ref);
  // 400 kbit/s: smaller video is never held back.
  const video400 = { videoSsrcs: [1002], videoBytes: 1000 };
  feeds.push(feed(publisher, trackIdOf(1), { audioSsrc: 1001 }), feed(publisher, trackIdOf(2), video400));
  const viewer = await signaling.attach(3, {
    room: ref,
    subscriptions: [{ trackId: trackIdOf(1) }, { trackId: trackIdOf(2) }],
  });
  const idOf = (n: number) => viewer.answer.subscriptions.find(({ trackId }) => trackId === trackIdOf(n))?.consumerId;
  const [audio, video] = [idOf(1), idOf(2)];
  viewer.recv.setState('connected');
  await until('both flow', () => received(viewer, audio) > 5 && received(viewer, video) > 5);
  const reasons = () =>
    signaling
      .messagesOf('consumerChanged')
      .map(({ state }) => state as wire.SubscriptionState)
      .filter(({ trackId }) => trackId === trackIdOf(2))
      .map(({ pausedReason }) => pausedReason);

  viewer.recv.pretendedDownlink = { availableBps: 30_000, lossShare: 0.5 };
  await until('the video is kept back', () => reasons().at(-1) === 'downlink');
  await until('nothing of it is under way', async () => {
    const before = received(viewer, video);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return received(viewer, video) === before;
  });
  const [audioCount, videoCount] = [received(viewer, audio), received(viewer, video)];
  await until('the sound goes on', () => received(viewer, audio) > audioCount + 10);
  expect(received(viewer, video)).toBe(videoCount);

  viewer.recv.pretendedDownlink = { availableBps: 5_000_000, lossShare: 0 };
  await until('the video comes back', () => received(viewer, video) > videoCount + 5);
  expect(reasons().at(-1)).toBe('');
});
