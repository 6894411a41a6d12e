// Names under which files leave the service. A system opens a file by the end of its name, so the end follows the type
// that was found in the bytes, whatever the sender called the file.
import { safeName } from './safe-name.ts';

const mediaEnds = [
  ...['mp4', 'm4v', 'm4a', 'm4s', 'mov', 'qt', '3gp', '3g2', 'mkv', 'mka', 'webm', 'ts', 'mts', 'm2ts', 'mpg', 'mpeg'],
  ...['avi', 'flv', 'ogg', 'ogv', 'oga', 'opus', 'asf', 'wmv', 'wma', 'mxf', 'dv', 'ivf', 'nut', 'wtv', 'rm', 'rmvb'],
  ...['ra', 'h264', 'h265', 'hevc', 'obu', 'av1', 'y4m', 'mp3', 'aac', 'loas', 'flac', 'wav', 'w64', 'aif', 'aiff'],
  ...['caf', 'amr', 'au', 'voc', 'ac3', 'eac3', 'dts', 'thd', 'ape', 'wv', 'tta', 'tak', 'mpc', 'dsf', 'jpg', 'jpeg'],
  ...['png', 'apng', 'gif', 'webp', 'bmp', 'tif', 'tiff', 'jp2', 'jxl', 'avif'],
];
/** Ends of media types whose subtype is none. */
const mediaEnd: Readonly<Record<string, string>> = {
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'audio/x-matroska': 'mka',
  'video/mp2t': 'ts',
  'audio/mp2t': 'ts',
  'video/x-msvideo': 'avi',
  'video/x-flv': 'flv',
  'audio/x-flv': 'flv',
  'video/ogg': 'ogv',
  'video/x-ms-asf': 'wmv',
  'audio/x-ms-wma': 'wma',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/basic': 'au',
  'video/3gpp': '3gp',
  'audio/3gpp': '3gp',
  'video/3gpp2': '3g2',
  'audio/3gpp2': '3g2',
  'image/jpeg': 'jpg',
  'image/tiff': 'tif',
};
/** Texts that no system runs when they are opened. */
const textEnds = ['txt', 'text', 'log', 'md', 'markdown', 'csv', 'tsv', 'json', 'yaml', 'yml', 'toml', 'lrc'];
const office = 'application/vnd.openxmlformats-officedocument.';
const open = 'application/vnd.oasis.opendocument.';
/** Ends of documents, the usual one first. */
const documentEnds: Readonly<Record<string, readonly string[]>> = {
  'application/pdf': ['pdf'],
  [`${office}wordprocessingml.document`]: ['docx', 'dotx'],
  [`${office}presentationml.presentation`]: ['pptx', 'potx', 'ppsx'],
  [`${office}spreadsheetml.sheet`]: ['xlsx', 'xltx'],
  [`${open}text`]: ['odt'],
  [`${open}presentation`]: ['odp'],
  [`${open}spreadsheet`]: ['ods'],
  [`${open}graphics`]: ['odg'],
  'application/epub+zip': ['epub'],
  'text/vtt': ['vtt', 'txt'],
  'text/x-ssa': ['ass', 'ssa', 'txt'],
  'application/x-subrip': ['srt', 'txt'],
  'text/plain': textEnds,
};
/** End of a file that no system opens. */
const UNKNOWN = 'bin';
const allEnds = [UNKNOWN, ...mediaEnds, ...Object.values(documentEnds).flat()];

/** Characters that Windows takes for a path, a stream or a pattern, and marks that turn the order of letters round. */
const MISREAD = /[<>:"|?*\u061c\ufeff]/gu;
/** Names of devices of Windows, with any end. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=[ .]|$)/iu;

/**
 * Returns the name under which a file of this type is stored and downloaded: safe in every file system, with an end
 * that belongs to the type. Another end stays in front of the right one: `setup.bat` of a text becomes
 * `setup.bat.txt`. A name that this function has returned stays the same. `type` `''`: unknown.
 */
export function fileNameOf(name: string, type: string): string {
  const cleaned = safeName(name.replace(MISREAD, '_').replace(/[.\s]+$/u, '')).replace(DEVICE, '_$&');
  const [usual, ends] = endsOf(type);
  const end = /\.([^.]*)$/u.exec(cleaned)?.[1]?.toLowerCase();
  if (end === undefined ? type === '' : ends.includes(end)) return safeName(cleaned);
  return safeName(`${cleaned}.${usual}`);
}

function endsOf(type: string): readonly [usual: string, all: readonly string[]] {
  const ofDocument = Object.hasOwn(documentEnds, type) ? documentEnds[type] : undefined;
  if (ofDocument !== undefined) return [ofDocument[0] ?? UNKNOWN, ofDocument];
  if (type.startsWith('text/')) return ['txt', textEnds];
  const subtype = /^(?:video|audio|image)\/(?:x-|vnd\.)?([a-z0-9]+)$/u.exec(type)?.[1];
  if (subtype === undefined && type !== 'application/mxf') return [UNKNOWN, allEnds];
  const usual = mediaEnd[type] ?? subtype ?? 'mxf';
  return [mediaEnds.includes(usual) ? usual : UNKNOWN, [UNKNOWN, ...mediaEnds]];
}
