import type { CodedFrame } from '@meridian/room-media/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Piece, TrackOutput } from '../../src/core/tracks/outputs.ts';
import { TrackWriter } from '../../src/core/tracks/track-writer.ts';
import { aac, h264, opus, piecesOf, samplesOf, vp8 } from '../support/coded-frames.ts';

/** Writes frames in a stint that began at 0: stint times equal frame times. */
function written(kind: 'audio' | 'video', frames: Iterable<CodedFrame>): TrackOutput[] {
  const track = new TrackWriter({ startedMs: 0, kind });
  const outputs: TrackOutput[] = [];
  for (const frame of frames) outputs.push(...track.push(frame));
  outputs.push(...track.end(0));
  return outputs;
}
const ticks = (outputs: readonly TrackOutput[]): number[] =>
  piecesOf(outputs)
    .flatMap(samplesOf)
    .map(({ tick }) => tick);

/** Checks one file: samples do not overlap, and pieces state their own contents. */
function expectOrder(pieces: readonly Piece[], rate: number): void {
  let endTick = 0;
  for (const piece of pieces) {
    const samples = samplesOf(piece);
    const first = samples[0]?.tick ?? -1;
    expect(first).toBeGreaterThanOrEqual(endTick);
    for (const { duration, composition } of samples) {
      expect(duration).toBeGreaterThan(0);
      expect(composition).toBeGreaterThanOrEqual(0);
    }
    endTick = (samples.at(-1)?.tick ?? 0) + (samples.at(-1)?.duration ?? 0);
    expect(piece.ms).toBeCloseTo((first * 1000) / rate, 2);
    expect(piece.durationMs).toBeCloseTo(((endTick - first) * 1000) / rate, 2);
    expect([piece.frames, piece.isKey]).toEqual([samples.length, samples[0]?.isSync]);
  }
}

const hourMs = 3600 * 1000;
const sixHoursMs = 6 * hourMs;
/** Yields deviations of up to ±`mostMs`, the same in every run. */
function* jitter(mostMs: number): Generator<number, never> {
  for (let state = 12_345; ; state = (state * 1_103_515_245 + 12_345) % 2 ** 31) yield (state / 2 ** 30 - 1) * mostMs;
}

it('sound of an hour has exact times, to a tick', () => {
  const wobble = jitter(0.4);
  const ms = Array.from({ length: hourMs / 20 }, (_, at) => 1000 + at * 20 + wobble.next().value);
  const outputs = written(
    'audio',
    ms.map((one) => opus(one)),
  );
  const found = ticks(outputs);
  expect(found.length).toBe(ms.length);
  expect(Math.max(...farthest(found, ms, 48_000))).toBeLessThanOrEqual(1);
  const pieces = piecesOf(outputs);
  expect(pieces.length).toBeGreaterThan(hourMs / 2100);
  expectNoHoles(pieces);
});

it('pictures of six hours have exact times, to a tick', () => {
  const wobble = jitter(12);
  const stepMs = 1001 / 30;
  const ms = Array.from(
    { length: Math.floor(sixHoursMs / stepMs) },
    (_, at) => 1000 + at * stepMs + wobble.next().value,
  );
  const outputs = written(
    'video',
    ms.map((one, at) => vp8(one, at % 18_000 === 0)),
  );
  const found = ticks(outputs);
  expect(found.length).toBe(ms.length);
  expect(Math.max(...farthest(found, ms, 90_000))).toBeLessThanOrEqual(1);
  expectNoHoles(piecesOf(outputs));
});

/** Returns the largest deviation of a tick from its time. `Math.max` does not take a million arguments. */
function farthest(found: readonly number[], ms: readonly number[], rate: number): [number] {
  let most = 0;
  for (const [at, tick] of found.entries()) most = Math.max(most, Math.abs(tick - ((ms[at] ?? 0) * rate) / 1000));
  return [most];
}
function expectNoHoles(pieces: readonly Piece[]): void {
  const holes = pieces.filter(({ ms }, at) => {
    const before = pieces[at - 1];
    return before !== undefined && Math.abs(before.ms + before.durationMs - ms) > 0.03;
  });
  expect(holes).toEqual([]);
}

it('AAC of 44.1 kHz has exact times, in ticks of its rate', () => {
  const ms = Array.from({ length: 20_000 }, (_, at) => (at * 1024_000) / 44_100);
  const outputs = written(
    'audio',
    ms.map((one) => aac(one)),
  );
  expect(ticks(outputs)).toEqual(ms.map((_, at) => at * 1024));
  expect(outputs.at(-1)).toMatchObject({ type: 'fileEnd', ms: expect.closeTo((20_000 * 1024_000) / 44_100, 2) });
});

it('a picture shown later than decoded keeps its offset', () => {
  const order = [0, 120, 40, 80, 240, 160, 200];
  const frames = order.map((shown, at) => h264(at * 40, at === 0, { ptsMs: shown + 40 }));
  const [piece] = piecesOf(written('video', frames));
  const shown = piece && samplesOf(piece).map(({ tick, composition }) => (tick + composition) / 90 - 40);
  expect(shown).toEqual(order);
});

it('a stint begins with media that came slightly before it, and not below 0', () => {
  const video = written('video', [vp8(-80, true), vp8(-40, false), vp8(0, false), vp8(40, false)]);
  expect(ticks(video).map((tick) => Math.floor(tick / 90))).toEqual([0, 0, 0, 40]);
  expect(new Set(ticks(video)).size).toBe(4);
  expect(ticks(written('audio', [opus(-40), opus(-20), opus(0), opus(20)]))).toEqual([0, 960]);
  expect(ticks(written('audio', [opus(-4), opus(16)]))).toEqual([0, 768]);
  expect(piecesOf(written('video', [vp8(-1500, true), vp8(-1460, false)]))).toEqual([]);
});

it('missing sound leaves a hole only above 100 ms', () => {
  const pieces = (...ms: readonly number[]) =>
    piecesOf(
      written(
        'audio',
        ms.map((one) => opus(one)),
      ),
    ).map((piece) => [piece.ms, piece.durationMs]);
  expect(pieces(0, 20, 140)).toEqual([[0, 160]]);
  expect(pieces(0, 20, 141)).toEqual([
    [0, 40],
    [141, 20],
  ]);
});

it('silence of an encoder is no hole, up to a second', () => {
  const pieces = (silenceMs: number) => {
    const frames = [opus(0), opus(20, 1), opus(40 + silenceMs), opus(60 + silenceMs)];
    return piecesOf(written('audio', frames)).map((piece) => [piece.ms, piece.durationMs]);
  };
  expect(pieces(1000)).toEqual([[0, 1080]]);
  expect(pieces(1001)).toEqual([
    [0, 40],
    [1041, 40],
  ]);
});

it.each([
  ['10 ms of SILK', '00', 480],
  ['60 ms of SILK', '18', 2880],
  ['20 ms of hybrid', '68', 960],
  ['2.5 ms of CELT', '80', 120],
  ['20 ms of CELT', 'f8', 960],
  ['two frames', 'f9', 1920],
  ['two frames of different lengths', 'fa', 1920],
  ['six frames', 'fb06', 5760],
])('the last packet of a piece lasts its own duration: %s', (_what, bytes, samples) => {
  const data = Uint8Array.from(Buffer.from(bytes, 'hex'));
  const [piece] = piecesOf(written('audio', [{ ...opus(0), data }]));
  expect(piece?.durationMs).toBe(samples / 48);
});

it('a key frame after a loss leaves a hole, a still screen does not', () => {
  const pieces = (isKey: boolean, ms: number) =>
    piecesOf(written('video', [vp8(0, true), vp8(40, false), vp8(ms, isKey)])).map((piece) => [
      piece.ms,
      Math.round(piece.durationMs),
    ]);
  expect(pieces(true, 540)).toEqual([[0, 580]]);
  expect(pieces(true, 560)).toEqual([
    [0, 80],
    [560, 40],
  ]);
  expect(pieces(false, 1500)).toEqual([[0, 1540]]);
  expect(pieces(false, 2100)).toEqual([
    [0, 80],
    [2100, 40],
  ]);
});

it('pictures that go back by up to a second are placed right after the last one, and none is lost', () => {
  const frames = [vp8(1000, true), vp8(1040, false), vp8(80, false), vp8(120, false), vp8(1080, false)];
  const outputs = written('video', frames);
  expect(ticks(outputs).map((tick) => Math.floor(tick / 90))).toEqual([1000, 1040, 1040, 1040, 1080]);
  expectOrder(piecesOf(outputs), 90_000);
});

it('pictures that go back further are dropped until their time has passed and a key frame comes', () => {
  const track = new TrackWriter({ startedMs: 0, kind: 'video' });
  const push = (ms: number, isKey: boolean) => track.push(vp8(ms, isKey));
  push(5000, true);
  push(3000, false);
  expect(track.needsKey).toBe(true);
  push(3040, true);
  push(5040, false);
  expect(track.needsKey).toBe(true);
  push(5080, true);
  expect(track.needsKey).toBe(false);
  expect(piecesOf(track.end(0)).map(({ frames }) => frames)).toEqual([2]);
});

it('sound that is repeated or overlaps is dropped, a small step back is not', () => {
  expect(ticks(written('audio', [opus(0), opus(20), opus(20), opus(0), opus(40)]))).toEqual([0, 960, 1920]);
  expect(ticks(written('audio', [opus(0), opus(20), opus(39), opus(59)]))).toEqual([0, 960, 1872, 2832]);
});

it('a picture right behind a completed piece is placed at its end', () => {
  const track = new TrackWriter({ startedMs: 0, kind: 'video' });
  track.push(vp8(0, true));
  track.push(vp8(40, false));
  const [before] = piecesOf(track.muted(true, 50));
  track.push(vp8(70, false));
  const [after] = piecesOf(track.end(100));
  expect([before?.ms, before?.durationMs, after?.ms]).toEqual([0, 80, 80]);
});

it('samples are contiguous for any times, and every picture is kept or waits for a key frame', () => {
  const step = fc.record({
    stepMs: fc.oneof(
      fc.integer({ min: -3000, max: 3000 }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.constantFrom(0, 20, 33.3, 400),
    ),
    isKey: fc.boolean(),
    act: fc.constantFrom('none', 'none', 'none', 'elapse', 'mute'),
    bytes: fc.constantFrom(1, 2, 40),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.constantFrom('audio' as const, 'video' as const),
      (steps, kind) => {
        const track = new TrackWriter({ startedMs: 0, kind });
        const outputs: TrackOutput[] = [];
        let ms = 0;
        for (const { stepMs, isKey, act, bytes } of steps) {
          ms = Math.max(-2000, ms + stepMs);
          outputs.push(...track.push(kind === 'video' ? vp8(ms, isKey) : opus(ms, bytes)));
          if (act === 'elapse') outputs.push(...track.elapse(ms + 5000), ...track.elapse(ms + 9000));
          if (act === 'mute') outputs.push(...track.muted(true, ms));
        }
        outputs.push(...track.end(ms));
        expectOrder(piecesOf(outputs), kind === 'video' ? 90_000 : 48_000);
        if (kind === 'video' && outputs.length > 0) expect(piecesOf(outputs)[0]?.isKey).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
