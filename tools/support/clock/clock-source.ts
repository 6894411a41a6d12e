// The wall clock as picture and sound, coded by ffmpeg: what encoders of every foreign kind send.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { until } from '../../../test/support/poll.ts';
import { bursts } from './burst.ts';
import { type GrayPicture, timeCode } from './time-code.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly picturesPerSecond: number;
}
const usual: PictureSize = { width: 640, height: 360, picturesPerSecond: 25 };
const sampleRate = 48_000;
/** How often sound and due pictures are made. */
const beatMs = 10;
/** Pictures of so many seconds that ffmpeg has not taken: it stands still, and the source with it. */
const waitingSecondsMax = 3;

const pcm = ['-f', 's16le', '-ar', `${sampleRate}`, '-ac', '1'];
const known = ['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0', '-thread_queue_size', '64'];

/** H.264 as encoders for live shows send it, a key frame each second. */
export const h264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency'],
  ...['-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-force_key_frames', 'expr:gte(t,n_forced)'],
  ...['-b:v', '600k', '-maxrate', '600k', '-bufsize', '300k', '-threads', '1'],
] as const;
/** The same with AAC. */
export const liveH264 = [...h264, '-c:a', 'aac', '-b:a', '96k', '-ar', '48000', '-ac', '2'] as const;

/**
 * One ffmpeg that codes the clock. Every picture and sample carries the time at which it is due, and is handed over at
 * that time or a few milliseconds later.
 */
export class ClockSource {
  readonly #child: ChildProcess;
  readonly #size: PictureSize;
  readonly #picture: GrayPicture & { readonly data: Uint8Array };
  /** Of the first picture and the first sample, since 1970. */
  readonly startMs = Date.now();
  readonly #aheadMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #ended: Promise<void>;
  #pictures = 0;
  #samples = 0;
  #sent = 0;
  #errors = '';
  #isStopped = false;

  /**
   * `output`: ffmpeg's arguments from the codecs on; input 0 is the picture, 1 the sound. `pipe:1` is `coded`.
   * `aheadMs`: so much more than the time is what pictures say.
   */
  constructor(output: readonly string[], size: PictureSize = usual, aheadMs = 0) {
    this.#size = size;
    this.#aheadMs = aheadMs;
    const { width, height, picturesPerSecond } = size;
    this.#picture = { data: new Uint8Array((width * height * 3) / 2).fill(128), width, height };
    const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', `${picturesPerSecond}`];
    const args = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-progress', 'pipe:4', '-stats_period', '0.1'];
    const inputs = [...known, ...raw, '-i', 'pipe:0', ...known, ...pcm, '-i', 'pipe:3'];
    this.#child = spawn('ffmpeg', [...args, ...inputs, ...output], { stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
    for (const pipe of [this.#pictureIn, this.#soundIn]) pipe.on('error', () => this.stop());
    this.#child.on('error', () => this.stop());
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#errors = `${this.#errors}${text.toString()}`.slice(-2000);
    });
    this.#child.stdio[4]?.on('data', (text: Buffer) => {
      for (const [, frames] of text.toString().matchAll(/frame=\s*(\d+)/g)) this.#sent = Number(frames);
    });
    this.#timer = setInterval(() => this.#beat(), beatMs);
  }

  /** Why it has ended; undefined: it goes on. */
  get endedBy(): string | undefined {
    if (this.#isStopped) return 'it was stopped, or ffmpeg took nothing';
    return this.#child.exitCode === null && this.#child.signalCode === null ? undefined : this.#errors;
  }
  get coded(): Readable {
    return this.#child.stdout as Readable;
  }
  get #pictureIn(): Writable {
    return this.#child.stdio[0] as Writable;
  }
  get #soundIn(): Writable {
    return this.#child.stdio[3] as Writable;
  }

  /** Resolves when so many pictures have been sent; rejects with ffmpeg's errors when it ends before. */
  async sent(pictures: number): Promise<void> {
    const sent = until(`the encoder has sent ${pictures} pictures`, () => this.#sent >= pictures);
    await Promise.race([sent, this.#ended]);
    if (this.#sent < pictures) throw new Error(`the encoder has ended: ${this.#errors}`);
  }

  /** Idempotent. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#child.kill('SIGKILL');
  }

  #beat(): void {
    const nowMs = Date.now();
    const waitingMax = waitingSecondsMax * this.#size.picturesPerSecond;
    if (this.#pictureIn.writableLength > waitingMax * this.#picture.data.length) {
      this.stop();
      return;
    }
    const due = Math.floor(((nowMs - this.startMs) * sampleRate) / 1000);
    const sound = Buffer.alloc((due - this.#samples) * 2);
    for (let at = 0; this.#samples < due; at += 2, this.#samples += 1)
      sound.writeInt16LE(Math.round(32_767 * bursts.sample(this.startMs + (this.#samples * 1000) / sampleRate)), at);
    this.#soundIn.write(sound);
    const pictureMs = 1000 / this.#size.picturesPerSecond;
    for (; this.startMs + this.#pictures * pictureMs <= nowMs; this.#pictures += 1) {
      timeCode.draw(this.#picture, this.startMs + this.#aheadMs + this.#pictures * pictureMs);
      this.#pictureIn.write(Buffer.from(this.#picture.data));
    }
  }
}
