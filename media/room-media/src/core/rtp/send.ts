// Sends one stream: its packets, sender reports, and retransmissions of the last second.
import { midExtension, serialiseRtp } from './packet.ts';
import { type NtpTime, ntpOf, type RtcpPacket, serialiseRtcp } from './rtcp.ts';

/** Bound of RTP with its payload; with IP and UDP it stays below the MTU of ordinary paths. */
export const maxDatagramBytes = 1200;
const headerBytes = 12;
const reportIntervalMs = 1000;
/** A media node uses the third report and gives players arrival times until then, so the first reports are quick. */
const firstReports = 4;
const firstReportIntervalMs = 200;
const historyMs = 1000;
/** Bound of the packets that are kept for retransmission: a second at 16 Mbit/s. */
const historyBytes = 2 * 1024 * 1024;
/** Memory of a kept packet beside its bytes, which bounds the number of tiny packets too. */
const bytesPerEntry = 200;
/** A packet that is requested twice within this time is resent once. */
const resendIntervalMs = 20;
/** Maximum drift of a publisher's clock that the media clock follows, ten times that of crystals. */
const maxDriftPerMs = 0.0005;
/** A larger step back restarts the stream's times; a smaller step is reordering. */
const stepBackMaxMs = 100;
/** Times further ahead of both the stream and the present restart the stream's times. */
const stepAheadMaxMs = 2000;
/** The streams of a source restart one after another: for this time the former shift stays valid beside the new one. */
const formerShiftValidMs = 2000;
/** Replayed units get times within this span: shorter than any picture, so the next picture is later. */
const replayMs = 5;

/** Position of a stream at its last send. */
export interface StreamPosition {
  readonly mediaMs: number;
  readonly sentMs: number;
}

export interface MediaClock {
  /** Returns the media time of a unit. `last` is the stream's last position, undefined before its first unit. */
  mediaMs(ptsMs: number, last: StreamPosition | undefined, nowMs: number): number;
  noteSent(mediaMs: number, nowMs: number): void;
  /** Returns the media time of a moment; undefined while unknown. */
  mediaAt(nowMs: number): number | undefined;
  ntpAt(nowMs: number): NtpTime;
}

/**
 * Clock of one publisher's sent streams: a continuous media time across encoders, and the wall time of sender reports.
 * Sound and picture share the clock, so receivers synchronise them.
 */
export class SendClock implements MediaClock {
  readonly #wallAtZeroMs: number;
  /** Shift added to the present encoder's times. */
  #shiftMs = 0;
  /** Shift before the last leap of the times, for streams that have not leapt yet. */
  #formerShiftMs: number | undefined;
  #lastLeapMs = 0;
  #behindMs: number | undefined;
  #lastSentMs = 0;
  #highestMs = Number.NEGATIVE_INFINITY;

  /** `wallAtZeroMs` is the Unix time when the local clock (`nowMs`) was 0. */
  constructor(wallAtZeroMs: number) {
    this.#wallAtZeroMs = wallAtZeroMs;
  }

  /**
   * Starts another encoder. `firstPtsMs`, the lowest time of its first units, becomes the present, or a millisecond
   * after the last unit if later. Call it once, before these units.
   */
  rebase(firstPtsMs: number, nowMs: number): void {
    if (this.#behindMs === undefined) return;
    this.#shiftMs = Math.max(this.#highestMs + 1, nowMs - this.#behindMs) - firstPtsMs;
    this.#formerShiftMs = undefined;
  }

  /**
   * Returns the media time of a unit of the present encoder. Media time is continuous across leaps of the encoder's
   * times: the first stream that leaps sets the shift, and the others keep their distance from it.
   */
  mediaMs(ptsMs: number, last: StreamPosition | undefined, nowMs: number): number {
    const presentMs = this.mediaAt(nowMs);
    if (presentMs === undefined) return ptsMs + this.#shiftMs;
    const expectedMs = last === undefined ? presentMs : last.mediaMs + Math.max(0, nowMs - last.sentMs);
    if (nowMs - this.#lastLeapMs > formerShiftValidMs) this.#formerShiftMs = undefined;
    const mediaMs = nearest(expectedMs, [ptsMs + this.#shiftMs, ptsMs + (this.#formerShiftMs ?? this.#shiftMs)]);
    const isBack = last !== undefined && mediaMs < last.mediaMs - stepBackMaxMs;
    // A burst is ahead of the present, and units after a loss are ahead of their stream: both are normal.
    if (!isBack && mediaMs <= Math.max(expectedMs, presentMs) + stepAheadMaxMs) return mediaMs;
    this.#formerShiftMs = this.#shiftMs;
    this.#lastLeapMs = nowMs;
    this.#shiftMs = expectedMs - ptsMs;
    return expectedMs;
  }

  noteSent(mediaMs: number, nowMs: number): void {
    this.#highestMs = Math.max(this.#highestMs, mediaMs);
    this.#behindMs ??= nowMs - mediaMs;
    const maxDriftMs = Math.max(0, nowMs - this.#lastSentMs) * maxDriftPerMs;
    this.#behindMs += Math.max(-maxDriftMs, Math.min(maxDriftMs, nowMs - mediaMs - this.#behindMs));
    this.#lastSentMs = nowMs;
  }

  mediaAt(nowMs: number): number | undefined {
    return this.#behindMs === undefined ? undefined : nowMs - this.#behindMs;
  }

  ntpAt(nowMs: number): NtpTime {
    return ntpOf(this.#wallAtZeroMs + nowMs);
  }
}

function nearest(toMs: number, [one, other]: readonly [number, number]): number {
  return Math.abs(other - toMs) < Math.abs(one - toMs) ? other : one;
}

export interface SenderOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly cname: string;
  readonly clock: MediaClock;
  /** Random, 16 bits and 32 bits. */
  readonly firstSequence: number;
  readonly timestampOffset: number;
  /** True for video: the last packet of a unit gets the marker. */
  readonly marksLast: boolean;
  /** Media section id, and the id of the header extension that carries it. */
  readonly mid?: { readonly extensionId: number; readonly value: string };
}

interface SentPacket {
  readonly datagram: Uint8Array;
  readonly firstSentMs: number;
  sentMs: number;
}

export class RtpSender {
  readonly #options: SenderOptions;
  readonly #extension: Uint8Array | undefined;
  readonly maxPayloadBytes: number;
  #sequence: number;
  #last: StreamPosition | undefined;
  #packets = 0;
  #octets = 0;
  #reports = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;
  /** By sequence number, oldest first. */
  readonly #history = new Map<number, SentPacket>();
  #historyBytes = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#extension = options.mid && midExtension(options.mid.extensionId, options.mid.value);
    this.maxPayloadBytes = maxDatagramBytes - headerBytes - (this.#extension?.length ?? 0);
    this.#sequence = options.firstSequence & 0xffff;
  }

  get last(): StreamPosition | undefined {
    return this.#last;
  }

  /** Returns no datagrams for a unit older than the last, because the timestamps of a stream never go back. */
  send(payloads: readonly Uint8Array[], ptsMs: number, nowMs: number): Uint8Array[] {
    const { clock } = this.#options;
    if (payloads.length === 0) return [];
    const mediaMs = clock.mediaMs(ptsMs, this.#last, nowMs);
    if (this.#last !== undefined && mediaMs < this.#last.mediaMs) return [];
    this.#last = { mediaMs, sentMs: nowMs };
    clock.noteSent(mediaMs, nowMs);
    return this.#packetsOf(payloads, mediaMs, nowMs);
  }

  /**
   * Returns earlier units again, with times right behind the last unit, so that receivers hurry through them to the
   * present. Empty before the first unit. `last` is the position to follow, if that of another stream of the source.
   */
  replay(units: readonly (readonly Uint8Array[])[], nowMs: number, last = this.#last): Uint8Array[] {
    if (last === undefined) return [];
    const datagrams = units.flatMap((payloads, index) =>
      this.#packetsOf(payloads, last.mediaMs + ((index + 1) * replayMs) / units.length, nowMs),
    );
    this.#last = { mediaMs: last.mediaMs + replayMs, sentMs: last.sentMs };
    return datagrams;
  }

  /** Returns the packets of a NACK as they were sent, except packets that are too old or were just resent. */
  resend(sequenceNumbers: readonly number[], nowMs: number): Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    for (const sequenceNumber of sequenceNumbers) {
      const kept = this.#history.get(sequenceNumber);
      if (kept === undefined || nowMs - kept.firstSentMs > historyMs) continue;
      if (kept.sentMs > kept.firstSentMs && nowMs - kept.sentMs < resendIntervalMs) continue;
      kept.sentMs = nowMs;
      this.#packets += 1;
      this.#octets += kept.datagram.length - headerBytes - (this.#extension?.length ?? 0);
      datagrams.push(kept.datagram);
    }
    return datagrams;
  }

  /** Returns a sender report with the CNAME once a second, the first four 200 ms apart. */
  report(nowMs: number): Uint8Array | undefined {
    const intervalMs = this.#reports < firstReports ? firstReportIntervalMs : reportIntervalMs;
    if (nowMs - this.#reportedMs < intervalMs) return undefined;
    const packets = this.#reportAt(nowMs);
    if (packets === undefined) return undefined;
    this.#reports += 1;
    this.#reportedMs = nowMs;
    return serialiseRtcp(packets);
  }

  /** Returns the last report, with a BYE; undefined for a stream that never began. */
  bye(nowMs: number): Uint8Array | undefined {
    const packets = this.#reportAt(nowMs);
    return packets && serialiseRtcp([...packets, { type: 'bye', ssrcs: [this.#options.ssrc] }]);
  }

  #packetsOf(payloads: readonly Uint8Array[], mediaMs: number, nowMs: number): Uint8Array[] {
    const { clockRate, payloadType, ssrc, timestampOffset, marksLast } = this.#options;
    const timestamp = this.#timestampOf(mediaMs, clockRate, timestampOffset);
    return payloads.map((payload, index) => {
      const marker = marksLast && index === payloads.length - 1;
      const sequenceNumber = this.#sequence;
      const packet = { payloadType, marker, sequenceNumber, timestamp, ssrc, payload };
      const datagram = serialiseRtp(packet, this.#extension);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#packets += 1;
      this.#octets += payload.length;
      this.#remember(sequenceNumber, datagram, nowMs);
      return datagram;
    });
  }

  #reportAt(nowMs: number): RtcpPacket[] | undefined {
    const { ssrc, cname, clock, clockRate, timestampOffset } = this.#options;
    const mediaMs = clock.mediaAt(nowMs);
    if (this.#packets === 0 || mediaMs === undefined) return undefined;
    return [
      {
        type: 'sr',
        ssrc,
        ntp: clock.ntpAt(nowMs),
        rtpTimestamp: this.#timestampOf(mediaMs, clockRate, timestampOffset),
        packetCount: this.#packets >>> 0,
        octetCount: this.#octets >>> 0,
        reports: [],
      },
      { type: 'sdes', names: [{ ssrc, cname }] },
    ];
  }

  #timestampOf(mediaMs: number, clockRate: number, offset: number): number {
    return (offset + Math.round((mediaMs * clockRate) / 1000)) >>> 0;
  }

  #remember(sequenceNumber: number, datagram: Uint8Array, nowMs: number): void {
    this.#forget(sequenceNumber);
    this.#history.set(sequenceNumber, { datagram, firstSentMs: nowMs, sentMs: nowMs });
    this.#historyBytes += datagram.length + bytesPerEntry;
    for (const [oldest, { firstSentMs }] of this.#history) {
      if (nowMs - firstSentMs <= historyMs && this.#historyBytes <= historyBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(sequenceNumber: number): void {
    const kept = this.#history.get(sequenceNumber);
    if (kept === undefined) return;
    this.#history.delete(sequenceNumber);
    this.#historyBytes -= kept.datagram.length + bytesPerEntry;
  }
}
