// A stock worker decrypts what ours encrypts without a copy of the payload (patch `cipher-source`).
import { once } from 'node:events';
import { routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterEach, expect, test } from 'vitest';
import { opusParameters, rtpPacket } from './kit/rtp.ts';

const level = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10, encrypt: false } as const;
const rtpCapabilities = routerConstant.capabilities as types.RtpCapabilities;
const workers: types.Worker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.close();
});

async function routerWithout(off: string): Promise<types.Router> {
  const before = process.env['MERIDIAN_WORKER_OFF'];
  process.env['MERIDIAN_WORKER_OFF'] = off;
  const starting = createWorker({ logLevel: 'error' });
  if (before === undefined) delete process.env['MERIDIAN_WORKER_OFF'];
  else process.env['MERIDIAN_WORKER_OFF'] = before;
  const worker = await starting;
  workers.push(worker);
  return worker.createRouter({ mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[] });
}

/** Makes a packet with a header of 12 bytes, or of 20 with an audio level, and a payload that differs in each byte. */
function packetOf(seq: number, bytes: number, hasLevel: boolean): { packet: Buffer; payload: Buffer } {
  const payload = Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 7 + seq) & 0xff));
  const packet = rtpPacket({ payloadType: 111, ssrc: 1, seq, timestamp: seq * 960, payload });
  if (!hasLevel) return { packet, payload };
  packet[0] = 0x90;
  const extension = Buffer.from([0xbe, 0xde, 0x00, 0x01, level.id << 4, 0x80 | 20, 0x00, 0x00]);
  return { packet: Buffer.concat([packet.subarray(0, 12), extension, packet.subarray(12)]), payload };
}

for (const srtpCryptoSuite of ['AEAD_AES_128_GCM', 'AEAD_AES_256_GCM', 'AES_CM_128_HMAC_SHA1_80'] as const)
  test(`a stock worker decrypts what the worker sends with ${srtpCryptoSuite}`, async () => {
    const [router, stock] = await Promise.all([routerWithout(''), routerWithout('all')]);
    const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
    const srtp = { listenInfo, rtcpMux: true, enableSrtp: true, srtpCryptoSuite };
    const sender = await router.createPlainTransport(srtp);
    const receiver = await stock.createPlainTransport(srtp);
    const connect = (one: types.PlainTransport, { tuple, srtpParameters }: types.PlainTransport) =>
      one.connect({ ip: '127.0.0.1', port: tuple.localPort, ...(srtpParameters && { srtpParameters }) });
    await connect(sender, receiver);
    await connect(receiver, sender);

    const publisher = await router.createDirectTransport();
    const rtpParameters = { ...opusParameters(1), headerExtensions: [level] } as types.RtpParameters;
    const source = await publisher.produce({ kind: 'audio', rtpParameters });
    const outgoing = await sender.consume({ producerId: source.id, rtpCapabilities });
    const incoming = await receiver.produce({ kind: 'audio', rtpParameters: outgoing.rtpParameters });
    const reader = await stock.createDirectTransport();
    const tap = await reader.consume({ producerId: incoming.id, rtpCapabilities });

    for (const [seq, bytes] of [1, 15, 16, 17, 160, 1000].entries())
      for (const hasLevel of [false, true]) {
        const { packet, payload } = packetOf(2 * seq + Number(hasLevel), bytes, hasLevel);
        const arrived = once(tap, 'rtp', { signal: AbortSignal.timeout(5_000) });
        source.send(packet);
        const [received] = (await arrived) as [Buffer];
        expect(received.subarray(-bytes)).toEqual(payload);
      }
  });
