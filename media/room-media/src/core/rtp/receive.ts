// Receives one stream: orders its packets without duplicates, and reports missing packets to the sender.
import { u16 } from './bytes.ts';
import type { RtpPacket } from './packet.ts';
import { ReceiverStatistics } from './receiver-statistics.ts';
import type { ReportBlock, RtcpPacket, SenderReport } from './rtcp.ts';

/** Packets kept for reordering: half a second at 10 Mbit/s. A power of two: a number's slot is its lowest bits. */
export const reorderPackets = 512;
/** A larger step ahead is a new sequence, not loss (RFC 3550, A.1: MAX_DROPOUT). */
const maxDropout = 3000;
const maxNackTries = 10;
/** Bound of one NACK: at any distances these numbers fit into a datagram. */
const maxNackedAtOnce = 128;
const minNackIntervalMs = 20;
const keyFrameRequestIntervalMs = 500;

export interface ReceiverOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  /** Stream of retransmissions (RFC 4588); absent when they use the same SSRC. */
  readonly rtx?: { readonly ssrc: number; readonly payloadType: number };
  readonly senderSsrc: number;
  /** True for video: loss requests a key frame. */
  readonly wantsKeyFrames: boolean;
  /** Time that a missing packet is waited for. */
  readonly maxWaitMs?: number;
  /** Time between two requests for a missing packet. */
  readonly rttMs?: number;
}

export interface ReceivedPacket extends RtpPacket {
  readonly extendedSequence: number;
  readonly arrivalMs: number;
}

export class RtpReceiver {
  readonly #options: ReceiverOptions;
  readonly #maxWaitMs: number;
  /** Time between two requests for the same packet; callers may update it. */
  rttMs: number;
  readonly #slots = new Array<ReceivedPacket | undefined>(reorderPackets).fill(undefined);
  /** Per missing packet: when the gap was seen, when to request it next, and how often it was requested. */
  readonly #missingSinceMs = new Float64Array(reorderPackets);
  readonly #nackAtMs = new Float64Array(reorderPackets);
  readonly #nackTries = new Uint8Array(reorderPackets);
  #statistics: ReceiverStatistics | undefined;
  /** Extended number of the next packet to deliver, and of the newest packet received. */
  #next = 0;
  #highest = -1;
  /** Sequence number that would confirm a jump of the numbers as a restart. */
  #restartAt: number | undefined;
  #ready: ReceivedPacket[] = [];
  #wantsKeyFrame: boolean;
  #keyFrameRequestedMs = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#maxWaitMs = options.maxWaitMs ?? 120;
    this.rttMs = options.rttMs ?? 50;
    this.#wantsKeyFrame = options.wantsKeyFrames;
  }

  get lost(): number {
    return this.#lost;
  }

  /** Takes a packet of the stream or its RTX stream; ignores other packets and duplicates. */
  receive(packet: RtpPacket, nowMs: number): void {
    const { ssrc, payloadType, rtx } = this.#options;
    if (packet.ssrc === ssrc && packet.payloadType === payloadType) this.#receiveOriginal(packet, nowMs);
    else if (packet.ssrc === rtx?.ssrc && packet.payloadType === rtx.payloadType)
      this.#receiveRetransmission(packet, nowMs);
  }

  /** Returns the packets that are deliverable now, in order. Call it after `receive` and every few milliseconds. */
  drain(nowMs: number): ReceivedPacket[] {
    this.#deliver();
    while (this.#next <= this.#highest) {
      const since = this.#missingSinceMs[this.#next & (reorderPackets - 1)] ?? 0;
      if (nowMs - since < this.#maxWaitMs) break;
      this.#giveUp();
      this.#deliver();
    }
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** Returns due feedback to the sender: NACKs and key frame requests. */
  feedback(nowMs: number): RtcpPacket[] {
    const { ssrc: mediaSsrc, senderSsrc } = this.#options;
    const packets: RtcpPacket[] = [];
    const sequenceNumbers = this.#missing(nowMs);
    if (sequenceNumbers.length > 0) packets.push({ type: 'nack', senderSsrc, mediaSsrc, sequenceNumbers });
    if (this.#wantsKeyFrame && nowMs - this.#keyFrameRequestedMs >= keyFrameRequestIntervalMs) {
      this.#keyFrameRequestedMs = nowMs;
      packets.push({ type: 'pli', senderSsrc, mediaSsrc });
    }
    return packets;
  }

  /** Requests a key frame through `feedback` repeatedly until `keyFrameArrived`. */
  demandKeyFrame(): void {
    this.#wantsKeyFrame = this.#options.wantsKeyFrames;
  }

  keyFrameArrived(): void {
    this.#wantsKeyFrame = false;
  }

  /** Takes a sender report of this stream; the next receiver report refers to it. */
  noteSenderReport(report: SenderReport, nowMs: number): void {
    if (report.ssrc === this.#options.ssrc) this.#statistics?.noteSenderReport(report, nowMs);
  }

  /** Returns the block of the next receiver report; undefined before the first packet. */
  report(nowMs: number): ReportBlock | undefined {
    return this.#statistics?.report(this.#options.ssrc, nowMs);
  }

  #receiveOriginal(packet: RtpPacket, nowMs: number): void {
    const { sequenceNumber, timestamp } = packet;
    if (this.#statistics === undefined) {
      this.#statistics = new ReceiverStatistics(this.#options.clockRate, sequenceNumber);
      this.#next = sequenceNumber;
      this.#highest = sequenceNumber - 1;
    }
    let sequence = this.#extended(sequenceNumber);
    if (sequence > this.#highest + maxDropout || sequence <= this.#highest - reorderPackets) {
      if (sequenceNumber !== this.#restartAt) {
        this.#restartAt = (sequenceNumber + 1) & 0xffff;
        return;
      }
      sequence = this.#restart(sequenceNumber);
    }
    this.#restartAt = undefined;
    this.#statistics.count(sequence, timestamp, nowMs);
    if (sequence > this.#highest) this.#advance(sequence, nowMs);
    this.#keep(packet, sequence, nowMs);
  }

  /** Takes a retransmission in the RTX format: the original sequence number, then the payload. */
  #receiveRetransmission(packet: RtpPacket, nowMs: number): void {
    if (this.#statistics === undefined || packet.payload.length < 2) return;
    const { ssrc, payloadType } = this.#options;
    const sequenceNumber = u16(packet.payload, 0);
    const sequence = this.#extended(sequenceNumber);
    if (sequence > this.#highest) return;
    const { marker, timestamp } = packet;
    const payload = packet.payload.subarray(2);
    this.#keep({ payloadType, marker, sequenceNumber, timestamp, ssrc, payload }, sequence, nowMs);
  }

  #extended(sequenceNumber: number): number {
    return this.#highest + (((sequenceNumber - this.#highest) << 16) >> 16);
  }

  /** Restarts at another sequence number: waiting packets are delivered, and the numbers continue in a later cycle. */
  #restart(sequenceNumber: number): number {
    while (this.#next <= this.#highest) this.#deliverOrGiveUp();
    const sequence = (Math.floor(this.#highest / 0x10000) + 1) * 0x10000 + sequenceNumber;
    this.#next = sequence;
    this.#highest = sequence - 1;
    this.#statistics?.restart(sequence);
    this.demandKeyFrame();
    return sequence;
  }

  /** Marks the numbers up to `sequence` as missing; gives up those that leave the buffer. */
  #advance(sequence: number, nowMs: number): void {
    while (this.#next <= sequence - reorderPackets) this.#deliverOrGiveUp();
    for (let missing = Math.max(this.#highest + 1, this.#next); missing < sequence; missing++) {
      const slot = missing & (reorderPackets - 1);
      this.#missingSinceMs[slot] = nowMs;
      this.#nackAtMs[slot] = nowMs;
      this.#nackTries[slot] = 0;
    }
    this.#highest = sequence;
  }

  #keep(packet: RtpPacket, extendedSequence: number, arrivalMs: number): void {
    const slot = extendedSequence & (reorderPackets - 1);
    if (extendedSequence < this.#next || this.#slots[slot] !== undefined) return;
    const { payloadType, marker, sequenceNumber, timestamp, ssrc, payload } = packet;
    const received = { payloadType, marker, sequenceNumber, timestamp, ssrc, payload, extendedSequence, arrivalMs };
    if (extendedSequence === this.#next) {
      this.#ready.push(received);
      this.#next += 1;
    } else this.#slots[slot] = received;
  }

  #deliverOrGiveUp(): void {
    if (this.#slots[this.#next & (reorderPackets - 1)] === undefined) this.#giveUp();
    else this.#deliver();
  }

  #deliver(): void {
    for (;;) {
      const slot = this.#next & (reorderPackets - 1);
      const packet = this.#slots[slot];
      if (packet === undefined) return;
      this.#slots[slot] = undefined;
      this.#ready.push(packet);
      this.#next += 1;
    }
  }

  #giveUp(): void {
    this.#lost += 1;
    this.#next += 1;
    this.demandKeyFrame();
  }

  #missing(nowMs: number): number[] {
    const numbers: number[] = [];
    const nextRequestMs = nowMs + Math.max(minNackIntervalMs, this.rttMs);
    for (let sequence = this.#next; sequence < this.#highest && numbers.length < maxNackedAtOnce; sequence++) {
      const slot = sequence & (reorderPackets - 1);
      const tries = this.#nackTries[slot] ?? 0;
      if (this.#slots[slot] !== undefined || tries === maxNackTries || nowMs < (this.#nackAtMs[slot] ?? 0)) continue;
      this.#nackTries[slot] = tries + 1;
      this.#nackAtMs[slot] = nextRequestMs;
      numbers.push(sequence & 0xffff);
    }
    return numbers;
  }
}
