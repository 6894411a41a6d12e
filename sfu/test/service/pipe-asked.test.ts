// A pipe leaves out no layer for a while after a viewer beyond it has asked for a key frame, by our worker's patch
// `pipe-asked` (sfu/worker).
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { readVp9, vp9Parameters, vp9Picture } from './kit/rtp.ts';

const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
const mediaCodecs = routerConstant.mediaCodecs as types.RouterRtpCodecCapability[];
const bytesOfLowest = 200; // the highest layer has 800, 320 kbit/s
/** Bandwidth for one of two temporal layers of the middle layer, not of the highest. */
const narrowBps = 100_000;
/** Number of a pipe's layers: up to the third, without the two lower ones. */
const highestOnly = 2 + 16 * 0b11;

let workers: types.Worker[] = [];
beforeAll(async () => {
  workers = await Promise.all([createWorker({ logLevel: 'error' }), createWorker({ logLevel: 'error' })]);
});
afterAll(() => {
  for (const worker of workers) worker.close();
});

test('a viewer beyond a pipe that loses bandwidth is shown a lower layer that the pipe left out', async () => {
  const [near, far] = await Promise.all(workers.map((worker) => worker.createRouter({ mediaCodecs })));
  if (near === undefined || far === undefined) throw new Error('there are two workers');
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const publisher = await near.createDirectTransport();
  const rtpParameters = vp9Parameters(1) as types.RtpParameters;
  const producer = await publisher.produce({ kind: 'video', rtpParameters });
  const { pipeConsumer } = await near.pipeToRouter({ producerId: producer.id, router: far });
  await pipeConsumer?.setPreferredLayers({ spatialLayer: highestOnly });
  const receiver = await far.createPlainTransport({ listenInfo });
  await receiver.connect({ ip: '127.0.0.1', port: socket.address().port });
  const rtpCapabilities = routerConstant.capabilities as types.RtpCapabilities;
  const consumer = await receiver.consume({ producerId: producer.id, rtpCapabilities });
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc; // others are probes
  const shown: ReturnType<typeof readVp9>[] = [];
  socket.on('message', (packet) => {
    if (packet.readUInt32BE(8) === ssrc) shown.push(readVp9(packet));
  });
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    for (const packet of vp9Picture(1, sent, sent % 20 === 0, 3, sent % 2, bytesOfLowest)) producer.send(packet);
  }, 20);
  try {
    await until(
      'the highest layer alone is shown',
      () => shown.slice(-5).filter(({ spatialLayer }) => spatialLayer === 2).length === 5,
    );
    await receiver.setMaxOutgoingBitrate(narrowBps);
    const hasFallen = ({ marker, spatialLayer }: (typeof shown)[number]): boolean => marker && spatialLayer < 2;
    await until('a lower layer is shown', () => shown.slice(-1).some(hasFallen));
    const start = sent;
    await until('later pictures are shown', () => shown.some(({ picture }) => picture > start + 20));
    const even = Array.from({ length: 10 }, (_, at) => 2 * (Math.floor(start / 2) + at + 1));
    // pictures of the lowest temporal layer
    expect(even.filter((wanted) => !shown.some(({ picture }) => picture === wanted))).toEqual([]);
  } finally {
    clearInterval(timer);
    socket.close();
  }
});
