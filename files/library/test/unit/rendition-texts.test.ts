import { be32, be64, box, concatBytes, fullBox, MalformedStream } from '@meridian/room-media/core';
import { expect, it } from 'vitest';
import { codecsOf, FragmentMover } from '../../src/core/renditions/fragments.ts';
import { fileNames, leaseOfName, leasePart } from '../../src/core/renditions/names.ts';
import { type MadeRung, masterPlaylist, mediaPlaylist } from '../../src/core/renditions/playlists.ts';
import { payloadOf } from '../../src/renditions/tasks.ts';

const COMPOSITION = 0x800;
const SIZE = 0x200;

/** Makes a fragment whose pictures are shown this many ticks after decoding. */
function fragment(base: number, compositions: readonly number[], flags = COMPOSITION | SIZE): Uint8Array {
  const samples = compositions.flatMap((one) => ((flags & COMPOSITION) === 0 ? [9] : [9, one]));
  const run = fullBox('trun', 0, flags, be32(compositions.length, ...samples));
  const traf = box('traf', fullBox('tfhd', 0, 0, be32(1)), fullBox('tfdt', 1, 0, be64(base)), run);
  return concatBytes([box('moof', fullBox('mfhd', 0, 0, be32(1)), traf), box('mdat', new Uint8Array(9))]);
}
const init = concatBytes([box('ftyp', new Uint8Array(8)), box('moov', new Uint8Array(8))]);

function moved(bytes: Uint8Array, portion: number, mover = new FragmentMover(1000, 4)) {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += portion) out.push(...mover.push(bytes.subarray(at, at + portion)));
  return { out: concatBytes(out), end: () => mover.end(), pictures: mover.pictures };
}

it.each([
  ['nothing', new Uint8Array(), 'TRUNCATED'],
  ['an initialisation alone', init, 'TRUNCATED'],
  ['a cut fragment', concatBytes([init, fragment(0, [0, 1])]).subarray(0, -3), 'TRUNCATED'],
  ['data before any fragment', concatBytes([init, box('mdat', new Uint8Array(9))]), 'OUT_OF_ORDER'],
  ['a box of 4 GB', concatBytes([be32(0xffff_ffff), new TextEncoder().encode('mdat'), new Uint8Array(9)]), 'TOO_LARGE'],
  ['a fragment without a time', box('moof', box('traf', fullBox('trun', 0, 0, be32(0)))), 'INVALID'],
  ['a run of more samples than it has', box('moof', traf(fullBox('trun', 0, SIZE, be32(9, 1)))), 'INVALID'],
  ['a run that is cut', box('moof', traf(box('trun', new Uint8Array(5)))), 'TRUNCATED'],
  ['a run without composition times after one', concatBytes([fragment(0, [2, 2]), fragment(2, [0], SIZE)]), 'INVALID'],
])('a chunk is refused: %s', (_, bytes, code) => {
  const read = (): unknown => moved(bytes, 7).end();
  expect(read).toThrow(MalformedStream);
  expect(read).toThrow(expect.objectContaining({ code }));
});

function traf(...boxes: Uint8Array[]): Uint8Array {
  return box('traf', fullBox('tfdt', 1, 0, be64(0)), ...boxes);
}

it('a chunk is moved to its place, in any portions, and no picture is shown before it is decoded', () => {
  const own = concatBytes([init, fragment(0, [2, 4, 0]), fragment(3, [2]), fragment(4, [2, 2])]);
  const expected = concatBytes([fragment(1000, [0, 2, -2]), fragment(1003, [0]), fragment(1004, [0, 0])]);
  for (const portion of [1, 5, 64, 10_000]) {
    const { out, end, pictures } = moved(own, portion);
    // Moved runs have the version with signed composition times.
    expect(Buffer.from(out).toString('latin1').replaceAll('trun\u0001', 'trun\0')).toBe(
      Buffer.from(expected).toString('latin1'),
    );
    expect(pictures).toBe(6);
    const { init: found, segments } = end();
    expect(Buffer.from(found).equals(Buffer.from(init))).toBe(true);
    expect(segments.map((one) => one.pictures)).toEqual([4, 2]);
    expect(segments.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(out.length);
  }
});

it('names codecs in the form of RFC 6381', () => {
  const avc = box('moov', box('avcC', Uint8Array.of(1, 0x64, 0, 0x1f)));
  const av1 = box('moov', box('av1C', Uint8Array.of(0x81, 0x05, 0x0c, 0)));
  expect([codecsOf(avc), codecsOf(av1)]).toEqual(['avc1.64001f', 'av01.0.05M.08']);
  expect(() => codecsOf(init)).toThrow(MalformedStream);
});

const segments = (file: string): MadeRung['segments'] => [
  { file: `${file}-0.mp4`, from: 0, bytes: 400_000, durationMs: 4004 },
  { file: `${file}-1.mp4`, from: 0, bytes: 100_000, durationMs: 2002 },
];
const rung: MadeRung = {
  name: '360p',
  init: '360p-init.mp4',
  codecs: 'avc1.64001e',
  segments: segments('360p'),
  picture: { width: 640, height: 360, rate: { num: 30_000, den: 1001 } },
};
const sound: MadeRung = Object.assign({}, rung, {
  name: 'sound',
  init: 'sound-init.mp4',
  codecs: 'mp4a.40.2',
  picture: undefined,
  segments: [{ file: 'sound.mp4', from: 0, bytes: 64_000, durationMs: 4000 }],
});

it('a playlist of a rung names byte ranges in the objects of chunks', () => {
  expect(mediaPlaylist(rung)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="360p-init.mp4"
#EXTINF:4.004000,
#EXT-X-BYTERANGE:400000@0
360p-0.mp4
#EXTINF:2.002000,
#EXT-X-BYTERANGE:100000@0
360p-1.mp4
#EXT-X-ENDLIST
`);
});

it('a master playlist states measured rates of picture and sound together', () => {
  expect(masterPlaylist([rung], sound)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="sound.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=927201,AVERAGE-BANDWIDTH=794001,CODECS="avc1.64001e,mp4a.40.2",\
RESOLUTION=640x360,FRAME-RATE=29.970,VIDEO-RANGE=SDR,AUDIO="sound"
360p.m3u8
`);
});

it('a master playlist of pictures, or of sound alone, names no other playlist', () => {
  expect(masterPlaylist([rung], undefined)).not.toMatch(/AUDIO|mp4a/);
  const alone = masterPlaylist([], sound);
  expect(alone).toContain('#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2"\nsound.m3u8');
  expect(alone).not.toContain('EXT-X-MEDIA');
});

it('a name ends with one lease, whatever characters the lease has', () => {
  const parts = ['A-b', 'a-b', 'b', 'a_B'].map(leasePart);
  expect(new Set(parts).size).toBe(4);
  for (const part of parts)
    for (const file of [
      ...[fileNames.movie('720p-av1', 3, part), fileNames.init('360p', part), fileNames.sound(part)],
      ...[fileNames.list('sound', part), fileNames.tiles(0, part)],
    ])
      expect([file, leaseOfName(file)]).toEqual([file, part]);
  expect(['master.m3u8', 'sprite.jpg', '360p.m3u8'].map(leaseOfName)).toEqual([undefined, undefined, undefined]);
});

it.each(['', '../x', 'a/b', 'a.b', 'a'.repeat(65), 'ä'])('%j is refused as a lease', (lease) => {
  expect(() => leasePart(lease)).toThrow(expect.objectContaining({ code: 'TASK_INVALID', retryable: false }));
});

const contentId = 'up_aaaaaaaaaa';
const plan = {
  ladder: [{ name: '360p', width: 640, height: 360, codec: 'h264', crf: 23, maxKbps: 900 }],
  chunks: [{ fromMs: 0, toMs: 1000 }],
  durationMs: 1000,
  hasSound: false,
  rate: { num: 25, den: 1 },
  av1: { pays: false, saving: 0 },
};
it.each([
  ['no JSON', 'encode', '{'],
  ['nothing', 'analyse', 'null'],
  ["another tenant's path", 'analyse', { contentId: '../t-other/up_aaaaaaaaaa' }],
  ['no chunk', 'encode', { contentId, plan }],
  ['a chunk that is no number', 'encode', { contentId, plan, chunk: '0' }],
  ['a rung named like a path', 'encode', { contentId, chunk: 0, plan: withRung({ name: '../x' }) }],
  ['a rung with an argument', 'encode', { contentId, chunk: 0, plan: withRung({ crf: '23 -i /etc/passwd' }) }],
  ['a rung of another codec', 'encode', { contentId, chunk: 0, plan: withRung({ codec: 'vp9' }) }],
  [
    'a thousand chunks',
    'sound',
    { contentId, plan: Object.assign({}, plan, { chunks: Array(1000).fill({ fromMs: 0, toMs: 1 }) }) },
  ],
  ['a lease that is a path', 'join', { contentId, plan, chunks: [{ chunk: 0, lease: '../x', rungs: [], tiles: 0 }] }],
] as const)('a payload with %s is refused', (_, kind, payload) => {
  const json = typeof payload === 'string' ? payload : JSON.stringify(payload);
  expect(() => payloadOf(kind, json)).toThrow(expect.objectContaining({ code: 'TASK_INVALID', retryable: false }));
});

function withRung(changed: object): object {
  return Object.assign({}, plan, { ladder: [Object.assign({}, plan.ladder[0], changed)] });
}

it('a payload of its kind is read', () => {
  expect(payloadOf('encode', JSON.stringify({ contentId, plan, chunk: 0 })).plan).toEqual(plan);
});
