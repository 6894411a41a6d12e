import { describe, expect, test } from 'vitest';
import { allocate, bitsOfThree } from '../../src/h5/core/bit-allocation.ts';
import { Mp2Encoder, type Mp2EncoderOptions, mp2DelaySamples } from '../../src/h5/core/mp2-encoder.ts';
import { SoundDecoder } from '../../src/h5/core/sound-decoder.ts';
import { readSoundHeader } from '../../src/h5/core/sound-header.ts';
import { allocationsOf } from '../../src/h5/core/sound-tables.ts';
import { noisyPicture, sine, snr } from '../h5-source.ts';

const frame = 1152;
const mono: Mp2EncoderOptions = { sampleRate: 48_000, channels: 1, bitrateKbps: 64 };

function encoded(options: Mp2EncoderOptions, ...channels: readonly Float32Array[]): Uint8Array[] {
  const encoder = new Mp2Encoder(options);
  const count = Math.floor((channels[0]?.length ?? 0) / frame);
  return Array.from({ length: count }, (_, index) =>
    encoder.encode(channels.map((samples) => samples.subarray(index * frame, (index + 1) * frame))),
  );
}
function decoded(frames: readonly Uint8Array[]): number[][] {
  const decoder = new SoundDecoder();
  const channels: number[][] = [];
  for (const data of frames) {
    for (const [channel, samples] of decoder.decode(data).channels.entries()) {
      channels[channel] ??= [];
      channels[channel].push(...samples);
    }
  }
  return channels;
}

describe('an encoder of sound refuses', () => {
  test.each<[string, Partial<Mp2EncoderOptions>]>([
    ['a sample rate that MP2 lacks', { sampleRate: 22_050 }],
    ['a bit rate that MP2 lacks', { bitrateKbps: 100 }],
    ['a free bit rate', { bitrateKbps: 0 }],
    ['too few bits for a channel', { bitrateKbps: 48 }],
    ['too few bits for two channels', { bitrateKbps: 96, channels: 2 }],
    ['too many bits for one channel', { bitrateKbps: 224 }],
  ])('%s', (_name, change) => {
    expect(() => new Mp2Encoder({ ...mono, ...change })).toThrow(RangeError);
  });

  test('frames of another length or number of channels', () => {
    const encoder = new Mp2Encoder(mono);
    for (const channels of [[], [new Float32Array(1151)], [new Float32Array(frame), new Float32Array(frame)]])
      expect(() => encoder.encode(channels)).toThrow(RangeError);
  });
});

describe('encoded sound', () => {
  test.each<[number, 1 | 2, number]>([
    [48_000, 1, 64],
    [48_000, 1, 192],
    [48_000, 2, 128],
    [44_100, 1, 64],
    [44_100, 2, 192],
    [32_000, 1, 96],
  ])('at %i Hz, %i channels, %i kbit/s is decoded to its tone', (sampleRate, channels, bitrateKbps) => {
    const tones = [sine(1000, sampleRate, 40 * frame), sine(440, sampleRate, 40 * frame)].slice(0, channels);
    const frames = encoded({ sampleRate, channels, bitrateKbps }, ...tones);
    const bytes = frames.reduce((sum, { length }) => sum + length, 0);
    expect(Math.abs((bytes * 8 * sampleRate) / (40 * frame * 1000) - bitrateKbps)).toBeLessThan(0.5);
    for (const data of frames) {
      expect(readSoundHeader(data, 0)).toMatchObject({ sampleRate, channels, kbps: bitrateKbps, bytes: data.length });
    }
    for (const [channel, samples] of decoded(frames).entries())
      expect(snr(tones[channel] ?? new Float32Array(0), samples, mp2DelaySamples)).toBeGreaterThan(60);
  });

  test('with many tones at once is close to its source', () => {
    const voices = [200, 410, 830, 1600, 3100].map((hertz) => sine(hertz, 48_000, 40 * frame, 0.15));
    const chord = new Float32Array(40 * frame).map((_, at) => voices.reduce((sum, voice) => sum + (voice[at] ?? 0), 0));
    expect(snr(chord, decoded(encoded(mono, chord))[0] ?? [], mp2DelaySamples)).toBeGreaterThan(30);
  });

  test('is silent for silence, and valid for noise beyond full scale', () => {
    expect(decoded(encoded(mono, new Float32Array(5 * frame)))[0]?.every((sample) => sample === 0)).toBe(true);
    const noise = Float32Array.from(noisyPicture(32, 180, 1).subarray(0, 10 * frame), (value) => value / 32 - 4);
    const samples = decoded(encoded(mono, noise))[0] ?? [];
    expect(samples.length).toBe(10 * frame);
    expect(samples.every((sample) => Number.isFinite(sample))).toBe(true);
  });
});

test('bits go to the loudest subbands first, and never beyond the frame', () => {
  const bands = allocationsOf(48_000, 64).map((allocation, index) => ({
    allocation,
    level: -index,
    sideBits: 8,
    tolerance: 0,
  }));
  for (const bits of [0, 50, 67, 68, 500, 1400]) {
    const chosen = allocate(bands, bits);
    const spent = bands.reduce((sum, { allocation, sideBits }, at) => {
      const steps = allocation.steps[chosen[at] ?? 0] ?? 0;
      return sum + (steps === 0 ? 0 : sideBits + 12 * bitsOfThree(steps));
    }, 0);
    expect(spent).toBeLessThanOrEqual(bits);
    expect(chosen[0]).toBe(bits < 68 ? 0 : Math.max(...chosen));
  }
});
