// Reads ffprobe's JSON of a file and chooses the streams that are shown: the best picture and the best sound.
import type { PacketTally } from './packets.ts';

export type Raw = Readonly<Record<string, unknown>>;

export interface Stream {
  readonly index: number;
  readonly raw: Raw;
}

export interface FileReport {
  readonly streams: readonly Stream[];
  readonly format: Raw;
  /** First decoded picture, if ffprobe was asked for it: it has the EXIF orientation of a JPEG. */
  readonly frame: Raw;
}

export interface ShownStreams {
  readonly video: Stream | undefined;
  readonly audio: Stream | undefined;
  /** Picture to show beside sound: attached to a song, or a still that lasts as long as the sound. */
  readonly cover: Stream | undefined;
}

/** Returns undefined for text that is not ffprobe's JSON. Streams of another form are left out. */
export function reportOf(text: string): FileReport | undefined {
  const read = parsed(text);
  if (read === undefined) return undefined;
  const { streams, format } = recordOf(read);
  const list = Array.isArray(streams) ? streams.map(recordOf) : [];
  const found = list.map((raw, at) => ({ index: typeof raw['index'] === 'number' ? raw['index'] : at, raw }));
  return {
    streams: found.filter(({ index }) => Number.isInteger(index) && index >= 0),
    format: recordOf(format),
    frame: {},
  };
}

/** Returns the report with the first picture of ffprobe's JSON of frames. */
export function withFrame(report: FileReport, text: string): FileReport {
  const frames = recordOf(parsed(text))['frames'];
  return Object.assign({}, report, { frame: recordOf(Array.isArray(frames) ? frames[0] : undefined) });
}

/** Returns true for a file that is one picture, or pictures without sound. */
export const isPictureFile = ({ format }: FileReport): boolean =>
  /^(image2|gif|apng)\b|_pipe$/.test(String(format['format_name']));

/** Returns undefined for text that is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export const recordOf = (value: unknown): Raw => (typeof value === 'object' && value !== null ? (value as Raw) : {});

/** Returns 0 for what is not a finite number. */
export function numberOf(value: unknown): number {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}

/** Returns the fraction `a/b` or `a:b` above 0; undefined for other values. */
export function ratioOf(text: unknown): number | undefined {
  const [, num, den] = /^(\d{1,12})[/:](\d{1,12})$/.exec(typeof text === 'string' ? text : '') ?? [];
  const value = Number(num) / Number(den);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/**
 * Chooses the best picture stream and the best sound stream. Each list is by priority:
 * - picture: a film before a still, then the default stream, the largest, the first
 * - sound: a stream with content, then neither commentary nor a version for the impaired, the default stream, most
 *   channels, the first
 *
 * A still beside sound is its cover. `tally` counts packets where the file does not state the number of its pictures.
 */
export function shownStreams({ streams }: FileReport, tally?: PacketTally): ShownStreams {
  const count = (stream: Stream): number | undefined => countOf(stream, tally);
  const pictures = streams.filter(isPicture);
  const own = pictures.filter(({ raw }) => !isAttached(raw));
  const isStill = (stream: Stream): boolean => (count(stream) ?? (isStillCodec(stream) ? 1 : 2)) <= 1;
  const audio = best(streams.filter(isSound), [
    (stream) => Number(count(stream) !== 0 && numberOf(stream.raw['channels']) > 0),
    ({ raw }) => Number(!isSecondary(raw)),
    ({ raw }) => disposition(raw, 'default'),
    ({ raw }) => numberOf(raw['channels']),
  ]);
  const film = bestPicture(own.filter((stream) => !isStill(stream)));
  const still = bestPicture(own.filter((stream) => count(stream) !== 0));
  return {
    video: film ?? (audio === undefined ? still : undefined),
    audio,
    cover: bestPicture(pictures.filter(({ raw }) => isAttached(raw))) ?? (film === undefined ? still : undefined),
  };
}

/** Returns true when the choice of `shownStreams` depends on numbers of packets that the file does not state. */
export function needsCounts({ streams }: FileReport): boolean {
  const pictures = streams.filter((stream) => isPicture(stream) && !isAttached(stream.raw));
  const sounds = streams.filter(isSound);
  const isUnknown = (stream: Stream): boolean => countOf(stream) === undefined;
  const hasChoice = pictures.length > 1 || (pictures.length > 0 && sounds.length > 0);
  return (hasChoice && pictures.some(isUnknown)) || (sounds.length > 1 && sounds.some(isUnknown));
}

/** Returns true when more packets do not change the choice of `shownStreams`. */
export const isCounted = ({ streams }: FileReport, tally: PacketTally): boolean =>
  streams.every((stream) => {
    const { packets } = tally.of(stream.index);
    return packets >= 2 || (isSound(stream) && packets > 0) || !(isPicture(stream) || isSound(stream));
  });

/** Returns width and height as shown: upright, with square pixels. Undefined without a plausible size. */
export function shownSize({ raw }: Stream, frame: Raw = {}): { width: number; height: number; rotation: number } {
  const rotation = rotationOf(raw, frame);
  const wide = Math.max(1, Math.round(numberOf(raw['width']) * pixelShape(raw['sample_aspect_ratio'])));
  const [width, height] = [Math.min(SIDE_MAX, wide), numberOf(raw['height'])];
  return rotation % 180 === 90 ? { width: height, height: width, rotation } : { width, height, rotation };
}

const SIDE_MAX = 65_535;
const isSide = (side: unknown): boolean => Number.isInteger(side) && numberOf(side) >= 1 && numberOf(side) <= SIDE_MAX;
const isOf = ({ raw }: Stream, type: string): boolean =>
  raw['codec_type'] === type && typeof raw['codec_name'] === 'string' && raw['codec_name'] !== 'none';
const isPicture = (stream: Stream): boolean =>
  isOf(stream, 'video') && isSide(stream.raw['width']) && isSide(stream.raw['height']);
const isSound = (stream: Stream): boolean => isOf(stream, 'audio');

const disposition = (raw: Raw, name: string): number => Number(recordOf(raw['disposition'])[name] === 1);
const isAttached = (raw: Raw): boolean =>
  disposition(raw, 'attached_pic') === 1 || disposition(raw, 'timed_thumbnails') === 1;
const secondary = ['comment', 'hearing_impaired', 'visual_impaired', 'descriptions', 'karaoke', 'clean_effects'];
const isSecondary = (raw: Raw): boolean => secondary.some((name) => disposition(raw, name) === 1);

/** Codecs of single pictures; a camera's film may be Motion JPEG too, which counts tell. */
const isStillCodec = ({ raw }: Stream): boolean =>
  /^(mjpeg|png|bmp|webp|tiff|jpeg2000|jpegxl|svg|ppm|targa)$/.test(String(raw['codec_name']));

/** Returns the number of pictures or packets, as stated or counted; undefined when it is unknown. */
function countOf({ index, raw }: Stream, tally?: PacketTally): number | undefined {
  if (tally !== undefined) return tally.of(index).packets;
  const tags = Object.entries(recordOf(raw['tags']));
  const stated = raw['nb_frames'] ?? tags.find(([name]) => /^NUMBER_OF_FRAMES(-|$)/.test(name))?.[1];
  const count = Number(stated);
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}

const bestPicture = (streams: readonly Stream[]): Stream | undefined =>
  best(streams, [
    ({ raw }) => disposition(raw, 'default'),
    ({ raw }) => numberOf(raw['width']) * numberOf(raw['height']),
  ]);

/** Returns the stream that is greatest by the first measure, among equals by the next, then the first. */
function best(streams: readonly Stream[], measures: readonly ((stream: Stream) => number)[]): Stream | undefined {
  const compare = (a: Stream, b: Stream): number =>
    measures.map((measure) => measure(b) - measure(a)).find((difference) => difference !== 0) ?? a.index - b.index;
  return [...streams].sort(compare)[0];
}

/** Returns clockwise degrees, a multiple of 90; ffprobe counts counter-clockwise. */
function rotationOf(raw: Raw, frame: Raw): number {
  const found = [...sidesOf(frame), ...sidesOf(raw)].find(({ rotation }) => typeof rotation === 'number');
  const degrees = found === undefined ? numberOf(recordOf(raw['tags'])['rotate']) : -numberOf(found['rotation']);
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
}

/** Returns the side data of a stream or picture. */
export const sidesOf = (raw: Raw): Raw[] =>
  Array.isArray(raw['side_data_list']) ? raw['side_data_list'].map(recordOf) : [];

/** Returns width to height of a pixel; implausible values count as square. */
function pixelShape(text: unknown): number {
  const shape = ratioOf(text) ?? 1;
  return shape >= 0.1 && shape <= 10 ? shape : 1;
}
