// Makes a picture again with frequent IDR pictures, because its encoder makes none (open GOP, intra-refresh, one group
// without an end): otherwise those that come later would hear the publisher and never see it (ADR 0026).
import { type Bucket, fullBucket, MeridianError, takeTokens } from '@meridian/protocol';
import {
  GOP_MS_MAX,
  nalType,
  nalTypeOf,
  parseSps,
  startLimits,
  toAnnexB,
  type VideoUnit,
} from '@meridian/room-media/core';
import type { Clock, Logger } from '@meridian/runtime';
import { GROUP_BYTES_MAX, IdrWatch } from '../core/idr-watch.ts';
import type { CodedPicture, Converter, PictureFormat, VideoConverters } from './conversions.ts';

/** Made pictures lag the input by a few pictures at any rate of an encoder; more means that the group is not made. */
const CAUGHT_UP_MS = 1000;
/** Time for the pictures of a whole group; a slower processor would never keep up. */
const CATCH_UP_MS_MAX = 30_000;

export interface ReencoderOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly converters: VideoConverters;
  /** Called once before the first `onMade`: from here on, made pictures replace the encoder's. */
  onBegin(size: PictureFormat): void;
  /** Takes a made picture, on the encoder's clock. The first is an IDR picture. */
  onMade(unit: VideoUnit): void;
  /** Called when made pictures have begun and no more come. */
  onFailed(): void;
}

export class Reencoder {
  readonly #o: ReencoderOptions;
  #watch = new IdrWatch();
  #startTokens: Bucket;
  #converter: Converter<CodedPicture> | undefined;
  #beganMs = 0;
  #writtenMs = 0;
  /** When the last picture was written with which a restarted transcoder could begin. */
  #keyMs = 0;
  #isMade = false;
  #isTooSlow = false;

  constructor(o: ReencoderOptions) {
    this.#o = o;
    this.#startTokens = fullBucket(startLimits, o.clock.nowMs());
  }

  /** True while made pictures replace the encoder's. */
  get isMade(): boolean {
    return this.#isMade;
  }

  /** Takes each picture of the encoder. */
  write(unit: VideoUnit): void {
    if (this.#converter !== undefined) {
      this.#convert(this.#converter, unit);
      return;
    }
    const pictures = this.#watch.push(unit);
    if (pictures.length > 0 && !this.#isTooSlow) this.#begin(pictures);
  }

  /** Begins anew for another encoder or format, whose pictures are the publisher's again. */
  restart(): void {
    this.#end();
    this.#watch = new IdrWatch();
    this.#isTooSlow = false;
  }

  /** Without capacity, the next recovery point tries again. */
  #begin(pictures: readonly VideoUnit[]): void {
    const [first] = pictures;
    const format = first && formatOf(first);
    if (format === undefined) return;
    const { clock, log } = this.#o;
    const { bucket, ok } = takeTokens(this.#startTokens, startLimits, clock.nowMs());
    this.#startTokens = bucket;
    if (!ok) return;
    try {
      const converter: Converter<CodedPicture> = this.#o.converters(
        format,
        (unit) => {
          if (converter === this.#converter) this.#made(unit, format);
        },
        () => {
          if (converter === this.#converter) this.#fail();
        },
        {
          backlogBytes: GROUP_BYTES_MAX,
          onKeyNeeded: () => {
            if (converter === this.#converter && clock.nowMs() - this.#keyMs > GOP_MS_MAX) this.#fail();
          },
        },
      );
      this.#converter = converter;
      this.#beganMs = clock.nowMs();
      for (const picture of pictures) this.#convert(converter, picture);
    } catch (error) {
      if (!(error instanceof MeridianError)) throw error;
      log.info({ code: error.code }, 'a picture without IDR pictures is not made again');
    }
  }

  #convert(converter: Converter<CodedPicture>, { ptsMs, isKey, entry, nals }: VideoUnit): void {
    this.#writtenMs = ptsMs;
    const begins = isKey || entry !== undefined;
    if (begins) this.#keyMs = this.#o.clock.nowMs();
    const data = toAnnexB([...(entry?.parameterSets ?? []), ...nals]);
    converter.write({ ptsMs, isKey: begins, data });
  }

  #made(unit: VideoUnit, format: PictureFormat): void {
    const { clock, log } = this.#o;
    if (!this.#isMade) {
      if (!unit.isKey || this.#writtenMs - unit.ptsMs > CAUGHT_UP_MS) {
        if (clock.nowMs() - this.#beganMs < CATCH_UP_MS_MAX) return;
        log.warn('a picture without IDR pictures is made too slowly');
        this.#isTooSlow = true;
        this.#end();
        return;
      }
      this.#isMade = true;
      log.info('a picture without IDR pictures is made again');
      this.#o.onBegin(format);
    }
    this.#o.onMade(unit);
  }

  #fail(): void {
    const wasMade = this.#isMade;
    this.#end();
    if (wasMade) this.#o.onFailed();
  }

  #end(): void {
    this.#converter?.close();
    this.#converter = undefined;
    this.#isMade = false;
  }
}

function formatOf({ nals, entry }: VideoUnit): PictureFormat | undefined {
  const sps = [...(entry?.parameterSets ?? []), ...nals].find((nal) => nalTypeOf(nal) === nalType.sps);
  const info = sps && parseSps(sps);
  return info && { codec: 'h264', width: info.width, height: info.height };
}
