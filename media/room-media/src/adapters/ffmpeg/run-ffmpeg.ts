// Runs one ffmpeg or ffprobe job to its end in the sandbox, with bytes over pipes and open files alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';
import { NO_SANDBOX_EXIT } from './sandbox.ts';

export interface FfmpegRun {
  /** Command line before the program, of `findSandbox`. */
  readonly sandbox: readonly string[];
  readonly program?: 'ffmpeg' | 'ffprobe';
  /** Arguments after the common arguments. Outputs are `pipe:3`, `pipe:4`, …, in the order of `outputs`. */
  readonly args: readonly string[];
  /** Writes the whole input; each write resolves when ffmpeg has room for more. */
  readonly input?: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>;
  /**
   * Open files that ffmpeg reads through `fileArg`, wherever their folders are. ffmpeg opens the file again as a user
   * without rights, so the file's mode must let that user read.
   */
  readonly files?: readonly number[];
  /** Takes output bytes; the next bytes are read after the promise resolves. */
  readonly outputs: readonly ((bytes: Uint8Array) => Promise<void> | void)[];
  /** Threads of decoders and filters. Default 1: the output is reproducible, and the job uses at most one core. */
  readonly threads?: number;
  /** Time limit. Without it only a hanging job is ended. */
  readonly limitMs?: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class FfmpegError extends Error {
  readonly code: 'FFMPEG_FAILED' | 'JOB_ABORTED' | 'NO_SANDBOX';
  /** Exit code of ffmpeg; undefined when it was killed or never ran. */
  readonly exitCode: number | undefined;

  constructor(code: FfmpegError['code'], message: string, exitCode?: number) {
    super(message);
    this.name = 'FfmpegError';
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Returns the seekable input argument of `files[at]`, for a run with `outputs` outputs. */
export const fileArg = (at: number, outputs: number): string => `/proc/self/fd/${3 + outputs + at}`;

const commonArgs = ['-hide_banner', '-loglevel', 'error', '-protocol_whitelist'];
/** Recordings (niceness 0) and live transcoding (5) have precedence. */
const lowPriority = ['nice', '-n', '10', '--'];
/** Without bytes in or out for this time, the job hangs or the store no longer answers. */
const STUCK_MS = 180_000;
const PROGRESS_CHECK_MS = 5000;
const ERROR_CHARS = 300;

/**
 * Resolves when ffmpeg has ended and all its outputs are taken. Rejects with an `FfmpegError`: `FFMPEG_FAILED` (not
 * started, ended with an error, hung or too slow), `NO_SANDBOX` or `JOB_ABORTED` (by the signal); and with errors of
 * `input` and `outputs`.
 */
export async function runFfmpeg(o: FfmpegRun): Promise<void> {
  if (o.signal.aborted) throw aborted();
  const child = startFfmpeg(o);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const fail = (error: unknown): void => failed.reject(error);
  const onAbort = (): void => fail(aborted());
  o.signal.addEventListener('abort', onAbort, { once: true });
  const endMs = o.clock.nowMs() + (o.limitMs ?? Number.POSITIVE_INFINITY);
  let lastProgressMs = o.clock.nowMs();
  const timer = o.clock.every(PROGRESS_CHECK_MS, () => {
    if (o.clock.nowMs() - lastProgressMs > STUCK_MS)
      fail(new FfmpegError('FFMPEG_FAILED', `ffmpeg read and wrote nothing for ${STUCK_MS} ms`));
    if (o.clock.nowMs() > endMs) fail(new FfmpegError('FFMPEG_FAILED', `ffmpeg needed more than ${o.limitMs} ms`));
  });
  const noteProgress = (): void => {
    lastProgressMs = o.clock.nowMs();
  };
  const ended = endOf(child);
  try {
    const fed = o.input === undefined ? [] : [feed(child, o.input, noteProgress)];
    const work = [...fed, ...o.outputs.map((take, at) => drain(child, at + 3, take, noteProgress))];
    // The first failure is the reason; ffmpeg's own error takes precedence over a broken pipe.
    await Promise.race([Promise.all([ended, ...work.map((one) => withExitError(one, ended))]), failed.promise]);
  } finally {
    timer.cancel();
    o.signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    for (const stream of child.stdio) (stream as Readable | null)?.destroy();
  }
}

const aborted = (): FfmpegError => new FfmpegError('JOB_ABORTED', 'The job was ended before it was done.');

function startFfmpeg(o: FfmpegRun): ChildProcess {
  const { program = 'ffmpeg', outputs, files = [], input, threads = 1 } = o;
  const common = [...commonArgs, files.length === 0 ? 'pipe' : 'pipe,file'];
  const options = ['-threads', '-filter_threads', '-filter_complex_threads'];
  const ffmpegArgs = program === 'ffmpeg' ? ['-nostdin', ...options.flatMap((option) => [option, `${threads}`])] : [];
  const [file = '', ...commandArgs] = [...lowPriority, ...o.sandbox, program, ...common, ...ffmpegArgs, ...o.args];
  const pipes = outputs.map(() => 'pipe' as const);
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'ignore', 'pipe', ...pipes, ...files] as const;
  return spawn(file, commandArgs, { stdio: [...stdio], cwd: '/', env: { PATH: process.env['PATH'] ?? '' } });
}

/** Settles like `work`; but when `work` fails because ffmpeg has ended with an error, rejects with ffmpeg's error. */
async function withExitError(work: Promise<void>, ended: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error as { isPipe?: boolean }).isPipe) throw error;
    await ended;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  let errorText = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(0, ERROR_CHARS);
  });
  const exit = Promise.withResolvers<{ reason: string; exitCode?: number } | undefined>();
  child.on('error', (error) => exit.resolve({ reason: error.message }));
  child.on('close', (code, signal) => {
    if (code === 0) exit.resolve(undefined);
    else if (code === null) exit.resolve({ reason: `${signal} ${errorText}` });
    else exit.resolve({ reason: `exit code ${code} ${errorText}`, exitCode: code });
  });
  const failed = await exit.promise;
  if (failed?.exitCode === NO_SANDBOX_EXIT) throw new FfmpegError('NO_SANDBOX', errorText.trim());
  if (failed !== undefined) throw new FfmpegError('FFMPEG_FAILED', `ffmpeg: ${failed.reason.trim()}`, failed.exitCode);
}

async function feed(child: ChildProcess, input: NonNullable<FfmpegRun['input']>, moved: () => void): Promise<void> {
  const { stdin } = child;
  if (stdin === null) return;
  let isOpen = true;
  const closed = once(stdin, 'close').catch(() => undefined);
  stdin.on('error', () => {
    isOpen = false;
  });
  stdin.on('close', () => {
    isOpen = false;
  });
  await input(async (bytes) => {
    // An ffmpeg that has seen enough or has ended takes no more input; its exit says which.
    if (!isOpen) return;
    moved();
    if (!stdin.write(bytes)) await Promise.race([once(stdin, 'drain').catch(() => undefined), closed]);
    moved();
  });
  if (isOpen) stdin.end();
}

async function drain(
  child: ChildProcess,
  pipe: number,
  take: FfmpegRun['outputs'][number],
  moved: () => void,
): Promise<void> {
  const stream = child.stdio[pipe] as Readable | null | undefined;
  if (stream === null || stream === undefined) return;
  const pieces = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await pieces.next().catch((error: unknown) => {
      throw Object.assign(new Error('the pipe of ffmpeg broke', { cause: error }), { isPipe: true });
    });
    if (done === true) return;
    moved();
    await take(value as Uint8Array);
    moved();
  }
}
