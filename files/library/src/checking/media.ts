// Reads a file with ffprobe and makes its cover with ffmpeg.
import type { Clock } from '@meridian/runtime';
import { jpegFilter, pictureFilter } from '../core/colour.ts';
import { needsLength } from '../core/length.ts';
import { isTaken, mediaFormats, type ProbedFormat, probedFormatOf, recognisedOf } from '../core/media-formats.ts';
import { PacketTally, packetArgs } from '../core/packets.ts';
import { type CoverSource, type ProbedFile, probedOf } from '../core/probed.ts';
import { FileRefused } from '../core/retry.ts';
import { type FileReport, isCounted, isPictureFile, needsCounts, reportOf, withFrame } from '../core/streams.ts';
import { type RunOptions, type RunResult, runOnFile } from './run.ts';

/** Ten hours of video with the index at the end take two seconds. */
const PROBE_LIMIT_MS = 60_000;
const PROBE_BYTES_MAX = 1_048_576;
/** Limit of reading all packets of a file, without decoding; beyond it, what the file states counts. */
const PACKETS_LIMIT_MS = 60_000;
/** Bound of the lines of packets: a day of video and sound has six million of 40 bytes. */
const PACKETS_BYTES_MAX = 1_073_741_824;
/** Limit of decoding one picture after a seek to a key frame. */
const COVER_LIMIT_MS = 60_000;
const COVER_BYTES_MAX = 307_200;
const COVER_WIDTH_MAX = 1280;
/** mjpeg qualities, best first: the first whose picture is small enough is used. */
const COVER_QUALITIES = [3, 8, 18, 31];
/** A file is broken when ffprobe exceeds its time limit this often in a row; a single time may be a stalled machine. */
const TRIES_MAX = 2;

export interface MediaSource {
  readonly sandbox: readonly string[];
  readonly path: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Probed {
  readonly format: ProbedFormat;
  /** Absent: the file has no readable stream. */
  readonly probed: ProbedFile | undefined;
}

/**
 * Lets ffprobe find the format and the streams. Rejects with a `FileRefused`: TYPE_REFUSED for a format that is unknown
 * or not in `mediaFormats`, MEDIA_BROKEN for a file of such a format that cannot be opened.
 */
export async function probe(source: MediaSource): Promise<Probed> {
  const found = await runWithRetry(source, {
    program: 'ffprobe',
    args: [...inputArgs('error'), '-show_streams', '-show_format', '-of', 'json', '/dev/stdin'],
    limitMs: PROBE_LIMIT_MS,
    bytesMax: PROBE_BYTES_MAX,
  });
  const json = found.output.toString('utf8');
  const format = found.isOk ? probedFormatOf(json) : undefined;
  if (format === undefined) throw await refusalOf(source, found.errorText);
  const report = reportOf(json);
  return { format, probed: report && (await probedFrom(source, report)) };
}

/** ffprobe names the format that it recognised only in its log, and exits alike for unknown and for broken files. */
async function refusalOf(source: MediaSource, errorText: string): Promise<FileRefused> {
  const args = [...inputArgs('debug'), '/dev/stdin'];
  const options = { program: 'ffprobe' as const, args, limitMs: PROBE_LIMIT_MS, bytesMax: PROBE_BYTES_MAX };
  const format = recognisedOf((await runWithRetry(source, options)).errorText);
  if (format === undefined) return new FileRefused('TYPE_REFUSED', 'the file is of no known type');
  if (!isTaken(format)) return new FileRefused('TYPE_REFUSED', `files of the format ${format} are not accepted`);
  return new FileRefused('MEDIA_BROKEN', errorText === '' ? `the file of the format ${format} is broken` : errorText);
}

async function probedFrom(source: MediaSource, report: FileReport): Promise<ProbedFile | undefined> {
  if (!isPictureFile(report)) return probedOf(report, await tallyOf(source, report));
  // The orientation of a JPEG (EXIF) belongs to its picture, not to its stream.
  const { output } = await runOnFile(
    Object.assign({}, source, {
      program: 'ffprobe' as const,
      args: [...inputArgs('error'), '-show_frames', '-read_intervals', '%+#1', '-of', 'json', '/dev/stdin'],
      limitMs: PROBE_LIMIT_MS,
      bytesMax: PROBE_BYTES_MAX,
    }),
  );
  return probedOf(withFrame(report, output.toString('utf8')));
}

/** Counts packets where the file does not say enough: all of them for its length, some to tell films from stills. */
async function tallyOf(
  source: MediaSource,
  report: FileReport,
): Promise<{ counts: PacketTally; isWhole: boolean } | undefined> {
  const isLengthNeeded = needsLength(report);
  if (!isLengthNeeded && !needsCounts(report)) return undefined;
  const counts = new PacketTally();
  const { isOk } = await runOnFile(
    Object.assign({}, source, {
      program: 'ffprobe' as const,
      args: [...inputArgs('error'), ...packetArgs, '/dev/stdin'],
      limitMs: PACKETS_LIMIT_MS,
      bytesMax: PACKETS_BYTES_MAX,
      isEnough: (chunk: Buffer): boolean => {
        counts.push(chunk.toString('latin1'));
        return !isLengthNeeded && isCounted(report, counts);
      },
    }),
  );
  return { counts, isWhole: isLengthNeeded && isOk };
}

/** Returns the picture at `atMs` as a JPEG; undefined when none can be decoded. */
export async function coverOf(source: MediaSource, cover: CoverSource, atMs: number): Promise<Uint8Array | undefined> {
  const width = Math.min(COVER_WIDTH_MAX, cover.width);
  const height = Math.max(1, Math.round((cover.height * width) / cover.width));
  const filter = `${pictureFilter(cover.colour, { width, height })},${jpegFilter(cover.colour)}`;
  const picture = ['-map', `0:${cover.stream}`, '-frames:v', '1', '-vf', filter];
  const seek = atMs > 0 ? ['-ss', (atMs / 1000).toFixed(3)] : [];
  const args = ['-nostdin', ...seek, ...inputArgs('error'), '-i', '/dev/stdin', ...commonArgs, ...picture];
  for (const quality of COVER_QUALITIES) {
    const result = await runOnFile(
      Object.assign({}, source, {
        program: 'ffmpeg' as const,
        args: [...args, '-q:v', String(quality), ...pipeOutputArgs],
        limitMs: COVER_LIMIT_MS,
        bytesMax: COVER_BYTES_MAX,
      }),
    );
    if (result.isOk) return result.output.length === 0 ? undefined : result.output;
    if (result.isLate || result.output.length === 0) return undefined;
  }
  return undefined;
}

const commonArgs = ['-threads', '1', '-filter_threads', '1'];
const pipeOutputArgs = ['-f', 'mjpeg', 'pipe:1'];

/**
 * Bytes in which ffprobe looks for the format, behind the ID3 tag of a song: tags hold pictures of some megabytes. Only
 * files that are not recognised earlier are read so far.
 */
const FORMAT_PROBE_BYTES = 16 * 1_048_576;

/** Input options that allow the formats of the list and no other file. */
const inputArgs = (level: 'error' | 'debug'): string[] => [
  ...['-hide_banner', '-loglevel', level, '-protocol_whitelist', 'file,pipe'],
  ...['-format_whitelist', mediaFormats, '-formatprobesize', `${FORMAT_PROBE_BYTES}`],
];

/** Rejects with MEDIA_BROKEN for a file that takes too long twice. */
async function runWithRetry(
  source: MediaSource,
  o: Pick<RunOptions, 'program' | 'args' | 'limitMs' | 'bytesMax'>,
): Promise<RunResult> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const end = await runOnFile(Object.assign({}, source, o));
    if (!end.isLate) return end;
  }
  throw new FileRefused('MEDIA_BROKEN', 'the file could not be read in time');
}
