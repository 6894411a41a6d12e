// Determines a file's type from its bytes alone. Unknown types are refused: programs, scripts, pages, archives.
import type { LibraryKind } from '@meridian/protocol';

export interface FileType {
  readonly kind: LibraryKind;
  readonly type: string;
  /** The only ffmpeg demuxer for the file, so that it cannot name other files to read; `''` for none. */
  readonly demuxer: string;
  /** Media type of a file without pictures. */
  readonly soundType?: string;
}

/** Bytes read from the start: enough for every magic number and a look at text. */
export const HEAD_BYTES = 65_536;
/** Bytes read from the end, for the directory of an archive. */
export const TAIL_BYTES = 262_144;

const media = (kind: LibraryKind, type: string, demuxer: string, soundType?: string): FileType =>
  soundType === undefined ? { kind, type, demuxer } : { kind, type, demuxer, soundType };
const documentOf = (type: string): FileType => ({ kind: 'document', type, demuxer: '' });

const mp4 = media('video', 'video/mp4', 'mov', 'audio/mp4');
const quickTime = media('video', 'video/quicktime', 'mov', 'audio/mp4');
const mpegTs = media('video', 'video/mp2t', 'mpegts', 'audio/mp2t');
const webm = media('video', 'video/webm', 'matroska', 'audio/webm');
const matroska = media('video', 'video/x-matroska', 'matroska', 'audio/x-matroska');

/** Magic characters (Latin-1) and their offset in the head. */
const magics: readonly (readonly [at: number, text: string, type: FileType])[] = [
  [0, 'FLV\x01', media('video', 'video/x-flv', 'flv', 'audio/x-flv')],
  [0, 'ID3', media('audio', 'audio/mpeg', 'mp3')],
  [0, 'OggS', media('video', 'video/ogg', 'ogg', 'audio/ogg')],
  [0, 'fLaC', media('audio', 'audio/flac', 'flac')],
  [0, '\xff\xd8\xff', media('image', 'image/jpeg', 'jpeg_pipe')],
  [0, '\x89PNG\r\n\x1a\n', media('image', 'image/png', 'png_pipe')],
  [0, 'GIF87a', media('image', 'image/gif', 'gif')],
  [0, 'GIF89a', media('image', 'image/gif', 'gif')],
  [0, '%PDF-', documentOf('application/pdf')],
];
const riffs: Readonly<Record<string, FileType>> = {
  'AVI ': media('video', 'video/x-msvideo', 'avi', 'audio/x-msvideo'),
  WAVE: media('audio', 'audio/wav', 'wav'),
  WEBP: media('image', 'image/webp', 'webp_pipe'),
};
/** Refused brands: pictures in MP4 boxes, and files for other programs. */
const refusedBrands = new Set(['avif', 'avis', 'heic', 'heix', 'hevc', 'mif1', 'msf1', 'crx ', 'jp2 ', 'jpx ']);
const officeTypes: readonly (readonly [folder: string, type: string])[] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
];
const openTypes = /^application\/(vnd\.oasis\.opendocument\.(text|presentation|spreadsheet|graphics)|epub\+zip)$/;
const TS_PACKET_BYTES = 188;

/** Returns undefined for a type that is not accepted. `head` and `tail` may overlap. */
export function fileTypeOf(head: Uint8Array, tail: Uint8Array): FileType | undefined {
  const text = latin1(head.subarray(0, 4096));
  const found = magics.find(([at, magic]) => text.startsWith(magic, at));
  if (found !== undefined) return found[2];
  if (text.startsWith('RIFF')) return riffs[text.slice(8, 12)];
  if (text.startsWith('PK\x03\x04')) return archiveOf(text, latin1(tail));
  return boxedOf(text) ?? ebmlOf(text) ?? streamOf(head) ?? textOf(head);
}

const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
};

function boxedOf(text: string): FileType | undefined {
  const box = text.slice(4, 8);
  // QuickTime files older than MP4 have no brand.
  if (['moov', 'mdat', 'wide'].includes(box)) return quickTime;
  if (box !== 'ftyp') return undefined;
  const brand = text.slice(8, 12);
  if (refusedBrands.has(brand)) return undefined;
  return brand === 'qt  ' ? quickTime : mp4;
}

function ebmlOf(text: string): FileType | undefined {
  if (!text.startsWith('\x1a\x45\xdf\xa3')) return undefined;
  const [, name] = /\x42\x82[\x84\x88](webm|matroska)/.exec(text.slice(0, 128)) ?? [];
  if (name === undefined) return undefined;
  return name === 'webm' ? webm : matroska;
}

/** Recognises frames or packets without a container. */
function streamOf(head: Uint8Array): FileType | undefined {
  const isPacket = [0, 1, 2].every((packet) => head[packet * TS_PACKET_BYTES] === 0x47);
  if (isPacket) return mpegTs;
  const [first = 0, second = 0] = head;
  if (first !== 0xff) return undefined;
  if ((second & 0xf6) === 0xf0) return media('audio', 'audio/aac', 'aac');
  return (second & 0xe6) === 0xe2 ? media('audio', 'audio/mpeg', 'mp3') : undefined;
}

/** Recognises documents in ZIP archives: OpenDocument and EPUB by the first file, Office by the names of files. */
function archiveOf(text: string, tail: string): FileType | undefined {
  const nameBytes = text.charCodeAt(26) + 256 * text.charCodeAt(27);
  if (text.slice(30, 30 + nameBytes) === 'mimetype') {
    const from = 30 + nameBytes + text.charCodeAt(28) + 256 * text.charCodeAt(29);
    const type = text.slice(from, from + text.charCodeAt(18) + 256 * text.charCodeAt(19));
    return openTypes.test(type) ? documentOf(type) : undefined;
  }
  const names = namesOf(tail);
  // Office files with macros are programs.
  if (!names.includes('[Content_Types].xml') || names.some((name) => /vbaproject\.bin$/i.test(name))) return undefined;
  const office = officeTypes.find(([folder]) => names.some((name) => name.startsWith(folder)));
  return office && documentOf(office[1]);
}

/** Returns the file names of an archive's directory, as far as `tail` contains it. */
function namesOf(tail: string): string[] {
  const names: string[] = [];
  for (let at = tail.indexOf('PK\x01\x02'); at >= 0; at = tail.indexOf('PK\x01\x02', at + 4)) {
    const length = tail.charCodeAt(at + 28) + 256 * tail.charCodeAt(at + 29);
    names.push(tail.slice(at + 46, at + 46 + length));
  }
  return names;
}

function textOf(head: Uint8Array): FileType | undefined {
  const text = utf8Of(head);
  if (text === undefined || hasControlCharacters(text)) return undefined;
  const begin = text.replace(/^\ufeff/, '').trimStart();
  // A browser or a shell would run scripts, pages and SVG pictures.
  if (begin === '' || begin.startsWith('#!') || begin.startsWith('<')) return undefined;
  if (begin.startsWith('WEBVTT')) return documentOf('text/vtt');
  return documentOf(/^\d+\r?\n\d\d:\d\d:\d\d,\d{3} --> /.test(begin) ? 'application/x-subrip' : 'text/plain');
}

/** Returns undefined for bytes that are not UTF-8. A character cut by the end of the head is accepted. */
function utf8Of(head: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(head, {
      stream: head.length >= HEAD_BYTES,
    });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const hasControlCharacters = (text: string): boolean => /[^\P{Cc}\t\n\r\f]/u.test(text);

/** Returns true for types that a browser shows without running anything of the file. */
export const isShownInline = (type: string): boolean =>
  type === 'application/pdf' || (/^(image|video|audio)\//.test(type) && type !== 'image/svg+xml');
