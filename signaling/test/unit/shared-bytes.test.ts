import { MeridianError, wire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { JoinMedia } from '../../src/clients/join-media.ts';
import { ReceiveAbilities } from '../../src/clients/receive-abilities.ts';
import { SharedBytes } from '../../src/core/index.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

it('gives equal bytes of different holders one copy, in a buffer of their own size', () => {
  const shared = new SharedBytes(8);
  const first = shared.share(new Uint8Array(64).subarray(3, 5));
  expect(shared.share(bytes(0, 0))).toBe(first);
  expect(first.buffer.byteLength).toBe(2);
  expect(shared.share(bytes(0, 200))).toEqual(bytes(0, 200));
  expect(shared.share(bytes(200, 0))).toEqual(bytes(200, 0));
});

it('forgets the oldest bytes beyond its bound', () => {
  const shared = new SharedBytes(2);
  const [a] = [bytes(1), bytes(2), bytes(3)].map((one) => shared.share(one));
  expect(shared.size).toBe(2);
  expect(shared.share(bytes(1))).not.toBe(a);
  expect(shared.share(bytes(1))).toEqual(a);
});

it('reads the media of a Join with endpoints of its own and shared capabilities', () => {
  const shared = new SharedBytes(8);
  const joinOf = (value: string): wire.Join.$Properties => ({
    token: 'not part of the media',
    sendEndpoint: { webrtc: { fingerprint: { algorithm: 'sha-256', value } } },
    recvRtpCapabilities: {
      codecs: [{ kind: wire.MediaKind.MEDIA_KIND_AUDIO, mimeType: 'audio/opus', clockRate: 48_000 }],
    },
  });
  const abilities = new ReceiveAbilities(shared);
  const [ann, bob] = [new JoinMedia(joinOf('A'), abilities), new JoinMedia(joinOf('B'), abilities)];
  for (const [kept, value] of [
    [ann, 'A'],
    [bob, 'B'],
  ] as const) {
    const { sendEndpoint, recvRtpCapabilities } = joinOf(value);
    const media = wire.Join.encode({
      sendEndpoint: sendEndpoint ?? null,
      recvRtpCapabilities: recvRtpCapabilities ?? null,
    });
    const expected = wire.Join.decode(media.finish());
    expect(kept.read()).toEqual({
      sendEndpoint: expected.sendEndpoint,
      recvEndpoint: expected.recvEndpoint,
      recvRtpCapabilities: expected.recvRtpCapabilities,
    });
  }
  expect(shared.size).toBe(1);
});

describe('the abilities of clients', () => {
  const { MEDIA_KIND_AUDIO, MEDIA_KIND_VIDEO } = wire.MediaKind;
  const of = (mimeType: string, kind = MEDIA_KIND_VIDEO): wire.RtpCapabilities.$Properties => ({
    codecs: [{ kind, mimeType, clockRate: kind === MEDIA_KIND_VIDEO ? 90_000 : 48_000, preferredPayloadType: 96 }],
  });

  it('are found once for all clients with equal capabilities', () => {
    const abilities = new ReceiveAbilities(new SharedBytes(8));
    const first = abilities.decodes(of('video/H264'));
    expect(abilities.decodes(of('video/H264'))).toBe(first);
    expect(abilities.encoded(of('video/H264'))).toBe(abilities.encoded(of('video/H264')));
    expect(abilities.decodes(of('audio/opus', MEDIA_KIND_AUDIO))).not.toEqual(first);
  });

  it('are encoded as the field of a session', () => {
    const abilities = new ReceiveAbilities(new SharedBytes(8));
    const { recvRtpCapabilities } = wire.SessionInfo.decode(abilities.encoded(of('video/H264')));
    expect(recvRtpCapabilities?.codecs?.map(({ mimeType }) => mimeType)).toEqual(['video/H264']);
    expect(wire.SessionInfo.decode(abilities.encoded(null)).recvRtpCapabilities).not.toBeNull();
  });

  it('are refused each time when the capabilities are malformed', () => {
    const abilities = new ReceiveAbilities(new SharedBytes(8));
    const malformed = of('x'.repeat(1000));
    for (let time = 0; time < 2; time += 1) expect(() => abilities.decodes(malformed)).toThrow(MeridianError);
  });
});
