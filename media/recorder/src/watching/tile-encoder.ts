// Encodes small pictures of a watched room as JPEG, with an ffmpeg that runs while they are wanted.

import { MeridianError } from '@meridian/protocol';
import {
  type Canvas,
  canvasBytes,
  type FfmpegSupervisor,
  inputArgs,
  outputArgs,
  type RunningJob,
} from '@meridian/room-media';
import { NutReader, nutFrame, nutHeader } from '@meridian/room-media/core';
import type { Clock, Logger } from '@meridian/runtime';
import { tileSize } from './core/tiles.ts';

/** Bound of one picture: 32 rooms of a wall fit twice into a frame of a link. */
export const PICTURE_BYTES_MAX = 16 * 1024;
/**
 * Scales of ffmpeg's mjpeg encoder (2 is best, 31 worst). After a picture that is too large the next scale is used.
 * Measured at 320x180: ordinary pictures have 3 to 7 kB at the first, noise of half the range 14 kB at the last.
 */
const SCALES = [6, 14, 31] as const;
/** Pictures that wait: two a second, so a few seconds. */
const QUEUE_BYTES_MAX = 8 * canvasBytes(tileSize);
const TIME_SCALE = 1000;
/** Cost in thousandths of a core; two pictures of this size a second take less. */
const COST = 10;

export interface TileEncoderOptions {
  readonly supervisor: Pick<FfmpegSupervisor, 'start'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Pick<Logger, 'warn'>;
  /** `atMs` is the time of `write`. A picture has at most `PICTURE_BYTES_MAX`. */
  onPicture(jpeg: Uint8Array, atMs: number): void;
}

export class TileEncoder {
  readonly #o: TileEncoderOptions;
  readonly #startMs: number;
  #scale = 0;
  #job: RunningJob | undefined;
  #closing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(o: TileEncoderOptions) {
    this.#o = o;
    this.#startMs = o.clock.nowMs();
    this.#job = this.#start();
  }

  /** Encodes a copy of a picture of `tileSize`. */
  write(canvas: Canvas): void {
    this.#job?.write(nutFrame(Math.round(this.#o.clock.nowMs() - this.#startMs), true, canvas.data));
  }

  /** Stops output; resolves when its process has ended. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#end();
    return this.#closing;
  }

  #end(): void {
    const job = this.#job;
    this.#job = undefined;
    if (job !== undefined) this.#closing = Promise.all([this.#closing, job.close()]).then(() => undefined);
  }

  /** Returns undefined beyond the capacity, or while the recorder closes. */
  #start(): RunningJob | undefined {
    const { supervisor, log } = this.#o;
    let reader = new NutReader();
    const media = Object.assign({ kind: 'video' } as const, tileSize);
    const fourcc = [...'I420'].map((char) => char.charCodeAt(0));
    const scale = this.#scale;
    try {
      return supervisor.start({
        name: 'watched to jpeg',
        makes: 'picture',
        cost: COST,
        args: encoderArgs(SCALES[scale] ?? 31),
        head: nutHeader({ fourcc, timeScale: TIME_SCALE, decodeDelay: 0, config: new Uint8Array(0), media }),
        queueBytesMax: QUEUE_BYTES_MAX,
        onStart: () => {
          reader = new NutReader();
        },
        onData: (bytes) => {
          for (const { pts, data } of reader.push(bytes)) {
            const { num, den } = reader.stream?.timeBase ?? { num: 1, den: TIME_SCALE };
            if (scale === this.#scale) this.#onJpeg(data, this.#startMs + (pts * num * 1000) / den);
          }
        },
        onDegraded: () => undefined, // The supervisor restarts it; the last picture's age shows the gap.
      });
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.warn({ err: error }, 'a room is watched without a picture');
      return undefined;
    }
  }

  #onJpeg(jpeg: Uint8Array, atMs: number): void {
    if (this.#isClosed) return;
    if (jpeg.byteLength <= PICTURE_BYTES_MAX) this.#o.onPicture(jpeg, atMs);
    else if (this.#scale < SCALES.length - 1) {
      this.#scale += 1;
      this.#end();
      this.#job = this.#start();
    }
  }
}

/** JPEG has the full range of brightness. */
const encoderArgs = (scale: number): string[] => [
  ...[...inputArgs, '-an', '-fps_mode', 'passthrough', '-enc_time_base', `1:${TIME_SCALE}`],
  ...['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', `${scale}`, '-huffman', 'default'],
  ...outputArgs,
];
