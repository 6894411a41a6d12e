import { expect, it } from 'vitest';
import { readAv1Obus, readAv1Sequence } from '../../src/core/fmp4/av1-config.ts';
import { trackInitSegment } from '../../src/core/fmp4/init.ts';
import { readVp9Head, vp9Level } from '../../src/core/fmp4/vp-config.ts';
import { hex } from '../support/bytes.ts';

const size = { width: 640, height: 360 };

it.each([
  ['no width', { codec: 'vp8', width: 0, height: 360 } as const, 90_000],
  ['a width beyond 16 bits', { codec: 'vp8', width: 65_536, height: 360 } as const, 90_000],
  ['a rate of 0', { codec: 'vp8', ...size } as const, 0],
  ['a rate beyond 32 bits', { codec: 'vp8', ...size } as const, 2 ** 32],
  ['AV1 without a sequence header', { codec: 'av1', ...size, sequenceHeader: hex('') } as const, 90_000],
  ['Opus of 6 channels', { codec: 'opus', sampleRate: 48_000, channels: 6 } as const, 48_000],
  ['MP2', { codec: 'mp2', sampleRate: 48_000, channels: 2 } as const, 48_000],
])('a track is not written for %s', (_what, format, rate) => {
  expect(() => trackInitSegment(format, rate)).toThrow(RangeError);
});

it('a VP9 key frame gives its profile, depth and size', () => {
  expect(readVp9Head(hex('82 498342 00 27f0 167 00'.replaceAll(' ', '')))).toMatchObject({
    profile: 0,
    bitDepth: 8,
    width: 640,
    height: 360,
    level: 21,
  });
});

it.each([
  ['nothing', ''],
  ['an inter frame', '86498342002 7f016700'],
  ['a frame shown again', '8a498342002 7f016700'],
  ['another sync code', '82498343002 7f016700'],
  ['a cut head', '8249834200'],
])('%s is no VP9 key frame', (_what, bytes) => {
  expect(readVp9Head(hex(bytes))).toBeUndefined();
});

it('a VP9 level has room for the picture', () => {
  expect([vp9Level(192, 192), vp9Level(1280, 720), vp9Level(1920, 1080), vp9Level(65_535, 65_535)]).toEqual([
    10, 31, 40, 62,
  ]);
});

it.each([
  ['nothing', ''],
  ['an OBU without size', '3000'],
  ['an OBU cut in its content', '320500'],
  ['an OBU cut in its size', '3280'],
  ['the forbidden bit', 'b20100'],
  ['a delimiter alone', '1200'],
])('%s is no AV1 unit', (_what, bytes) => {
  expect(readAv1Obus(hex(bytes))).toBeUndefined();
});

it('an AV1 sample has no delimiter and no padding', () => {
  expect(readAv1Obus(hex('1200 0a0100 320155 7a0100'))).toEqual({
    sequenceHeader: hex('0a0100'),
    sample: hex('0a0100 320155'),
  });
  expect(readAv1Sequence(hex('0a0100'))).toBeUndefined();
});
