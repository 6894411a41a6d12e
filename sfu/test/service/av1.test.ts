// AV1 in a real router: packets to a receiver carry the dependency descriptor under the id that the consumer lists.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { dependencyDescriptorUri, type RtpCapabilities, type RtpParameters, routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consumeOn, produceOn } from '../../src/adapters/mediasoup/streams.ts';
import type { EngineConsumer } from '../../src/engine.ts';

const ip = '127.0.0.1';
const senderId = 12; // as Chromium numbers it
let worker: types.Worker;
let router: types.Router;
let socket: Socket;
beforeAll(async () => {
  worker = await createWorker({ logLevel: 'warn' });
  router = await worker.createRouter({ mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[] });
  socket = createSocket('udp4');
  socket.bind(0, ip);
  await once(socket, 'listening');
});
afterAll(() => {
  socket.close();
  worker.close();
});

const parametersOf = (mimeType: string, ssrc: number): RtpParameters => ({
  codecs: [
    { mimeType, payloadType: 45, clockRate: 90_000, parameters: mimeType === 'video/VP9' ? { 'profile-id': 0 } : {} },
  ],
  headerExtensions: [{ uri: dependencyDescriptorUri, id: senderId }],
  encodings: [{ ssrc }],
});
const noEvents = {
  closed: () => undefined,
  producerPaused: () => undefined,
  score: () => undefined,
  layers: () => undefined,
};
const plainTransport = (): Promise<types.PlainTransport> =>
  router.createPlainTransport({ listenInfo: { protocol: 'udp', ip }, rtcpMux: true });

async function published(mimeType: string, ssrc: number): Promise<{ producerId: string; port: number }> {
  const transport = await plainTransport();
  await transport.connect({ ip, port: socket.address().port });
  const producerId = `${mimeType} ${ssrc}`;
  const rtpParameters = parametersOf(mimeType, ssrc);
  await produceOn(transport, {
    id: producerId,
    kind: 'video',
    rtpParameters,
    paused: false,
    keyFrameRequestDelayMs: 0,
    onScore: () => undefined,
  });
  return { producerId, port: transport.tuple.localPort };
}
async function consumed(
  producerId: string,
  capabilities: RtpCapabilities = routerConstant.capabilities,
): Promise<EngineConsumer> {
  const transport = await plainTransport();
  await transport.connect({ ip, port: socket.address().port });
  return consumeOn(transport, { producerId, capabilities, events: noEvents });
}
const listedId = ({ rtpParameters: { headerExtensions = [] } }: EngineConsumer): number | undefined =>
  headerExtensions.find(({ uri }) => uri === dependencyDescriptorUri)?.id;

/** An RTP packet with this extension in the one-byte form (RFC 8285). */
function packet(ssrc: number, seq: number, descriptor: Buffer): Buffer {
  const header = Buffer.from([0x90, 45, 0, seq, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 1]);
  header.writeUInt32BE(ssrc, 8);
  return Buffer.concat([
    header,
    Buffer.from([(senderId << 4) | (descriptor.length - 1)]),
    descriptor,
    Buffer.from('payload'),
  ]);
}
/** Returns an extension of a packet, in either form. */
function extensionOf(rtp: Buffer, wanted: number): Buffer | undefined {
  const at = 12 + 4 * (rtp.readUInt8(0) & 15);
  const isOneByte = rtp.readUInt16BE(at) === 0xbede;
  const end = at + 4 + 4 * rtp.readUInt16BE(at + 2);
  for (let next = at + 4; next < end; ) {
    const first = rtp.readUInt8(next);
    const id = isOneByte ? first >> 4 : first;
    if (id === 0) {
      next += 1;
      continue;
    }
    const start = next + (isOneByte ? 1 : 2);
    next = start + (isOneByte ? (first & 15) + 1 : rtp.readUInt8(next + 1));
    if (id === wanted) return rtp.subarray(start, next);
  }
  return undefined;
}

it('packets of AV1 bring the descriptor to a receiver under the id that the consumer lists', async () => {
  const ssrc = 4500;
  const { producerId, port } = await published('video/AV1', ssrc);
  const consumer = await consumed(producerId);
  await consumer.resume();
  const id = listedId(consumer) ?? 0;
  const sentSsrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
  const descriptor = Buffer.from([0xc0, 0, 7]);
  const arrival = Promise.withResolvers<Buffer>();
  socket.on('message', (message: Buffer) => {
    if (message.length > 20 && message.readUInt32BE(8) === sentSsrc) arrival.resolve(message);
  });
  for (let seq = 1; seq <= 3; seq += 1) socket.send(packet(ssrc, seq, descriptor), port, ip);
  expect(extensionOf(await arrival.promise, id)).toEqual(descriptor);
});

it('other codecs, which describe their layers themselves, do not list it', async () => {
  for (const [at, mimeType] of ['video/VP8', 'video/VP9'].entries()) {
    const { producerId } = await published(mimeType, 4600 + at);
    expect(listedId(await consumed(producerId))).toBeUndefined();
  }
});
