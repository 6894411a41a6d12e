// Pictures and bursts of the clock in a file, as ffmpeg decodes them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { burstsIn } from '../../support/clock/burst.ts';
import { timeOf } from '../../support/clock/time-code.ts';
import type { HeardBurst, SeenPicture } from './judge.ts';

const run = promisify(execFile);
const BYTES_MAX = 512 * 1_048_576;
const [width, height, sampleRate] = [160, 90, 48_000];
const quiet = ['-hide_banner', '-nostdin', '-copyts'];

/** Part of a file, in the time of the file. */
export interface FilePart {
  readonly fromMs: number;
  readonly durationMs: number;
}

/** `startMs`: begin of the file, since 1970; without `part` the whole file. */
export interface SeenFile {
  readonly path: string;
  readonly startMs: number;
  readonly part?: FilePart;
}

const inputOf = ({ path, part }: Pick<SeenFile, 'path' | 'part'>): string[] =>
  part === undefined ? ['-i', path] : ['-ss', `${part.fromMs / 1000}`, '-t', `${part.durationMs / 1000}`, '-i', path];

/** Decodes a file, or a part. Returns the complaints of ffmpeg, each a line. */
export async function complaintsOf(path: string, part?: FilePart): Promise<string[]> {
  const input = inputOf(part === undefined ? { path } : { path, part });
  // The usual time base is that of a guessed frame rate, in which two pictures may have the same time.
  const args = [...quiet, '-xerror', '-v', 'error', ...input, '-enc_time_base:v', '1:90000', '-f', 'null', '-'];
  const { stderr } = await run('ffmpeg', args).catch((error: { stderr?: string; message: string }) => ({
    stderr: error.stderr || error.message,
  }));
  return stderr.split('\n').filter((line) => line !== '');
}

/** Returns the duration in ms of each stream, by its type. */
export async function durationsOf(path: string): Promise<Readonly<Record<string, number>>> {
  const args = ['-v', 'error', '-show_entries', 'stream=codec_type,duration', '-of', 'json', path];
  const { streams } = JSON.parse((await run('ffprobe', args)).stdout) as {
    streams: { codec_type: string; duration?: string }[];
  };
  return Object.fromEntries(streams.map(({ codec_type, duration }) => [codec_type, Number(duration ?? 0) * 1000]));
}

export async function picturesOf(file: SeenFile): Promise<SeenPicture[]> {
  const { startMs } = file;
  const filter = `scale=${width}:${height},format=gray,showinfo`;
  const args = [...quiet, ...inputOf(file), '-map', '0:v:0', '-fps_mode', 'passthrough', '-vf', filter];
  const { stdout, stderr } = await run('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: BYTES_MAX,
  });
  const times = [...stderr.toString().matchAll(/ pts_time:([\d.-]+)/g)].map(([, s]) => startMs + Number(s) * 1000);
  return times.flatMap((wallMs, at) => {
    const data = stdout.subarray(at * width * height, (at + 1) * width * height);
    const drawnMs = timeOf({ data, width, height }, wallMs);
    return drawnMs === undefined ? [] : [{ wallMs, drawnMs }];
  });
}

export async function burstsOf(file: SeenFile): Promise<HeardBurst[]> {
  const fromMs = file.part?.fromMs ?? 0;
  // Missing samples become silence, so that the place of a sample is its time.
  const filter = `aresample=${sampleRate}:async=1:first_pts=${Math.round((fromMs * sampleRate) / 1000)}`;
  const args = [...quiet, '-v', 'error', ...inputOf(file), '-map', '0:a:0', '-af', filter, '-ac', '1', '-f', 'f32le'];
  const { stdout } = await run('ffmpeg', [...args, 'pipe:1'], { encoding: 'buffer', maxBuffer: BYTES_MAX });
  const whole = Uint8Array.from(stdout.subarray(0, stdout.length - (stdout.length % 4)));
  const samples = new Float32Array(whole.buffer);
  const beganMs = file.startMs + fromMs;
  return burstsIn(samples, sampleRate).map(({ at, tone }) => ({ tone, wallMs: beganMs + (at * 1000) / sampleRate }));
}
