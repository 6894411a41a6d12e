import { type Colour, colourOf, isUnshownDolbyVision } from '../colour.ts';
import { endS, hasJumps, needsLength } from '../length.ts';
import type { PacketTally } from '../packets.ts';
import { type FileReport, numberOf, ratioOf, reportOf, type Stream, shownSize, shownStreams } from '../streams.ts';
import { RenditionError } from './errors.ts';

export interface Rate {
  readonly num: number;
  readonly den: number;
}

export interface SourcePicture {
  readonly stream: number;
  /** Shown size: after rotation, with square pixels. */
  readonly width: number;
  readonly height: number;
  readonly rate: Rate;
  /** Rate at which each picture is shown, also of a source whose rate varies. */
  readonly fullRate: Rate;
  /** End on the time line of the file; undefined when the file does not state it. */
  readonly endMs: number | undefined;
  /** Time that is read before a wanted picture, as reading starts between key frames in a file without an index. */
  readonly leadMs: number;
  /** The clock of the file jumps or wraps: it is read from its start, and ffmpeg joins the pieces. */
  readonly hasJumps: boolean;
  readonly colour: Colour;
}

/** Formats whose demuxers do not seek to key frames. */
const withoutIndex = /^(mpegts|mpeg|mpegvideo|ogg|asf|flv|mxf|ivf)$/;
/** Longest time between key frames of broadcasts and cameras. */
const LEAD_MS = 10_000;

export interface Source {
  readonly picture: SourcePicture | undefined;
  readonly sound: SourceSound | undefined;
}

export interface SourceSound {
  readonly stream: number;
  readonly endMs: number | undefined;
  readonly hasJumps: boolean;
}

/** Largest side of a source: decoding a picture of 16,384 by 16,384 takes gigabytes. */
const SIDE_MAX = 8192;

/** Returns ffprobe's report. Throws `MEDIA_BROKEN` for output that is not of ffprobe. */
export function readReport(json: string): FileReport {
  const report = reportOf(json);
  if (report === undefined) throw broken('ffprobe reports nothing about the file');
  return report;
}

/**
 * Throws `MEDIA_BROKEN` for a file with neither picture nor sound, and `COLOUR_UNKNOWN` for colours that ffmpeg cannot
 * show. `counts` are of the packets of the file, where they were needed.
 */
export function sourceOf(report: FileReport, counts?: PacketTally): Source {
  const shown = shownStreams(report, counts);
  const { video, audio } = shown;
  if (video === undefined && audio === undefined) throw broken('neither picture nor sound');
  const tally = needsLength(report) ? counts : undefined;
  const timesOf = (stream: Stream): Pick<SourceSound, 'stream' | 'endMs' | 'hasJumps'> => {
    const end = endS(report, stream, { shown, tally });
    return {
      stream: stream.index,
      endMs: end === undefined ? undefined : Math.round(end * 1000),
      hasJumps: hasJumps(report, stream, tally),
    };
  };
  return {
    picture: video === undefined ? undefined : Object.assign(timesOf(video), pictureOf(video, report)),
    sound: audio === undefined ? undefined : timesOf(audio),
  };
}

const broken = (what: string): RenditionError => new RenditionError('MEDIA_BROKEN', what);

function pictureOf(video: Stream, { format }: FileReport): Omit<SourcePicture, keyof SourceSound> {
  const { raw } = video;
  const { width, height } = shownSize(video);
  if (numberOf(raw['width']) > SIDE_MAX || numberOf(raw['height']) > SIDE_MAX)
    throw broken(`a picture of ${raw['width']} by ${raw['height']}`);
  if (isUnshownDolbyVision(raw)) throw new RenditionError('COLOUR_UNKNOWN', 'Dolby Vision without a base layer');
  return {
    width: Math.min(SIDE_MAX, width),
    height: Math.min(SIDE_MAX, height),
    rate: rateOf(ratioOf(raw['avg_frame_rate']) ?? ratioOf(raw['r_frame_rate'])),
    fullRate: rateOf(fullRateOf(raw)),
    leadMs: withoutIndex.test(String(format['format_name'])) ? LEAD_MS : 0,
    colour: colourOf(raw),
  };
}

/** The finest step of times counts; one above `RATE_MAX` is a clock of times, not a rate. */
function fullRateOf(raw: Stream['raw']): number {
  const [mean = 0, finest = 0] = [ratioOf(raw['avg_frame_rate']), ratioOf(raw['r_frame_rate'])];
  if (finest > 0 && finest <= RATE_MAX + 0.5) return Math.max(mean, finest);
  return Math.max(mean, DEFAULT_RATE);
}

const RATE_MAX = 60;
const RATE_MIN = 1;
const DEFAULT_RATE = 30;
/** NTSC rates: 24, 30 and 60 pictures in 1.001 s. */
const ntscRates = [24, 30, 60];
/** Relative tolerance, since phones hold their rate only roughly. */
const NTSC_NEAR = 0.000_4;

/**
 * Returns the source's rate, halved until it is at most 60. It is a whole number or an NTSC rate, so that two seconds
 * have a whole number of pictures.
 */
export function rateOf(source: number | undefined): Rate {
  let each = source ?? DEFAULT_RATE;
  while (each > RATE_MAX + 0.5) each /= 2;
  const ntsc = ntscRates.find((rate) => Math.abs((each * 1.001) / rate - 1) < NTSC_NEAR);
  if (ntsc !== undefined) return { num: ntsc * 1000, den: 1001 };
  return { num: Math.max(RATE_MIN, Math.min(RATE_MAX, Math.round(each))), den: 1 };
}
