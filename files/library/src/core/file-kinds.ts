// Looks at the bytes of a file before ffprobe does: refuses programs, scripts, pages and archives, and recognises
// documents. What it does not know may be media.
import { textOf as decoded, encodingOf } from '@meridian/protocol/text-encoding';

export type FirstLook =
  | { readonly is: 'refused'; readonly what: string }
  | { readonly is: 'document'; readonly type: string; readonly charset?: string }
  | { readonly is: 'unknown' };

/** Bytes read from the start: enough for a look at text. */
export const HEAD_BYTES = 65_536;
/** Bytes read from the end, for the directory of an archive. */
export const TAIL_BYTES = 262_144;

const refused = (what: string): FirstLook => ({ is: 'refused', what });
const documentOf = (type: string): FirstLook => ({ is: 'document', type });

/** Beginnings (Latin-1) of files that run or unpack, whatever else their bytes may be. */
const refusedMagics: readonly (readonly [what: string, ...magics: string[]])[] = [
  ['program', 'MZ', '\x7fELF', '\xfe\xed\xfa\xce', '\xfe\xed\xfa\xcf', '\xce\xfa\xed\xfe', '\xcf\xfa\xed\xfe'],
  ['program', '\xca\xfe\xba\xbe', 'dex\n', '\0asm', 'FWS', 'CWS', 'ZWS'],
  ['archive', 'Rar!\x1a', '7z\xbc\xaf', '\x1f\x8b', 'BZh', '\xfd7zXZ', '\x28\xb5\x2f\xfd', 'MSCF', '!<arch>', 'xar!'],
  ['archive', 'PK\x05\x06', 'PK\x07\x08', '070701', '\xed\xab\xee\xdb'],
  // Old Office files may have macros, and installers have the same container.
  ['file in an OLE container, such as of Office before 2007', '\xd0\xcf\x11\xe0'],
];
/** First brands (ISO/IEC 23008-12) of pictures that ffmpeg 5.1 does not decode: HEIC, general HEIF, Canon's raw. */
const heifBrands = /^ftyp(hei[cxmsv]|hev[cxms]|mif1|msf1|crx )/;
const officeTypes: readonly (readonly [folder: string, type: string])[] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
];
const openTypes = /^application\/(vnd\.oasis\.opendocument\.(text|presentation|spreadsheet|graphics)|epub\+zip)$/;

/** `head` and `tail` may overlap. */
export function firstLookAt(head: Uint8Array, tail: Uint8Array): FirstLook {
  const isCut = head.length >= HEAD_BYTES;
  const begin = latin1(head.subarray(0, 4096));
  if (begin.startsWith('%PDF-')) return documentOf('application/pdf');
  const charset = encodingOf(head, { isCut });
  const text = charset === undefined ? begin : decoded(head, charset, { isCut });
  const running = runningOf(begin) ?? runningOf(text);
  if (running !== undefined) return refused(running);
  if (charset !== undefined) return textLook(text, charset);
  const dangerous = refusedMagics.find(([, ...magics]) => magics.some((magic) => begin.startsWith(magic)));
  if (dangerous !== undefined) return refused(dangerous[0]);
  if (isImage(begin, head)) return refused('archive');
  if (begin.startsWith('PK\x03\x04')) return archiveOf(begin, latin1(tail));
  return heifBrands.test(begin.slice(4)) ? refused('picture in HEIF (HEIC)') : { is: 'unknown' };
}

const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
};

/** Recognises tapes (POSIX tar) and discs (ISO 9660): media in them would look like media behind other bytes. */
const isImage = (begin: string, head: Uint8Array): boolean =>
  begin.startsWith('ustar', 257) || latin1(head.subarray(32_769, 32_774)) === 'CD001';

/** Recognises documents in ZIP archives: OpenDocument and EPUB by the first file, Office by the names of files. */
function archiveOf(text: string, tail: string): FirstLook {
  const nameBytes = text.charCodeAt(26) + 256 * text.charCodeAt(27);
  if (text.slice(30, 30 + nameBytes) === 'mimetype') {
    const from = 30 + nameBytes + text.charCodeAt(28) + 256 * text.charCodeAt(29);
    const type = text.slice(from, from + text.charCodeAt(18) + 256 * text.charCodeAt(19));
    return openTypes.test(type) ? documentOf(type) : refused('archive');
  }
  const names = namesOf(tail);
  // Office files with macros are programs.
  if (names.some((name) => /vbaproject\.bin$/i.test(name))) return refused('document with macros');
  const office = officeTypes.find(([folder]) => names.some((name) => name.startsWith(folder)));
  return names.includes('[Content_Types].xml') && office !== undefined ? documentOf(office[1]) : refused('archive');
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

/**
 * Returns what a browser or a shell would run, at the beginning of a text or of any other file. Zeros before markup and
 * between its characters hide it from readers of bytes, but not from all browsers.
 */
function runningOf(text: string): string | undefined {
  const begin = text.slice(0, 4096).replace(/^[\xef\xbb\xbf\ufeff\s\0]+/, '');
  if (/^#!(?!AMR(-WB)?\n)/.test(begin)) return 'script';
  if (begin.startsWith('%!')) return 'PostScript program';
  return /^<\0?[a-z!?/%]/i.test(begin) ? 'page, SVG picture or other markup' : undefined;
}

function textLook(text: string, charset: string): FirstLook {
  if (text.trim() === '') return refused('text without a character');
  const type = textTypeOf(text.trimStart());
  return charset === 'utf-8' ? documentOf(type) : { is: 'document', type, charset };
}

function textTypeOf(begin: string): string {
  if (/^WEBVTT(?:\s|$)/.test(begin)) return 'text/vtt';
  if (/^\[Script Info\]/i.test(begin)) return 'text/x-ssa';
  return /^\d+[ \t]*(?:\r\n?|\n)\d+:\d\d:\d\d[,.]\d{1,3} *-->/.test(begin) ? 'application/x-subrip' : 'text/plain';
}

/** Returns true for types that a browser shows without running anything of the file. */
export const isShownInline = (type: string): boolean =>
  type === 'application/pdf' || (/^(image|video|audio)\//.test(type) && type !== 'image/svg+xml');
