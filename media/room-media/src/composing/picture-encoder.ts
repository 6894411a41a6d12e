// Encodes composed raw pictures to H.264. Times are picture numbers, so a lost picture leaves a gap.

import { inputArgs, outputArgs } from '../adapters/ffmpeg/pipe-args.ts';
import type { JobStarter, Millicores, RunningJob } from '../adapters/ffmpeg/supervisor.ts';
import type { Size } from '../core/layouts/layout.ts';
import { NutReader } from '../core/nut/nut-reader.ts';
import { NUT_HEAD_BYTES_MAX, nutFrameHead, nutHeader } from '../core/nut/nut-writer.ts';
import { type Canvas, canvasBytes } from './core/canvas.ts';

export interface EncodedPicture {
  readonly number: number;
  readonly isKey: boolean;
  /** Annex B; a key frame begins with its parameter sets. */
  readonly data: Uint8Array;
}

export interface PictureEncoderOptions {
  readonly size: Size;
  readonly picturesPerSecond: number;
  readonly bitrateKbps: number;
  readonly supervisor: JobStarter;
  readonly cost: Millicores;
  onPicture(picture: EncodedPicture): void;
  onDegraded(isDegraded: boolean): void;
}

/** About a second of raw 720p; a longer standstill of the encoder becomes a gap. */
const QUEUE_BYTES_MAX = 48 * 1024 * 1024;
/** Bound of the pooled canvases: more pictures are queued only after a standstill. */
const FREE_MAX = 4;
/** Pictures that may wait for the encoder while the next are painted. */
const WAITING_MAX = 2;
/** Players and files begin at key frames. */
const KEY_EVERY_S = 2;

/** Encodes pictures. Throws MeridianError OVERLOADED beyond the capacity, NO_PICTURE_TRANSCODER without an encoder. */
export class PictureEncoder {
  readonly #job: RunningJob;
  readonly #size: Size;
  /** Canvases of sent pictures, used again: most of a picture stays, and allocation burdens the garbage collector. */
  readonly #free: Canvas[] = [];
  #reader = new NutReader();

  constructor(o: PictureEncoderOptions) {
    const { width, height } = o.size;
    this.#size = { width, height };
    const fourcc = [...'I420'].map((char) => char.charCodeAt(0));
    const media = { kind: 'video', width, height } as const;
    const timeScale = o.picturesPerSecond;
    this.#job = o.supervisor.start({
      name: 'composed to h264',
      makes: 'picture',
      cost: o.cost,
      args: encoderArgs(o),
      head: nutHeader({ fourcc, timeScale, decodeDelay: 0, config: new Uint8Array(0), media }),
      queueBytesMax: QUEUE_BYTES_MAX,
      onStart: () => {
        this.#reader = new NutReader();
      },
      onData: (bytes) => {
        for (const { pts, isKey, data } of this.#reader.push(bytes)) {
          const { num, den } = this.#reader.stream?.timeBase ?? { num: 1, den: timeScale };
          o.onPicture({ number: Math.round((pts * num * timeScale) / den), isKey, data });
        }
      },
      onDegraded: o.onDegraded,
    });
  }

  get pid(): number | undefined {
    return this.#job.pid;
  }

  /** Returns a canvas for `write`: new, or as it was written some pictures ago. */
  canvas(): Canvas {
    const memory = (): Uint8Array => new Uint8Array(NUT_HEAD_BYTES_MAX + canvasBytes(this.#size));
    return this.#free.pop() ?? { ...this.#size, data: memory().subarray(NUT_HEAD_BYTES_MAX) };
  }

  /** Encodes a canvas of `canvas`, which the caller leaves alone from then on. */
  write(number: number, canvas: Canvas): void {
    const { buffer, byteOffset, byteLength } = canvas.data;
    const head = nutFrameHead(number, true, byteLength);
    const memory = new Uint8Array(buffer, byteOffset - head.byteLength, head.byteLength + byteLength);
    memory.set(head);
    this.#job.write(memory, () => {
      if (this.#free.length < FREE_MAX) this.#free.push(canvas);
    });
  }

  /** Resolves when the encoder has taken nearly all pictures: the next ones keep it busy. */
  taken(): Promise<void> {
    return this.#job.taken(WAITING_MAX);
  }

  /** Resolves when the encoder's process has ended. Idempotent. */
  close(): Promise<void> {
    return this.#job.close();
  }
}

/** Labels of a canvas. Conversion changes the matrix alone: primaries and transfer are those of browsers. */
const colourArgs = [
  ...['-color_range', 'tv', '-colorspace', 'smpte170m', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
];

/** Encodes without B-frames and lookahead, so live programmes and WebRTC can use the output unchanged. */
function encoderArgs({ picturesPerSecond, bitrateKbps }: PictureEncoderOptions): string[] {
  const [rate, keyEvery] = [`${bitrateKbps}k`, `${picturesPerSecond * KEY_EVERY_S}`];
  return [
    // Without this time base, ffmpeg guesses a rate from the first pictures.
    ...[...inputArgs, '-an', '-fps_mode', 'passthrough', '-enc_time_base', `1:${picturesPerSecond}`],
    ...['-c:v', 'libx264', '-preset', 'veryfast'],
    ...['-tune', 'zerolatency', '-x264-params', `fps=${picturesPerSecond}`, '-pix_fmt', 'yuv420p', '-bf', '0'],
    ...colourArgs,
    ...['-g', keyEvery, '-b:v', rate, '-maxrate', rate, '-bufsize', rate, '-bsf:v', 'dump_extra=freq=keyframe'],
    ...outputArgs,
  ];
}
