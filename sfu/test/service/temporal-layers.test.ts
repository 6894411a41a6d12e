// A temporal layer that begins is forwarded at once, by our worker's patch `temporal-above` (sfu/worker).
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { readVp8, readVp9, vp8LayeredPacket, vp8Parameters, vp9Parameters, vp9Picture } from './kit/rtp.ts';
import { type Streamed, streamed } from './kit/streamed.ts';

let worker: types.Worker;
const streams: Streamed[] = [];
beforeAll(async () => {
  worker = await createWorker({ logLevel: 'error' });
});
afterAll(() => {
  for (const stream of streams) stream.close();
  worker?.close();
});

const kinds: [
  name: string,
  parameters: unknown,
  packetsOf: (picture: number, isKey: boolean, temporalLayer: number) => Buffer[],
  layerOf: (packet: Buffer) => number,
][] = [
  ['SVC', vp9Parameters(1), (...o) => vp9Picture(1, o[0], o[1], 3, o[2]), (packet) => readVp9(packet).temporalLayer],
  [
    'simulcast',
    vp8Parameters([1, 2]),
    (...o) => [1, 2].map((ssrc) => vp8LayeredPacket(ssrc, ...o)),
    (packet) => readVp8(packet).temporalLayer,
  ],
];
test.concurrent.each(kinds)(
  '%s: a viewer gets all pictures of a temporal layer that begins',
  async (_name, parameters, packetsOf, layerOf) => {
    const stream = await streamed(worker, parameters);
    streams.push(stream);
    const { producer, received } = stream;
    let [sent, upperSent, beginsUpper] = [0, 0, false];
    const timer = setInterval(() => {
      sent += 1;
      const isUpper = beginsUpper && sent % 2 === 1;
      if (isUpper) upperSent += 1;
      for (const packet of packetsOf(sent, sent % 20 === 0, isUpper ? 1 : 0)) producer.send(packet);
    }, 10);
    try {
      await until('the lowest layer alone has come for a while', () => received.length > 120);
      beginsUpper = true;
      await until('the layer has come for a while', () => upperSent > 50);
    } finally {
      clearInterval(timer);
    }
    const upperReceived = () => received.filter((packet) => layerOf(packet) === 1).length;
    await until('all its pictures have arrived', () => upperReceived() === upperSent, 5000);
  },
);
