// One sent stream: its packets, sender reports, and the packets of the last second for receivers that ask for them
// again.
import { midExtension, serialiseRtp } from './packet.ts';
import { type NtpTime, ntpOf, type RtcpPacket, serialiseRtcp } from './rtcp.ts';

/** Of RTP and its payload; with IP and UDP it stays below every ordinary path's limit. */
export const maxDatagramBytes = 1200;
const headerBytes = 12;
const reportIntervalMs = 1000;
/** A media node believes the third, and gives players times of arrival until then: so the first ones come soon. */
const soonReports = 4;
const soonReportIntervalMs = 200;
const historyMs = 1000;
/** A second of 16 Mbit/s. */
const historyBytes = 2 * 1024 * 1024;
/** What keeping a packet costs beside its bytes, so that tiny ones have a bound too. */
const bytesPerEntry = 200;
/** A packet that is asked for twice at once is sent once. */
const resendIntervalMs = 20;
/** Drift of a publisher's clock that the relation of media time to wall time follows; crystals have a tenth of it. */
const maxDriftPerMs = 0.0005;
/** A stream whose times go back by more begins anew; by less they are out of order. */
const backMs = 100;
/** Times that are ahead by more, of their stream and of the present, begin anew. */
const aheadMs = 2000;
/** The streams of a source begin anew one after another: until then times of either count go on. */
const changeMs = 2000;
/** What is replayed gets times within this: shorter than any picture lasts, so the next one is later. */
const replayMs = 5;

/** Where a stream was when it was sent last. */
export interface StreamPlace {
  readonly mediaMs: number;
  readonly sentMs: number;
}

/** What a sender's times are made of. */
export interface MediaClock {
  /** Media time of a unit. `last`: where its stream was; undefined before its first unit. */
  mediaMs(ptsMs: number, last: StreamPlace | undefined, nowMs: number): number;
  noteSent(mediaMs: number, nowMs: number): void;
  /** Media time of this moment; undefined while it is not known. */
  mediaAt(nowMs: number): number | undefined;
  ntpAt(nowMs: number): NtpTime;
}

/**
 * The clock of one publisher's sent streams: media time of all its encoders in a row, and the wall time that sender
 * reports name for it. Sound and picture share it, so that receivers play them together.
 */
export class SendClock implements MediaClock {
  readonly #wallAtZeroMs: number;
  /** Of the present encoder: what is added to its times. */
  #shiftMs = 0;
  /** What was added before its times leapt, for the streams that have not leapt yet. */
  #formerShiftMs: number | undefined;
  #leaptMs = 0;
  /** Local time less media time. */
  #behindMs: number | undefined;
  #lastSentMs = 0;
  #highestMs = Number.NEGATIVE_INFINITY;

  /** `wallAtZeroMs`: Unix time when the local clock (`nowMs`) was 0. */
  constructor(wallAtZeroMs: number) {
    this.#wallAtZeroMs = wallAtZeroMs;
  }

  /**
   * Another encoder follows. `firstPtsMs` is the lowest time of its first units: it becomes now, or a millisecond after
   * the last unit if that is later. Called once, before these units.
   */
  rebase(firstPtsMs: number, nowMs: number): void {
    if (this.#behindMs === undefined) return;
    this.#shiftMs = Math.max(this.#highestMs + 1, nowMs - this.#behindMs) - firstPtsMs;
    this.#formerShiftMs = undefined;
  }

  /**
   * Media time of a unit of the present encoder. Where its times leap, media time goes on: the first stream that leaps
   * decides by how much, and the others keep their distance from it.
   */
  mediaMs(ptsMs: number, last: StreamPlace | undefined, nowMs: number): number {
    const presentMs = this.mediaAt(nowMs);
    if (presentMs === undefined) return ptsMs + this.#shiftMs;
    const expectedMs = last === undefined ? presentMs : last.mediaMs + Math.max(0, nowMs - last.sentMs);
    if (nowMs - this.#leaptMs > changeMs) this.#formerShiftMs = undefined;
    const mediaMs = nearest(expectedMs, [ptsMs + this.#shiftMs, ptsMs + (this.#formerShiftMs ?? this.#shiftMs)]);
    const isBack = last !== undefined && mediaMs < last.mediaMs - backMs;
    // A burst is ahead of the present, and what follows lost units is ahead of its stream: neither is a leap.
    if (!isBack && mediaMs <= Math.max(expectedMs, presentMs) + aheadMs) return mediaMs;
    this.#formerShiftMs = this.#shiftMs;
    this.#leaptMs = nowMs;
    this.#shiftMs = expectedMs - ptsMs;
    return expectedMs;
  }

  noteSent(mediaMs: number, nowMs: number): void {
    this.#highestMs = Math.max(this.#highestMs, mediaMs);
    this.#behindMs ??= nowMs - mediaMs;
    const most = Math.max(0, nowMs - this.#lastSentMs) * maxDriftPerMs;
    this.#behindMs += Math.max(-most, Math.min(most, nowMs - mediaMs - this.#behindMs));
    this.#lastSentMs = nowMs;
  }

  /** Media time of this moment; undefined before the first unit. */
  mediaAt(nowMs: number): number | undefined {
    return this.#behindMs === undefined ? undefined : nowMs - this.#behindMs;
  }

  ntpAt(nowMs: number): NtpTime {
    return ntpOf(this.#wallAtZeroMs + nowMs);
  }
}

/** Of two times the one nearer to a third; the first where they are as near. */
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
  /** The last packet of a unit says so: of video. */
  readonly marksLast: boolean;
  /** The media section's id, and the id of the header extension that carries it. */
  readonly mid?: { readonly extensionId: number; readonly value: string };
}

interface Kept {
  readonly datagram: Uint8Array;
  readonly firstSentMs: number;
  sentMs: number;
}

export class RtpSender {
  readonly #options: SenderOptions;
  readonly #extension: Uint8Array | undefined;
  /** How long the payload of one packet may be. */
  readonly maxPayloadBytes: number;
  #sequence: number;
  #last: StreamPlace | undefined;
  #packets = 0;
  #octets = 0;
  #reports = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;
  /** By sequence number, oldest first. */
  readonly #history = new Map<number, Kept>();
  #historyBytes = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#extension = options.mid && midExtension(options.mid.extensionId, options.mid.value);
    this.maxPayloadBytes = maxDatagramBytes - headerBytes - (this.#extension?.length ?? 0);
    this.#sequence = options.firstSequence & 0xffff;
  }

  /** Where it was when it was sent last; undefined before its first unit. */
  get last(): StreamPlace | undefined {
    return this.#last;
  }

  /** The datagrams of one unit. None for one that is older than the last: within a count time never steps back. */
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
   * Units that were sent already, once more: as they follow each other, right behind the last one, so that receivers
   * hurry through them to the present. None before the first unit. `last`: where another stream of the same source was
   * that they belong behind.
   */
  replay(units: readonly (readonly Uint8Array[])[], nowMs: number, last = this.#last): Uint8Array[] {
    if (last === undefined) return [];
    const datagrams = units.flatMap((payloads, index) =>
      this.#packetsOf(payloads, last.mediaMs + ((index + 1) * replayMs) / units.length, nowMs),
    );
    this.#last = { mediaMs: last.mediaMs + replayMs, sentMs: last.sentMs };
    return datagrams;
  }

  /** The packets that a NACK asks for, as they were sent; without those that are too old, or were just sent again. */
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

  /**
   * A sender report with the CNAME, once a second, the first four 200 ms apart; undefined in between and before the
   * first packet.
   */
  report(nowMs: number): Uint8Array | undefined {
    const intervalMs = this.#reports < soonReports ? soonReportIntervalMs : reportIntervalMs;
    if (nowMs - this.#reportedMs < intervalMs) return undefined;
    const packets = this.#reportAt(nowMs);
    if (packets === undefined) return undefined;
    this.#reports += 1;
    this.#reportedMs = nowMs;
    return serialiseRtcp(packets);
  }

  /** The last report: the stream ends. Undefined when it never began. */
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
