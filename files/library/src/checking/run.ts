// Runs ffmpeg or ffprobe in its sandbox on an open file, as the sandbox has no rights to the folder.
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { NO_SANDBOX_EXIT } from '@meridian/room-media';
import type { Clock } from '@meridian/runtime';

export interface RunOptions {
  /** Command line in front of the program, from `findSandbox`. */
  readonly sandbox: readonly string[];
  readonly program: 'ffmpeg' | 'ffprobe';
  /** Arguments; `/dev/stdin` is the file. */
  readonly args: readonly string[];
  readonly path: string;
  readonly limitMs: number;
  /** Bound of the output; a program that writes more is ended. */
  readonly bytesMax: number;
  /** Takes output in place of `RunResult.output`; the program is ended, as a success, when it returns true. */
  readonly isEnough?: (chunk: Buffer) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly isOk: boolean;
  readonly isLate: boolean;
  readonly output: Buffer;
  readonly errorText: string;
}

const ERROR_TEXT_CHARACTERS = 300;
/** Gives recordings and live transcoding priority over these programs. */
const lowPriority = ['nice', '-n', '10', '--'];

/** Rejects when the program cannot be started, or with the reason of the signal. */
export async function runOnFile(o: RunOptions): Promise<RunResult> {
  o.signal.throwIfAborted();
  const file = await open(o.path, 'r');
  try {
    // The sandboxed ffmpeg reopens the file as another user; the folder above admits no other user.
    if (process.getuid?.() === 0) await file.chmod(0o604);
    return await run(o, file.fd);
  } finally {
    await file.chmod(0o600);
    await file.close();
  }
}

async function run(o: RunOptions, fd: number): Promise<RunResult> {
  const [first = '', ...words] = [...lowPriority, ...o.sandbox, o.program, ...o.args];
  const env = { PATH: process.env['PATH'] ?? '' };
  const child = spawn(first, words, { stdio: [fd, 'pipe', 'pipe'], cwd: '/', env });
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stderrText = '';
  let isLate = false;
  let isEnough = false;
  const kill = (): void => void child.kill('SIGKILL');
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > o.bytesMax) kill();
    else if (o.isEnough === undefined) chunks.push(chunk);
    else if (!isEnough && o.isEnough(chunk)) {
      isEnough = true;
      kill();
    }
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderrText = (stderrText + text).slice(0, ERROR_TEXT_CHARACTERS);
  });
  const timer = o.clock.after(o.limitMs, () => {
    isLate = true;
    kill();
  });
  o.signal.addEventListener('abort', kill, { once: true });
  const exited = Promise.withResolvers<number | null>();
  child.once('error', exited.reject);
  child.once('close', exited.resolve);
  try {
    const code = await exited.promise;
    o.signal.throwIfAborted();
    // The sandbox exits with 127 when it does not find the program. Neither says anything about the file.
    if (code === 127 || code === NO_SANDBOX_EXIT)
      throw new Error(`${o.program} cannot be started: ${stderrText.trim()}`);
    return {
      isOk: (code === 0 || isEnough) && bytes <= o.bytesMax,
      isLate,
      output: Buffer.concat(chunks),
      errorText: stderrText.trim(),
    };
  } finally {
    timer.cancel();
    o.signal.removeEventListener('abort', kill);
  }
}
