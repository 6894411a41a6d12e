// How the way to the media node is, by what it reports of the streams that are sent there.
import { type NtpTime, type ReportBlock, shortNtp } from './rtcp.ts';

/** As browsers report theirs. */
export const QUALITY_MS = 2000;

export interface SentStats {
  readonly rttMs: number;
  /** 0 … 1 */
  readonly outboundLoss: number;
  readonly jitterMs: number;
  readonly periodMs: number;
  readonly sentBps: number;
  /** Of the largest picture; 0: none is sent. */
  readonly sentHeight: number;
}

export class SentQuality {
  #sinceMs: number;
  #hasReports = false;
  #loss = 0;
  #jitterMs = 0;
  #rttMs = 0;
  #sentBytes = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** So many bytes of media, or of its repetition, were sent. */
  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** A report of one of our streams. `ntp`: now, on the clock of our sender reports. */
  heard({ fractionLost, jitter, lastSr, delaySinceLastSr }: ReportBlock, clockRate: number, ntp: NtpTime): void {
    this.#hasReports = true;
    this.#loss = Math.max(this.#loss, fractionLost / 256);
    this.#jitterMs = Math.max(this.#jitterMs, (jitter * 1000) / clockRate);
    // RFC 3550, 6.4.1; it may be a little below zero, as two clocks round.
    if (lastSr !== 0) this.#rttMs = Math.max(0, (((shortNtp(ntp) - lastSr - delaySinceLastSr) | 0) * 1000) / 65_536);
  }

  /**
   * Of the period that ends now: the worst stream's, and what all sent; undefined while none is over, or nothing was
   * reported in it.
   */
  take(nowMs: number, sentHeight = 0): SentStats | undefined {
    const periodMs = nowMs - this.#sinceMs;
    if (periodMs < QUALITY_MS) return undefined;
    const stats = {
      rttMs: this.#rttMs,
      outboundLoss: this.#loss,
      jitterMs: this.#jitterMs,
      periodMs,
      sentBps: Math.round((this.#sentBytes * 8000) / periodMs),
      sentHeight,
    };
    const hadReports = this.#hasReports;
    this.#sinceMs = nowMs;
    this.#hasReports = false;
    this.#loss = 0;
    this.#jitterMs = 0;
    this.#sentBytes = 0;
    return hadReports ? stats : undefined;
  }
}
