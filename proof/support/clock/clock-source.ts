// The wall clock as picture and sound, encoded by ffmpeg.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { registerResource } from '../../test/support/resources.ts';
import { soundAt } from './burst.ts';
import { drawTime } from './time-code.ts';

const usualSize = { width: 640, height: 360, picturesPerSecond: 25 } as const;
const sampleRate = 48_000;
/** Interval at which sound and due pictures are made. */
const beatMs = 10;
/** Time between two beats from which the machine, and not Meridian, may have lost media. */
const stallMs = 300;
/** ffmpeg is stuck when it has not taken the pictures of so many seconds. */
const waitingSecondsMax = 10;

const known = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0', '-thread_queue_size', '64'];
const rawPicture = (size: ClockSize): string[] => [
  ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${size.width}x${size.height}`],
  ...['-r', `${size.picturesPerSecond}`, '-i', 'pipe:0'],
];
const rawSound = ['-f', 's16le', '-ar', `${sampleRate}`, '-ac', '1', '-i', 'pipe:3'];
/** H.264 as live encoders send it, with a key frame each second. */
export const liveH264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
  ...['-force_key_frames', 'expr:gte(t,n_forced)', '-b:v', '600k', '-maxrate', '600k', '-bufsize', '300k'],
  ...['-threads', '1'],
];
const aac = ['-c:a', 'aac', '-b:a', '96k', '-ac', '2'];

export interface ClockSize {
  readonly width: number;
  readonly height: number;
  readonly picturesPerSecond: number;
}

/** Publishes the clock. Every picture and sample leaves at its own time, or a few milliseconds later. */
export class ClockSource {
  readonly #size: ClockSize;
  readonly #child: ChildProcess;
  readonly #picture: Uint8Array;
  readonly #startMs = Date.now();
  /** Times without a beat, since 1970. */
  readonly stalls: { readonly fromMs: number; readonly toMs: number }[] = [];
  #beatAtMs = Date.now();
  readonly #timer: NodeJS.Timeout;
  readonly #unregister = registerResource('an encoder of the clock', () => this.close());
  #pictures = 0;
  #samples = 0;
  #errors = '';
  #isClosed = false;

  static byRtmp(url: string): ClockSource {
    return new ClockSource(usualSize, () => [...liveH264, ...aac, '-f', 'flv', url]);
  }

  /** `outputs` returns ffmpeg's outputs of the inputs `0:v` and `1:a`, whose first times are `startMs` since 1970. */
  constructor(size: ClockSize, outputs: (startMs: number) => readonly string[]) {
    this.#size = size;
    this.#picture = new Uint8Array((size.width * size.height * 3) / 2).fill(128);
    const inputs = [...known, ...rawPicture(size), ...known, ...rawSound];
    const args = ['-hide_banner', '-nostdin', '-loglevel', 'error', ...inputs, ...outputs(this.#startMs)];
    this.#child = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => this.#note(error.message));
    this.#child.stderr?.on('data', (text: Buffer) => this.#note(text.toString()));
    for (const at of [0, 3]) this.#child.stdio[at]?.on('error', (error) => this.#note(error.message));
    this.#timer = setInterval(() => this.#beat(), beatMs);
  }

  /** Throws if the encoder has ended by itself. */
  check(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) throw new Error(`the encoder has ended: ${this.#errors}`);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unregister();
    clearInterval(this.#timer);
    this.#child.kill('SIGKILL');
  }

  #note(text: string): void {
    this.#errors = `${this.#errors}${text}`.slice(-2000);
  }

  #beat(): void {
    const [pictureIn, soundIn] = [this.#child.stdio[0], this.#child.stdio[3]] as [Writable, Writable];
    const { width, height, picturesPerSecond } = this.#size;
    if (pictureIn.writableLength > waitingSecondsMax * picturesPerSecond * this.#picture.length) {
      this.#note('it takes no pictures');
      this.#child.kill('SIGKILL');
      clearInterval(this.#timer);
    }
    if (!pictureIn.writable || !soundIn.writable) return;
    const nowMs = Date.now();
    if (nowMs - this.#beatAtMs > stallMs) this.stalls.push({ fromMs: this.#beatAtMs, toMs: nowMs });
    this.#beatAtMs = nowMs;
    const due = Math.floor(((nowMs - this.#startMs) * sampleRate) / 1000);
    const sound = Buffer.alloc((due - this.#samples) * 2);
    for (let at = 0; this.#samples < due; at += 2, this.#samples += 1)
      sound.writeInt16LE(Math.round(32_767 * soundAt(this.#startMs + (this.#samples * 1000) / sampleRate)), at);
    soundIn.write(sound);
    const pictureMs = 1000 / picturesPerSecond;
    for (; this.#startMs + this.#pictures * pictureMs <= nowMs; this.#pictures += 1) {
      drawTime({ data: this.#picture, width, height }, this.#startMs + this.#pictures * pictureMs);
      pictureIn.write(Buffer.from(this.#picture));
    }
  }
}
