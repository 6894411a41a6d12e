// How well a publisher sends: for an operator that looks for the reason why a room shows it badly.
import { type Lack, type LackCode, lackCodes } from '@meridian/room-media/core';
import { RateMeter } from './rate-meter.ts';

/**
 * `KEYFRAME_INTERVAL`: a new viewer waits for a key frame, and segments of HLS become as long. A code of a lack: of
 * what comes nothing can be made for browsers.
 */
export type IngestWarning = 'KEYFRAME_INTERVAL' | LackCode;

/** What browsers take only when it is made anew. */
const CARRIED: Readonly<Record<Lack, readonly string[]>> = { sound: ['aac', 'mp2'], picture: ['mpeg1'] };

/** What players and servers of other makers ask of encoders. */
export const KEY_FRAME_MS_MAX = 2000;
/** 60 pictures at 29.97 a second take 2002 ms, and times in whole milliseconds are rounded. */
const TOLERANCE_MS = 100;
/** Pictures that go on for so long without one: the encoder makes none (intra-refresh), and no viewer sees any. */
const NO_KEY_FRAME_MS_MAX = 10_000;
/** The longest of these counts: encoders put key frames at cuts too. */
const INTERVALS = 4;
/** Between two pictures: another clock of the encoder, not a pause. */
const LEAP_MS = 10_000;

export interface IngestPicture {
  readonly codec: string;
  readonly bytes: number;
  readonly isKey: boolean;
  /** On the encoder's clock. */
  readonly mediaMs: number;
  /** In pixels, of those that say it. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

export interface VideoHealth {
  readonly codec: string;
  /** In pixels; absent while it is not known. */
  readonly width?: number;
  readonly height?: number;
  /** Pictures per second, with one decimal; absent while it is not known. */
  readonly fps?: number;
  readonly bitrateKbps: number;
  /** The longest lately; absent while it is not known. */
  readonly keyFrameIntervalMs?: number;
}
export interface AudioHealth {
  readonly codec: string;
  readonly bitrateKbps: number;
}
export interface IngestView {
  /** Absent: there was none. */
  readonly video?: VideoHealth;
  readonly audio?: AudioHealth;
  readonly warnings: readonly IngestWarning[];
}

/** 4K at 60 pictures a second in H.264 needs less. All of it goes to every viewer. */
export const INGEST_KBPS_MAX = 50_000;

export class IngestHealth {
  readonly #makesKeyFramesOnDemand: boolean;
  readonly #lacks: readonly Lack[];
  readonly #pictureBytes = new RateMeter();
  readonly #pictures = new RateMeter();
  readonly #soundBytes = new RateMeter();
  readonly #intervalsMs: number[] = [];
  #videoCodec: string | undefined;
  #audioCodec: string | undefined;
  #size: { readonly width: number; readonly height: number } | undefined;
  #firstMs: number | undefined;
  #lastMs: number | undefined;
  #lastKeyMs: number | undefined;

  /**
   * @param o.makesKeyFramesOnDemand whenever one is needed: how far they are apart is no fault
   * @param o.lacks what cannot be made of what comes
   */
  constructor(o: { readonly makesKeyFramesOnDemand?: boolean; readonly lacks?: readonly Lack[] } = {}) {
    this.#makesKeyFramesOnDemand = o.makesKeyFramesOnDemand === true;
    this.#lacks = o.lacks ?? [];
  }

  picture({ codec, bytes, isKey, mediaMs, size }: IngestPicture, nowMs: number): void {
    if (codec !== this.#videoCodec || Math.abs(mediaMs - (this.#lastMs ?? mediaMs)) > LEAP_MS) this.#startOver();
    this.#videoCodec = codec;
    this.#pictures.note(1, nowMs);
    this.#pictureBytes.note(bytes, nowMs);
    if (size !== undefined) this.#size = { width: size.width, height: size.height };
    this.#firstMs ??= mediaMs;
    this.#lastMs = Math.max(mediaMs, this.#lastMs ?? mediaMs);
    if (!isKey) return;
    if (this.#lastKeyMs !== undefined) this.#intervalsMs.push(mediaMs - this.#lastKeyMs);
    if (this.#intervalsMs.length > INTERVALS) this.#intervalsMs.shift();
    this.#lastKeyMs = mediaMs;
  }

  sound(codec: string, bytes: number, nowMs: number): void {
    this.#audioCodec = codec;
    this.#soundBytes.note(bytes, nowMs);
  }

  /** In five seconds it has sent more than any encoder has reason to. */
  isExcessive(nowMs: number): boolean {
    const bytes = this.#pictureBytes.sustainedPerSecond(nowMs) + this.#soundBytes.sustainedPerSecond(nowMs);
    return (bytes * 8) / 1000 > INGEST_KBPS_MAX;
  }

  view(nowMs: number): IngestView {
    const keyFrameIntervalMs = this.#keyFrameIntervalMs();
    const [firstMs = 0, lastMs = 0] = [this.#firstMs, this.#lastMs];
    const isLong =
      keyFrameIntervalMs === undefined
        ? this.#lastKeyMs === undefined && lastMs - firstMs >= NO_KEY_FRAME_MS_MAX
        : keyFrameIntervalMs > KEY_FRAME_MS_MAX + TOLERANCE_MS;
    return {
      ...(this.#videoCodec !== undefined && {
        video: {
          codec: this.#videoCodec,
          ...this.#size,
          ...(this.#pictures.isKnown(nowMs) && { fps: Math.round(this.#pictures.perSecond(nowMs) * 10) / 10 }),
          bitrateKbps: this.#pictureBytes.kbps(nowMs),
          ...(keyFrameIntervalMs !== undefined && { keyFrameIntervalMs }),
        },
      }),
      ...(this.#audioCodec !== undefined && {
        audio: { codec: this.#audioCodec, bitrateKbps: this.#soundBytes.kbps(nowMs) },
      }),
      warnings: [
        ...(isLong && !this.#makesKeyFramesOnDemand ? (['KEYFRAME_INTERVAL'] as const) : []),
        ...this.lacking.map((lack) => lackCodes[lack]),
      ],
    };
  }

  /** What would have to be made of what comes, and cannot be. */
  get lacking(): readonly Lack[] {
    const codecs = { sound: this.#audioCodec, picture: this.#videoCodec };
    return this.#lacks.filter((lack) => CARRIED[lack].includes(codecs[lack] ?? ''));
  }

  /** One that is still open counts once it is longer than the others, and alone once it is too long. */
  #keyFrameIntervalMs(): number | undefined {
    if (this.#lastKeyMs === undefined || this.#lastMs === undefined) return undefined;
    const openMs = this.#lastMs - this.#lastKeyMs;
    if (this.#intervalsMs.length === 0 && openMs <= KEY_FRAME_MS_MAX + TOLERANCE_MS) return undefined;
    return Math.round(Math.max(openMs, ...this.#intervalsMs));
  }

  #startOver(): void {
    this.#intervalsMs.length = 0;
    this.#firstMs = undefined;
    this.#lastMs = undefined;
    this.#lastKeyMs = undefined;
  }
}
