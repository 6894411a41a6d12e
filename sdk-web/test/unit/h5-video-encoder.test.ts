import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitReader } from '../../src/h5/core/bit-reader.ts';
import { BitWriter, codesOf } from '../../src/h5/core/bit-writer.ts';
import { toSamples } from '../../src/h5/core/colors.ts';
import { fdct } from '../../src/h5/core/fdct.ts';
import { newFrame } from '../../src/h5/core/frame.ts';
import { idct, idctScale } from '../../src/h5/core/idct.ts';
import { Mpeg1Encoder, type Mpeg1EncoderOptions } from '../../src/h5/core/mpeg1-encoder.ts';
import { croppedPlanes } from '../../src/h5/core/planes.ts';
import { VideoDecoder } from '../../src/h5/core/video-decoder.ts';
import { isKeyPicture } from '../../src/h5/core/video-header.ts';
import { chromaDcSizes, increments, lumaDcSizes, patterns, shortCoefficients } from '../../src/h5/core/video-tables.ts';
import { movingPicture, noisyPicture, psnr } from '../h5-source.ts';

const options = (change: Partial<Mpeg1EncoderOptions> = {}): Mpeg1EncoderOptions => ({
  width: 96,
  height: 64,
  fps: 15,
  bitrateKbps: 150,
  keyIntervalMs: 2000,
  ...change,
});
/** Returns the expected decoded samples of a picture. */
function shown(rgba: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const frame = newFrame((width + 15) & ~15, (height + 15) & ~15);
  toSamples(rgba, width, height, frame);
  return croppedPlanes({ width, height, isKey: true, frame });
}

describe('an encoder of pictures refuses', () => {
  test.each<[string, Partial<Mpeg1EncoderOptions>]>([
    ['an odd width', { width: 97 }],
    ['no height', { height: 0 }],
    ['a size that is not a number', { height: Number.NaN }],
    ['a width that decoders refuse', { width: 1282 }],
    ['a rate of no pictures', { fps: 0 }],
    ['a bit rate of 0', { bitrateKbps: 0 }],
    ['a negative key interval', { keyIntervalMs: -1 }],
  ])('%s', (_name, change) => {
    expect(() => new Mpeg1Encoder(options(change))).toThrow(RangeError);
  });

  test('a picture of another size', () => {
    expect(() => new Mpeg1Encoder(options()).encode(new Uint8ClampedArray(100), 0)).toThrow(RangeError);
  });
});

test.each([
  ['addresses', increments],
  ['patterns', patterns],
  ['sizes of luma', lumaDcSizes],
  ['sizes of chroma', chromaDcSizes],
  ['coefficients', shortCoefficients],
])('written codes can be read: %s', (_name, table) => {
  const writer = new BitWriter();
  const codes = [...codesOf(table)];
  expect(codes.length).toBeGreaterThan(8);
  for (const [, { value, bits }] of codes) writer.put(value, bits);
  const reader = new BitReader();
  reader.load(writer.takeBytes(), 10_000);
  expect(codes.map(() => reader.code(table))).toEqual(codes.map(([value]) => value));
});

test('written bits of any sizes are read back unchanged', () => {
  const number = fc
    .integer({ min: 1, max: 24 })
    .chain((bits) => fc.tuple(fc.nat({ max: 2 ** bits - 1 }), fc.constant(bits)));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), (numbers) => {
      const writer = new BitWriter();
      for (const [value, bits] of numbers) writer.put(value, bits);
      const reader = new BitReader();
      reader.load(writer.takeBytes(), 10_000);
      for (const [value, bits] of numbers) expect(reader.read(bits)).toBe(value);
    }),
  );
});

test('the transform and its inverse give the same block', () => {
  const block = Float64Array.from(noisyPicture(4, 4, 1));
  const transformed = block.slice();
  fdct(transformed);
  expect(transformed[0]).toBeCloseTo(block.reduce((sum, value) => sum + value, 0) / 8);
  const back = transformed.map((value, at) => value * (idctScale[at] ?? 0));
  idct(back);
  for (const [at, value] of back.entries()) expect(value).toBeCloseTo(block[at] ?? 0);
});

describe('encoded pictures', () => {
  test.each([
    [96, 64],
    [98, 50],
    [16, 16],
    [642, 34],
  ])('of %i×%i pixels are decoded without adding up errors over 200 pictures', (width, height) => {
    const encoder = new Mpeg1Encoder(options({ width, height, keyIntervalMs: 1e9, bitrateKbps: 300 }));
    const decoder = new VideoDecoder();
    const quality: number[] = [];
    for (let index = 0; index < 200; index += 1) {
      const rgba = width > 40 ? movingPicture(width, height, index) : noisyPicture(width, height, index >> 4);
      const picture = decoder.decode(encoder.encode(rgba, index * 66).data);
      expect(picture?.isKey).toBe(index === 0);
      quality.push(psnr(shown(rgba, width, height), picture === undefined ? [] : croppedPlanes(picture)));
    }
    expect(Math.min(...quality.slice(20))).toBeGreaterThan(30);
  });

  test('keep to the bit rate for any content', () => {
    const kbps = 150;
    const encoder = new Mpeg1Encoder(options({ bitrateKbps: kbps }));
    const decoder = new VideoDecoder();
    const sizes: number[] = [];
    for (let index = 0; index < 450; index += 1) {
      const isNoise = index % 150 > 100;
      const rgba = isNoise ? noisyPicture(96, 64, index) : movingPicture(96, 64, index);
      const { data } = encoder.encode(rgba, (index * 1000) / 15);
      expect(decoder.decode(data)).toBeDefined();
      sizes.push(data.length);
    }
    const spentKbps = sizes.map((_, from) => {
      const window = sizes.slice(from, from + 45);
      return (window.reduce((sum, size) => sum + size, 0) * 8) / 3000;
    });
    expect(Math.max(...spentKbps)).toBeLessThan(1.3 * kbps);
    expect(Math.min(...spentKbps.slice(0, 400))).toBeGreaterThan(0.5 * kbps);
  });

  test('cost almost nothing when nothing moves', () => {
    const encoder = new Mpeg1Encoder(options());
    const still = movingPicture(96, 64, 0);
    const sizes = Array.from({ length: 25 }, (_, index) => encoder.encode(still, index * 66).data.length);
    expect(Math.max(...sizes.slice(-5))).toBeLessThan(60);
  });

  test('are key pictures at the start, after the interval, on request, and when the clock goes back', () => {
    const encoder = new Mpeg1Encoder(options({ keyIntervalMs: 1000 }));
    const keyAt = (ptsMs: number): boolean => {
      const { data, isKey } = encoder.encode(movingPicture(96, 64, 3), ptsMs);
      expect(isKeyPicture(data)).toBe(isKey);
      return isKey;
    };
    expect([0, 500, 999, 1000, 1500].map(keyAt)).toEqual([true, false, false, true, false]);
    encoder.requestKey();
    expect([1600, 2100, 2600, 2700].map(keyAt)).toEqual([true, false, true, false]);
    expect([100, 200].map(keyAt)).toEqual([true, false]);
  });

  test('reproduce the finest and the coarsest detail, and sudden changes', () => {
    const source = fc.array(fc.constantFrom('moving' as const, 'noise' as const, 'black' as const, 'white' as const), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(source, fc.constantFrom(16, 150, 20_000), (kinds, bitrateKbps) => {
        const encoder = new Mpeg1Encoder(options({ bitrateKbps }));
        const decoder = new VideoDecoder();
        for (const [index, kind] of kinds.entries()) {
          const plain = new Uint8ClampedArray(96 * 64 * 4).fill(kind === 'white' ? 255 : 0);
          const rgba =
            kind === 'moving' ? movingPicture(96, 64, index) : kind === 'noise' ? noisyPicture(96, 64, index) : plain;
          expect(decoder.decode(encoder.encode(rgba, index * 66).data)).toBeDefined();
        }
      }),
      { numRuns: 30 },
    );
  });
});
