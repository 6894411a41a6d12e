// Core of the effects: model file, mask, speed, framing, noise suppression.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { Denoiser, denoiserDelayMs } from '../../src/effects/core/denoiser.ts';
import { blockSamples, Framing, framingDelay } from '../../src/effects/core/framing.ts';
import { appliedChange, MaskSmoother } from '../../src/effects/core/mask.ts';
import { withInputDescription } from '../../src/effects/core/model-file.ts';
import { rnnoiseFrame } from '../../src/effects/core/rnnoise.ts';
import {
  initialSpeed,
  isSlow,
  judgeSpeed,
  type SecondOfWork,
  slowSecondsMax,
  warmUpSeconds,
} from '../../src/effects/core/speed.ts';
import { quantile, WorkMeter } from '../../src/effects/core/work-meter.ts';

const { resolve } = createRequire(import.meta.url);
const fileOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(resolve(name)));

describe('the model file', () => {
  const model = fileOf('@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite');

  it('gets a description at its beginning, and is unchanged after it', () => {
    const described = withInputDescription(model);
    expect(Buffer.from(described.subarray(4, 8)).toString()).toBe('TFL3');
    const added = described.length - model.length;
    expect(added % 16).toBe(0);
    expect(Buffer.compare(described.subarray(added), model)).toBe(0);
    const head = Buffer.from(described.subarray(0, added)).toString('latin1');
    for (const word of ['TFLITE_METADATA', 'M001', 'image', 'mask']) expect(head).toContain(word);
  });
  it('refers to existing parts, and only forward', () => {
    const described = withInputDescription(model);
    const view = new DataView(described.buffer);
    const root = view.getUint32(0, true);
    const shape = root - view.getInt32(root, true);
    const fields = (view.getUint16(shape, true) - 4) / 2;
    for (let field = 1; field < fields; field += 1) {
      const distance = view.getUint16(shape + 4 + 2 * field, true);
      if (distance === 0) continue;
      const forward = view.getUint32(root + distance, true);
      expect(root + distance + forward, `field ${field}`).toBeLessThan(described.length);
      expect(forward).toBeGreaterThan(0);
    }
  });
  it.each([
    ['', 0],
    ['short', 12],
    ['not a model', 400],
  ])('is refused if it is %s', (_what, length) => {
    expect(() => withInputDescription(new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('the mask', () => {
  it('follows a movement fully and a flicker partly, whether it rises or falls', () => {
    expect(appliedChange(1)).toBe(1);
    expect(appliedChange(-0.5)).toBe(-0.5);
    expect(appliedChange(0)).toBe(0);
    expect(appliedChange(0.1)).toBeCloseTo(0.048, 3);
    expect(appliedChange(-0.1)).toBeCloseTo(-0.048, 3);
  });
  it('shows the first mask unchanged, then less than half of a flicker, and starts again after a reset', () => {
    const smoother = new MaskSmoother();
    const level = (value: number): number => smoother.next(new Float32Array([value]))[0] ?? -1;
    expect(level(0.5)).toBe(128);
    const flickers = [level(0.6), level(0.5), level(0.6), level(0.5)];
    expect(Math.max(...flickers) - Math.min(...flickers)).toBeLessThan(0.1 * 255 * 0.6);
    expect(level(0)).toBeLessThan(13);
    smoother.reset();
    expect(level(1)).toBe(255);
  });
});

const fine: SecondOfWork = { frames: 30, dropped: 0, p50Ms: 8, p95Ms: 12, intervalMs: 33, busyShare: 0.3 };

describe('the speed', () => {
  it.each<[what: string, change: Partial<SecondOfWork>, slow: boolean]>([
    ['is fine when frames are fast', {}, false],
    ['is fine when a muted camera is idle', { frames: 0, dropped: 0, intervalMs: 0, p95Ms: 90, busyShare: 0 }, false],
    ['is slow when frames take most of their interval', { p95Ms: 28, busyShare: 0.8 }, true],
    ['is fine when frames take 78 % of their interval', { p95Ms: 26, busyShare: 0.78 }, false],
    ['is fine with single slow frames and idle time', { p95Ms: 40, busyShare: 0.4 }, false],
    ['is slow when a third is dropped at full load', { frames: 20, dropped: 10, busyShare: 0.95, p95Ms: 20 }, true],
    ['is fine when one frame of ten is dropped', { frames: 27, dropped: 3, busyShare: 0.95, p95Ms: 20 }, false],
    ['is fine when a camera in the dark sends fewer frames', { frames: 15, dropped: 15, busyShare: 0.2 }, false],
    ['is slow when all frames are dropped', { frames: 0, dropped: 30, busyShare: 1, p95Ms: 900 }, true],
  ])('%s', (_what, change, slow) => {
    expect(isSlow({ ...fine, ...change })).toBe(slow);
  });

  const slow: SecondOfWork = { ...fine, p95Ms: 40, busyShare: 1 };
  /** Returns the number of the second that is too slow, from 1; 0: none. */
  const endOf = (seconds: readonly SecondOfWork[]): number => {
    let state = initialSpeed;
    for (const [index, second] of seconds.entries()) {
      const next = judgeSpeed(state, second);
      if (next.isTooSlow) return index + 1;
      state = next;
    }
    return 0;
  };
  it('is too slow after several slow seconds in a row, not counting those at the start', () => {
    expect(endOf(Array(20).fill(slow))).toBe(warmUpSeconds + slowSecondsMax);
    expect(endOf([...Array(10).fill(fine), ...Array(20).fill(slow)])).toBe(10 + slowSecondsMax);
  });
});

describe('the meter of work', () => {
  it('counts frames, times and shares of the time since the last call', () => {
    const meter = new WorkMeter(0);
    for (let at = 1; at <= 20; at += 1) meter.frame(at);
    meter.dropped(5);
    expect(meter.takeSecond(1000)).toEqual({
      frames: 20,
      dropped: 5,
      p50Ms: 10,
      p95Ms: 19,
      intervalMs: 40,
      busyShare: 0.21,
    });
    expect(meter.takeSecond(2000)).toEqual({
      frames: 0,
      dropped: 0,
      p50Ms: 10,
      p95Ms: 19,
      intervalMs: 0,
      busyShare: 0,
    });
  });
  it('uses only the latest times, and has none at the start', () => {
    const meter = new WorkMeter(0);
    expect(meter.takeSecond(0).p95Ms).toBe(0);
    for (let at = 0; at < 300; at += 1) meter.frame(100);
    for (let at = 0; at < 300; at += 1) meter.frame(5);
    expect(meter.takeSecond(1000)).toMatchObject({ p50Ms: 5, p95Ms: 5, busyShare: 1 });
  });
  it.each([
    [[], 0.5, 0],
    [[7], 0.95, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 1, 4],
  ])('finds the quantiles of %j', (values, share, wanted) => {
    expect(quantile(values, share)).toBe(wanted);
  });
});

describe('frames of another size', () => {
  it.each([
    [480, 448],
    [128, 0],
    [256, 128],
    [100, 96],
  ])('of %i samples have a delay of %i', (frame, behind) => {
    expect(framingDelay(frame)).toBe(behind);
  });
  it.each([480, 128, 256, 100])('of %i samples return everything once, in order, and not sooner', (frame) => {
    const framing = new Framing(frame, (samples) => {
      for (let at = 0; at < samples.length; at += 1) samples[at] = -(samples[at] ?? 0);
    });
    const out: number[] = [];
    for (let block = 0; block < 50; block += 1) {
      const output = new Float32Array(blockSamples);
      framing.push(
        Float32Array.from({ length: blockSamples }, (_, at) => block * blockSamples + at + 1),
        output,
      );
      out.push(...output);
    }
    const behind = framingDelay(frame);
    expect(out.slice(0, behind).every((sample) => sample === 0)).toBe(true);
    expect(out.slice(behind)).toEqual(Array.from({ length: out.length - behind }, (_, at) => -(at + 1)));
  });
});

describe('noise suppression', () => {
  const module = new WebAssembly.Module(fileOf('@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm'));
  const seconds = 4;
  const lastSecond = (sample: (at: number) => number): Float32Array => {
    const denoiser = new Denoiser(module);
    const out = new Float32Array(seconds * 48_000);
    for (let at = 0; at < out.length; at += blockSamples) {
      const input = Float32Array.from({ length: blockSamples }, (_, one) => sample(at + one));
      denoiser.push(input, out.subarray(at, at + blockSamples));
    }
    denoiser.close();
    return out.subarray(-48_000);
  };
  const powerOf = (samples: Float32Array): number => samples.reduce((sum, one) => sum + one * one, 0) / samples.length;

  it('reduces a hiss by more than 10 dB', () => {
    let seed = 1;
    const hiss = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return 0.1 * (seed / 2 ** 31 - 1);
    };
    expect(10 * Math.log10(powerOf(lastSecond(hiss)) / (0.01 / 3))).toBeLessThan(-10);
  });
  it('has the delay that it claims, and accepts frames of one size', () => {
    expect(denoiserDelayMs).toBeCloseTo(19.33, 2);
    expect(rnnoiseFrame).toBe(480);
  });
  it('refuses another file', () => {
    const other = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    expect(() => new Denoiser(other)).toThrow(TypeError);
  });
});
