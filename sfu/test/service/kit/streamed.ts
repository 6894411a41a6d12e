import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { routerConstant } from '@meridian/protocol';
import type { types } from 'mediasoup';

export interface Streamed {
  readonly producer: types.Producer;
  readonly consumer: types.Consumer;
  /** The consumer's packets that have arrived. */
  readonly received: Buffer[];
  close(): void;
}

/** Makes a producer and a receiver by transport-cc, whose layers depend on the estimate of its bandwidth. */
export async function streamed(worker: types.Worker, rtpParameters: unknown): Promise<Streamed> {
  const router = await worker.createRouter({
    mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[],
  });
  const publisher = await router.createDirectTransport();
  const producer = await publisher.produce({ kind: 'video', rtpParameters: rtpParameters as types.RtpParameters });
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const receiver = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  await receiver.connect({ ip: '127.0.0.1', port: socket.address().port });
  const rtpCapabilities = routerConstant.capabilities as types.RtpCapabilities;
  const consumer = await receiver.consume({ producerId: producer.id, rtpCapabilities });
  const received: Buffer[] = [];
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  socket.on('message', (packet) => {
    if (packet.readUInt32BE(8) === ssrc) received.push(packet); // others are RTCP and probes
  });
  return { producer, consumer, received, close: () => socket.close() };
}
