import { describe, expect, it } from 'vitest';
import { isOpusSilence, opusDurationMs, opusGapMs } from '../../src/core/rtp/opus.ts';

const packet = (configuration: number, code: number, ...rest: number[]): Uint8Array =>
  Uint8Array.of((configuration << 3) | code, ...rest);

/** RFC 6716, table 2: the frame sizes of the 32 configurations. */
const frameSizes = [
  ...[10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60],
  ...[10, 20, 10, 20],
  ...[2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20],
];

describe('the duration of an Opus packet', () => {
  it.each([
    ['nothing', Uint8Array.of()],
    ['code 3 without a count', packet(31, 3)],
    ['no frames', packet(31, 3, 0)],
    ['over 120 ms', packet(31, 3, 7)],
    ['over 120 ms of SILK', packet(3, 3, 3)],
    ['63 frames', packet(31, 3, 63)],
    ['48 frames of 5 ms', packet(17, 3, 48)],
  ])('%s has none', (_, data) => {
    expect(opusDurationMs(data)).toBeUndefined();
  });

  it.each(frameSizes.map((ms, configuration) => [configuration, ms]))(
    'configuration %i: %d ms',
    (configuration, ms) => {
      // The stereo bit says nothing of it.
      expect(opusDurationMs(packet(configuration, 0))).toBe(ms);
      expect(opusDurationMs(packet(configuration, 4))).toBe(ms);
      expect(opusDurationMs(packet(configuration, 1))).toBe(2 * ms);
      expect(opusDurationMs(packet(configuration, 2))).toBe(2 * ms);
      // Bits for padding and variable rate beside the count.
      expect(opusDurationMs(packet(configuration, 3, 0xc0 | 2))).toBe(2 * ms);
    },
  );

  it('is 120 ms at most', () => {
    expect(opusDurationMs(packet(16, 3, 48))).toBe(120);
    expect(opusDurationMs(packet(31, 3, 6))).toBe(120);
  });
});

it('silence is a packet of two bytes or less', () => {
  expect([0, 1, 2, 3].map((length) => isOpusSilence(new Uint8Array(length)))).toEqual([true, true, true, false]);
});

describe('what is missing between two packets', () => {
  const data = packet(31, 0, 1, 2, 3);
  it.each([
    [20, 0],
    [21, 0],
    [21.25, 1.25],
    [40, 20],
    [10_020, 10_000],
    [10, 0],
    [-5000, 0],
  ])('the next begins after %d ms: %d ms', (ptsMs, gapMs) => {
    expect(opusGapMs({ ptsMs: 100, data }, { ptsMs: 100 + ptsMs })).toBe(gapMs);
  });

  it('is all of it behind garbage', () => {
    expect(opusGapMs({ ptsMs: 0, data: Uint8Array.of() }, { ptsMs: 20 })).toBe(20);
  });
});
