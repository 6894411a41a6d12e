// Receives one track in any codec: turns its packets into coded frames on this node's clock, without decoding.

import type { SubscriptionRow } from '@meridian/client';
import { aacMimeType, bframesMimeType, type MediaKind, rosterMimeType } from '@meridian/protocol';
import type { CodedFrame, H264Frame, PictureFrame } from '../core/frames.ts';
import { av1 } from '../core/rtp/av1.ts';
import { SoundDepacketiser, soundFormatOf } from '../core/rtp/carried-sound.ts';
import { CarriedDepacketiser, carriedH264 } from '../core/rtp/carried-video.ts';
import type { TimeRun } from '../core/rtp/corrected-times.ts';
import { H264Depacketiser, type VideoPacket } from '../core/rtp/h264.ts';
import { NextTimes, type StreamTimes } from '../core/rtp/next-times.ts';
import type { RtpPacket } from '../core/rtp/packet.ts';
import { PictureDepacketiser, type PictureFormat } from '../core/rtp/pictures.ts';
import { RtpReceiver } from '../core/rtp/receive.ts';
import type { SenderReport } from '../core/rtp/rtcp.ts';
import { vp8 } from '../core/rtp/vp8.ts';
import { vp9 } from '../core/rtp/vp9.ts';
import type { AudioFormat, VideoUnit } from '../core/units.ts';

/**
 * Media nodes send a first sender report within a second. Until then only arrival times are known, and the first
 * packets are late. Frames with final times wait for the report, so picture and sound are synchronous from the first
 * frame.
 */
const REPORT_WAIT_MS = 1500;
/** Bound of waiting frames, above any ordinary rate. */
const HELD_FRAMES_MAX = 600;

interface Depacketiser {
  readonly needsKey: boolean;
  push(packet: VideoPacket, ms: number): readonly CodedFrame[];
}

export interface OutputFrame {
  readonly frame: CodedFrame;
  readonly run: TimeRun | undefined;
}
/** Frame with the timestamp and time of the packet that completed it. */
interface TimedFrame extends OutputFrame {
  readonly timestamp: number;
  readonly ms: number;
}

const opus: AudioFormat = { codec: 'opus', sampleRate: 48_000, channels: 2 };
const pictureFormats: Readonly<Record<PictureFrame['codec'], PictureFormat>> = { vp8, vp9, av1 };

export class ReceivedTrack {
  readonly trackId: string;
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly clockRate: number;
  readonly times: StreamTimes;
  readonly #receiver: RtpReceiver;
  readonly #depacketiser: Depacketiser;
  /** Frames that wait for the first sender report; undefined when waiting is over. */
  #waitingFrames: TimedFrame[] | undefined;
  #heldSinceMs: number | undefined;
  #isReported = false;

  /** Returns undefined for a row of an unsupported codec (MP2, MPEG-1) and for a malformed row. */
  static of(
    row: SubscriptionRow,
    o: { timesOf(clockRate: number): StreamTimes; ownSsrc: number },
  ): ReceivedTrack | undefined {
    const [codec, encoding] = [row.rtpParameters.codecs[0], row.rtpParameters.encodings?.[0]];
    if (codec === undefined || encoding?.ssrc === undefined) return undefined;
    const depacketiser = row.kind === 'video' ? pictureDepacketiser(rosterMimeType(codec)) : soundDepacketiser(codec);
    if (depacketiser === undefined) return undefined;
    const { payloadType, clockRate } = codec;
    const { ssrc } = encoding;
    const wantsKeyFrames = row.kind === 'video';
    const receiver = new RtpReceiver({ ssrc, payloadType, clockRate, senderSsrc: o.ownSsrc, wantsKeyFrames });
    return new ReceivedTrack(row, { ssrc, clockRate, receiver, times: o.timesOf(clockRate), depacketiser });
  }

  private constructor(
    { trackId, kind }: SubscriptionRow,
    o: { ssrc: number; clockRate: number; receiver: RtpReceiver; times: StreamTimes; depacketiser: Depacketiser },
  ) {
    this.trackId = trackId;
    this.kind = kind;
    this.ssrc = o.ssrc;
    this.clockRate = o.clockRate;
    this.times = o.times;
    this.#receiver = o.receiver;
    this.#waitingFrames = o.times.run === undefined ? [] : undefined;
    this.#depacketiser = o.depacketiser;
  }

  receive(packet: RtpPacket, nowMs: number): void {
    this.#receiver.receive(packet, nowMs);
  }
  noteSenderReport(report: SenderReport, nowMs: number): void {
    this.#receiver.noteSenderReport(report, nowMs);
    this.times.noteSenderReport(report, nowMs);
    // A report before the first packet is useless.
    this.#isReported ||= this.times.at(report.rtpTimestamp) !== undefined;
  }

  /** Makes this consumer the leader of its track, so that its sender reports count. */
  lead(nowMs: number): void {
    if (this.times instanceof NextTimes) this.times.lead(nowMs);
  }

  /** Returns complete frames in decoding order. The first frames wait at most `REPORT_WAIT_MS` for a sender report. */
  drain(nowMs: number): readonly OutputFrame[] {
    const read = [...this.#read(nowMs)];
    if (this.#waitingFrames === undefined) return read;
    this.#waitingFrames.push(...read);
    if (this.#waitingFrames.length > 0) this.#heldSinceMs ??= nowMs;
    const waitsMs = nowMs - (this.#heldSinceMs ?? nowMs);
    const isKnown = this.#isReported || (this.times instanceof NextTimes && this.times.isSame);
    return isKnown || waitsMs >= REPORT_WAIT_MS || this.#waitingFrames.length >= HELD_FRAMES_MAX ? this.flush() : [];
  }

  flush(): readonly OutputFrame[] {
    const waitingFrames = this.#waitingFrames ?? [];
    this.#waitingFrames = undefined;
    return waitingFrames.map(({ frame, run, timestamp, ms }) => ({
      frame: shifted(frame, this.#correctionMs(timestamp, ms)),
      run,
    }));
  }

  #correctionMs(timestamp: number, ms: number): number {
    return (this.times.at(timestamp) ?? ms) - ms;
  }

  *#read(nowMs: number): Generator<TimedFrame> {
    for (const packet of this.#receiver.drain(nowMs)) {
      const { timestamp } = packet;
      const ms = this.times.toMs(timestamp, packet.arrivalMs);
      const { run } = this.times;
      for (const frame of this.#depacketiser.push(packet, ms)) {
        if ('isKey' in frame && frame.isKey) this.#receiver.keyFrameArrived();
        yield { frame, run, timestamp, ms };
      }
      if (this.#depacketiser.needsKey) this.#receiver.demandKeyFrame();
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

function shifted(frame: CodedFrame, byMs: number): CodedFrame {
  const ptsMs = frame.ptsMs + byMs;
  return frame.codec === 'h264'
    ? Object.assign({}, frame, { ptsMs, dtsMs: frame.dtsMs + byMs })
    : Object.assign({}, frame, { ptsMs });
}

/** A picture may be completed by the first packet of the next, so the last few timestamps are kept. */
const TIMESTAMPS_MAX = 8;

class RecentTimestamps {
  readonly #byMs = new Map<number, number>();

  note(ms: number, timestamp: number): void {
    this.#byMs.set(ms, timestamp);
    for (const known of this.#byMs.keys()) {
      if (this.#byMs.size <= TIMESTAMPS_MAX) break;
      this.#byMs.delete(known);
    }
  }
  of(ms: number, newest: number): number {
    return this.#byMs.get(ms) ?? newest;
  }
}

function pictureDepacketiser(name: string): Depacketiser | undefined {
  const lower = name.toLowerCase();
  if (name === bframesMimeType) return carriedDepacketiser();
  if (lower === 'video/h264') return h264Depacketiser();
  const codec = (['vp8', 'vp9', 'av1'] as const).find((one) => lower === `video/${one}`);
  return codec === undefined ? undefined : codedDepacketiser(codec);
}

function h264Depacketiser(): Depacketiser {
  const [units, stamps] = [new H264Depacketiser(), new RecentTimestamps()];
  return {
    get needsKey() {
      return units.needsKey;
    },
    push(packet, ms) {
      stamps.note(ms, packet.timestamp);
      return units.push(packet, ms).map((unit) => h264Frame(unit, stamps.of(unit.ptsMs, packet.timestamp)));
    },
  };
}

function carriedDepacketiser(): Depacketiser {
  const packets = new CarriedDepacketiser();
  return {
    get needsKey() {
      return packets.needsKey;
    },
    push(packet, ms) {
      const picture = packets.push(packet, ms);
      const unit = picture && carriedH264(picture);
      return unit === undefined ? [] : [h264Frame(unit, packet.timestamp)];
    },
  };
}

const h264Frame = ({ ptsMs, dtsMs, isKey, nals }: VideoUnit, rtpTimestamp: number): H264Frame => ({
  codec: 'h264',
  ptsMs,
  dtsMs,
  isKey,
  nals,
  rtpTimestamp,
});

function codedDepacketiser(codec: PictureFrame['codec']): Depacketiser {
  const [packets, stamps] = [new PictureDepacketiser(pictureFormats[codec]), new RecentTimestamps()];
  return {
    get needsKey() {
      return packets.needsKey;
    },
    push(packet, ms) {
      stamps.note(ms, packet.timestamp);
      return packets.push(packet, ms).map(({ head, data, ptsMs }) => ({
        codec,
        ptsMs,
        isKey: head.isKey,
        size: head.isKey ? { width: head.width, height: head.height } : undefined,
        data,
        rtpTimestamp: stamps.of(ptsMs, packet.timestamp),
      }));
    },
  };
}

function soundDepacketiser(codec: SubscriptionRow['rtpParameters']['codecs'][number]): Depacketiser | undefined {
  const isCarried = codec.mimeType.toLowerCase() === aacMimeType;
  const format = isCarried ? soundFormatOf(codec.parameters) : opus;
  if (format === undefined || format.codec === 'mp2') return undefined;
  const { codec: name } = format;
  const frames = isCarried ? new SoundDepacketiser() : undefined;
  return {
    needsKey: false,
    push(packet, ptsMs) {
      const data = frames === undefined ? packet.payload : frames.push(packet);
      if (data === undefined || data.length === 0) return [];
      return [{ codec: name, format, ptsMs, data, rtpTimestamp: packet.timestamp }];
    },
  };
}
