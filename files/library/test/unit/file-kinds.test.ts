import { expect, it } from 'vitest';
import { fileTypeOf, HEAD_BYTES, isShownInline } from '../../src/core/file-kinds.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const typeOf = (file: Buffer): string | undefined => fileTypeOf(file.subarray(0, HEAD_BYTES), file)?.type;

/** Makes the parts of an archive that are read: the first file and the directory. */
function archive(names: readonly string[], first = { name: names[0] ?? '', content: '' }): Buffer {
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt16LE(first.content.length, 18);
  local.writeUInt16LE(first.name.length, 26);
  const entries = names.map((name) => {
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(name.length, 28);
    return Buffer.concat([entry, bytes(name)]);
  });
  return Buffer.concat([local, bytes(first.name), bytes(first.content), ...entries]);
}
const word = ['_rels/.rels', 'word/document.xml', '[Content_Types].xml'];
const odt = 'application/vnd.oasis.opendocument.text';

it.each<[string, Buffer]>([
  ['nothing', bytes('')],
  ['blanks', bytes(' \n')],
  ['a program of Windows', bytes('MZ\x90\0\x03\0\0\0')],
  ['a program of Linux', bytes('\x7fELF\x02\x01\x01\0')],
  ['a program of macOS', bytes('\xcf\xfa\xed\xfe\x07\0\0\x01')],
  ['a script', bytes('#!/bin/sh\nrm -rf /\n')],
  ['a script behind a byte order mark', bytes('\xef\xbb\xbf#!/bin/sh\n')],
  ['a page', bytes('<!doctype html><script>alert(1)</script>')],
  ['a page behind blanks', bytes('\n \t<HTML>')],
  ['a picture of markup', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['XML', bytes('<?xml version="1.0"?><a/>')],
  ['text that is no UTF-8', bytes('gr\xfc\xdfe')],
  ['text with a zero', bytes('text\0text')],
  ['text with an escape', bytes('text\x1b[31m')],
  ['an archive', archive(['a.txt'])],
  ['an archive of programs', archive(['META-INF/MANIFEST.MF', 'Main.class'])],
  ['a document with macros', archive([...word, 'word/vbaProject.bin'])],
  ['types without a document', archive(['[Content_Types].xml', 'other.xml'])],
  ['another archive with a type', archive(['mimetype'], { name: 'mimetype', content: 'text/html' })],
  ['another picture in boxes', bytes('\0\0\0\x18ftypavif\0\0\0\0')],
  ['another file in RIFF', bytes('RIFF\0\0\0\0ACON')],
  ['another file in EBML', bytes('\x1a\x45\xdf\xa3\x84\x42\x82\x84quux')],
  ['one packet', Buffer.concat([bytes('G'), Buffer.alloc(400)])],
  ['a gzip', bytes('\x1f\x8b\x08')],
])('no type is found for %s', (_what, file) => {
  expect(typeOf(file)).toBeUndefined();
});

const packets = Buffer.alloc(3 * 188);
for (const at of [0, 188, 376]) packets[at] = 0x47;

it.each<[string, Buffer]>([
  ['video/mp4', bytes('\0\0\0\x18ftypisom\0\0\x02\0')],
  ['video/quicktime', bytes('\0\0\0\x14ftypqt  ')],
  ['video/quicktime', bytes('\0\0\0\x08wide\0\0\0\0mdat')],
  ['video/webm', bytes('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
  ['video/x-matroska', bytes('\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska')],
  ['video/mp2t', packets],
  ['video/x-msvideo', bytes('RIFF\0\0\0\0AVI LIST')],
  ['video/x-flv', bytes('FLV\x01\x05')],
  ['audio/mpeg', bytes('ID3\x04\0')],
  ['audio/mpeg', bytes('\xff\xfb\x90\x64')],
  ['audio/aac', bytes('\xff\xf1\x50\x80')],
  ['video/ogg', bytes('OggS\0\x02')],
  ['audio/flac', bytes('fLaC\0\0')],
  ['audio/wav', bytes('RIFF\0\0\0\0WAVEfmt ')],
  ['image/jpeg', bytes('\xff\xd8\xff\xe0')],
  ['image/png', bytes('\x89PNG\r\n\x1a\n\0')],
  ['image/webp', bytes('RIFF\0\0\0\0WEBPVP8 ')],
  ['image/gif', bytes('GIF89a\x01')],
  ['application/pdf', bytes('%PDF-1.7\n')],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', archive(word)],
  [
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    archive(['[Content_Types].xml', 'ppt/p']),
  ],
  [odt, archive(['mimetype'], { name: 'mimetype', content: odt })],
  ['text/vtt', bytes('\xef\xbb\xbfWEBVTT\n\n')],
  ['application/x-subrip', bytes('1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n')],
  ['text/plain', Buffer.from('größe, 尺寸\n')],
  // The end of the head cuts a character.
  ['text/plain', Buffer.from(`a${'ü'.repeat(HEAD_BYTES)}`)],
])('the type %s is found', (type, file) => {
  expect(typeOf(file)).toBe(type);
});

it('browsers may show only pictures, media and PDF', () => {
  const shown = ['image/png', 'video/mp4', 'audio/mpeg', 'application/pdf'];
  const kept = ['text/plain', 'text/html', 'image/svg+xml', 'application/octet-stream', odt];
  expect([...shown, ...kept].filter(isShownInline)).toEqual(shown);
});
