// Files that would make ffprobe open other files, or a browser run something, and files that are no media.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, box, junk, tar } from './bytes.ts';
import { aac, bytesOf, type CorpusRow, edited, ffmpeg, h264, made, picture, tone } from './row.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const refusedType = (detail: RegExp) => ({ refused: 'TYPE_REFUSED' as const, detail });
const text = { kind: 'document' as const, type: 'text/plain', media: { width: 0, durationMs: 0 }, hasCover: false };
const mp3 = made('a.mp3', ...tone(), '-c:a', 'libmp3lame', '-id3v2_version', '0', '-write_xing', '0');
const mp4 = made('a.mp4', ...picture(), ...tone(), ...h264, ...aac);
const hls = '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
const dash = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>';
const sdp = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 9 RTP/AVP 96\r\n';
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

/** Makes the film of QuickTime name its samples in another file: the `url ` of `dref` is not of this file any more. */
function withExternalData(bytes: Buffer): Buffer {
  const film = Buffer.from(bytes);
  for (
    let at = film.indexOf('url \0\0\0\x01', 0, 'latin1');
    at >= 0;
    at = film.indexOf('url \0\0\0\x01', at + 4, 'latin1')
  )
    film[at + 7] = 0;
  return film;
}

export const attackRows: readonly CorpusRow[] = [
  // The library keeps lists of other files as text, and opens none of the files.
  { name: 'an HLS playlist named like a film', make: bytesOf('film.mp4', latin1(hls)), expect: text },
  {
    name: 'a script of ffconcat',
    make: bytesOf('film.mp4', latin1('ffconcat version 1.0\nfile /etc/passwd\n')),
    expect: text,
  },
  { name: 'a session description', make: bytesOf('film.mp4', latin1(sdp)), expect: text },
  { name: 'metadata of ffmpeg', make: bytesOf('film.mp4', latin1(';FFMETADATA1\ntitle=x\n')), expect: text },
  {
    name: 'an index of VobSub',
    make: bytesOf('film.idx', latin1('# VobSub index file, v7 (do not modify this line!)\n')),
    expect: text,
  },
  // With a byte that no text has, ffprobe looks at them.
  {
    name: 'an HLS playlist with a zero',
    make: bytesOf('film.mp4', latin1(`${hls}\0`)),
    expect: refusedType(/format hls/),
  },
  {
    name: 'a script of ffconcat with a zero',
    make: bytesOf('film.mp4', latin1('ffconcat version 1.0\nfile /etc/passwd\n\0')),
    expect: refusedType(/format concat/),
  },
  {
    name: 'a session description with a zero',
    make: bytesOf('film.mp4', latin1(`${sdp}\0`)),
    expect: refusedType(/format sdp/),
  },
  {
    name: 'an HLS playlist behind an ID3 tag',
    make: edited(
      'film.ts',
      async (dir) => bytesOf('list', latin1(`${hls}\0`))(dir),
      before(latin1('ID3\x04\0\0\0\0\0\x0aTIT2\0\0\0\0\0\0')),
    ),
    expect: refusedType(/format hls|no known type/),
  },
  { name: 'a DASH manifest', make: bytesOf('film.mpd', latin1(dash)), expect: refusedType(/markup/) },
  { name: 'an SVG picture as subtitles', make: bytesOf('film.srt', latin1(svg)), expect: refusedType(/markup/) },
  {
    name: 'a page as subtitles',
    make: bytesOf('film.vtt', latin1('<!doctype html><script>alert(1)</script>')),
    expect: refusedType(/markup/),
  },
  {
    name: 'a page in UTF-16 as subtitles',
    make: bytesOf('film.vtt', Buffer.from('\ufeff<html><script>alert(1)</script>', 'utf16le')),
    expect: refusedType(/markup/),
  },
  {
    name: 'a page before a song',
    make: edited('song.mp3', mp3, before(latin1('<html><script>alert(1)</script>\0'))),
    expect: refusedType(/markup/),
  },
  { name: 'an SVG picture with a zero', make: bytesOf('a.png', latin1(`\n ${svg}\0`)), expect: refusedType(/markup/) },
  {
    name: 'a script before a song',
    make: edited('song.sh', mp3, before(latin1('#!/bin/sh\nexit\n\0'))),
    expect: refusedType(/script/),
  },
  {
    name: 'a program before a song',
    make: edited('song.exe', mp3, before(latin1('MZ\x90\0\x03\0\0\0'), junk(500))),
    expect: refusedType(/program/),
  },
  {
    name: 'an archive of a song',
    make: edited('songs.tar', mp3, (bytes) => tar('a.mp3', bytes)),
    expect: refusedType(/archive/),
  },
  { name: 'a film of Flash', make: made('a.swf', ...picture(), '-c:v', 'flv'), expect: refusedType(/program/) },
  {
    name: 'Matroska with attachments',
    async make(dir) {
      await writeFile(join(dir, 'page.html'), svg);
      await ffmpeg(dir, ...picture(), ...h264, '-attach', 'page.html', '-metadata:s:t', 'mimetype=text/html', 'a.mkv');
      return join(dir, 'a.mkv');
    },
    expect: {
      kind: 'video',
      type: 'video/x-matroska',
      media: { width: 160, videoCodec: 'h264', audioCodec: '' },
      hasCover: true,
    },
  },
  {
    name: 'Matroska of attachments alone',
    async make(dir) {
      await writeFile(join(dir, 'page.html'), svg);
      await ffmpeg(
        dir,
        ...tone(),
        '-c:a',
        'flac',
        '-attach',
        'page.html',
        '-metadata:s:t',
        'mimetype=text/html',
        'a.mka',
      );
      return join(dir, 'a.mka');
    },
    expect: { kind: 'audio', type: 'audio/x-matroska', media: { width: 0, audioCodec: 'flac' }, hasCover: false },
  },
  {
    name: 'Matroska of subtitles alone',
    async make(dir) {
      await writeFile(join(dir, 'a.srt'), '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
      await ffmpeg(dir, '-i', 'a.srt', 'a.mkv');
      return join(dir, 'a.mkv');
    },
    expect: { refused: 'MEDIA_BROKEN', detail: /no stream/ },
  },
  {
    name: 'a film whose samples are in another file',
    make: edited('b.mov', mp4, withExternalData),
    expect: { kind: 'video', type: 'video/mp4', media: { width: 160, videoCodec: 'h264' } },
  },
  {
    name: 'random bytes',
    make: bytesOf(
      'a.bin',
      Buffer.from(Array.from({ length: 50_000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) & 0xff)),
    ),
    expect: refusedType(/no known type/),
  },
  { name: 'zeros', make: bytesOf('a.mp4', Buffer.alloc(10_000)), expect: refusedType(/no known type/) },
  { name: 'a single byte', make: bytesOf('a.mp4', Buffer.from([0])), expect: refusedType(/no known type/) },
  {
    name: 'boxes that are no film',
    make: bytesOf('a.mp4', Buffer.concat([box('jumb', Buffer.alloc(64)), box('quux', Buffer.alloc(64))])),
    expect: refusedType(/no known type/),
  },
  {
    name: 'a database of SQLite',
    make: bytesOf('a.db', Buffer.concat([latin1('SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20'), Buffer.alloc(4000)])),
    expect: refusedType(/no known type/),
  },
];
