// Reads a file with ffprobe and makes its cover with ffmpeg.
import type { Clock } from '@meridian/runtime';
import type { FileType } from '../core/file-kinds.ts';
import { mediaOf } from '../core/probed.ts';
import type { Media } from '../core/report.ts';
import { FileRefused } from '../core/retry.ts';
import { type RunOptions, type RunResult, runOnFile } from './run.ts';

/** Ten hours of video with the index at the end take two seconds. */
const PROBE_LIMIT_MS = 60_000;
const PROBE_BYTES_MAX = 1_048_576;
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
  readonly fileType: FileType;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Rejects with a `FileRefused` (MEDIA_BROKEN) when the file has no readable stream. */
export async function probe(source: MediaSource): Promise<Media> {
  const { output, errorText: said } = await runWithRetry(source, {
    program: 'ffprobe',
    args: [...inputArgs(source), '-show_streams', '-show_format', '-of', 'json', '/dev/stdin'],
    limitMs: PROBE_LIMIT_MS,
    bytesMax: PROBE_BYTES_MAX,
  });
  const media = mediaOf(output.toString('utf8'));
  if (media === undefined) throw new FileRefused('MEDIA_BROKEN', said === '' ? 'the file has no stream' : said);
  return media;
}

/** Returns the picture at `atMs` as a JPEG; undefined when none can be decoded. */
export async function coverOf(source: MediaSource, atMs: number): Promise<Uint8Array | undefined> {
  for (const quality of COVER_QUALITIES) {
    const seek = atMs > 0 ? ['-ss', (atMs / 1000).toFixed(3)] : [];
    const picture = ['-frames:v', '1', '-vf', `scale='min(${COVER_WIDTH_MAX},iw)':-2`, '-q:v', String(quality)];
    const result = await runOnFile(
      Object.assign({}, source, {
        program: 'ffmpeg' as const,
        args: [
          '-nostdin',
          ...seek,
          ...inputArgs(source),
          '-i',
          '/dev/stdin',
          ...commonArgs,
          ...picture,
          ...pipeOutputArgs,
        ],
        limitMs: COVER_LIMIT_MS,
        bytesMax: COVER_BYTES_MAX,
      }),
    );
    if (result.isOk) return result.output.length === 0 ? undefined : result.output;
    if (result.isLate || result.output.length === 0) return undefined;
  }
  return undefined;
}

const commonArgs = ['-an', '-sn', '-dn', '-threads', '1', '-filter_threads', '1'];
const pipeOutputArgs = ['-pix_fmt', 'yuvj420p', '-f', 'mjpeg', 'pipe:1'];

/** Input options that allow one demuxer and no other file. */
const inputArgs = ({ fileType }: MediaSource): string[] => [
  ...['-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'file,pipe'],
  ...['-f', fileType.demuxer],
];

async function runWithRetry(
  source: MediaSource,
  o: Pick<RunOptions, 'program' | 'args' | 'limitMs' | 'bytesMax'>,
): Promise<RunResult> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const end = await runOnFile(Object.assign({}, source, o));
    if (end.isOk) return end;
    if (!end.isLate) throw new FileRefused('MEDIA_BROKEN', end.errorText);
  }
  throw new FileRefused('MEDIA_BROKEN', 'the file could not be read in time');
}
