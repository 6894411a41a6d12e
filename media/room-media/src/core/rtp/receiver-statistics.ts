// Computes the receiver report of one source (RFC 3550, appendix A.3 and A.8).
import { type ReportBlock, type SenderReport, shortNtp } from './rtcp.ts';

const maxCumulativeLost = 0x7fffff;

export class ReceiverStatistics {
  readonly #clockRate: number;
  #base: number;
  #highest: number;
  #received = 0;
  #lastExpected = 0;
  #lastReceived = 0;
  #jitter = 0;
  #lastTransit: number | undefined;
  #lastSr: { readonly short: number; readonly atMs: number } | undefined;

  constructor(clockRate: number, firstSequence: number) {
    this.#clockRate = clockRate;
    this.#base = firstSequence;
    this.#highest = firstSequence - 1;
  }

  /** Counts a packet, including late and repeated packets. */
  count(extendedSequence: number, timestamp: number, nowMs: number): void {
    this.#received += 1;
    if (extendedSequence <= this.#highest) return;
    this.#highest = extendedSequence;
    // Reordered and retransmitted packets say nothing about the path's delay.
    const transit = Math.round((nowMs * this.#clockRate) / 1000) - timestamp;
    if (this.#lastTransit !== undefined)
      this.#jitter += (Math.abs((transit - this.#lastTransit) | 0) - this.#jitter) / 16;
    this.#lastTransit = transit;
  }

  restart(firstSequence: number): void {
    this.#base = firstSequence;
    this.#highest = firstSequence - 1;
    this.#received = this.#lastReceived = this.#lastExpected = 0;
    this.#lastTransit = undefined;
  }

  noteSenderReport(report: SenderReport, nowMs: number): void {
    this.#lastSr = { short: shortNtp(report.ntp), atMs: nowMs };
  }

  /** Returns the block of the next receiver report; its fraction lost covers the time since the last call. */
  report(ssrc: number, nowMs: number): ReportBlock {
    const expected = this.#highest - this.#base + 1;
    const lost = expected - this.#received;
    const expectedNow = expected - this.#lastExpected;
    const lostNow = expectedNow - (this.#received - this.#lastReceived);
    this.#lastExpected = expected;
    this.#lastReceived = this.#received;
    return {
      ssrc,
      fractionLost: lostNow <= 0 ? 0 : Math.floor((256 * lostNow) / expectedNow),
      cumulativeLost: Math.max(-maxCumulativeLost - 1, Math.min(maxCumulativeLost, lost)),
      highestSequence: this.#highest >>> 0,
      jitter: Math.floor(this.#jitter),
      lastSr: this.#lastSr?.short ?? 0,
      delaySinceLastSr:
        this.#lastSr === undefined ? 0 : Math.round(((nowMs - this.#lastSr.atMs) / 1000) * 65_536) >>> 0,
    };
  }
}
