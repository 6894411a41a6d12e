// A temporal layer that begins is forwarded at once, by our worker's patch `temporal-above` (sfu/worker).
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { readVp8, readVp9, vp8LayeredPacket, vp8Parameters, vp9Parameters, vp9Picture } from './kit/rtp.ts';

let worker: types.Worker;
const sockets: Socket[] = [];
beforeAll(async () => {
  worker = await createWorker({ logLevel: 'error' });
});
afterAll(() => {
  for (const socket of sockets) socket.close();
  worker?.close();
});

/** Makes a producer and a receiver by transport-cc, whose layers depend on the estimate of its bandwidth. */
async function streamed(rtpParameters: unknown): Promise<{ producer: types.Producer; received: Buffer[] }> {
  const router = await worker.createRouter({
    mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[],
  });
  const publisher = await router.createDirectTransport();
  const producer = await publisher.produce({ kind: 'video', rtpParameters: rtpParameters as types.RtpParameters });
  const socket = createSocket('udp4');
  sockets.push(socket);
  const received: Buffer[] = [];
  socket.on('message', (packet) => {
    if (packet.readUInt8(1) < 192 || packet.readUInt8(1) > 223) received.push(packet); // others are RTCP
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const receiver = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  await receiver.connect({ ip: '127.0.0.1', port: socket.address().port });
  const rtpCapabilities = routerConstant.capabilities as types.RtpCapabilities;
  await receiver.consume({ producerId: producer.id, rtpCapabilities });
  return { producer, received };
}

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
test.each(kinds)(
  '%s: a viewer gets all pictures of a temporal layer that begins',
  async (_name, parameters, packetsOf, layerOf) => {
    const { producer, received } = await streamed(parameters);
    let [sent, upperSent, beginsUpper] = [0, 0, false];
    const timer = setInterval(() => {
      sent += 1;
      const isUpper = beginsUpper && sent % 2 === 1;
      if (isUpper) upperSent += 1;
      for (const packet of packetsOf(sent, sent % 20 === 0, isUpper ? 1 : 0)) producer.send(packet);
    }, 10);
    try {
      await until('the lowest layer alone has come for a while', () => received.length > 300);
      beginsUpper = true;
      await until('the layer has come for a while', () => upperSent > 80);
    } finally {
      clearInterval(timer);
    }
    const upperReceived = () => received.filter((packet) => layerOf(packet) === 1).length;
    await until('all its pictures have arrived', () => upperReceived() === upperSent, 5000);
  },
);
