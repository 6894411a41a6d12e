// Length of a file: what it states, where that can be believed, otherwise what its packets fill.
import type { PacketsOfStream, PacketTally } from './packets.ts';
import { type FileReport, numberOf, type Raw, type ShownStreams, type Stream } from './streams.ts';

/** Formats whose headers state lengths. ffprobe estimates those of other formats from their bytes or last times. */
const statingFormats = /^(mov|matroska|avi|wav|w64|aiff|flac|asf|mxf)\b/;
/** Formats that may be cut together from pieces with clocks of their own. */
const joinedFormats = /^(mpegts|mpeg|flv|ogg)\b/;
/** Bound of a stated length: 30 days. */
const LENGTH_MAX_S = 2_592_000;
/** Below, a file holds less than the quietest sound, above, more than raw pictures in 4K: its length is measured. */
const BYTES_PER_SECOND = { min: 250, max: 1_000_000_000 };

/** Returns true when the length must be measured by packets. */
export function needsLength({ streams, format }: FileReport): boolean {
  if (!statingFormats.test(String(format['format_name']))) return true;
  const statedS = statedLengthS(format, streams);
  const bytesPerSecond = numberOf(format['size']) / statedS;
  const isOdd = bytesPerSecond < BYTES_PER_SECOND.min || bytesPerSecond > BYTES_PER_SECOND.max;
  return statedS === 0 || statedS > LENGTH_MAX_S || (numberOf(format['size']) > 0 && isOdd);
}

/** Returns the length of the whole in seconds; 0 when it is unknown. `tally` is of the whole file. */
export function lengthS(report: FileReport, shown: ShownStreams, tally?: PacketTally): number {
  const streams = [shown.video, shown.audio].filter((one) => one !== undefined);
  const counted = tally === undefined ? [] : countedOf(streams, tally);
  if (counted.length > 0) return Math.max(...counted.map((one) => endAfterStartS(report, one, counted)));
  return Math.min(LENGTH_MAX_S, statedLengthS(report.format, streams));
}

/** Returns the time in seconds at which a stream of the file ends; undefined when it is unknown. */
export function endS(
  report: FileReport,
  stream: Stream,
  o: { readonly shown: ShownStreams; readonly tally: PacketTally | undefined },
): number | undefined {
  const streams = [o.shown.video, o.shown.audio].filter((one) => one !== undefined);
  const own = o.tally?.of(stream.index);
  if (o.tally !== undefined && own !== undefined && own.packets > 0)
    return endAfterStartS(report, own, countedOf(streams, o.tally)) || undefined;
  const [ownS, wholeS] = [numberOf(stream.raw['duration']), numberOf(report.format['duration'])];
  const lateS = numberOf(stream.raw['start_time']) - numberOf(report.format['start_time']);
  if (ownS > 0) return ownS + Math.max(0, lateS);
  return wholeS > 0 ? wholeS : undefined;
}

/** Clocks of MPEG streams wrap after 33 bits of 90 kHz; ffmpeg gives the times before a wrap as negative ones. */
const WRAP_S = 2 ** 33 / 90_000;

/** Returns true when the clock of the stream jumps or wraps: pictures cannot be found by their times. */
export function hasJumps({ format }: FileReport, stream: Stream, tally: PacketTally | undefined): boolean {
  const counted = tally?.of(stream.index);
  if (counted === undefined || !joinedFormats.test(String(format['format_name']))) return false;
  return counted.jumps > 0 || counted.firstS < 0 || counted.endS > WRAP_S;
}

const countedOf = (streams: readonly Stream[], tally: PacketTally): PacketsOfStream[] =>
  streams.map(({ index }) => tally.of(index)).filter(({ packets }) => packets > 0);

function endAfterStartS(report: FileReport, own: PacketsOfStream, all: readonly PacketsOfStream[]): number {
  if (own.jumps > 0 && joinedFormats.test(String(report.format['format_name']))) return own.filledS;
  return own.endS - Math.min(own.firstS, ...all.map(({ firstS }) => firstS));
}

/** Returns the first length that the file states, or 0. */
const statedLengthS = (format: Raw, streams: readonly Stream[]): number =>
  [format, ...streams.map(({ raw }) => raw)].map((raw) => numberOf(raw['duration'])).find((one) => one > 0) ?? 0;
