// What a publisher's gateway makes of its media for clients that cannot decode them: begun when the room needs it,
// ended when no client does, shared by all.

import { type Bucket, type ErrorCode, fullBucket, MeridianError, takeTokens } from '@meridian/protocol';
import type { AudioFormat, AudioUnit, VideoUnit } from '@meridian/room-media/core';
import { beginsLimits } from '@meridian/room-media/core';
import type { Clock } from '@meridian/runtime';

/** Makes another codec of units; they come out in order, on the times of what went in. */
export interface Converter<U> {
  write(unit: U): void;
  close(): void;
}
/** Opus of an encoder's sound. `onFailed`: it does not stay up, and nothing comes any more. */
export type AudioConverters = (
  from: AudioFormat,
  onUnit: (unit: AudioUnit) => void,
  onFailed: () => void,
) => Converter<AudioUnit>;

/** A coded picture: H.264 as Annex B. */
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
/** H.264 as browsers take it, of other video. `onFailed` as of AudioConverters. */
export type VideoConverters = (
  from: PictureFormat,
  onUnit: (unit: VideoUnit) => void,
  onFailed: () => void,
) => Converter<CodedPicture>;

export interface ConversionOptions<From, Made> {
  readonly clock: Clock;
  /** Throws MeridianError when there is no capacity. */
  begin(onMade: (unit: Made) => void, onFailed: () => void): Converter<From>;
  made(unit: Made): void;
  /** It cannot be made, and is wanted no more. */
  refused(code: ErrorCode): void;
}

/** A second form of what a publisher sends, while it is wanted. */
export class Conversion<From, Made> {
  readonly #o: ConversionOptions<From, Made>;
  #converter: Converter<From> | undefined;
  #isWanted = false;
  #begins: Bucket;

  constructor(o: ConversionOptions<From, Made>) {
    this.#o = o;
    this.#begins = fullBucket(beginsLimits, o.clock.nowMs());
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Begun at once: it is ready for the next unit, or refused before a client waits for it. */
  want(isWanted: boolean): void {
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

  /** What follows is of another source or format: whatever the old one still makes is dropped. */
  restart(): void {
    this.#converter?.close();
    this.#converter = undefined;
  }

  /** Undefined: it has begun too often; a later unit tries again. */
  #begin(): Converter<From> | undefined {
    const { bucket, ok } = takeTokens(this.#begins, beginsLimits, this.#o.clock.nowMs());
    this.#begins = bucket;
    if (!ok) return undefined;
    const converter: Converter<From> = this.#o.begin(
      (unit) => {
        if (this.#converter === converter) this.#o.made(unit);
      },
      () => {
        if (this.#converter === converter) this.#refuse('WORKER_DIED');
      },
    );
    return converter;
  }

  #refuse(code: ErrorCode): void {
    this.want(false);
    this.#o.refused(code);
  }
}
