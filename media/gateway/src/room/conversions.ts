// Transcodes a publisher's media, shared by all clients that cannot decode the original, while they need it.

import { type Bucket, type ErrorCode, fullBucket, MeridianError, takeTokens } from '@meridian/protocol';
import type { AudioFormat, AudioUnit, VideoUnit } from '@meridian/room-media/core';
import { startLimits } from '@meridian/room-media/core';
import type { Clock } from '@meridian/runtime';

export interface Converter<U> {
  write(unit: U): void;
  close(): void;
}
/** Makes Opus of an encoder's sound. `onFailed`: the transcoder keeps ending, and no more units come. */
export type AudioConverters = (
  from: AudioFormat,
  onUnit: (unit: AudioUnit) => void,
  onFailed: () => void,
) => Converter<AudioUnit>;

/** Coded picture; H.264 is Annex B. */
export interface CodedPicture {
  readonly ptsMs: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}
export interface PictureFormat {
  readonly codec: 'h264' | 'mpeg1';
  readonly width: number;
  readonly height: number;
}
export interface VideoConverterOptions {
  /** Bytes of pictures that are written at once at the beginning; default: 0. */
  readonly backlogBytes?: number;
  /** Called for each picture that is dropped for want of a key frame, as after a restart of the transcoder. */
  onKeyNeeded?(): void;
}
/** Makes H.264 for browsers of other video. `onFailed` as in `AudioConverters`. */
export type VideoConverters = (
  from: PictureFormat,
  onUnit: (unit: VideoUnit) => void,
  onFailed: () => void,
  o?: VideoConverterOptions,
) => Converter<CodedPicture>;

export interface ConversionOptions<From, Made> {
  readonly clock: Clock;
  /** Throws MeridianError without capacity. */
  begin(onMade: (unit: Made) => void, onFailed: () => void): Converter<From>;
  onMade(unit: Made): void;
  /** Called when transcoding failed; it is no longer wanted. */
  refused(code: ErrorCode): void;
}

/** Rendition of a publisher's media, made while it is wanted. */
export class Conversion<From, Made> {
  readonly #o: ConversionOptions<From, Made>;
  #converter: Converter<From> | undefined;
  #isWanted = false;
  #startTokens: Bucket;

  constructor(o: ConversionOptions<From, Made>) {
    this.#o = o;
    this.#startTokens = fullBucket(startLimits, o.clock.nowMs());
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Begins at once when wanted: the converter is ready for the next unit, or refused before a client waits for it. */
  setWanted(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (isWanted) this.#withConverter(() => undefined);
    else this.restart();
  }

  write(unit: From): void {
    if (this.#isWanted) this.#withConverter((converter) => converter.write(unit));
  }

  #withConverter(use: (converter: Converter<From>) => void): void {
    try {
      this.#converter ??= this.#begin();
      if (this.#converter !== undefined) use(this.#converter);
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      this.#refuse(error.code);
    }
  }

  /** Drops the converter and its pending output, because later units have another source or format. */
  restart(): void {
    this.#converter?.close();
    this.#converter = undefined;
  }

  /** Returns undefined when it has begun too often; a later unit tries again. */
  #begin(): Converter<From> | undefined {
    const { bucket, ok } = takeTokens(this.#startTokens, startLimits, this.#o.clock.nowMs());
    this.#startTokens = bucket;
    if (!ok) return undefined;
    const converter: Converter<From> = this.#o.begin(
      (unit) => {
        if (this.#converter === converter) this.#o.onMade(unit);
      },
      () => {
        if (this.#converter === converter) this.#refuse('WORKER_DIED');
      },
    );
    return converter;
  }

  #refuse(code: ErrorCode): void {
    this.setWanted(false);
    this.#o.refused(code);
  }
}
