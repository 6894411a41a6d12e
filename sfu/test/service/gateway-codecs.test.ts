// Codecs for gateways only, in a real router with `routerConstant`: no browser's offer matches them, a gateway's does.
import { type RtpCodecCapability, rosterMimeType, routerConstant } from '@meridian/protocol';
import { createWorker, type types } from 'mediasoup';
import { afterAll, beforeAll, expect, it } from 'vitest';

let worker: types.Worker;
let router: types.Router;
beforeAll(async () => {
  worker = await createWorker({ logLevel: 'warn' });
  router = await worker.createRouter({ mediaCodecs: routerConstant.mediaCodecs as types.RouterRtpCodecCapability[] });
});
afterAll(() => worker.close());

const h264 = (payloadType: number, mode: number, profile: string): RtpCodecCapability => ({
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90_000,
  preferredPayloadType: payloadType,
  parameters: { 'level-asymmetry-allowed': 1, 'packetization-mode': mode, 'profile-level-id': profile },
});
const profiles = ['42001f', '42e01f', '4d001f', 'f4001f', '64001f', '640c1f'];
/** Chromium's H.264 profiles, each in its two packetization modes. */
const chromium = profiles.flatMap((profile, at) => [h264(96 + 2 * at, 0, profile), h264(97 + 2 * at, 1, profile)]);
const routedCodecs = (name: string): RtpCodecCapability[] =>
  (routerConstant.capabilities.codecs ?? []).filter((codec) => rosterMimeType(codec) === name);

async function produceOf(name: string, ssrc: number): Promise<types.Producer> {
  const transport = await router.createPlainTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' } });
  const [codec] = routedCodecs(name);
  if (codec === undefined) throw new Error(`the router routes no ${name}`);
  const { preferredPayloadType: payloadType, ...rest } = codec;
  return transport.produce({
    kind: 'video',
    rtpParameters: { codecs: [{ ...rest, payloadType }], encodings: [{ ssrc }] } as types.RtpParameters,
  });
}
const canConsume = ({ id: producerId }: types.Producer, codecs: RtpCodecCapability[]): boolean =>
  router.canConsume({ producerId, rtpCapabilities: { codecs } as types.RtpCapabilities });

it.each([
  ['video/H264-bframes', 'video/MPEG1'],
  ['video/MPEG1', 'video/H264-bframes'],
])('%s is accepted by a receiver that offers it, and not by Chromium', async (name, otherName) => {
  const producer = await produceOf(name, 1000 + name.length);
  expect(rosterMimeType(producer.rtpParameters.codecs[0] ?? { mimeType: '' })).toBe(name);
  expect(canConsume(producer, routedCodecs(name))).toBe(true);
  expect(canConsume(producer, chromium)).toBe(false);
  expect(canConsume(producer, routedCodecs('video/H264'))).toBe(false);
  expect(canConsume(producer, routedCodecs(otherName))).toBe(false);
});

it("H.264 is accepted by Chromium, and not by receivers that offer only gateways' codecs", async () => {
  const producer = await produceOf('video/H264', 2000);
  expect(canConsume(producer, chromium)).toBe(true);
  for (const name of ['video/H264-bframes', 'video/MPEG1'])
    expect(canConsume(producer, routedCodecs(name))).toBe(false);
});
