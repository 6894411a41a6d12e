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
  /** End on the time line of the file; undefined when the file does not state it. */
  readonly endMs: number | undefined;
  /** Time that is read before a wanted picture, as reading starts between key frames in a file without an index. */
  readonly leadMs: number;
}

/** Formats whose demuxers do not seek to key frames. */
const withoutIndex = /^(mpegts|mpeg|mpegvideo|ogg|asf|flv|mxf|ivf)$/;
/** Longest time between key frames of broadcasts and cameras. */
const LEAD_MS = 10_000;

export interface Source {
  readonly picture: SourcePicture | undefined;
  readonly sound: { readonly stream: number; readonly endMs: number | undefined } | undefined;
}

/** Largest side of a source: decoding a picture of 16,384 by 16,384 takes gigabytes. */
const SIDE_MAX = 8192;

interface Stream {
  readonly index: number;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Throws `MEDIA_BROKEN` for output that is not of ffprobe, and for a file with neither picture nor sound. */
export function sourceOf(json: string): Source {
  const { streams, format } = parsed(json);
  const streamOf = (type: string): Stream | undefined =>
    streams.find(({ raw }) => raw['codec_type'] === type && typeof raw['codec_name'] === 'string' && !isCover(raw));
  const [video, audio] = [streamOf('video'), streamOf('audio')];
  if (video === undefined && audio === undefined) throw broken('neither picture nor sound');
  return {
    picture: video === undefined ? undefined : pictureOf(video, format),
    sound: audio === undefined ? undefined : { stream: audio.index, endMs: endMsOf(audio.raw, format) },
  };
}

const broken = (what: string): RenditionError => new RenditionError('MEDIA_BROKEN', what);

function parsed(json: string): { streams: Stream[]; format: Readonly<Record<string, unknown>> } {
  let report: unknown;
  try {
    report = JSON.parse(json);
  } catch (cause) {
    throw new RenditionError('MEDIA_BROKEN', 'ffprobe reports nothing about the file', { cause });
  }
  const { streams, format } = recordOf(report);
  if (!Array.isArray(streams)) throw broken('ffprobe finds no streams');
  const found = streams.map((one: unknown): Stream => {
    const raw = recordOf(one);
    return { index: Number(raw['index']), raw };
  });
  return { streams: found.filter(({ index }) => Number.isInteger(index) && index >= 0), format: recordOf(format) };
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const isCover = (raw: Stream['raw']): boolean => recordOf(raw['disposition'])['attached_pic'] === 1;

function pictureOf({ index, raw }: Stream, format: Readonly<Record<string, unknown>>): SourcePicture {
  const [coded, height] = [Number(raw['width']), Number(raw['height'])];
  const isSize = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= SIDE_MAX;
  if (!isSize(coded) || !isSize(height)) throw broken(`a picture of ${coded} by ${height}`);
  const width = Math.min(SIDE_MAX, Math.max(1, Math.round(coded * pixelShape(raw['sample_aspect_ratio']))));
  const isTurned = Math.abs(rotationOf(raw)) % 180 === 90;
  return {
    stream: index,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    rate: rateOf(ratio(raw['avg_frame_rate']) ?? ratio(raw['r_frame_rate'])),
    endMs: endMsOf(raw, format),
    leadMs: withoutIndex.test(String(format['format_name'])) ? LEAD_MS : 0,
  };
}

function rotationOf(raw: Stream['raw']): number {
  const sides = Array.isArray(raw['side_data_list']) ? raw['side_data_list'].map(recordOf) : [];
  const side = sides.find((one) => typeof one['rotation'] === 'number')?.['rotation'];
  const turn = Number(side ?? recordOf(raw['tags'])['rotate'] ?? 0);
  return Number.isFinite(turn) ? Math.round(turn) : 0;
}

/** Returns width to height of a pixel; implausible values count as square. */
function pixelShape(text: unknown): number {
  const shape = ratio(typeof text === 'string' ? text.replace(':', '/') : undefined) ?? 1;
  return shape >= 0.1 && shape <= 10 ? shape : 1;
}

function ratio(text: unknown): number | undefined {
  const [, num, den] = /^(\d{1,12})\/(\d{1,12})$/.exec(typeof text === 'string' ? text : '') ?? [];
  const value = Number(num) / Number(den);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** A stream that does not state its end ends with the file. */
function endMsOf(raw: Stream['raw'], format: Readonly<Record<string, unknown>>): number | undefined {
  const [own, whole] = [Number(raw['duration']), Number(format['duration'])];
  const lateS = Number(raw['start_time']) - Number(format['start_time']);
  if (own > 0 && Number.isFinite(own)) return Math.round((own + (lateS > 0 ? lateS : 0)) * 1000);
  return whole > 0 && Number.isFinite(whole) ? Math.round(whole * 1000) : undefined;
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
