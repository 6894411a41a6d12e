// One received stream: its packets in order without repetition, and its reports to the sender about missing ones.
import { u16 } from './bytes.ts';
import type { RtpPacket } from './packet.ts';
import { ReceiverStatistics } from './receiver-statistics.ts';
import type { ReportBlock, RtcpPacket, SenderReport } from './rtcp.ts';

/** Half a second of 10 Mbit/s; a power of two, so that the slot of a number is its lowest bits. */
export const reorderPackets = 512;
/** A step ahead by more is another stream of numbers, not loss (RFC 3550, A.1: MAX_DROPOUT). */
const maxDropout = 3000;
const maxNackTries = 10;
/** So many fit into a datagram, whatever their distances. */
const maxNackedAtOnce = 128;
const minNackIntervalMs = 20;
const keyFrameRequestIntervalMs = 500;

export interface ReceiverOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  /** Where lost packets are sent again (RFC 4588); absent: under the same SSRC. */
  readonly rtx?: { readonly ssrc: number; readonly payloadType: number };
  /** The sender that its own packets name. */
  readonly senderSsrc: number;
  /** Loss asks for a key frame: of video. */
  readonly wantsKeyFrames: boolean;
  /** How long a missing packet is waited for. */
  readonly maxWaitMs?: number;
  /** How often it is asked for. */
  readonly rttMs?: number;
}

export interface ReceivedPacket extends RtpPacket {
  /** Without wraps; one more than that of the packet before it, unless packets were given up. */
  readonly extendedSequence: number;
  readonly arrivalMs: number;
}

export class RtpReceiver {
  readonly #options: ReceiverOptions;
  readonly #maxWaitMs: number;
  /** Time between two requests for the same packet; the caller may correct it as it learns the path. */
  rttMs: number;
  readonly #slots = new Array<ReceivedPacket | undefined>(reorderPackets).fill(undefined);
  /** Of each missing packet: when that was seen, when it is asked for next, how often it was. */
  readonly #missingSinceMs = new Float64Array(reorderPackets);
  readonly #nackAtMs = new Float64Array(reorderPackets);
  readonly #nackTries = new Uint8Array(reorderPackets);
  #statistics: ReceiverStatistics | undefined;
  /** Extended number of the next packet to give out, and of the newest one that came. */
  #next = 0;
  #highest = -1;
  /** The number that would prove a step of the numbers to be no stray packet. */
  #restartAt: number | undefined;
  #ready: ReceivedPacket[] = [];
  #wantsKeyFrame: boolean;
  #keyFrameAskedMs = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#maxWaitMs = options.maxWaitMs ?? 120;
    this.rttMs = options.rttMs ?? 50;
    this.#wantsKeyFrame = options.wantsKeyFrames;
  }

  /** Packets given up so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes a packet of its stream or of its RTX stream; others, and repeated ones, are left out. */
  receive(packet: RtpPacket, nowMs: number): void {
    const { ssrc, payloadType, rtx } = this.#options;
    if (packet.ssrc === ssrc && packet.payloadType === payloadType) this.#receiveFirst(packet, nowMs);
    else if (packet.ssrc === rtx?.ssrc && packet.payloadType === rtx.payloadType) this.#receiveAgain(packet, nowMs);
  }

  /** What can be given out by now, in order. Called after `receive`, and every few milliseconds for the waiting. */
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

  /** What is to be said to the sender now: packets to send again, a key frame to make. */
  feedback(nowMs: number): RtcpPacket[] {
    const { ssrc: mediaSsrc, senderSsrc } = this.#options;
    const packets: RtcpPacket[] = [];
    const sequenceNumbers = this.#missing(nowMs);
    if (sequenceNumbers.length > 0) packets.push({ type: 'nack', senderSsrc, mediaSsrc, sequenceNumbers });
    if (this.#wantsKeyFrame && nowMs - this.#keyFrameAskedMs >= keyFrameRequestIntervalMs) {
      this.#keyFrameAskedMs = nowMs;
      packets.push({ type: 'pli', senderSsrc, mediaSsrc });
    }
    return packets;
  }

  /** Asks for a key frame (`feedback`) again and again until `keyFrameArrived`. */
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

  /** The block of the next receiver report; undefined before the first packet. */
  report(nowMs: number): ReportBlock | undefined {
    return this.#statistics?.report(this.#options.ssrc, nowMs);
  }

  #receiveFirst(packet: RtpPacket, nowMs: number): void {
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

  /** A packet that was asked for, in the RTX format: the number it had, then its payload. */
  #receiveAgain(packet: RtpPacket, nowMs: number): void {
    if (this.#statistics === undefined || packet.payload.length < 2) return;
    const { ssrc, payloadType } = this.#options;
    const sequenceNumber = u16(packet.payload, 0);
    const sequence = this.#extended(sequenceNumber);
    if (sequence > this.#highest) return;
    const { marker, timestamp } = packet;
    const payload = packet.payload.subarray(2);
    this.#keep({ payloadType, marker, sequenceNumber, timestamp, ssrc, payload }, sequence, nowMs);
  }

  /** The number without wraps that is nearest to the newest one. */
  #extended(sequenceNumber: number): number {
    return this.#highest + (((sequenceNumber - this.#highest) << 16) >> 16);
  }

  /** The sender counts from another number: what waits goes out, and the numbers go on in a later cycle. */
  #restart(sequenceNumber: number): number {
    while (this.#next <= this.#highest) this.#step();
    const sequence = (Math.floor(this.#highest / 0x10000) + 1) * 0x10000 + sequenceNumber;
    this.#next = sequence;
    this.#highest = sequence - 1;
    this.#statistics?.restart(sequence);
    this.demandKeyFrame();
    return sequence;
  }

  /** Numbers up to `sequence` are now missing; those that leave the buffer are given up. */
  #advance(sequence: number, nowMs: number): void {
    while (this.#next <= sequence - reorderPackets) this.#step();
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

  /** Moves on by one number. */
  #step(): void {
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

  /** Numbers to ask for now. */
  #missing(nowMs: number): number[] {
    const numbers: number[] = [];
    const againMs = nowMs + Math.max(minNackIntervalMs, this.rttMs);
    for (let sequence = this.#next; sequence < this.#highest && numbers.length < maxNackedAtOnce; sequence++) {
      const slot = sequence & (reorderPackets - 1);
      const tries = this.#nackTries[slot] ?? 0;
      if (this.#slots[slot] !== undefined || tries === maxNackTries || nowMs < (this.#nackAtMs[slot] ?? 0)) continue;
      this.#nackTries[slot] = tries + 1;
      this.#nackAtMs[slot] = againMs;
      numbers.push(sequence & 0xffff);
    }
    return numbers;
  }
}
