import { expect, it } from 'vitest';
import { ssimOf } from '../../src/core/renditions/args.ts';
import { av1Pays, decibels, qualityFor, sampleTimes, TARGET_DB } from '../../src/core/renditions/quality.ts';

const ssimAt = (db: number): number => 1 - 10 ** (-db / 10);

it.each([
  ['no measurement', [], 23],
  ['one measured quality', [{ crf: 27, ssim: 0.9, bytes: 5 }], 27],
  ['a picture that more bytes do not improve', [22, 30].map((crf) => ({ crf, ssim: 1, bytes: 100 })), 32],
  [
    'noise that looks bad at every available quality',
    [22, 30].map((crf) => ({ crf, ssim: ssimAt(8 - crf / 10), bytes: 9 })),
    19,
  ],
  ['impossible measurements', [22, 30].map((crf) => ({ crf, ssim: 2, bytes: 0 })), 32],
])('the quality stays in its range with %s', (_, points, crf) => {
  expect(qualityFor(points, 'h264').crf).toBe(crf);
});

it('the quality is where the line through the samples meets the target', () => {
  const points = [
    { crf: 30, ssim: ssimAt(TARGET_DB - 2), bytes: 1000 },
    { crf: 22, ssim: ssimAt(TARGET_DB + 2), bytes: 16_000 },
  ];
  const found = qualityFor(points, 'h264');
  expect(found.crf).toBe(26);
  expect(found.bytes).toBeCloseTo(4000, -2);
  expect(qualityFor(points, 'h264', TARGET_DB + 1).crf).toBe(24);
});

it('a perfect picture has a finite number of decibels', () => {
  expect([decibels(1), Math.round(decibels(0.9))]).toEqual([60, 10]);
});

const av1 = { h264Bytes: 500_000, av1Bytes: 300_000, sampledMs: 1000, durationMs: 600_000, views: 1000 };
it.each([
  ['pays when it saves much for many views', {}, true],
  ['does not pay for few views', { views: 20 }, false],
  ['does not pay below a quarter saved', { av1Bytes: 380_000 }, false],
  ['does not pay when it is larger', { av1Bytes: 600_000 }, false],
  ['does not pay for a short clip', { durationMs: 30_000 }, false],
  ['does not pay unmeasured', { av1Bytes: 0 }, false],
  ['does not pay without samples', { sampledMs: 0 }, false],
])('AV1 %s', (_, changed, pays) => {
  expect(av1Pays(Object.assign({}, av1, changed)).pays).toBe(pays);
});

it('samples are spread over the whole, never beyond its ends', () => {
  expect(sampleTimes(60_000, 2000, 3)).toEqual([9000, 29_000, 49_000]);
  expect(sampleTimes(3000, 2000, 5)).toEqual([500]);
  expect(sampleTimes(100, 2000, 5)).toEqual([0]);
});

it('reads the numbers that ffmpeg prints, and nothing from an empty text', () => {
  expect(ssimOf('frame:0 pts:0\nlavfi.ssim.Y=0.5\nlavfi.ssim.U=1\nframe:1\nlavfi.ssim.Y=0.7\n')).toBeCloseTo(0.6);
  expect(ssimOf('lavfi.ssim.Y=.\n')).toBeUndefined();
  expect(ssimOf('')).toBeUndefined();
});
