// An encoder that publishes by RTMP: its messages become pictures and sound of a publish point.
import { MeridianError } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { FlvMediaReader } from '../core/flv/media.ts';
import { hasBFrames, parseSps, publishable } from '../core/h264/h264-bitstream.ts';
import { MalformedStream } from '../core/malformed.ts';
import type { RtmpServerEvent } from '../core/rtmp/server.ts';
import type { AudioFormat, VideoUnit } from '../core/units.ts';
import type { Encoder, PublishPoint } from '../room/publish-point.ts';
import type { RtmpPeer, RtmpRole } from './listener.ts';

/** What encoders show when a stream cannot be taken, with the setting that helps. */
const REFUSALS = {
  BFRAMES: 'B-frames cannot be shown by browsers: set them to 0 (x264: bframes=0 or tune=zerolatency)',
  CODEC_UNSUPPORTED: 'only H.264 (8 bit, 4:2:0, progressive) and AAC are taken',
} as const;

export class RtmpPublisher implements RtmpRole, Encoder {
  readonly #point: PublishPoint;
  readonly #peer: RtmpPeer;
  readonly #log: Logger;
  readonly #reader = new FlvMediaReader();
  #audio: AudioFormat | undefined;
  #isOver = false;

  constructor(o: { readonly point: PublishPoint; readonly peer: RtmpPeer; readonly log: Logger }) {
    this.#point = o.point;
    this.#peer = o.peer;
    this.#log = o.log;
    o.point.take(this);
  }

  take(event: RtmpServerEvent): void {
    if (this.#isOver || (event.kind !== 'audio' && event.kind !== 'video')) return;
    try {
      this.#read(event.kind, event.timestampMs, event.body);
    } catch (error) {
      // A broken stream, or no capacity to transcode its sound.
      if (!(error instanceof MalformedStream || error instanceof MeridianError)) throw error;
      this.#refuse(error.code, error.message);
    }
  }

  ended(code?: string, description?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#point.release(this);
    if (code !== undefined) this.#peer.close(`${code}: ${description ?? ''}`);
  }

  replaced(): void {
    this.#isOver = true;
    this.#peer.close('REPLACED: another encoder publishes with this key');
  }

  #read(kind: 'audio' | 'video', timestampMs: number, body: Uint8Array): void {
    const media = kind === 'video' ? this.#reader.video(timestampMs, body) : this.#reader.audio(timestampMs, body);
    if (media === undefined) return;
    if (media.kind === 'unsupported') this.#refuse('CODEC_UNSUPPORTED', REFUSALS.CODEC_UNSUPPORTED);
    else if (media.kind === 'videoFormat') this.#checkFormat(media.format.sps);
    else if (media.kind === 'audioFormat') this.#audio = media.format;
    else if (media.kind === 'video') this.#picture(media);
    else if (this.#audio !== undefined) this.#point.writeAudio(this, media, this.#audio);
  }

  #checkFormat(sps: Uint8Array): void {
    const info = parseSps(sps);
    if (info === undefined || 'refused' in publishable(info))
      this.#refuse('CODEC_UNSUPPORTED', REFUSALS.CODEC_UNSUPPORTED);
  }

  #picture(unit: VideoUnit): void {
    if (unit.ptsMs !== unit.dtsMs || hasBFrames(unit)) this.#refuse('BFRAMES', REFUSALS.BFRAMES);
    else this.#point.writeVideo(this, unit);
  }

  #refuse(code: string, description: string): void {
    this.#log.info({ address: this.#peer.address, code }, 'an RTMP publication is refused');
    this.ended(code, description);
  }
}
