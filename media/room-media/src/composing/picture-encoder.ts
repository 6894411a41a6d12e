// Encodes composed raw pictures to H.264. Times are picture numbers, so a lost picture leaves a gap.

import { inputArgs, outputArgs } from '../adapters/ffmpeg/pipe-args.ts';
import type { JobStarter, Millicores, RunningJob } from '../adapters/ffmpeg/supervisor.ts';
import type { Size } from '../core/layouts/layout.ts';
import { NutReader } from '../core/nut/nut-reader.ts';
import { nutFrame, nutFrameBytes, nutHeader } from '../core/nut/nut-writer.ts';
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
/** Bound of the pooled buffers: more pictures are queued only after a standstill. */
const FREE_MAX = 4;
/** Pictures that may wait for the encoder while the next are painted. */
const WAITING_MAX = 2;
/** Players and files begin at key frames. */
const KEY_EVERY_S = 2;

/** Encodes pictures. Throws MeridianError OVERLOADED beyond the capacity, NO_PICTURE_TRANSCODER without an encoder. */
export class PictureEncoder {
  readonly #job: RunningJob;
  readonly #memoryBytes: number;
  /** Buffers of encoded pictures, reused because allocation clears them and burdens the garbage collector. */
  readonly #free: Uint8Array[] = [];
  #reader = new NutReader();

  constructor(o: PictureEncoderOptions) {
    const { width, height } = o.size;
    this.#memoryBytes = nutFrameBytes(canvasBytes(o.size));
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

  write(number: number, canvas: Canvas): void {
    const memory = this.#free.pop() ?? new Uint8Array(this.#memoryBytes);
    this.#job.write(nutFrame(number, true, canvas.data, memory), () => {
      if (this.#free.length < FREE_MAX) this.#free.push(memory);
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
