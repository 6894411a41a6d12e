// The worker's probes of bandwidth to several receivers. SRTP refuses a packet whose number lies behind, and a probe
// that is not sent counts as lost, so each receiver's probes must count on by themselves (patch `own-probation`).
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, expect, test } from 'vitest';
import { until } from './kit/cloud.ts';
import { vp8Packet, vp8Parameters } from './kit/rtp.ts';

const probeSsrc = 1234;
const closers: (() => unknown)[] = [];
afterAll(() => {
  for (const close of closers.reverse()) close();
});

/** Returns the sequence numbers of the probes that come to a new receiver. */
async function probesTo(router: types.Router, producerId: string): Promise<number[]> {
  const numbers: number[] = [];
  const socket = createSocket('udp4');
  closers.push(() => socket.close());
  socket.on('message', (packet) => {
    if (packet.length >= 12 && packet.readUInt32BE(8) === probeSsrc) numbers.push(packet.readUInt16BE(2));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const transport = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  await transport.connect({ ip: '127.0.0.1', port: socket.address().port });
  await transport.consume({ producerId, rtpCapabilities: routerConstant.capabilities as types.RtpCapabilities });
  return numbers;
}

test('the numbers of the probes to a receiver follow each other, whatever other receivers get', async () => {
  const worker = await createWorker({ logLevel: 'error' });
  closers.push(() => worker.close());
  const router = await worker.createRouter({
    mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[],
  });
  const publisher = await router.createDirectTransport();
  const rtpParameters = vp8Parameters([1]) as types.RtpParameters;
  const producer = await publisher.produce({ kind: 'video', rtpParameters });
  const receivers = [await probesTo(router, producer.id), await probesTo(router, producer.id)];
  let seq = 0;
  await until('both are probed', () => {
    seq += 1;
    producer.send(vp8Packet(1, seq, true, 1000));
    return receivers.every(({ length }) => length >= 4);
  });
  for (const numbers of receivers)
    expect(numbers.map((number, at) => (number - (numbers[0] ?? 0) - at) & 0xffff)).toEqual(numbers.map(() => 0));
});
