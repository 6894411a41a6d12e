// A player that is ffmpeg: reads the clock from what it decodes. Pictures are shown when they come out of the decoder;
// sound belongs to a picture by the stream's own times, as in every player that keeps them together.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { bursts } from '../../support/clock/burst.ts';
import type { HeardBurst, SeenPicture, Sight } from '../../support/clock/measure.ts';
import { timeCode } from '../../support/clock/time-code.ts';

const size = { width: 160, height: 90 } as const;
const sampleRate = 48_000;

/**
 * Input options: it begins as soon as it knows both streams, and holds nothing back. (`-fflags nobuffer` would throw
 * away what was looked at, and with it the first key frame.)
 */
export const lowDelay = ['-flags', 'low_delay', '-threads', '1', '-fpsprobesize', '0'] as const;

interface Stamp {
  readonly ptsMs: number;
  readonly samples: number;
}

export class FfmpegReader {
  readonly #child: ChildProcess;
  readonly #shown: { readonly drawnMs: number | undefined; readonly shownMs: number }[] = [];
  readonly #picturePtsMs: number[] = [];
  readonly #soundStamps: Stamp[] = [];
  readonly #heard: { readonly at: number; readonly tone: number; readonly heardMs: number }[] = [];
  readonly #detector = bursts.detector(sampleRate);
  #picture = new Uint8Array(size.width * size.height);
  #pictureBytes = 0;
  #oddByte: number | undefined;
  #errors: string[] = [];

  /** `input`: ffmpeg's arguments up to the URL. What is to be read from `pipe:0` is written to `input`. */
  constructor(input: readonly string[]) {
    const picture = ['-map', '0:v:0', '-fps_mode', 'passthrough', '-vf'];
    const sound = ['-map', '0:a:0', '-af', `aresample=${sampleRate},ashowinfo`, '-ac', '1', '-f', 's16le', 'pipe:3'];
    const args = [
      ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', ...input, '-copyts'],
      ...[...picture, `scale=${size.width}:${size.height}:flags=area,format=gray,showinfo=checksum=0`],
      ...['-f', 'rawvideo', '-flush_packets', '1', 'pipe:1', ...sound],
    ];
    this.#child = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => this.#errors.push(error.message));
    this.input.on('error', () => undefined); // its end is seen as that of the pictures
    (this.#child.stdout as Readable).on('data', (bytes: Buffer) => this.#saw(bytes));
    (this.#child.stdio[3] as Readable).on('data', (bytes: Buffer) => this.#heardMore(bytes));
    createInterface({ input: this.#child.stderr as Readable }).on('line', (line) => this.#said(line));
  }

  get input(): Writable {
    return this.#child.stdin as Writable;
  }

  /** All that was seen and heard since the start. */
  sight(): Sight {
    const pictures = this.#shown.flatMap(({ drawnMs, shownMs }, at): SeenPicture[] => {
      const clockMs = this.#picturePtsMs[at];
      return drawnMs === undefined || clockMs === undefined ? [] : [{ drawnMs, shownMs, clockMs }];
    });
    return { pictures, bursts: this.#heard.flatMap((burst) => this.#stamped(burst)) };
  }

  /** What ffmpeg said last, for a reader that saw nothing; without URLs, which hold keys. */
  get said(): string {
    return this.#errors
      .slice(-3)
      .join('; ')
      .replaceAll(/\w+:\/\/\S+/g, 'URL');
  }

  /** Idempotent. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #stamped({ at, tone, heardMs }: { at: number; tone: number; heardMs: number }): HeardBurst[] {
    let before = 0;
    for (const { ptsMs, samples } of this.#soundStamps) {
      if (at < before + samples) return [{ tone, heardMs, clockMs: ptsMs + ((at - before) * 1000) / sampleRate }];
      before += samples;
    }
    return [];
  }

  #saw(bytes: Buffer): void {
    const shownMs = Date.now();
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + this.#picture.length - this.#pictureBytes);
      this.#picture.set(part, this.#pictureBytes);
      this.#pictureBytes += part.length;
      from += part.length;
      if (this.#pictureBytes < this.#picture.length) return;
      this.#pictureBytes = 0;
      this.#shown.push({ drawnMs: timeCode.read({ data: this.#picture, ...size }, shownMs), shownMs });
    }
  }

  #heardMore(bytes: Buffer): void {
    const all = this.#oddByte === undefined ? bytes : Buffer.concat([Buffer.from([this.#oddByte]), bytes]);
    this.#oddByte = all.length % 2 === 1 ? all[all.length - 1] : undefined;
    const samples = Float32Array.from(
      { length: Math.floor(all.length / 2) },
      (_, at) => all.readInt16LE(at * 2) / 32_768,
    );
    const heardMs = Date.now();
    this.#heard.push(...this.#detector.push(samples).map((burst) => ({ ...burst, heardMs })));
  }

  #said(line: string): void {
    const time = /Parsed_(a?)showinfo_.* pts_time:\s*(-?[\d.]+)/.exec(line);
    if (time === null) {
      if (!line.includes('showinfo')) this.#errors.push(line);
      return;
    }
    const ptsMs = Number(time[2]) * 1000;
    if (time[1] === '') this.#picturePtsMs.push(ptsMs);
    else this.#soundStamps.push({ ptsMs, samples: Number(/nb_samples:(\d+)/.exec(line)?.[1]) });
  }
}
