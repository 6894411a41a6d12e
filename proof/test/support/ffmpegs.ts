// ffmpegs beside a running cloud: encoders of a moving picture and a tone, and players that count decoded media.
import { type ChildProcess, spawn } from 'node:child_process';
import { until } from './poll.ts';

const RATE = 25;
/** Real-time inputs of ffmpeg, small because the machine also runs browsers. */
export const pictureInput = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${RATE}`];
export const soundInput = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];

/** Encodes pictures without reordering. */
const LIVE = ['-tune', 'zerolatency'];
/** H.264 options with a key frame each second, unless `tuning` changes that. */
export const h264 = (tuning: readonly string[] = LIVE): string[] => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', String(RATE), ...tuning, '-pix_fmt', 'yuv420p'],
];

export interface Decoded {
  frames: number;
  soundMs: number;
}

/** The ffmpegs of a test file. Call `end` after each test. */
export class Ffmpegs {
  readonly #running: ChildProcess[] = [];

  /** Starts an ffmpeg, whose error output goes to the terminal unless it is `expected`. */
  start(args: readonly string[], { complaints = 'shown' }: { complaints?: 'shown' | 'expected' } = {}): ChildProcess {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args], {
      stdio: ['pipe', 'pipe', complaints === 'shown' ? 'inherit' : 'ignore'],
    });
    child.stdin?.on('error', () => undefined); // it may be killed while bytes are under way
    this.#running.push(child);
    return child;
  }

  /** Publishes a moving picture and a tone by RTMP, as a live encoder does. A server may refuse it. */
  publish(url: string | undefined, tuning?: readonly string[]): ChildProcess {
    const coding = [...h264(tuning), '-c:a', 'aac', '-b:a', '96k'];
    const args = ['-nostdin', ...pictureInput, ...soundInput, ...coding, '-f', 'flv', url ?? ''];
    return this.start(args, { complaints: 'expected' });
  }

  /** Decodes a URL; `pipe:0` is `stdin` of the process. `input`: options before the URL. */
  play(url: string | undefined, input: readonly string[] = []): { decoded: Decoded; child: ChildProcess } {
    const decoded: Decoded = { frames: 0, soundMs: 0 };
    const child = this.start([...input, '-i', url ?? '', '-f', 'null', '-progress', 'pipe:1', '-']);
    child.stdout?.on('data', (text: Buffer) => {
      for (const [, frames] of text.toString().matchAll(/frame=\s*(\d+)/g)) decoded.frames = Number(frames);
      for (const [, us] of text.toString().matchAll(/out_time_us=\s*(\d+)/g)) decoded.soundMs = Number(us) / 1000;
    });
    return { decoded, child };
  }

  end(): void {
    for (const child of this.#running.splice(0)) child.kill('SIGKILL');
  }
}

/** Waits until a player has decoded this many frames and 2 s of sound. */
export const untilDecoding = (decoded: Decoded, frames = 50): Promise<boolean> =>
  until('ffmpeg decodes picture and sound', () => decoded.frames >= frames && decoded.soundMs >= 2000);

export const untilFfmpegExit = (child: ChildProcess): Promise<number> =>
  until('ffmpeg ends by itself', () => child.exitCode ?? undefined);
