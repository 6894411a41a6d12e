import { TsMuxer, type TsMuxUnit } from '@meridian/client';
import { afterEach, expect, test } from 'vitest';
import { type Decoded, Decoding } from '../../src/h5/decoding.ts';
import { smallPictures, smallSounds } from '../h5-units.ts';

const pictures = smallPictures();
const sounds = smallSounds();
const open: Decoding[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** Returns everything decoded from the units, up to the result that `isLast`. */
function decode(units: readonly TsMuxUnit[], isLast: (decoded: Decoded) => boolean, withSound = true) {
  const muxer = new TsMuxer({ video: 'mpeg1', audio: 'mp2' });
  return ofBytes(
    units.map((unit) => muxer.write(unit)),
    isLast,
    withSound,
  );
}
function ofBytes(pieces: readonly Uint8Array[], isLast: (decoded: Decoded) => boolean, withSound = true) {
  return new Promise<Decoded[]>((resolve) => {
    const all: Decoded[] = [];
    const decoding = new Decoding(withSound, (decoded) => {
      all.push(decoded);
      if (isLast(decoded)) resolve(all);
    });
    open.push(decoding);
    for (const piece of pieces) decoding.push(piece);
  });
}
const video = (index: number, ptsMs: number): TsMuxUnit => ({
  kind: 'video',
  ptsMs,
  isKey: index % 3 === 0,
  data: pictures[index] ?? new Uint8Array(),
});
const audio = (index: number, ptsMs: number): TsMuxUnit => ({
  kind: 'audio',
  ptsMs,
  data: sounds[index] ?? new Uint8Array(),
});
const timesOf = (all: readonly Decoded[]) =>
  all.map((decoded) => (decoded.kind === 'failure' ? decoded.code : `${decoded.kind} ${decoded.ptsMs}`));
const isAt = (ptsMs: number) => (decoded: Decoded) => decoded.kind !== 'failure' && decoded.ptsMs === ptsMs;

test('pictures come without padding and audio with its times', async () => {
  const all = await decode([video(0, 1000), audio(0, 990), video(1, 1040), audio(1, 1014)], isAt(1040));
  expect(timesOf(all)).toEqual(['sound 990', 'sound 1014', 'picture 1000', 'picture 1040']);
  expect(all[0]).toMatchObject({ sampleRate: 48_000, channels: [{ length: 1152 }, { length: 1152 }] });
  expect(all[2]).toMatchObject({ width: 62, height: 46, planes: { length: (62 * 46 * 3) / 2 } });
});

test('unwanted audio is not decoded', async () => {
  const all = await decode([audio(0, 990), video(0, 1000)], isAt(1000), false);
  expect(timesOf(all)).toEqual(['picture 1000']);
});

test('a damaged picture drops the pictures that depend on it; damaged audio drops only itself', async () => {
  const half = (unit: TsMuxUnit): TsMuxUnit => ({ ...unit, data: unit.data.subarray(0, unit.data.length >> 1) });
  const units = [video(0, 0), half(video(1, 40)), video(2, 80), video(3, 120), half(audio(0, 0)), audio(1, 24)];
  expect(timesOf(await decode(units, isAt(120)))).toEqual(['sound 24', 'picture 0', 'picture 120']);
});

test.each<[string, Uint8Array[], string]>([
  ['data without a transport stream', [new Uint8Array(100_000)], 'NOT_MPEG_TS'],
  ['H.264', [new TsMuxer({ video: 'h264' }).write(video(0, 0))], 'STREAM_UNSUPPORTED'],
  ['AAC', [new TsMuxer({ audio: 'aac' }).write(audio(0, 0))], 'STREAM_UNSUPPORTED'],
])('%s is reported as a failure, once', async (_name, pieces, code) => {
  const failures = await ofBytes([...pieces, ...pieces], ({ kind }) => kind === 'failure');
  expect(timesOf(failures)).toEqual([code]);
});

test('no result is reported after the close', async () => {
  const muxer = new TsMuxer({ video: 'mpeg1' });
  const late: Decoded[] = [];
  const closed = new Decoding(true, (decoded) => late.push(decoded));
  closed.push(muxer.write(video(0, 0)));
  closed.close();
  closed.close();
  closed.push(muxer.write(video(1, 40)));
  // Waits until another decoding, which began later, has finished.
  await decode([video(0, 0)], isAt(0));
  expect(late).toEqual([]);
});
