// Publishes MPEG-1 video and MP2 sound of a browser's MPEG transport stream to a publish point, unchanged.
import { TsDemuxer, type TsUnit } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import { mp2FrameSamples, readMpeg1, splitMp2 } from '@meridian/room-media/core';
import type { Publication } from '../live/publications.ts';
import type { Encoder, PublishPoint } from '../room/publish-point.ts';

export interface H5PublisherOptions {
  readonly point: PublishPoint;
  readonly publication: Publication;
  onEnd(code: string): void;
  onKeyFrameWanted(): void;
}

export class H5Publisher implements Encoder {
  readonly #o: H5PublisherOptions;
  readonly #demuxer = new TsDemuxer();
  #isOver = false;

  constructor(o: H5PublisherOptions) {
    this.#o = o;
    o.point.attach(this);
  }

  push(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      for (const unit of this.#demuxer.push(bytes)) this.#unit(unit);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      this.ended(error instanceof MeridianError ? error.code : 'REQUEST_INVALID');
    }
  }

  /** Ends the publisher because its participant or connection ended. Idempotent. */
  ended(code: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#o.publication.end();
    this.#o.point.release(this);
    this.#o.onEnd(code);
  }

  replaced(): void {
    this.ended('REPLACED');
  }

  keyFrameWanted(): void {
    if (!this.#isOver) this.#o.onKeyFrameWanted();
  }

  #unit(unit: TsUnit): void {
    if (unit.kind === 'video') this.#picture(unit);
    else this.#sound(unit);
  }

  #picture({ codec, ptsMs, data }: TsUnit): void {
    const picture = codec === 'mpeg1' ? readMpeg1(data) : 'unsupported';
    if (picture === 'unsupported')
      throw new MeridianError('CODEC_UNSUPPORTED', 'pictures are MPEG-1 without B pictures, up to 1280×720');
    if (picture === undefined) return;
    const { isKey, width, height } = picture;
    const size = width > 0 ? { width, height } : undefined;
    this.#o.publication.picture({ codec, bytes: data.length, isKey, mediaMs: ptsMs, size });
    this.#o.point.writeMpeg1(this, { kind: 'mpeg1', ptsMs, isKey, data });
  }

  #sound({ codec, ptsMs, data }: TsUnit): void {
    const frames = codec === 'mp2' ? splitMp2(data) : undefined;
    if (frames === undefined) throw new MeridianError('CODEC_UNSUPPORTED', 'sound is MP2');
    this.#o.publication.sound(codec, data.length);
    let atMs = ptsMs;
    for (const { header, frame } of frames) {
      const { sampleRate, channels } = header;
      this.#o.point.writeAudio(
        this,
        { kind: 'audio', ptsMs: atMs, data: frame },
        { codec: 'mp2', sampleRate, channels },
      );
      atMs += (mp2FrameSamples * 1000) / sampleRate;
    }
  }
}
