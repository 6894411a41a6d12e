// Receives one track: turns its packets into units on the gateway's clock.
import type { SubscriptionRow } from '@meridian/client';
import { aacMimeType, bframesMimeType, mpeg1MimeType, rosterMimeType } from '@meridian/protocol';
import { mp2Header } from '../core/mp2.ts';
import { SoundDepacketiser, soundFormatOf } from '../core/rtp/carried-sound.ts';
import { CarriedDepacketiser, type CarriedPicture, carriedH264, carriedMpeg1 } from '../core/rtp/carried-video.ts';
import { H264Depacketiser, type VideoPacket } from '../core/rtp/h264.ts';
import type { RtpPacket } from '../core/rtp/packet.ts';
import { RtpReceiver } from '../core/rtp/receive.ts';
import type { SenderReport } from '../core/rtp/rtcp.ts';
import type { StreamTimeline, Timeline } from '../core/rtp/timeline.ts';
import type { AudioFormat, AudioUnit, Mpeg1Unit, VideoUnit } from '../core/units.ts';

const opus: AudioFormat = { codec: 'opus', sampleRate: 48_000, channels: 2 };

export type ReceivedUnit = VideoUnit | Mpeg1Unit | AudioUnit;

/** Converts packets, in the order of sequence numbers, to units with the time of their timestamp. */
interface Depacketiser {
  readonly needsKey: boolean;
  push(packet: VideoPacket, ms: number): readonly ReceivedUnit[];
}

export class ReceivedStream {
  readonly trackId: string;
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  readonly format: AudioFormat;
  readonly #receiver: RtpReceiver;
  readonly #timeline: StreamTimeline;
  readonly #depacketiser: Depacketiser;

  /**
   * `shownAs` is the track's MIME type in the roster; a row with another type is a rendition. Returns undefined for a
   * row that names an unsupported or malformed track, because any client may publish anything.
   */
  static of(
    row: SubscriptionRow,
    o: { timeline: Timeline; ownSsrc: number; shownAs: string | undefined },
  ): ReceivedStream | undefined {
    const [codec, encoding] = [row.rtpParameters.codecs[0], row.rtpParameters.encodings?.[0]];
    if (codec === undefined || encoding?.ssrc === undefined) return undefined;
    const format = codec.mimeType.toLowerCase() === aacMimeType ? soundFormatOf(codec.parameters) : opus;
    if (format === undefined) return undefined;
    const { payloadType, clockRate } = codec;
    const depacketiser = row.kind === 'video' ? pictureDepacketiser(rosterMimeType(codec)) : soundDepacketiser(format);
    const rtp = { ssrc: encoding.ssrc, payloadType, clockRate, senderSsrc: o.ownSsrc };
    const isRendition = o.shownAs !== undefined && o.shownAs.toLowerCase() !== rosterMimeType(codec).toLowerCase();
    return new ReceivedStream(row, { rtp, format, timeline: o.timeline.stream(clockRate, isRendition), depacketiser });
  }

  private constructor(
    { trackId, kind }: SubscriptionRow,
    o: {
      rtp: { ssrc: number; payloadType: number; clockRate: number; senderSsrc: number };
      format: AudioFormat;
      timeline: StreamTimeline;
      depacketiser: Depacketiser;
    },
  ) {
    this.trackId = trackId;
    this.kind = kind;
    this.ssrc = o.rtp.ssrc;
    this.format = o.format;
    this.#timeline = o.timeline;
    this.#depacketiser = o.depacketiser;
    this.#receiver = new RtpReceiver({ ...o.rtp, wantsKeyFrames: kind === 'video' });
  }

  receive(packet: RtpPacket, nowMs: number): void {
    this.#receiver.receive(packet, nowMs);
  }
  noteSenderReport(report: SenderReport, nowMs: number): void {
    this.#receiver.noteSenderReport(report, nowMs);
    this.#timeline.noteSenderReport(report, nowMs);
  }

  *drain(nowMs: number): Generator<ReceivedUnit> {
    const depacketiser = this.#depacketiser;
    for (const packet of this.#receiver.drain(nowMs)) {
      const ms = this.#timeline.toMs(packet.timestamp, packet.arrivalMs);
      for (const unit of depacketiser.push(packet, ms)) {
        if (unit.kind !== 'audio' && unit.isKey) this.#receiver.keyFrameArrived();
        yield unit;
      }
      if (depacketiser.needsKey) this.#receiver.demandKeyFrame();
    }
  }

  demandKeyFrame(): void {
    this.#receiver.demandKeyFrame();
  }
  feedback(nowMs: number): ReturnType<RtpReceiver['feedback']> {
    return this.#receiver.feedback(nowMs);
  }
  report(nowMs: number): ReturnType<RtpReceiver['report']> {
    return this.#receiver.report(nowMs);
  }
}

function pictureDepacketiser(name: string): Depacketiser {
  if (name === bframesMimeType) return carriedDepacketiser(carriedH264);
  return name === mpeg1MimeType ? carriedDepacketiser(carriedMpeg1) : new H264Depacketiser();
}

function carriedDepacketiser(unitOf: (picture: CarriedPicture) => ReceivedUnit | undefined): Depacketiser {
  const packets = new CarriedDepacketiser();
  return {
    get needsKey() {
      return packets.needsKey;
    },
    push(packet, ms) {
      const picture = packets.push(packet, ms);
      const unit = picture === undefined ? undefined : unitOf(picture);
      return unit === undefined ? [] : [unit];
    },
  };
}

function soundDepacketiser(format: AudioFormat): Depacketiser {
  const carried = format.codec === 'opus' ? undefined : new SoundDepacketiser();
  return {
    needsKey: false,
    push(packet, ptsMs) {
      const data = carried === undefined ? packet.payload : carried.push(packet);
      return data === undefined || !isFrame(format, data) ? [] : [{ kind: 'audio', ptsMs, data }];
    },
  };
}

/** Players of MP2 get frames unchanged and fail on other bytes, so invalid frames are dropped. */
function isFrame({ codec, sampleRate, channels }: AudioFormat, data: Uint8Array): boolean {
  if (codec !== 'mp2') return true;
  const header = mp2Header(data);
  return header?.frameBytes === data.length && header.sampleRate === sampleRate && header.channels === channels;
}
