import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SoundDecoder } from '../../src/h5/core/sound-decoder.ts';
import { StreamError } from '../../src/h5/core/stream-error.ts';
import { smallSounds } from '../h5-units.ts';

const units = smallSounds();
const [frame = new Uint8Array()] = units;
const changed = (at: number, mask: number, value: number): Uint8Array => {
  const bytes = frame.slice();
  bytes[at] = ((bytes[at] ?? 0) & ~mask) | value;
  return bytes;
};
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof StreamError) return error.code;
    throw error;
  }
  return 'no error';
};
const concatenated = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('sound that is refused', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'STREAM_MALFORMED'],
    ['bytes without a frame', new Uint8Array(100), 'STREAM_MALFORMED'],
    ['a frame and a byte', Uint8Array.of(...frame, 0xff), 'STREAM_MALFORMED'],
    ['MPEG-2', changed(1, 0x08, 0), 'STREAM_UNSUPPORTED'],
    ['layer III', changed(1, 0x06, 0x02), 'STREAM_UNSUPPORTED'],
    ['layer I', changed(1, 0x06, 0x06), 'STREAM_UNSUPPORTED'],
    ['a free bit rate', changed(2, 0xf0, 0), 'STREAM_UNSUPPORTED'],
    ['a forbidden bit rate', changed(2, 0xf0, 0xf0), 'STREAM_MALFORMED'],
    ['a forbidden sample rate', changed(2, 0x0c, 0x0c), 'STREAM_MALFORMED'],
    ['a frame longer than the unit', changed(2, 0xf0, 0xe0), 'STREAM_MALFORMED'],
    ['stereo and mono', concatenated([frame, changed(3, 0xc0, 0xc0)]), 'STREAM_MALFORMED'],
    ['65 frames', concatenated(Array.from({ length: 65 }, () => frame)), 'STREAM_MALFORMED'],
  ])('%s', (_name, unit, expected) => {
    expect(code(() => new SoundDecoder().decode(unit))).toBe(expected);
  });

  test('a frame cut at any byte', () => {
    for (let length = 0; length < frame.length; length++)
      expect(code(() => new SoundDecoder().decode(frame.subarray(0, length)))).toBe('STREAM_MALFORMED');
  });
});

test('any flipped bit, or noise behind a header, gives an error with a code or some audio', () => {
  const decoder = new SoundDecoder();
  for (let bit = 0; bit < frame.length * 8; bit++)
    code(() => decoder.decode(changed(bit >> 3, 0x80 >> (bit & 7), ~(frame[bit >> 3] ?? 0) & (0x80 >> (bit & 7)))));
  const noisy = fc.uint8Array({ minLength: frame.length - 4, maxLength: frame.length - 4 });
  fc.assert(
    fc.property(noisy, fc.integer({ min: 0, max: 255 }), (noise, mode) => {
      code(() => decoder.decode(Uint8Array.of(...frame.subarray(0, 3), mode, ...noise)));
    }),
    { numRuns: 200 },
  );
});

test('frames of one unit sound like units of one frame', () => {
  const one = new SoundDecoder();
  const [left, right] = new SoundDecoder().decode(concatenated(units)).channels;
  const parts = units.map((unit) => one.decode(unit).channels);
  expect([...(left ?? [])]).toEqual(parts.flatMap(([part]) => [...(part ?? [])]));
  expect([...(right ?? [])]).toEqual(parts.flatMap(([, part]) => [...(part ?? [])]));
});

test('the tones of the left and the right channel stay in their channels', () => {
  const { sampleRate, channels } = new SoundDecoder().decode(concatenated(units));
  expect(sampleRate).toBe(48_000);
  const loudness = (samples: Float32Array, frequency: number): number => {
    let re = 0;
    let im = 0;
    samples.forEach((sample, at) => {
      re += sample * Math.cos((2 * Math.PI * frequency * at) / sampleRate);
      im += sample * Math.sin((2 * Math.PI * frequency * at) / sampleRate);
    });
    return (2 * Math.hypot(re, im)) / samples.length;
  };
  const [left = new Float32Array(), right = new Float32Array()] = channels.map((channel) => channel.subarray(1000));
  expect(loudness(left, 440)).toBeGreaterThan(0.1);
  expect(loudness(right, 1000)).toBeGreaterThan(0.1);
  expect(loudness(left, 1000)).toBeLessThan(0.01);
  expect(loudness(right, 440)).toBeLessThan(0.01);
});
