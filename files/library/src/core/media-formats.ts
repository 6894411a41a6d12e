// Media formats by the names of ffmpeg's demuxers, and their types. No format of the list names other files to read:
// playlists (HLS, DASH, concat), session descriptions and image sequences are missing for that reason.
import type { LibraryKind } from '@meridian/protocol';
import { docTypeOf } from './ebml.ts';

export interface FileType {
  readonly kind: LibraryKind;
  readonly type: string;
  /** Media type of a file of kind `video` without pictures; absent: `type`. */
  readonly soundType?: string;
}

const video = (type: string, soundType?: string): FileType =>
  Object.assign({ kind: 'video' as const, type }, soundType && { soundType });
const audio = (type: string): FileType => ({ kind: 'audio', type });
const image = (type: string): FileType => ({ kind: 'image', type });

/** By the first name of a demuxer of ffmpeg 5.1. */
const formats: Readonly<Record<string, FileType>> = {
  mov: video('video/mp4', 'audio/mp4'),
  matroska: video('video/x-matroska', 'audio/x-matroska'),
  mpegts: video('video/mp2t', 'audio/mp2t'),
  mpeg: video('video/mpeg'),
  avi: video('video/x-msvideo', 'audio/x-msvideo'),
  flv: video('video/x-flv', 'audio/x-flv'),
  ogg: video('video/ogg', 'audio/ogg'),
  asf: video('video/x-ms-asf', 'audio/x-ms-wma'),
  mxf: video('application/mxf'),
  dv: video('video/dv'),
  ivf: video('video/x-ivf'),
  nut: video('video/x-nut'),
  wtv: video('video/x-ms-wtv'),
  rm: video('application/vnd.rn-realmedia', 'audio/vnd.rn-realaudio'),
  h264: video('video/h264'),
  hevc: video('video/h265'),
  mpegvideo: video('video/mpeg'),
  m4v: video('video/mp4v-es'),
  obu: video('video/av1'),
  av1: video('video/av1'),
  yuv4mpegpipe: video('video/x-yuv4mpeg'),
  mp3: audio('audio/mpeg'),
  aac: audio('audio/aac'),
  loas: audio('audio/mp4a-latm'),
  flac: audio('audio/flac'),
  wav: audio('audio/wav'),
  w64: audio('audio/x-w64'),
  aiff: audio('audio/aiff'),
  caf: audio('audio/x-caf'),
  amr: audio('audio/amr'),
  au: audio('audio/basic'),
  voc: audio('audio/x-voc'),
  ac3: audio('audio/ac3'),
  eac3: audio('audio/eac3'),
  dts: audio('audio/vnd.dts'),
  truehd: audio('audio/vnd.dolby.mlp'),
  ape: audio('audio/x-ape'),
  wv: audio('audio/x-wavpack'),
  tta: audio('audio/x-tta'),
  tak: audio('audio/x-tak'),
  mpc: audio('audio/x-musepack'),
  mpc8: audio('audio/x-musepack'),
  dsf: audio('audio/x-dsf'),
  jpeg_pipe: image('image/jpeg'),
  png_pipe: image('image/png'),
  apng: image('image/apng'),
  gif: image('image/gif'),
  webp_pipe: image('image/webp'),
  bmp_pipe: image('image/bmp'),
  tiff_pipe: image('image/tiff'),
  j2k_pipe: image('image/jp2'),
  jpegxl_pipe: image('image/jxl'),
};

/** ffmpeg compares its `-format_whitelist` with every name of a demuxer. */
const listOf = (names: readonly string[]): string => names.join(',');
/** Value of `-format_whitelist` for all files of the library. */
export const mediaFormats = listOf(Object.keys(formats));
/** Value of `-format_whitelist` for files with time: video and audio. */
export const streamFormats = listOf(Object.keys(formats).filter((name) => formats[name]?.kind !== 'image'));

export interface ProbedFormat {
  /** Names of the demuxer: `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly names: string;
  /** Four characters of the `ftyp` box; `''` without one. */
  readonly brand: string;
}

/** Returns undefined for JSON that names no format: ffprobe could not open the file. */
export function probedFormatOf(json: string): ProbedFormat | undefined {
  const { format } = recordOf(parsed(json));
  const { format_name: names, tags } = recordOf(format);
  const { major_brand: brand } = recordOf(tags);
  return typeof names === 'string' ? { names, brand: typeof brand === 'string' ? brand : '' } : undefined;
}

/** Returns undefined for a format that is not taken. `head` is the beginning of the file. */
export function mediaTypeOf({ names, brand }: ProbedFormat, head: Uint8Array): FileType | undefined {
  const [name = ''] = names.split(',');
  if (!Object.hasOwn(formats, name)) return undefined;
  if (name === 'mov') return boxedType(brand);
  // Players of browsers take WebM, which is a subset of Matroska, only by its own type.
  if (name === 'matroska' && docTypeOf(head) === 'webm') return video('video/webm', 'audio/webm');
  return formats[name];
}

function boxedType(brand: string): FileType | undefined {
  // QuickTime files older than MP4 have no brand.
  if (brand === '' || brand === 'qt  ') return video('video/quicktime', 'audio/mp4');
  if (brand === 'avif' || brand === 'avis') return image('image/avif');
  if (/^3g2/.test(brand)) return video('video/3gpp2', 'audio/3gpp2');
  if (/^3g/.test(brand)) return video('video/3gpp', 'audio/3gpp');
  return formats['mov'];
}

/** Format that ffprobe at log level `debug` recognised in a file that it could not open; undefined for none. */
export const recognisedOf = (log: string): string | undefined =>
  /\bFormat (\S+) probed with size=\d+ and score=\d+/.exec(log)?.[1]?.split(',')[0];

export const isTaken = (format: string): boolean => Object.hasOwn(formats, format);

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
