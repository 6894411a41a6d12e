// A browser that publishes MPEG-1 video and MP2 sound in an MPEG transport stream: its pictures become H.264 of a
// publish point, its sound goes there as it is.
import { TsDemuxer, type TsUnit } from '@meridian/client';
import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { FfmpegSupervisor } from '../adapters/ffmpeg/supervisor.ts';
import { type CodedPicture, VideoTranscoder } from '../adapters/ffmpeg/video.ts';
import { splitAnnexB } from '../core/h264/nal.ts';
import { mp2FrameSamples, splitMp2 } from '../core/mp2.ts';
import { isMpeg1Key, mpeg1Size } from '../core/mpeg1.ts';
import type { Publication } from '../live/publications.ts';
import type { Encoder, PublishPoint } from '../room/publish-point.ts';

const BITRATE_KBPS = 800;
/** Two seconds at 15 pictures a second; key pictures of the browser are key frames too. */
const KEY_INTERVAL_PICTURES = 30;
/** 320 × 240 at 15 pictures a second decoded and coded, with what starting takes. */
const COST_MILLICORES = 200;

export interface H5PublisherOptions {
  readonly point: PublishPoint;
  /** Ends with the publisher. */
  readonly publication: Publication;
  readonly supervisor: FfmpegSupervisor;
  readonly log: Logger;
  /** Nothing more is taken: by the code of a refusal, or of the end of the participant. */
  onEnd(code: string): void;
}

export class H5Publisher implements Encoder {
  readonly #o: H5PublisherOptions;
  readonly #demuxer = new TsDemuxer();
  #transcoder: VideoTranscoder | undefined;
  #isOver = false;

  constructor(o: H5PublisherOptions) {
    this.#o = o;
    o.point.take(this);
  }

  /** Bytes of the stream, cut anywhere. */
  push(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      for (const unit of this.#demuxer.push(bytes)) this.#unit(unit);
    } catch (error) {
      // A stream that is none, or no capacity.
      if (!(error instanceof Error && 'code' in error)) throw error;
      this.ended(error instanceof MeridianError ? error.code : 'REQUEST_INVALID');
    }
  }

  /** The participant is over, or the connection; idempotent. */
  ended(code: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#transcoder?.close();
    this.#o.publication.end();
    this.#o.point.release(this);
    this.#o.onEnd(code);
  }

  replaced(): void {
    this.ended('REPLACED');
  }

  #unit(unit: TsUnit): void {
    if (unit.kind === 'video') this.#picture(unit);
    else this.#sound(unit);
  }

  #picture({ codec, ptsMs, data }: TsUnit): void {
    if (codec !== 'mpeg1') throw new MeridianError('CODEC_UNSUPPORTED', 'pictures are MPEG-1');
    const isKey = isMpeg1Key(data);
    if (isKey === undefined) return;
    this.#o.publication.picture({ codec, bytes: data.length, isKey, mediaMs: ptsMs, size: mpeg1Size(data) });
    this.#transcoder ??= new VideoTranscoder({
      ...{ from: 'mpeg1', to: 'h264', bitrateKbps: BITRATE_KBPS, keyIntervalPictures: KEY_INTERVAL_PICTURES },
      ...{ cost: COST_MILLICORES, supervisor: this.#o.supervisor },
      onPicture: (picture) => this.#coded(picture),
      onDegraded: (isDegraded) => {
        if (isDegraded) this.#o.log.warn('an ffmpeg for H.264 does not stay up');
      },
    });
    this.#transcoder.write({ ptsMs, isKey, data });
  }

  #coded({ ptsMs, isKey, data }: CodedPicture): void {
    const nals = splitAnnexB(data);
    if (!this.#isOver && nals !== undefined && nals.length > 0)
      this.#o.point.writeVideo(this, { kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals });
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
