// Tests what a recorder detects in a room that operators watch, with real decoders and played tracks.

import type { wire } from '@meridian/protocol';
import { newCanvas } from '@meridian/room-media';
import { createLogger, seededRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { clock, Player, pictures, sound } from '../../../room-media/test/support/composing.ts';
import { tileSize } from '../../src/watching/core/tiles.ts';
import { PICTURE_BYTES_MAX, TileEncoder } from '../../src/watching/tile-encoder.ts';
import { askedRoom, decodedJpeg, personWith, ScriptedRoom, trackOf, watchingOf } from '../support/watching.ts';

const still = 'smptebars=s=320x180:r=15:d=1';
/** Played tracks of one room: a still slide of a screen is as still as a frozen camera. */
const played = {
  black: { source: 'camera', frames: () => pictures('vp8', 'color=black:s=320x180:r=15:d=1') },
  moving: { source: 'camera', frames: () => pictures('h264', 'testsrc2=s=320x180:r=15:d=1') },
  frozen: { source: 'camera', frames: () => pictures('h264', still) },
  slide: { source: 'screen', frames: () => pictures('h264', still) },
  tone: { source: 'microphone', frames: () => sound('0.1*sin(2*PI*440*t)', 1) },
  silent: { source: 'microphone', frames: () => sound('0', 1) },
} as const;
type Name = keyof typeof played;
const names = Object.keys(played) as Name[];

it('a watch detects black, frozen, silent and absent tracks, and shows the room as a small JPEG', async () => {
  const tracks = [
    ...names.map((name) =>
      trackOf(name, played[name].source, { mimeType: name === 'black' ? 'video/VP8' : 'video/H264' }),
    ),
    trackOf('none', 'camera'),
  ];
  const room = new ScriptedRoom([personWith('ann', tracks)]);
  const { watching } = watchingOf({ 'acme/daily': room }, { clock });
  const sources = await Promise.all(names.map(async (name) => [name, await played[name].frames()] as const));
  const player = new Player((trackId, frame) => room.sinks.get(trackId)?.frame(frame));
  onTestFinished(() => player.close());

  let answer: wire.WatchedRoom.$Properties = {};
  const [seqs, pictureOf]: [number[], Map<number, Uint8Array>] = [[], new Map()];
  const ask = (): Partial<Record<Name | 'none', wire.WatchedTrack.$Properties>> => {
    [answer = {}] = watching.answer([askedRoom('acme/daily', { withPicture: true, seenSeq: seqs.at(-1) ?? 0 })]);
    if (answer.picture != null) {
      seqs.push(answer.seq ?? 0);
      pictureOf.set(answer.seq ?? 0, answer.picture);
    }
    return Object.fromEntries((answer.tracks ?? []).map((track) => [track.trackId, track]));
  };
  expect(ask()).toEqual({});
  expect(answer.state).toBe('joining');
  await until('it is joined', () => room.sinks.size === tracks.length);
  for (const [name, frames] of sources) player.play(name, frames);

  await until('all is seen', () => {
    const seen = ask();
    const seconds = [seen.black?.blackMs, seen.frozen?.frozenMs, seen.silent?.silentMs, seen.none?.noneMs];
    return seconds.every((ms) => (ms ?? 0) > 1000) && seqs.length > 2;
  });
  const seen = ask();
  const none = { blackMs: 0, frozenMs: 0, silentMs: 0, noneMs: 0, levelDb: 0 };
  expect(seen.moving).toMatchObject({ ...none, codec: 'h264', identity: 'ann', source: 'camera' });
  expect(seen.slide).toMatchObject({ ...none, source: 'screen_share' });
  expect(seen.black).toMatchObject({ ...none, codec: 'vp8', blackMs: expect.any(Number) });
  expect(seen.frozen).toMatchObject({ ...none, frozenMs: expect.any(Number) });
  // A sine of amplitude 0.1 is 23 dB below full scale.
  expect(Math.abs((seen.tone?.levelDb ?? 0) + 23)).toBeLessThan(1.5);
  expect(seen.tone).toMatchObject({ ...none, levelDb: expect.any(Number) });
  expect(seen.silent?.levelDb).toBeLessThan(-60);
  expect(answer).toMatchObject({ state: 'watching', code: '', participants: 1 });

  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  const jpeg = pictureOf.get(seqs.at(-1) ?? 0) ?? new Uint8Array();
  expect(jpeg.byteLength).toBeLessThanOrEqual(PICTURE_BYTES_MAX);
  const { width, height, mean } = decodedJpeg(jpeg);
  expect([width, height]).toEqual([320, 180]);
  expect(mean).toBeGreaterThan(20);
  expect(watching.pictures).toBeGreaterThanOrEqual(seqs.length);
}, 60_000);

it('a picture of noise is made small enough, and no larger one is output', async () => {
  const { supervisor } = watchingOf({}, { clock });
  const noise = newCanvas(tileSize);
  noise.data.fill(128).set(
    seededRng('noise')
      .bytes(tileSize.width * tileSize.height)
      .map((byte) => 64 + (byte >> 1)),
  );
  const made: Uint8Array[] = [];
  const log = createLogger({ name: 'recorder', level: 'silent' });
  const encoder = new TileEncoder({ supervisor, clock, log, onPicture: (jpeg) => void made.push(jpeg) });
  onTestFinished(() => encoder.close());
  await until('a picture is made', () => {
    encoder.write(noise);
    return made.length > 0;
  });
  for (const jpeg of made) expect(jpeg.byteLength).toBeLessThanOrEqual(PICTURE_BYTES_MAX);
  expect(decodedJpeg(made[0] ?? new Uint8Array())).toMatchObject({ width: 320, height: 180 });
}, 60_000);
