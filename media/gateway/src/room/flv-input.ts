// Feeds an encoder's FLV bodies to a publish point.

import { MeridianError } from '@meridian/protocol';
import type { AudioFormat, VideoFormat } from '@meridian/room-media/core';
import { hasBFrames, MalformedStream, parseSps, publishable } from '@meridian/room-media/core';
import { FlvMediaReader } from '../core/flv/media.ts';
import { INGEST_KBPS_MAX } from '../core/ingest-health.ts';
import { type DropKind, Drops } from '../core/rtmp/drops.ts';
import type { Publication } from '../live/publications.ts';
import type { Encoder, PublishPoint } from './publish-point.ts';

/** Refusals that encoders show, with the setting that helps. */
const REFUSALS = {
  BFRAMES: 'B-frames are not taken here: set them to 0 (x264: bframes=0 or tune=zerolatency)',
  RATE_LIMITED: `more than ${INGEST_KBPS_MAX / 1000} Mbit/s are not taken`,
  CODEC_UNSUPPORTED: 'is not taken: only H.264 (8 bit, 4:2:0, progressive) and AAC are',
} as const;

export interface Refusal {
  readonly code: string;
  readonly description: string;
}

export class FlvInput {
  readonly #point: PublishPoint;
  readonly #encoder: Encoder;
  readonly #publication: Publication;
  readonly #drops: Drops;
  readonly #reader = new FlvMediaReader();
  #audio: AudioFormat | undefined;
  #sps: Uint8Array = new Uint8Array(0);
  /** B-frames were seen since that SPS. */
  #hasBFrames = false;
  #size: { readonly width: number; readonly height: number } | undefined;
  #units = 0;

  /**
   * The point takes units while `encoder` is its present one; `publication` measures all of them, and `drops` counts
   * bodies that are unreadable or come before their config.
   */
  constructor(point: PublishPoint, encoder: Encoder, publication: Publication, drops = new Drops()) {
    this.#drops = drops;
    this.#point = point;
    this.#encoder = encoder;
    this.#publication = publication;
  }

  /** Configs, pictures and sound frames read so far. */
  get units(): number {
    return this.#units;
  }

  /** Writes a body to the point. After a refusal, write nothing more of the stream. */
  write(kind: 'audio' | 'video', timestampMs: number, body: Uint8Array): Refusal | undefined {
    if (this.#publication.isExcessive) return refusal('RATE_LIMITED');
    try {
      return kind === 'video' ? this.#video(timestampMs, body) : this.#sound(timestampMs, body);
    } catch (error) {
      if (error instanceof MalformedStream) return this.#unreadable(kind, error);
      // There is no capacity to transcode its sound.
      if (!(error instanceof MeridianError)) throw error;
      return { code: error.code, description: error.message };
    }
  }

  #unreadable(kind: 'audio' | 'video', { code }: MalformedStream): Refusal | undefined {
    if (code === 'UNSUPPORTED') return unsupported(kind === 'audio' ? 'this AAC' : 'this H.264');
    this.#drops.note(code === 'OUT_OF_ORDER' ? EARLY[kind] : UNREADABLE[kind]);
    return undefined;
  }

  #video(timestampMs: number, body: Uint8Array): Refusal | undefined {
    const media = this.#reader.video(timestampMs, body);
    if (media?.kind === 'unsupported') return unsupported(media.codec);
    if (media?.kind === 'track') this.#drops.note('track');
    if (media?.kind === 'videoFormat') return this.#format(media.format);
    if (media?.kind !== 'video') return undefined;
    this.#units += 1;
    const { isKey, entry, dtsMs: mediaMs } = media;
    const picture = { codec: 'h264', bytes: body.length, isKey, entry: entry?.kind, mediaMs, size: this.#size };
    this.#publication.picture(picture);
    this.#hasBFrames ||= hasBFrames(media);
    if (this.#hasBFrames && !this.#point.takesBFrames) return refusal('BFRAMES');
    this.#point.writeVideo(this.#encoder, media, this.#hasBFrames);
    return undefined;
  }

  #format({ sps }: VideoFormat): Refusal | undefined {
    const info = parseSps(sps);
    if (info === undefined || 'refused' in publishable(info)) return unsupported('this H.264');
    this.#units += 1;
    this.#size = info;
    // Encoders may repeat the SPS before each key frame.
    if (Buffer.compare(this.#sps, sps) !== 0) this.#hasBFrames = false;
    this.#sps = sps;
    return undefined;
  }

  #sound(timestampMs: number, body: Uint8Array): Refusal | undefined {
    const media = this.#reader.audio(timestampMs, body);
    if (media?.kind === 'unsupported') return unsupported(media.codec);
    if (media?.kind === 'track') this.#drops.note('track');
    if (media?.kind === 'audioFormat' || media?.kind === 'audio') this.#units += 1;
    if (media?.kind === 'audioFormat') this.#audio = media.format;
    else if (media?.kind === 'audio' && this.#audio !== undefined) {
      this.#publication.sound(this.#audio.codec, body.length);
      this.#point.writeAudio(this.#encoder, media, this.#audio);
    }
    return undefined;
  }
}

const EARLY = { audio: 'earlySound', video: 'earlyPicture' } as const satisfies Record<string, DropKind>;
const UNREADABLE = { audio: 'sound', video: 'picture' } as const satisfies Record<string, DropKind>;

const refusal = (code: keyof typeof REFUSALS): Refusal => ({ code, description: REFUSALS[code] });

const unsupported = (codec: string): Refusal => ({
  code: 'CODEC_UNSUPPORTED',
  description: `${NAMES[codec] ?? codec} ${REFUSALS.CODEC_UNSUPPORTED}`,
});

const NAMES: Readonly<Record<string, string>> = {
  h265: 'HEVC (H.265)',
  av1: 'AV1',
  vp9: 'VP9',
  vp8: 'VP8',
  unknown: 'this codec',
};
