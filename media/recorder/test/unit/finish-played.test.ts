import { readFinishedRecording } from '@meridian/protocol';
import { expect, it } from 'vitest';
import type { Chapter } from '../../src/core/finishing/chapters.ts';
import type { FinishedFile, FinishedOutput, FinishedRecording } from '../../src/core/finishing/finished.ts';
import { finishedText, inFinishedFolder, playedOf } from '../../src/core/finishing/played.ts';

const file = (name: string, type = 'video/mp4'): FinishedFile => ({
  name: `finished/${name}`,
  bytes: 10,
  sha256: 'a'.repeat(64),
  type,
});
const folder = 'finished/p001-camera/';
const output = (o: Partial<FinishedOutput> = {}): FinishedOutput =>
  Object.assign(
    {
      name: 'p001-camera',
      group: 'camera' as const,
      identity: 'ann',
      participantName: 'Ann',
      ms: 500,
      offsetMs: 500,
      durationMs: 30_000,
      width: 640,
      height: 360,
      pictureCodec: 'h264',
      soundCodec: 'opus',
      mp4: 'finished/p001-camera.mp4',
      playlist: `${folder}master.m3u8`,
      renditions: [],
      thumbnails: `${folder}thumbnails.vtt`,
    },
    o,
  );
const chapter = (ms: number, identity: string, screenIdentity: string): Chapter => ({
  ms,
  durationMs: 10_000,
  identity,
  name: identity.toUpperCase(),
  screenIdentity,
  screenName: screenIdentity.toUpperCase(),
});
const finished: FinishedRecording = {
  version: 1,
  recordingId: 're_1',
  roomKey: 'Acme/daily',
  identity: '',
  startedWallMs: 1_700_000_000_000,
  durationMs: 30_000,
  holes: [{ ms: 1, durationMs: 2 }],
  holeMs: 2,
  missing: [],
  participants: [{ identity: 'ann', name: 'Ann' }],
  outputs: [
    output(),
    output({ name: 'p002-camera', pictureCodec: undefined, playlist: undefined, thumbnails: undefined }),
  ],
  chapters: [chapter(0, 'ann', ''), chapter(10_000, 'bob', 'ann'), chapter(20_000, '', 'ann')],
  captions: [{ language: 'en', name: 'finished/captions/en.vtt' }],
  posts: 'finished/posts.json',
  files: [
    file('captions/en.vtt', 'text/vtt'),
    file('p001-camera.mp4'),
    file('p001-camera/master.m3u8', 'application/vnd.apple.mpegurl'),
    file('p001-camera/sprite-10.jpg', 'image/jpeg'),
    file('p001-camera/sprite-2.jpg', 'image/jpeg'),
    file('p001-camera/thumbnails.vtt', 'text/vtt'),
  ],
};

it('finished.json is readable by players, with names relative to its folder', () => {
  const read = readFinishedRecording(JSON.parse(finishedText(finished)));
  expect(read.room).toBe('daily');
  expect(read.outputs[0]).toMatchObject({
    title: 'Ann',
    hasPicture: true,
    hasSound: true,
    mp4: { name: 'p001-camera.mp4', bytes: 10 },
    hls: { name: 'p001-camera/master.m3u8' },
    sprite: {
      vtt: 'p001-camera/thumbnails.vtt',
      sheets: ['p001-camera/sprite-2.jpg', 'p001-camera/sprite-10.jpg'],
    },
  });
  expect(read.outputs[1]).toMatchObject({ hasPicture: false, hls: null, sprite: null });
  expect(read.captions).toEqual([{ lang: 'en', name: 'captions/en.vtt' }]);
  expect(read.posts).toEqual({ name: 'posts.json' });
  expect(readFinishedRecording(JSON.parse(finishedText({ ...finished, posts: undefined }))).posts).toBeNull();
  expect(read.files.map(inFinishedFolder)).toEqual(finished.files);
});

it('finished.json has a chapter for each speaker, and for a screen as long as it is shown', () => {
  expect(playedOf(finished).chapters.map(({ ms, durationMs, kind, title }) => [ms, durationMs, kind, title])).toEqual([
    [0, 10_000, 'speaker', 'ANN'],
    [10_000, 20_000, 'screen', 'ANN'],
    [10_000, 10_000, 'speaker', 'BOB'],
  ]);
});
