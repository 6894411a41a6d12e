// Decodes a transport stream to pictures and audio.
import { MpegTsError, TsDemuxer, type TsUnit } from '@meridian/client';
import { DecodeQueue } from './core/decode-queue.ts';
import { croppedPlanes } from './core/planes.ts';
import { SoundDecoder } from './core/sound-decoder.ts';
import { StreamError, unsupported } from './core/stream-error.ts';
import { VideoDecoder } from './core/video-decoder.ts';

export interface DecodedPicture {
  readonly kind: 'picture';
  readonly ptsMs: number;
  readonly width: number;
  readonly height: number;
  /** Y, Cb, Cr without padding. */
  readonly planes: Uint8Array<ArrayBuffer>;
}
export interface DecodedSound {
  readonly kind: 'sound';
  readonly ptsMs: number;
  readonly sampleRate: number;
  readonly channels: readonly Float32Array<ArrayBuffer>[];
}
export interface DecodingFailure {
  readonly kind: 'failure';
  readonly code: 'NOT_MPEG_TS' | 'STREAM_UNSUPPORTED';
}
export type Decoded = DecodedPicture | DecodedSound | DecodingFailure;

/** Time slice of work, after which messages with new bytes, or the page's own work, get their turn. */
const SLICE_MS = 8;

/** Decodes in slices of time. Leaves out damaged units; calls nothing after a failure. */
export class Decoding {
  readonly #onDecoded: (decoded: Decoded) => void;
  readonly #withSound: boolean;
  readonly #demuxer = new TsDemuxer();
  readonly #queue = new DecodeQueue<TsUnit>();
  readonly #video = new VideoDecoder();
  readonly #sound = new SoundDecoder();
  /** Starts the next slice; a message arrives sooner than a timer, which browsers slow down. */
  readonly #sliceChannel = new MessageChannel();
  #isWaiting = false;
  #isClosed = false;

  constructor(withSound: boolean, onDecoded: (decoded: Decoded) => void) {
    this.#withSound = withSound;
    this.#onDecoded = onDecoded;
    this.#sliceChannel.port1.onmessage = () => this.#runSlice();
  }

  push(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    try {
      for (const unit of this.#demuxer.push(bytes)) this.#queue.push(unit);
    } catch (error) {
      this.#handleError(error);
    }
    this.#scheduleSlice();
  }

  /** Idempotent; drops waiting units. */
  close(): void {
    this.#isClosed = true;
    this.#sliceChannel.port1.close();
  }

  #scheduleSlice(): void {
    if (this.#isWaiting || this.#isClosed) return;
    this.#isWaiting = true;
    this.#sliceChannel.port2.postMessage(null);
  }

  #runSlice(): void {
    this.#isWaiting = false;
    const endMs = performance.now() + SLICE_MS;
    while (!this.#isClosed && performance.now() < endMs) {
      const unit = this.#queue.next();
      if (unit === undefined) return;
      try {
        this.#decode(unit);
      } catch (error) {
        this.#handleError(error);
      }
    }
    this.#scheduleSlice();
  }

  #decode(unit: TsUnit): void {
    const { ptsMs } = unit;
    if (unit.kind === 'video') {
      if (unit.codec !== 'mpeg1') throw unsupported(unit.codec);
      const picture = this.#video.decode(unit.data);
      if (picture === undefined) return;
      const { width, height } = picture;
      this.#onDecoded({ kind: 'picture', ptsMs, width, height, planes: croppedPlanes(picture) });
    } else if (this.#withSound) {
      if (unit.codec !== 'mp2') throw unsupported(unit.codec);
      this.#onDecoded({ kind: 'sound', ptsMs, ...this.#sound.decode(unit.data) });
    }
  }

  #handleError(error: unknown): void {
    if (!(error instanceof StreamError || error instanceof MpegTsError)) throw error;
    if (error.code !== 'NOT_MPEG_TS' && error.code !== 'STREAM_UNSUPPORTED') return;
    this.close();
    this.#onDecoded({ kind: 'failure', code: error.code });
  }
}
