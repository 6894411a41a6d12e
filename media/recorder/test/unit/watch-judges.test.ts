// Tests the verdicts on tracks of a watched room (black, frozen, silent), their choice and their tiles.
import { expect, it } from 'vitest';
import { fitIntoFrame } from '../../src/watching/core/fit-into-frame.ts';
import { isBlack, isSame, PICTURE_STALE_MS, PictureJudge } from '../../src/watching/core/picture-judge.ts';
import { SILENCE_DB, SOUND_LATE_MS, SoundJudge } from '../../src/watching/core/sound-judge.ts';
import { cellsOf, fitted, tileSize } from '../../src/watching/core/tiles.ts';
import { chooseWatched, WATCHED_PICTURES_MAX, WATCHED_SOUNDS_MAX } from '../../src/watching/core/watched-tracks.ts';

const PIXELS = 10_000;
function luma(value: number, o: { count?: number; of?: number } = {}): Uint8Array {
  return new Uint8Array(PIXELS).fill(value).fill(o.of ?? value, 0, o.count ?? 0);
}

it.each([
  ['no picture', new Uint8Array(), false],
  ['black in the range of television', luma(16), true],
  ['black in the full range', luma(0), true],
  ['a picture whose mean is at the bound', luma(20), true],
  ['a picture whose mean is above the bound', luma(21), false],
  ['a black picture with a bright clock of a hundredth of it', luma(16, { count: 100, of: 235 }), true],
  ['a black picture with a bright clock of more than a hundredth', luma(16, { count: 101, of: 235 }), false],
  ['a dark stage', luma(30), false],
])('black picture: %s', (_name, picture, expected) => {
  expect(isBlack(picture)).toBe(expected);
});

it.each([
  ['two empty pictures', new Uint8Array(), new Uint8Array(), true],
  ['another size', luma(50), new Uint8Array(10), false],
  ['the same', luma(50), luma(50), true],
  // 0.001 of the full range is 0.255 of a step.
  ['a quarter of the pixels one step brighter', luma(50), luma(50, { count: 2500, of: 51 }), true],
  ['more than a quarter of the pixels one step brighter', luma(50), luma(50, { count: 2600, of: 51 }), false],
  ['more than a quarter of the pixels one step darker', luma(50), luma(50, { count: 2600, of: 49 }), false],
])('same picture: %s', (_name, a, b, expected) => {
  expect(isSame(a, b)).toBe(expected);
});

/** Judges pictures every half second, from 0 on; returns the verdict after each. */
function verdictsOn(pictures: readonly Uint8Array[], mayStandStill = false): readonly (readonly [number, number])[] {
  const judge = new PictureJudge({ mayStandStill });
  return pictures.map((picture, at) => {
    judge.judge(picture, at * 500);
    const { blackMs, frozenMs } = judge.verdictAt(at * 500);
    return [blackMs, frozenMs];
  });
}

it('a black picture is reported as black since when, and not as frozen', () => {
  expect(verdictsOn([luma(16), luma(16), luma(16), luma(90), luma(16)])).toEqual([
    [0, 0],
    [500, 0],
    [1000, 0],
    [0, 0],
    [0, 0],
  ]);
});

it('a still picture is reported with its duration, but a slowly changing picture is not', () => {
  const moving = [10, 60, 110, 160].map((value) => luma(value + 30));
  expect(verdictsOn(moving).map(([, frozenMs]) => frozenMs)).toEqual([0, 0, 0, 0]);
  expect(verdictsOn([luma(90), luma(90), luma(90), luma(91)]).map(([, frozenMs]) => frozenMs)).toEqual([
    0, 500, 1000, 0,
  ]);
  const slow = Array.from({ length: 4 }, (_, at) => luma(90, { count: 2000 * at, of: 91 }));
  expect(verdictsOn(slow).map(([, frozenMs]) => frozenMs)).toEqual([0, 500, 0, 500]);
  expect(verdictsOn([luma(90), luma(90), luma(90)], true).map(([, frozenMs]) => frozenMs)).toEqual([0, 0, 0]);
});

it('a track has no verdict once no more pictures come, and its durations start again with the next pictures', () => {
  const judge = new PictureJudge({ mayStandStill: false });
  for (const ms of [0, 500, 1000]) judge.judge(luma(90), ms);
  expect(judge.verdictAt(1000 + PICTURE_STALE_MS).frozenMs).toBe(1000 + PICTURE_STALE_MS);
  expect(judge.verdictAt(1001 + PICTURE_STALE_MS)).toEqual({ blackMs: 0, frozenMs: 0 });
  judge.judge(luma(90), 10_000);
  expect(judge.verdictAt(10_000).frozenMs).toBe(0);
  judge.judge(luma(90), 10_500);
  expect(judge.verdictAt(10_500).frozenMs).toBe(500);
});

/** Returns a square wave, whose level is its amplitude. */
const wave = (amplitude: number, ms = 20): Float32Array =>
  Float32Array.from({ length: 48 * ms }, (_, at) => (at % 2 === 0 ? amplitude : -amplitude));
const silence = new Float32Array(48 * 20);

function judgeAfter(amplitudeAt: (ms: number) => number | undefined, untilMs: number): SoundJudge {
  const judge = new SoundJudge();
  for (let ms = 0; ms < untilMs; ms += 20) {
    const amplitude = amplitudeAt(ms);
    if (amplitude !== undefined) judge.addSound(ms, wave(amplitude), silence, ms);
  }
  return judge;
}

it.each([
  ['full scale', 1, 0],
  ['a tenth', 0.1, -20],
  ['a thousandth', 0.001, -60],
  ['nothing', 0, SILENCE_DB],
  ['beyond the scale', 4, 0],
])('the level is that of the louder channel over a second: %s', (_name, amplitude, expected) => {
  expect(judgeAfter(() => amplitude, 3000).verdictAt(3000).levelDb).toBeCloseTo(expected, 1);
});

it('missing sound counts as silence, with its duration', () => {
  const stops = judgeAfter((ms) => (ms < 2000 ? 0.1 : undefined), 2000);
  expect(stops.verdictAt(2000 + SOUND_LATE_MS)).toEqual({ levelDb: -20, silentMs: 0 });
  expect(stops.verdictAt(2500 + SOUND_LATE_MS).levelDb).toBeCloseTo(-23, 1);
  expect(stops.verdictAt(2900 + SOUND_LATE_MS).silentMs).toBe(0);
  expect(stops.verdictAt(3000 + SOUND_LATE_MS)).toEqual({ levelDb: SILENCE_DB, silentMs: 1000 });
  expect(stops.verdictAt(62_000 + SOUND_LATE_MS).silentMs).toBe(60_000);
  expect(judgeAfter(() => 0.0009, 2000).verdictAt(2000 + SOUND_LATE_MS).silentMs).toBe(2000);
  expect(judgeAfter((ms) => (ms < 2000 ? 0.0009 : 0.002), 2100).verdictAt(2100 + SOUND_LATE_MS).silentMs).toBe(0);
  const unheard = new SoundJudge();
  expect(unheard.verdictAt(7000 + SOUND_LATE_MS)).toEqual({ levelDb: SILENCE_DB, silentMs: 0 });
  unheard.noteSilence(7000);
  unheard.noteSilence(8000);
  expect(unheard.verdictAt(9000 + SOUND_LATE_MS)).toEqual({ levelDb: SILENCE_DB, silentMs: 2000 });
});

it('sound with an impossible time counts as present', () => {
  const judge = new SoundJudge();
  for (let ms = 0; ms < 5000; ms += 20)
    judge.addSound(ms % 40 === 0 ? ms + 90_000 : ms - 90_000, wave(0.1), silence, ms);
  expect(judge.verdictAt(4000).levelDb).toBeCloseTo(-20, 0);
});

const candidate = (trackId: string, o: Partial<Parameters<typeof chooseWatched>[0][number]> = {}) =>
  Object.assign({ trackId, kind: 'video' as const, isScreen: false, isSpeaking: false }, o);
const many = (count: number, name = 'c'): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`);

it('as many tracks are watched as there are places: screens first, then speakers, then those watched before', () => {
  const cameras = many(12).map((id) => candidate(id));
  expect([...chooseWatched(cameras, new Set())]).toEqual(many(WATCHED_PICTURES_MAX));
  const before = new Set(many(12).slice(3));
  expect([...chooseWatched(cameras, before)]).toEqual(many(12).slice(3));
  const busy = [...cameras, candidate('screen', { isScreen: true }), candidate('speaker', { isSpeaking: true })];
  expect([...chooseWatched(busy, before)]).toEqual(['screen', 'speaker', ...many(12).slice(3, 10)]);
  const voices = many(20, 'm').map((id, at) => candidate(id, { kind: 'audio', isSpeaking: at === 19 }));
  const chosen = [...chooseWatched([...voices, ...cameras], new Set())];
  expect(chosen).toHaveLength(WATCHED_PICTURES_MAX + WATCHED_SOUNDS_MAX);
  expect(chosen).toContain('m19');
  expect(chosen).not.toContain('m15');
});

it.each([0, 1, 2, 4, 5, 9])('%i pictures have distinct cells, and lie inside them on even pixels', (count) => {
  const cells = cellsOf(count, tileSize);
  expect(cells).toHaveLength(count);
  const corners = new Set(cells.map(({ x, y }) => `${x} ${y}`));
  expect(corners.size).toBe(count);
  for (const cell of cells)
    for (const aspect of [16 / 9, 4 / 3, 9 / 16, 1000, 0.001]) {
      const { x, y, width, height } = fitted(cell, aspect);
      for (const side of [x, y, width, height]) expect(side % 2).toBe(0);
      expect(Math.min(width, height)).toBeGreaterThan(0);
      expect([x >= cell.x, y >= cell.y]).toEqual([true, true]);
      expect([x + width <= cell.x + cell.width, y + height <= cell.y + cell.height]).toEqual([true, true]);
    }
});

it('a picture of another aspect is in the middle of its cell', () => {
  expect(fitted({ x: 0, y: 0, width: 320, height: 180 }, 9 / 16)).toEqual({ x: 110, y: 0, width: 100, height: 180 });
  expect(fitted({ x: 160, y: 90, width: 160, height: 90 }, 4)).toEqual({ x: 160, y: 114, width: 160, height: 40 });
});

it('an answer too large for a frame loses the pictures of its last rooms first, then its last rooms', () => {
  const rooms = ['a', 'b', 'c'].map((name) => ({ name, picture: new Uint8Array(name === 'b' ? 0 : 10) }));
  const fitInto = (bytesMax: number) =>
    fitIntoFrame(rooms, {
      bytesMax,
      bytesOf: ({ picture }) => 5 + picture.byteLength,
      without: (room) => ({ ...room, picture: new Uint8Array() }),
    }).map(({ name, picture }) => name + picture.byteLength);
  expect(fitInto(35)).toEqual(['a10', 'b0', 'c10']);
  expect(fitInto(34)).toEqual(['a10', 'b0', 'c0']);
  expect(fitInto(24)).toEqual(['a0', 'b0', 'c0']);
  expect(fitInto(14)).toEqual(['a0', 'b0']);
  expect(fitInto(4)).toEqual([]);
});
