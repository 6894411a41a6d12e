import { MalformedStream, thumbnailsVtt } from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { CHAPTER_MS_MIN, chaptersOf } from '../../src/core/finishing/chapters.ts';
import { encodeArgs, tilesOf } from '../../src/core/finishing/encode-args.ts';
import { isAwaited, isStillComing, STINT_LATE_MS_MAX } from '../../src/core/finishing/finished.ts';
import {
  type MadeRendition,
  masterPlaylist,
  mediaPlaylist,
  renditionsOf,
  SegmentFinder,
} from '../../src/core/finishing/hls.ts';
import { chaptersVtt, chapterTitle } from '../../src/core/finishing/vtt.ts';
import type { Manifest, ManifestFile, ManifestTrack } from '../../src/core/journal/manifest.ts';
import { recordingOf } from '../support/recorded-media.ts';

type Spoken = [identity: string, ms: number];
const track = (identity: string, source: string, ms: number, durationMs: number): ManifestTrack => {
  const kind = source === 'microphone' ? 'audio' : 'video';
  const own = { trackId: `${identity}${source}${ms}`, kind, name: '', files: [], muted: [], holes: [] } as const;
  return Object.assign({ identity, source, ms, durationMs, participantName: identity.toUpperCase() }, own);
};
function manifest(durationMs: number, spoken: Spoken[], screens: ManifestTrack[] = []): Manifest {
  const sounds = ['ann', 'bob'].map((identity) => track(identity, 'microphone', 0, durationMs));
  const speakers = spoken.map(([identity, ms]) => ({ identity, ms }));
  return Object.assign({}, recordingOf([...sounds, ...screens], speakers), { durationMs });
}
const chapters = (...o: Parameters<typeof manifest>): unknown[] =>
  chaptersOf(manifest(...o)).map(({ ms, durationMs, name, screenName }) => [ms, durationMs, name, screenName]);

it('a chapter belongs to its speaker; short turns and silence belong to the previous chapter', () => {
  const spoken: Spoken[] = [
    ...([
      ['ann', 2000],
      ['bob', 20_000],
      ['', 22_000],
      ['ann', 24_000],
      ['', 30_000],
    ] satisfies Spoken[]),
    ...([
      ['bob', 40_000],
      ['ann', 70_000],
      ['bob', 71_000],
    ] satisfies Spoken[]),
  ];
  expect(chapters(100_000, spoken)).toEqual([
    [0, 40_000, 'ANN', ''],
    [40_000, 60_000, 'BOB', ''],
  ]);
});

it('no chapter is too short, whatever the input, and chapters are contiguous', () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 200; round += 1) {
    let ms = 0;
    const spoken = Array.from({ length: 30 }, (): Spoken => {
      ms += Math.ceil(random() * 15_000);
      return [['ann', 'bob', 'carl', ''][Math.floor(random() * 4)] ?? '', ms];
    });
    const durationMs = ms + 3000;
    const found = chaptersOf(
      manifest(durationMs, spoken, [track('bob', 'screen_share', random() * ms, random() * 90_000)]),
    );
    let endMs = 0;
    for (const [at, chapter] of found.entries()) {
      expect(chapter.ms).toBe(endMs);
      expect(chapter.durationMs).toBeGreaterThanOrEqual(CHAPTER_MS_MIN);
      const next = found[at + 1];
      expect(next?.identity === chapter.identity && next.screenIdentity === chapter.screenIdentity).toBe(false);
      endMs += chapter.durationMs;
    }
    expect(endMs).toBeCloseTo(durationMs);
  }
});

it('screens begin and end chapters; without speech and screens there are no chapters', () => {
  expect(chapters(60_000, [['ann', 0]], [track('bob', 'screen_share', 20_000, 20_000)])).toEqual([
    [0, 20_000, 'ANN', ''],
    [20_000, 20_000, 'ANN', 'BOB'],
    [40_000, 20_000, 'ANN', ''],
  ]);
  expect(chapters(60_000, [], [track('bob', 'screen_share', 0, 60_000)])).toEqual([[0, 60_000, '', 'BOB']]);
  expect(chapters(60_000, [])).toEqual([]);
  expect(chapters(60_000, [['', 5000]])).toEqual([]);
  expect(chapters(3000, [['ann', 1000]])).toEqual([[0, 3000, 'ANN', '']]);
});

it('chapters are WebVTT, even with names that are markup', () => {
  const whole = { identity: 'a', screenIdentity: '', screenName: '' };
  const names = ['A --> <b>B</b> & C\n\nD', ' '];
  const list = names.map((name, at) => Object.assign({ name, ms: at * 3_661_001, durationMs: 3_661_001 }, whole));
  expect(chaptersVtt(list)).toBe(
    `WEBVTT

00:00:00.000 --> 01:01:01.001
A --&gt; &lt;b&gt;B&lt;/b&gt; &amp; C D

01:01:01.001 --> 02:02:02.002
-
`,
  );
  const titles = [
    ['Ann', ''],
    ['Ann', 'Bob'],
    ['Bob', 'Bob'],
    ['', 'Bob'],
  ].map(([name = '', screenName = '']) =>
    chapterTitle(Object.assign({ ms: 0, durationMs: 0 }, whole, { name, screenName })),
  );
  expect(titles).toEqual(['Ann', 'Ann (screen of Bob)', 'Bob (screen)', 'Bob (screen)']);
});

it('thumbnails are arranged in rows, and in sheets of a hundred', () => {
  const tiles = tilesOf({ width: 1280, height: 720 });
  expect(tiles).toMatchObject({ width: 160, height: 90 });
  expect(tilesOf({ width: 90, height: 1600 })).toMatchObject({ width: 160, height: 400 });
  const text = thumbnailsVtt(tiles, { count: 102, durationMs: 1_015_000, sheetName: (sheet) => `s${sheet}` });
  const places = [...text.matchAll(/^s.*$/gm)].map(([line]) => line);
  expect([places.length, places[0], places[11], places[99], places[100]]).toEqual([
    ...[102, 's1#xywh=0,0,160,90', 's1#xywh=160,90,160,90', 's1#xywh=1440,810,160,90', 's2#xywh=0,0,160,90'],
  ]);
  expect(text.trim().split('\n').at(-2)).toBe('00:16:50.000 --> 00:16:55.000');
});

it.each([
  [
    1920,
    1080,
    ['360p', '720p'],
    [
      ['360p', 640, 360],
      ['720p', 1280, 720],
    ],
  ],
  [1280, 720, ['720p'], [['720p', 1280, 720]]],
  [
    640,
    480,
    ['360p', '720p'],
    [
      ['360p', 480, 360],
      ['720p', 640, 480],
    ],
  ],
  [320, 180, ['360p', '720p'], [['360p', 320, 180]]],
  [
    720,
    1280,
    ['720p', '360p'],
    [
      ['360p', 360, 640],
      ['720p', 720, 1280],
    ],
  ],
  [641, 361, ['360p'], [['360p', 640, 360]]],
  [1, 1, ['360p'], [['360p', 2, 2]]],
  [1920, 1080, [], []],
] as const)('a source of %d x %d with %j has %j', (width, height, asked, made) => {
  expect(renditionsOf({ width, height }, asked).map((one) => [one.name, one.width, one.height])).toEqual(made);
});

const rendition: MadeRendition = {
  name: '360p',
  width: 640,
  height: 360,
  maxKbps: 800,
  initBytes: 800,
  codecs: 'avc1.4d401e,mp4a.40.2',
  segments: [
    { from: 800, bytes: 100_000, durationMs: 4021 },
    { from: 100_800, bytes: 300_000, durationMs: 4000 },
    { from: 400_800, bytes: 10, durationMs: 40 },
  ],
};

it('playlists contain the positions of segments, and the rates of renditions', () => {
  expect(mediaPlaylist(rendition, '360p.mp4')).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="360p.mp4",BYTERANGE="800@0"
#EXTINF:4.021000,
#EXT-X-BYTERANGE:100000@800
360p.mp4
#EXTINF:4.000000,
#EXT-X-BYTERANGE:300000@100800
360p.mp4
#EXTINF:0.040000,
#EXT-X-BYTERANGE:10@400800
360p.mp4
#EXT-X-ENDLIST
`);
  expect(masterPlaylist([rendition], (name) => `${name}.m3u8`)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=600000,AVERAGE-BANDWIDTH=396984,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=30.000,VIDEO-RANGE=SDR
360p.m3u8
`);
});

const box = (type: string, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
};
const full = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, at * 4);
  return bytes;
};
const fragment = (ticks: number, bytes: number): Buffer =>
  Buffer.concat([
    box('moof', box('mfhd', full(0, 1)), box('traf', box('tfhd', full(0, 1)), box('tfdt', full(0, ticks)))),
    box('mdat', Buffer.alloc(bytes, 0x6d)),
  ]);

it('segments are found in bytes of any pieces', () => {
  const moov = box(
    'moov',
    box('mdhd', full(0, 0, 0, 1000, 0)),
    box('avcC', Buffer.from('014d401e', 'hex')),
    box('mp4a'),
  );
  const head = Buffer.concat([box('ftyp', full(1, 2)), moov]);
  const whole = Buffer.concat([head, fragment(0, 100), fragment(4000, 70_000), fragment(8000, 3)]);
  for (const portion of [1, 3, 17, 1000, whole.length]) {
    const finder = new SegmentFinder();
    for (let at = 0; at < whole.length; at += portion) finder.push(whole.subarray(at, at + portion));
    const { initBytes, segments, codecs } = finder.end(9500);
    expect([initBytes, codecs]).toEqual([head.length, 'avc1.4d401e,mp4a.40.2']);
    expect(segments.map(({ durationMs }) => durationMs)).toEqual([4000, 4000, 1500]);
    expect(segments.at(-1)).toEqual({
      from: whole.length - fragment(0, 3).length,
      bytes: fragment(0, 3).length,
      durationMs: 1500,
    });
    const cut = new SegmentFinder();
    cut.push(whole.subarray(0, whole.length - 1));
    expect(() => cut.end(1)).toThrow(MalformedStream);
  }
  expect(() => new SegmentFinder().end(1)).toThrow(MalformedStream);
  const broken = new SegmentFinder();
  expect(() => broken.push(Buffer.concat([full(4), Buffer.from('moofmoof1234')]))).toThrow(MalformedStream);
});

it('ffmpeg gets one thread, no dates, and a decoder that shows one layer', () => {
  const plan = { hasSound: false, durationMs: 61_234, tiles: tilesOf({ width: 16, height: 9 }) };
  const renditions = renditionsOf({ width: 1280, height: 720 }, ['360p', '720p']);
  const args = encodeArgs(Object.assign({ codec: 'vp9' as const, renditions }, plan));
  expect(args.slice(0, 2)).toEqual(['-c:v', 'libvpx-vp9']);
  expect(args.filter((arg) => arg.startsWith('pipe:'))).toEqual(['pipe:0', 'pipe:3', 'pipe:4', 'pipe:5']);
  expect(args.filter((arg) => arg === '61.234')).toHaveLength(3);
  expect(args).not.toContain('aac');
});

it('a young stint without an end, or with incomplete files, is awaited', () => {
  const base = manifest(60_000, []);
  const [stint] = recordingOf([]).stints;
  expect(stint).toBeUndefined();
  const at = base.startedWallMs + 60_000;
  const own = (why: 'ended' | undefined): Manifest =>
    Object.assign({}, base, {
      stints: [{ stintId: 's1', recorderId: 'r', offsetMs: 0, why, ms: 0, durationMs: 60_000 }],
    });
  expect(isStillComing(own('ended'), at)).toBe(false);
  // A recorder that had the recording and has no stint in the store is awaited as long.
  expect(isAwaited(own('ended'), ['r'], at)).toBe(false);
  expect(isAwaited(own('ended'), ['r', 's'], at + STINT_LATE_MS_MAX - 1)).toBe(true);
  expect(isAwaited(own('ended'), ['r', 's'], at + STINT_LATE_MS_MAX)).toBe(false);
  expect(isStillComing(own(undefined), at + STINT_LATE_MS_MAX - 1)).toBe(true);
  expect(isStillComing(own(undefined), at + STINT_LATE_MS_MAX)).toBe(false);
  const file = { stintId: 's1', name: 'f', sha256: undefined } as ManifestFile;
  const tracks = [Object.assign({}, track('ann', 'camera', 0, 1), { files: [file] })];
  expect(isStillComing(Object.assign({}, own('ended'), { tracks }), at)).toBe(true);
});
