// Runs ffmpeg for a tester: makes a short test show once, and sends it by RTMP like an encoder.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { shownReason } from '@meridian/protocol';

/** Length of the show; longer than the test of a stream. */
const SHOW_S = 20;
/** Limit on making the show, which takes half a second on an idle host. */
const MAKE_LIMIT_MS = 30_000;
const OUTPUT_CHARACTERS_MAX = 400;

/**
 * Arguments by which ffmpeg makes the test show, which is later sent unchanged. A key frame a second lets HLS advance.
 */
const showArguments = [
  ...['-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=10', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...['-t', String(SHOW_S), '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
  ...['-profile:v', 'baseline', '-g', '10', '-b:v', '60k', '-c:a', 'aac', '-b:a', '32k', '-f', 'flv'],
];

export class FfmpegProcess {
  readonly #process: ChildProcess;
  /** Resolves at the end of the process with its exit code; null: killed; undefined: it could not be started. */
  readonly exited: Promise<number | null | undefined>;
  #output = '';

  constructor(words: readonly string[]) {
    const env = { PATH: process.env['PATH'] ?? '' };
    const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    });
    this.#process = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
    this.exited = new Promise((resolve) => {
      child.once('error', () => resolve(undefined));
      child.once('close', (code) => resolve(code));
    });
  }

  /** Returns the last output as a reason that may be shown, with the secret replaced. */
  outputWithout(secret: string): string {
    return shownReason(this.#output.replaceAll(secret, '***'));
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

export class Encoder {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Makes the show as a file in this folder; returns undefined without a suitable ffmpeg, or after `signal`. */
  static async make(folder: string, signal: AbortSignal): Promise<Encoder | undefined> {
    const path = process.env['PATH'] ?? '';
    if (!path.split(delimiter).some((one) => existsSync(join(one, 'ffmpeg')))) return undefined;
    const file = join(folder, 'dial-show.flv');
    const ffmpeg = new FfmpegProcess(['-y', ...showArguments, file]);
    const stop = (): void => ffmpeg.kill();
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(MAKE_LIMIT_MS)]);
    abortSignal.addEventListener('abort', stop);
    const code = await ffmpeg.exited;
    abortSignal.removeEventListener('abort', stop);
    return code === 0 ? new Encoder(file) : undefined;
  }

  send(url: string): FfmpegProcess {
    return new FfmpegProcess(['-re', '-i', this.#file, '-c', 'copy', '-f', 'flv', url]);
  }
}
