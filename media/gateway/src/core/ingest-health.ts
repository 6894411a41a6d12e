// Measures a publisher's stream, so that an operator finds out why a room shows it badly.
import { type Lack, type LackCode, lackCodes, type RecoveryEntry } from '@meridian/room-media/core';
import { RateMeter } from './rate-meter.ts';

/**
 * At most one of three is about key frames (IDR pictures), which new viewers need, and at which HLS segments begin:
 * - `OPEN_GOP`: I pictures come in their place, at which browsers cannot begin
 * - `INTRA_REFRESH`: no picture is whole in itself; parts of many pictures are
 * - `KEYFRAME_INTERVAL`: key frames are rare
 *
 * A `LackCode`: the stream cannot be transcoded for browsers here.
 */
export type IngestWarning = KeyFrameWarning | LackCode;
type KeyFrameWarning = 'OPEN_GOP' | 'INTRA_REFRESH' | 'KEYFRAME_INTERVAL';

const CODECS_BY_LACK: Readonly<Record<Lack, readonly string[]>> = { sound: ['aac', 'mp2'], picture: ['mpeg1'] };

/** Longest key frame interval that other makers' players and servers expect of encoders. */
export const KEY_FRAME_MS_MAX = 2000;
/** 60 pictures at 29.97 fps take 2002 ms, and times are rounded to whole milliseconds. */
const TOLERANCE_MS = 100;
/** Without any picture to begin with for this time, the encoder makes none, and new viewers see nothing. */
const NO_KEY_FRAME_MS_MAX = 10_000;
/** Without a key frame for this time, other pictures to begin with are no additions to key frames. */
const OTHER_ENTRIES_MS = 4000;
/** The longest of this many intervals counts, because encoders also put key frames at cuts. */
const INTERVALS = 4;
/** A larger step between pictures is another clock of the encoder, not a pause. */
const LEAP_MS = 10_000;

export interface IngestPicture {
  readonly codec: string;
  readonly bytes: number;
  readonly isKey: boolean;
  readonly entry?: RecoveryEntry['kind'] | undefined;
  /** On the encoder's clock. */
  readonly mediaMs: number;
  /** In pixels, if the picture states it. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

export interface VideoHealth {
  readonly codec: string;
  /** In pixels; absent while unknown. */
  readonly width?: number;
  readonly height?: number;
  /** Pictures per second, with one decimal; absent while unknown. */
  readonly fps?: number;
  readonly bitrateKbps: number;
  /** Longest recent interval; absent while unknown. */
  readonly keyFrameIntervalMs?: number;
}
export interface AudioHealth {
  readonly codec: string;
  readonly bitrateKbps: number;
}
export interface IngestView {
  readonly video?: VideoHealth;
  readonly audio?: AudioHealth;
  readonly warnings: readonly IngestWarning[];
}

/** Bound of a publisher, above the bitrate of 4K at 60 fps in H.264. Every viewer gets the full bitrate. */
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
  /** Kind of the last other picture to begin with that came when a key frame was late; none after one in time. */
  #otherEntry: RecoveryEntry['kind'] | undefined;

  /** `makesKeyFramesOnDemand`: long intervals are no fault. `lacks`: media that cannot be transcoded here. */
  constructor(o: { readonly makesKeyFramesOnDemand?: boolean; readonly lacks?: readonly Lack[] } = {}) {
    this.#makesKeyFramesOnDemand = o.makesKeyFramesOnDemand === true;
    this.#lacks = o.lacks ?? [];
  }

  picture({ codec, bytes, isKey, entry, mediaMs, size }: IngestPicture, nowMs: number): void {
    if (codec !== this.#videoCodec || Math.abs(mediaMs - (this.#lastMs ?? mediaMs)) > LEAP_MS) this.#startOver();
    this.#videoCodec = codec;
    this.#pictures.note(1, nowMs);
    this.#pictureBytes.note(bytes, nowMs);
    if (size !== undefined) this.#size = { width: size.width, height: size.height };
    this.#firstMs ??= mediaMs;
    this.#lastMs = Math.max(mediaMs, this.#lastMs ?? mediaMs);
    const intervalMs = mediaMs - (this.#lastKeyMs ?? this.#firstMs);
    const isLate = intervalMs > OTHER_ENTRIES_MS;
    if (!isKey) {
      if (isLate) this.#otherEntry = entry ?? this.#otherEntry;
      return;
    }
    if (!isLate) this.#otherEntry = undefined;
    if (this.#lastKeyMs !== undefined) this.#intervalsMs.push(intervalMs);
    if (this.#intervalsMs.length > INTERVALS) this.#intervalsMs.shift();
    this.#lastKeyMs = mediaMs;
  }

  sound(codec: string, bytes: number, nowMs: number): void {
    this.#audioCodec = codec;
    this.#soundBytes.note(bytes, nowMs);
  }

  isExcessive(nowMs: number): boolean {
    const bytes = this.#pictureBytes.sustainedPerSecond(nowMs) + this.#soundBytes.sustainedPerSecond(nowMs);
    return (bytes * 8) / 1000 > INGEST_KBPS_MAX;
  }

  view(nowMs: number): IngestView {
    const keyFrameIntervalMs = this.#keyFrameIntervalMs();
    const warning = this.#makesKeyFramesOnDemand ? undefined : this.#keyFrameWarning();
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
      warnings: [...(warning === undefined ? [] : [warning]), ...this.lacking.map((lack) => lackCodes[lack])],
    };
  }

  get lacking(): readonly Lack[] {
    const codecs = { sound: this.#audioCodec, picture: this.#videoCodec };
    return this.#lacks.filter((lack) => CODECS_BY_LACK[lack].includes(codecs[lack] ?? ''));
  }

  #keyFrameWarning(): KeyFrameWarning | undefined {
    const [firstMs = 0, lastMs = 0] = [this.#firstMs, this.#lastMs];
    const hasKey = this.#lastKeyMs !== undefined;
    const intervalMs = hasKey ? (this.#keyFrameIntervalMs() ?? 0) : lastMs - firstMs;
    if (this.#otherEntry !== undefined && intervalMs > OTHER_ENTRIES_MS)
      return this.#otherEntry === 'intra' ? 'OPEN_GOP' : 'INTRA_REFRESH';
    if (!hasKey) return intervalMs >= NO_KEY_FRAME_MS_MAX ? 'INTRA_REFRESH' : undefined;
    return intervalMs > KEY_FRAME_MS_MAX + TOLERANCE_MS ? 'KEYFRAME_INTERVAL' : undefined;
  }

  /** The interval since the last key frame counts once it is longer than the others; without others, once too long. */
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
    this.#otherEntry = undefined;
  }
}
