// A stream of a simulcast that begins is forwarded from its first key frame on, by our worker's patches
// `simulcast-start` and `switch-by-arrival` (sfu/worker).
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { vp8LayeredPacket, vp8Parameters } from './kit/rtp.ts';
import { type Streamed, streamed } from './kit/streamed.ts';

let worker: types.Worker;
let stream: Streamed;
beforeAll(async () => {
  worker = await createWorker({ logLevel: 'error' });
  stream = await streamed(worker, vp8Parameters([1, 2, 3]));
});
afterAll(() => {
  stream?.close();
  worker?.close();
});

test('a viewer gets a larger picture without a sender report, and its time goes on evenly', async () => {
  const { producer, consumer, received } = stream;
  let [sent, streams] = [0, [1]];
  const timer = setInterval(() => {
    sent += 1;
    // Each stream has time stamps of its own.
    for (const ssrc of streams) producer.send(vp8LayeredPacket(ssrc, ssrc * 100_000 + sent, sent % 10 === 0, 0));
  }, 33);
  try {
    await until('the small picture comes', () => received.length > 15);
    expect(consumer.currentLayers?.spatialLayer).toBe(0);
    streams = [1, 3];
    await until('the large picture comes', () => consumer.currentLayers?.spatialLayer === 2, 2000);
    const large = received.length;
    await until('it plays on', () => received.length > large + 10);
  } finally {
    clearInterval(timer);
  }
  const steps = received.map(
    (packet, at) => at > 0 && (packet.readUInt32BE(4) - (received[at - 1] ?? packet).readUInt32BE(4)) >> 0,
  );
  expect(steps.filter((step) => step !== false && (step <= 0 || step > 45_000))).toEqual([]);
});
