import { describe, expect, test } from 'vitest';
import { Backlog } from '../../src/h5/core/backlog.ts';
import { KeyRequests } from '../../src/h5/core/key-requests.ts';
import { MediaClock } from '../../src/h5/core/media-clock.ts';
import { type SoundFrame, SoundFramer } from '../../src/h5/core/sound-framer.ts';

test('a request for a key picture is met at once, an early repetition a little later, and many requests by one picture', () => {
  const requests = new KeyRequests();
  const requestCounts: Record<number, number> = { 200: 1, 280: 2, 400: 1, 2000: 1 };
  const keys: number[] = [];
  for (let ms = 0; ms < 4000; ms += 40) {
    for (let count = requestCounts[ms] ?? 0; count > 0; count -= 1) requests.request();
    if (requests.takeDue(ms)) keys.push(ms);
  }
  expect(keys).toEqual([200, 520, 2000]);
});

describe('the clock of pictures and sound', () => {
  test("follows the page's clock before there is audio, and then continues with the audio's clock", () => {
    const clock = new MediaClock();
    expect(clock.now(5000, undefined)).toBe(1000);
    expect(clock.now(5040, undefined)).toBe(1040);
    // The audio clock runs 1 % faster here.
    expect(clock.now(5100, 20)).toBe(1100);
    expect(clock.now(6100, 1030)).toBe(2110);
    expect(clock.audioTimeMs(1000)).toBe(2080);
  });

  test('continues when the audio clock stops, and when it runs again with another time', () => {
    const clock = new MediaClock();
    clock.now(0, 0);
    expect(clock.now(1000, 1010)).toBe(2010);
    expect(clock.now(1500, undefined)).toBe(2510);
    expect(clock.now(9000, undefined)).toBe(10_010);
    expect(clock.now(9100, 1011)).toBe(10_110);
    expect(clock.audioTimeMs(1000)).toBe(10_099);
  });

  test('never goes back', () => {
    const clock = new MediaClock();
    clock.now(0, 500);
    expect(clock.now(10, 510)).toBe(1010);
    expect(clock.now(20, 400)).toBe(1010);
    expect(clock.now(5, undefined)).toBe(1010);
  });
});

describe('frames of sound', () => {
  const framed = (pieces: readonly (readonly [ptsMs: number, samples: number])[]): SoundFrame[] => {
    const framer = new SoundFramer(48_000);
    const frames: SoundFrame[] = [];
    let value = 0;
    for (const [ptsMs, samples] of pieces) {
      const piece = Float32Array.from({ length: samples }, () => value++);
      framer.push(piece, ptsMs, (frame) => frames.push(frame));
    }
    return frames;
  };
  const times = (pieces: readonly (readonly [number, number])[]) =>
    framed(pieces).map(({ ptsMs }) => Math.round(ptsMs));
  /** Returns pieces of 2048 samples, each late by `lateMs`. */
  const pieces = (count: number, lateMs: (index: number) => number) =>
    Array.from({ length: count }, (_, index): [number, number] => [1000 + (index * 2048) / 48 + lateMs(index), 2048]);

  test('contain every sample in order, for pieces of any length', () => {
    const lengths = [0, 1, 5000, 1, 1151, 1152, 3];
    const frames = framed(
      lengths.map((samples, at) => [lengths.slice(0, at).reduce((sum, one) => sum + one, 0) / 48, samples]),
    );
    expect(frames.flatMap(({ samples }) => [...samples])).toEqual(Array.from({ length: 6 * 1152 }, (_, at) => at));
  });

  test('follow each other every 24 ms though the page is sometimes late', () => {
    const late = times(pieces(40, (index) => (index % 5 === 3 ? 60 : 0)));
    expect(late.slice(0, 3)).toEqual([1000, 1024, 1048]);
    expect(Math.max(...late.slice(1).map((time, index) => Math.abs(time - (late[index] ?? 0) - 24)))).toBeLessThan(2);
  });

  test('have times that follow a gap at once, and a lasting delay soon', () => {
    expect(
      times([
        [1000, 1152],
        [1024, 1000],
        [3000, 1152],
      ]),
    ).toEqual([1000, 3000]);
    const later = times(pieces(60, (index) => (index > 5 ? 40 : 0)));
    expect((later.at(-1) ?? 0) - 24 * (later.length - 1)).toBeGreaterThan(1015);
  });
});

test('a backlog is full at once, and stuck after it was full for the whole time limit', () => {
  const backlog = new Backlog(1000, 100);
  const verdictsOf = (rows: readonly (readonly [bytes: number, ms: number])[]) =>
    rows.map(([bytes, ms]) => backlog.judge(bytes, ms));
  expect(
    verdictsOf([
      [0, 0],
      [1000, 10],
      [1001, 20],
      [5000, 119],
      [5000, 120],
    ]),
  ).toEqual(['clear', 'clear', 'full', 'full', 'stuck']);
  expect(
    verdictsOf([
      [1000, 130],
      [1001, 200],
      [1001, 299],
    ]),
  ).toEqual(['clear', 'full', 'full']);
  backlog.reset();
  expect(
    verdictsOf([
      [2000, 301],
      [2000, 400],
      [2000, 401],
    ]),
  ).toEqual(['full', 'full', 'stuck']);
});
