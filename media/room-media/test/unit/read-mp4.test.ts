import { expect, it } from 'vitest';
import {
  boxesOf,
  headOf,
  mp4Fragment,
  readFragment,
  readInit,
  trackInitSegment,
  VIDEO_TRACK,
} from '../../src/core/index.ts';

const init = trackInitSegment({ codec: 'vp8', width: 640, height: 360 }, 90_000);
const sample = (isSync: boolean, length: number) => ({
  duration: 3000,
  isSync,
  composition: isSync ? 0 : -500,
  data: new Uint8Array(length),
});
const piece = mp4Fragment(1, [{ track: VIDEO_TRACK, base: 2 ** 33, samples: [sample(true, 5), sample(false, 7)] }]);

it('recorded files are read', () => {
  const track = readInit(init);
  expect(track).toMatchObject({ kind: 'video', timescale: 90_000, width: 640, height: 360, trackId: VIDEO_TRACK });
  const [first, second] = readFragment(piece, piece.length, track);
  expect(first).toMatchObject({ dts: 2 ** 33, isSync: true, bytes: 5, from: piece.length - 12 });
  expect(second).toMatchObject({ dts: 2 ** 33 + 3000, isSync: false, bytes: 7, composition: -500 });
});

it('every cut of a file throws MalformedStream and nothing else', () => {
  for (let length = 0; length < init.length; length += 1)
    expect(() => readInit(init.subarray(0, length))).toThrow(expect.objectContaining({ name: 'MalformedStream' }));
  const track = readInit(init);
  for (let length = 0; length < piece.length; length += 1)
    expect(() => readFragment(piece.subarray(0, length), length, track)).toThrow(
      expect.objectContaining({ name: 'MalformedStream' }),
    );
});

it('any wrong byte gives samples inside of the piece or throws MalformedStream', () => {
  const track = readInit(init);
  for (let at = 0; at < piece.length; at += 1) {
    const broken = piece.slice();
    broken[at] = (broken[at] ?? 0) ^ 0xff;
    try {
      for (const { from, bytes } of readFragment(broken, broken.length, track))
        expect(from + bytes).toBeLessThanOrEqual(broken.length);
    } catch (error) {
      expect(error).toMatchObject({ name: 'MalformedStream' });
    }
  }
});

it('boxes that are shorter than their header or reach beyond the data are refused', () => {
  for (const bytes of [
    [0, 0, 0, 4, 1, 1, 1, 1],
    [0, 0, 0, 9, 1, 1, 1, 1],
    [0, 0, 0, 1, 1, 1, 1, 1],
  ])
    expect(() => boxesOf(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ name: 'MalformedStream' }));
  expect(headOf(Uint8Array.of(0, 0, 0, 1, 65, 65, 65, 65, 0, 0, 0, 1, 0, 0, 0, 0))).toMatchObject({ size: 2 ** 32 });
});
