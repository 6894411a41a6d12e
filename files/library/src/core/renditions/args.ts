// Arguments of ffmpeg for renditions. Input files, named by `fileArg`, have the descriptors after all outputs.
import { jpegFilter, pictureFilter } from '../colour.ts';
import { streamFormats } from '../media-formats.ts';
import { packetArgs } from '../packets.ts';
import {
  keyPictures,
  msOf,
  picturesOf,
  type RenditionPlan,
  type RungCodec,
  type RungSize,
  tilesIn,
  tilesOf,
} from './plan.ts';
import { decibels } from './quality.ts';
import type { Rate, SourcePicture, SourceSound } from './source.ts';

/** Containers that may be read: no lists of files (HLS, DASH, concat), which could name files of the worker. */
export const formatArgs = ['-format_whitelist', streamFormats];

export interface EncoderSettings {
  readonly h264Preset: string;
  /** Preset of SVT-AV1: 0 (slow) to 13. */
  readonly av1Preset: number;
  readonly threads: number;
}

/** Prints the facts of all streams as JSON on `pipe:3`. */
export const probeArgs = (file: string): string[] => [
  ...formatArgs,
  ...['-of', 'json', '-show_entries'],
  [
    'stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,duration,start_time',
    'nb_frames,channels,pix_fmt,color_range,color_space,color_transfer,color_primaries',
  ].join(','),
  '-show_entries',
  [
    'stream_disposition:stream_tags:stream_side_data=rotation,dv_profile,dv_bl_signal_compatibility_id',
    'format=format_name,duration,start_time,size',
  ].join(':'),
  ...['-i', file, '-o', 'pipe:3'],
];

/** Prints a line for each packet on `pipe:3`, for a `PacketTally`. */
export const tallyArgs = (file: string): string[] => [...formatArgs, ...packetArgs, '-i', file, '-o', 'pipe:3'];

export interface Pictures extends Pick<SourcePicture, 'stream' | 'rate' | 'leadMs' | 'hasJumps' | 'colour'> {
  readonly file: string;
  readonly from: number;
  readonly count: number;
}

/**
 * Opens the input at the key frame before the first picture and keeps the times of the file's time line. ffmpeg joins
 * the pieces of a file whose clock jumps; times do not lead into such a file.
 */
export function inputArgs({ file, from, rate, leadMs, hasJumps }: Pictures): string[] {
  const fromMs = msOf(from, rate) - leadMs;
  const seek = from === 0 || fromMs <= 0 ? [] : ['-noaccurate_seek', '-ss', (fromMs / 1000).toFixed(6)];
  return [...formatArgs, ...(hasJumps ? [] : [...timeArgs, ...seek]), '-i', file];
}

export const timeArgs = ['-copyts', '-start_at_zero'];

/**
 * Filter that outputs pictures at regular times, then repeats the last one. Each shows what the source, which may be
 * irregular, shows at that time; after an early end of the source, its last picture stays.
 */
export function regularFilter(input: number, { stream, rate, from }: Pictures): string {
  const startS = (msOf(from, rate) / 1000).toFixed(6);
  const fps = `fps=fps=${rate.num}/${rate.den}:start_time=${startS}`;
  return `[${input}:${stream}]${fps},setpts=PTS-STARTPTS,tpad=stop=-1:stop_mode=clone`;
}

/** Scales pictures that `pictureFilter` has converted. */
const scaleFilter = ({ width, height }: { readonly width: number; readonly height: number }): string =>
  `scale=${width}:${height}:flags=bicubic,setsar=1`;

export const bitExactArgs = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-map_metadata',
  '-1',
  '-map_chapters',
  '-1',
];

/** Chooses a time scale in which a picture has a whole number of ticks at every rate. */
export function ticksOf({ num, den }: Rate): { readonly second: number; readonly picture: number } {
  const times = Math.ceil(10_000 / num);
  return { second: num * times, picture: den * times };
}

/** Sets a key frame every 2 s and at no other place, so that all rungs have key frames at the same times. */
function encoderArgs(
  rung: { readonly codec: RungCodec; readonly crf: number; readonly maxKbps: number },
  rate: Rate,
  { h264Preset, av1Preset, threads }: EncoderSettings,
): string[] {
  const key = `${keyPictures(rate)}`;
  const av1 = ['-c:v', 'libsvtav1', '-preset', `${av1Preset}`, '-crf', `${Math.round(rung.crf)}`, '-g', key];
  if (rung.codec === 'av1') return [...av1, '-svtav1-params', `lp=${threads}:mbr=${rung.maxKbps}`];
  return [
    ...[
      '-c:v',
      'libx264',
      '-preset',
      h264Preset,
      '-profile:v',
      'high',
      '-crf',
      `${rung.crf}`,
      '-threads',
      `${threads}`,
    ],
    ...['-maxrate', `${rung.maxKbps}k`, '-bufsize', `${2 * rung.maxKbps}k`],
    ...['-g', key, '-keyint_min', key, '-sc_threshold', '0'],
  ];
}

/**
 * Decodes a chunk once, scales it to the largest rung, and that to the other rungs and thumbnails. `pipe:3` and
 * following have the fragmented MP4 of the rungs, the pipe after them the JPEGs, if any.
 */
export function encodeArgs(
  plan: RenditionPlan,
  o: Pick<Pictures, 'file'> & {
    readonly picture: SourcePicture;
    readonly chunk: number;
    readonly settings: EncoderSettings;
  },
): string[] {
  const { ladder, rate } = plan;
  const { colour } = o.picture;
  const pictures: Pictures = Object.assign({}, o.picture, { rate, file: o.file }, picturesOf(plan, o.chunk));
  const { from, count } = pictures;
  const tiles = tilesOf(plan);
  const tileCount = tilesIn(pictures, tiles.everyPictures);
  const largest = ladder.reduce((a, b) => (b.height > a.height ? b : a));
  const names = [...ladder.map((_, at) => `s${at}`), ...(tileCount > 0 ? ['small'] : [])];
  const wanted = `select=not(mod(n+${from % tiles.everyPictures}\\,${tiles.everyPictures}))`;
  const graph = [
    `${regularFilter(0, pictures)},${pictureFilter(colour, largest)},split=${names.length}${names.map((name) => `[${name}]`).join('')}`,
    ...ladder.map((rung, at) => `[s${at}]${isSame(rung, largest) ? 'null' : scaleFilter(rung)}[v${at}]`),
    ...(tileCount > 0 ? [`[small]${wanted},${scaleFilter(tiles)},${jpegFilter(colour)}[tiles]`] : []),
  ];
  const movie = [
    ...['-video_track_timescale', `${ticksOf(rate).second}`, '-f', 'mp4'],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof+skip_trailer'],
  ];
  const rungs = ladder.flatMap((rung, at) => [
    ...['-map', `[v${at}]`, '-frames:v', `${count}`, ...encoderArgs(rung, rate, o.settings), ...bitExactArgs],
    ...[...movie, `pipe:${3 + at}`],
  ]);
  const small = [
    ...['-map', '[tiles]', '-frames:v', `${tileCount}`, '-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', '3'],
    ...[...bitExactArgs, '-f', 'image2pipe', `pipe:${3 + ladder.length}`],
  ];
  return [...inputArgs(pictures), '-filter_complex', graph.join(';'), ...rungs, ...(tileCount > 0 ? small : [])];
}

const isSame = (a: Pick<RungSize, 'width' | 'height'>, b: Pick<RungSize, 'width' | 'height'>): boolean =>
  a.width === b.width && a.height === b.height;

/** Encodes one sample at one size in several qualities: Matroska of each on `pipe:3` and following pipes. */
export function sampleArgs(
  pictures: Pictures,
  size: RungSize,
  o: {
    readonly tries: readonly { readonly codec: RungCodec; readonly crf: number }[];
    readonly settings: EncoderSettings;
  },
): string[] {
  const { tries } = o;
  const names = tries.map((_, at) => `[v${at}]`);
  const graph = `${regularFilter(0, pictures)},${pictureFilter(pictures.colour, size)},split=${tries.length}${names.join('')}`;
  const outputs = tries.flatMap((one, at) => [
    ...['-map', `[v${at}]`, '-frames:v', `${pictures.count}`],
    ...encoderArgs(Object.assign({ maxKbps: size.maxKbps }, one), pictures.rate, o.settings),
    ...[...bitExactArgs, '-f', 'matroska', `pipe:${3 + at}`],
  ]);
  return [...inputArgs(pictures), '-filter_complex', graph, ...outputs];
}

/** Compares an output of `sampleArgs` (`pipe:0`) with the source; `pipe:3` has a number per picture. */
export function compareArgs(pictures: Pictures, size: RungSize): string[] {
  const { num, den } = pictures.rate;
  const counted = `settb=${den}/${num},setpts=N`;
  const graph = [
    `${regularFilter(1, pictures)},${pictureFilter(pictures.colour, size)},trim=end_frame=${pictures.count},${counted}[source]`,
    `[0:v:0]format=yuv420p,${counted}[coded]`,
    '[coded][source]ssim,metadata=mode=print:file=pipe\\\\:3',
  ];
  return [
    '-f',
    'matroska',
    '-i',
    'pipe:0',
    ...inputArgs(pictures),
    '-filter_complex',
    graph.join(';'),
    '-f',
    'null',
    '-',
  ];
}

/** Returns the mean over all pictures that `compareArgs` printed; undefined when nothing was compared. */
export function ssimOf(printed: string): number | undefined {
  const each = [...printed.matchAll(/^lavfi\.ssim\.Y=([\d.]+)\s*$/gm)].map(([, text]) => Number(text));
  const mean = each.reduce((sum, one) => sum + one, 0) / each.length;
  return Number.isFinite(decibels(mean)) ? mean : undefined;
}

export const SOUND_RATE = 48_000;
export const SOUND_CHANNELS = 2;
/** Stereo AAC-LC is transparent at this rate. */
const SOUND_KBPS = 128;

/** Encodes AAC as ADTS on `pipe:3`, from time 0 without gaps, padded to `durationMs`. */
export function soundArgs(file: string, { stream, hasJumps }: SourceSound, durationMs: number): string[] {
  const durationS = (durationMs / 1000).toFixed(3);
  const filled = `aresample=${SOUND_RATE}:async=1:first_pts=0,apad=whole_dur=${durationS}`;
  return [
    ...[...formatArgs, ...(hasJumps ? [] : timeArgs), '-i', file, '-map', `0:${stream}`, '-af', filled],
    ...['-t', durationS, '-ac', `${SOUND_CHANNELS}`, '-c:a', 'aac', '-b:a', `${SOUND_KBPS}k`, '-threads', '1'],
    ...['-fflags', '+bitexact', '-flags:a', '+bitexact', '-map_metadata', '-1', '-f', 'adts', 'pipe:3'],
  ];
}

export function sheetArgs(columns: number, count: number): string[] {
  const across = Math.min(columns, count);
  return [
    ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-framerate', '1', '-i', 'pipe:0'],
    ...['-vf', `tile=${across}x${Math.ceil(count / across)}`, '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '5'],
    ...['-pix_fmt', 'yuvj420p', ...bitExactArgs, '-f', 'image2pipe', 'pipe:3'],
  ];
}
