import { wire } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { JoinMedia } from '../../src/clients/join-media.ts';
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
  const [ann, bob] = [new JoinMedia(joinOf('A'), shared), new JoinMedia(joinOf('B'), shared)];
  for (const [media, value] of [
    [ann, 'A'],
    [bob, 'B'],
  ] as const) {
    const { sendEndpoint, recvRtpCapabilities } = joinOf(value);
    const expected = wire.Join.encode({
      sendEndpoint: sendEndpoint ?? null,
      recvRtpCapabilities: recvRtpCapabilities ?? null,
    });
    expect(media.read()).toEqual(wire.Join.decode(expected.finish()));
  }
  expect(shared.size).toBe(1);
});
