import { expect, it } from 'vitest';
import { firstLookAt, HEAD_BYTES, isShownInline } from '../../src/core/file-kinds.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const lookAt = (file: Buffer) => firstLookAt(file.subarray(0, HEAD_BYTES), file);
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

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

it.each<[string, Buffer, RegExp]>([
  ['nothing', bytes(''), /without a character/],
  ['blanks', bytes(' \n'), /without a character/],
  ['a program of Windows', bytes('MZ\x90\0\x03\0\0\0'), /program/],
  ['a program of Linux', bytes('\x7fELF\x02\x01\x01\0'), /program/],
  ['a program of macOS', bytes('\xcf\xfa\xed\xfe\x07\0\0\x01'), /program/],
  ['a program of Flash', bytes('CWS\x09\0\0\0\0'), /program/],
  ['a program of Java', bytes('\xca\xfe\xba\xbe\0\0\0\x34'), /program/],
  ['a program of WebAssembly', bytes('\0asm\x01\0\0\0'), /program/],
  ['a script', bytes('#!/bin/sh\nrm -rf /\n'), /script/],
  ['a script behind a byte order mark', bytes('\xef\xbb\xbf#!/bin/sh\n'), /script/],
  ['a script before a song', bytes('#!/bin/sh\n\0\xff\xfb\x90\x64'), /script/],
  ['PostScript', bytes('%!PS-Adobe-3.0\n'), /PostScript/],
  ['a page', bytes('<!doctype html><script>alert(1)</script>'), /markup/],
  ['a page behind blanks', bytes('\n \t<HTML>'), /markup/],
  ['a page before a song', bytes('\n<html>\0\xff\xfb\x90\x64'), /markup/],
  ['a page behind zeros', bytes('\0\0<html>\xff\xfb\x90\x64'), /markup/],
  ['a page in UTF-16', utf16('<html><script>alert(1)</script>\n'), /markup/],
  ['a page in UTF-16 with a byte order mark', utf16('\ufeff<html>'), /markup/],
  ['a page in UTF-16 of the other order', utf16('\ufeff<html>').swap16(), /markup/],
  ['a page in Windows-1252', bytes('<p>gr\xfc\xdfe'), /markup/],
  ['a picture of markup', bytes('<svg xmlns="http://www.w3.org/2000/svg"/>'), /markup/],
  ['XML', bytes('<?xml version="1.0"?><a/>'), /markup/],
  ['an archive', archive(['a.txt']), /archive/],
  ['an archive of programs', archive(['META-INF/MANIFEST.MF', 'Main.class']), /archive/],
  ['a document with macros', archive([...word, 'word/vbaProject.bin']), /macros/],
  ['types without a document', archive(['[Content_Types].xml', 'other.xml']), /archive/],
  ['another archive with a type', archive(['mimetype'], { name: 'mimetype', content: 'text/html' }), /archive/],
  ['a tape', Buffer.concat([Buffer.alloc(257, 'a'), bytes('ustar\0'), Buffer.alloc(249)]), /archive/],
  ['a disc', Buffer.concat([Buffer.alloc(32_769), bytes('CD001\x01')]), /archive/],
  ['an archive of 7-Zip', bytes('7z\xbc\xaf\x27\x1c\0\x04'), /archive/],
  ['a gzip', bytes('\x1f\x8b\x08\0'), /archive/],
  ['an old document of Office', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0'), /OLE/],
  ['HEIC', bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), /HEIF/],
  ['HEIF', bytes('\0\0\0\x18ftypmif1\0\0\0\0mif1heic'), /HEIF/],
])('%s is refused', (_what, file, what) => {
  expect(lookAt(file)).toEqual({ is: 'refused', what: expect.stringMatching(what) });
});

it.each<[string, Buffer]>([
  ['boxes', bytes('\0\0\0\x18ftypisom\0\0\x02\0')],
  ['pictures in boxes', bytes('\0\0\0\x18ftypavif\0\0\0\0mif1avif')],
  ['a song', bytes('ID3\x04\0')],
  ['a voice', bytes('#!AMR\n\x04\0')],
  ['any bytes', bytes('quux\0\x01')],
  ['text with a zero', bytes('text\0text')],
  ['text with an escape', bytes('text\x1b[31m')],
  ['a playlist with a zero', bytes('#EXTM3U\n\0')],
])('ffprobe decides what %s are', (_what, file) => {
  expect(lookAt(file)).toEqual({ is: 'unknown' });
});

it.each<[string, Buffer]>([
  ['application/pdf', bytes('%PDF-1.7\n')],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', archive(word)],
  [
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    archive(['[Content_Types].xml', 'ppt/p']),
  ],
  [odt, archive(['mimetype'], { name: 'mimetype', content: odt })],
  ['text/vtt', bytes('\xef\xbb\xbfWEBVTT\n\n')],
  ['application/x-subrip', bytes('1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n')],
  ['application/x-subrip', bytes('1\r00:00:01,000 --> 00:00:02,000\rHello\r')],
  ['text/x-ssa', bytes('\xef\xbb\xbf[Script Info]\nTitle: x\n')],
  ['text/plain', Buffer.from('größe, 尺寸\n')],
  ['text/plain', bytes('MZ is the name of a program\x1a')],
  ['text/plain', bytes('<3 is a heart')],
  // The end of the head cuts a character.
  ['text/plain', Buffer.from(`a${'ü'.repeat(HEAD_BYTES)}`)],
])('a document of the type %s is found', (type, file) => {
  expect(lookAt(file)).toEqual({ is: 'document', type });
});

it('the encoding of a text is found with its type', () => {
  expect(lookAt(bytes('gr\xfc\xdfe'))).toEqual({ is: 'document', type: 'text/plain', charset: 'windows-1252' });
  const cue = '1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n';
  expect(lookAt(utf16(cue))).toEqual({ is: 'document', type: 'application/x-subrip', charset: 'utf-16le' });
});

it('browsers may show only pictures, media and PDF', () => {
  const shown = ['image/png', 'video/mp4', 'audio/mpeg', 'application/pdf'];
  const kept = ['text/plain', 'text/html', 'image/svg+xml', 'application/octet-stream', odt];
  expect([...shown, ...kept].filter(isShownInline)).toEqual(shown);
});
