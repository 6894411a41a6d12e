// One ffmpeg with bytes in and out over pipes alone, in its sandbox: a job with an end, not a stream that goes on.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';
import { FinishError } from '../core/finishing/errors.ts';

export interface FfmpegRun {
  /** The words before `ffmpeg`, of `findSandbox`. */
  readonly sandbox: readonly string[];
  /** What follows the common arguments. Outputs are `pipe:3`, `pipe:4`, …, in the order of `outputs`. */
  readonly args: readonly string[];
  /** Writes all of the input; each write resolves when ffmpeg has room for more. */
  readonly input: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>;
  /** Takes what comes out; nothing more is read before it resolves. */
  readonly outputs: readonly ((bytes: Uint8Array) => Promise<void> | void)[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const commonArgs = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe'];
/** Of one thread each, so that it makes the same bytes each time and a job takes a core at most. */
const oneThread = ['-threads', '1', '-filter_threads', '1'];
/** Behind recordings, which have none, and transcoding for people who watch, which has 5. */
const behindOthers = ['nice', '-n', '10', '--'];
/** Nothing went in or out for so long: it hangs, or the store does not answer any more. */
const STUCK_MS = 180_000;
const LOOK_MS = 5000;
const ERROR_CHARS = 300;

/**
 * Resolves when ffmpeg has ended and all its outputs were taken. Rejects with a `FinishError`: `FFMPEG_FAILED` (it
 * could not be started, ended with an error or hung), `JOB_ABORTED` by the signal; and as `input` and `outputs` do.
 */
export async function runFfmpeg(o: FfmpegRun): Promise<void> {
  if (o.signal.aborted) throw new FinishError('JOB_ABORTED');
  const [file = '', ...words] = [...behindOthers, ...o.sandbox, 'ffmpeg', ...commonArgs, ...oneThread, ...o.args];
  const stdio = ['pipe', 'ignore', 'pipe', ...o.outputs.map(() => 'pipe' as const)] as const;
  const child = spawn(file, words, { stdio: [...stdio], cwd: '/', env: { PATH: process.env['PATH'] ?? '' } });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const fail = (error: unknown): void => failed.reject(error);
  const onAbort = (): void => fail(new FinishError('JOB_ABORTED'));
  o.signal.addEventListener('abort', onAbort, { once: true });
  let movedMs = o.clock.nowMs();
  const timer = o.clock.every(LOOK_MS, () => {
    if (o.clock.nowMs() - movedMs > STUCK_MS)
      fail(new FinishError('FFMPEG_FAILED', `ffmpeg took and made nothing for ${STUCK_MS} ms`));
  });
  const moved = (): void => {
    movedMs = o.clock.nowMs();
  };
  const ended = endOf(child);
  try {
    const work = [feed(child, o.input, moved), ...o.outputs.map((take, at) => drain(child, at + 3, take, moved))];
    // The first that fails is the reason; what ffmpeg says of itself comes before a broken pipe.
    await Promise.race([Promise.all([ended, ...work.map((one) => settledBy(one, ended))]), failed.promise]);
  } finally {
    timer.cancel();
    o.signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    for (const stream of child.stdio) (stream as Readable | null)?.destroy();
  }
}

/** As `work`; but when that fails because ffmpeg has ended with an error, as this. */
async function settledBy(work: Promise<void>, ended: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error as { isPipe?: boolean }).isPipe) throw error;
    await ended;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, ERROR_CHARS);
  });
  const over = Promise.withResolvers<string | undefined>();
  child.on('error', (error) => over.resolve(error.message));
  child.on('close', (code, signal) =>
    over.resolve(code === 0 ? undefined : `${signal ?? `exit code ${code}`} ${said}`),
  );
  const reason = await over.promise;
  if (reason !== undefined) throw new FinishError('FFMPEG_FAILED', `ffmpeg: ${reason.trim()}`);
}

async function feed(child: ChildProcess, input: FfmpegRun['input'], moved: () => void): Promise<void> {
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
    // ffmpeg that has seen enough, or has ended, takes no more: its end says which.
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
