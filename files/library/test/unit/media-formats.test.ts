import { expect, it } from 'vitest';
import {
  mediaFormats,
  mediaTypeOf,
  probedFormatOf,
  recognisedOf,
  streamFormats,
} from '../../src/core/media-formats.ts';

const nothing: Uint8Array = new Uint8Array();
const typeOf = (names: string, brand = '', head = nothing) => mediaTypeOf({ names, brand }, head)?.type;
const mov = 'mov,mp4,m4a,3gp,3g2,mj2';
const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

it.each([
  ['isom', 'video/mp4'],
  ['M4A ', 'video/mp4'],
  ['dash', 'video/mp4'],
  ['qt  ', 'video/quicktime'],
  ['', 'video/quicktime'],
  ['3gp5', 'video/3gpp'],
  ['3g2a', 'video/3gpp2'],
  ['avif', 'image/avif'],
  ['avis', 'image/avif'],
])('boxes with the brand %j are %s', (brand, type) => {
  expect(typeOf(mov, brand)).toBe(type);
});

it.each([
  ['a plain head', '1a45dfa3 8f 4286 81 01 4282 84 7765626d 4285 81 02', 'video/webm'],
  ['a DocType padded with zeros', '1a45dfa3 8b 4282 88 7765626d00000000', 'video/webm'],
  [
    'a DocType behind a checksum and a void',
    '1a45dfa3 95 bf 84 01020304 ec 84 00000000 4282 84 7765626d 42f7 81 04',
    'video/webm',
  ],
  ['sizes of eight bytes', '1a45dfa3 0100000000000012 4282 0100000000000004 7765626d', 'video/webm'],
  ['the other DocType', '1a45dfa3 8b 4282 88 6d6174726f736b61', 'video/x-matroska'],
  ['a DocType in text of another element', '1a45dfa3 8b ec 89 4282847765626d0000', 'video/x-matroska'],
  ['elements of no size', '1a45dfa3 84 ec80ec80', 'video/x-matroska'],
  ['a cut head', '1a45dfa3 9f 42', 'video/x-matroska'],
  ['an invalid element', '1a45dfa3 84 00000000', 'video/x-matroska'],
])('Matroska with %s is recognised by its DocType', (_what, head, type) => {
  expect(typeOf('matroska,webm', '', hex(head))).toBe(type);
});

it('formats that name other files, and programs, are never taken', () => {
  const lists = [mediaFormats, streamFormats].map((list) => list.split(','));
  for (const name of [
    'hls',
    'dash',
    'concat',
    'sdp',
    'image2',
    'imf',
    'vobsub',
    'svg_pipe',
    'swf',
    'rtp',
    'ffmetadata',
    'lavfi',
  ]) {
    expect(typeOf(name)).toBeUndefined();
    for (const list of lists) expect(list).not.toContain(name);
  }
  expect(typeOf('constructor')).toBeUndefined();
});

it('the format of ffprobe is read, and that of its log when it opened no file', () => {
  const json = JSON.stringify({ format: { format_name: mov, tags: { major_brand: 'qt  ' } } });
  expect(probedFormatOf(json)).toEqual({ names: mov, brand: 'qt  ' });
  for (const text of ['', '{', '{}', 'null', '{"format":{"format_name":1}}'])
    expect(probedFormatOf(text)).toBeUndefined();
  expect(recognisedOf('Opening\n[hls @ 0x55] Format hls probed with size=2048 and score=100\nFormat not')).toBe('hls');
  expect(recognisedOf(`[m @ 0x5] Format ${mov} probed with size=2048 and score=100`)).toBe('mov');
  expect(recognisedOf('/dev/stdin: Invalid data found')).toBeUndefined();
});
