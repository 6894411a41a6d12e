// Measures the path to the media node by its reports on the sent streams.
import { type NtpTime, type ReportBlock, shortNtp } from './rtcp.ts';

/** Period of browsers' reports. */
export const QUALITY_MS = 2000;

export interface SentStats {
  readonly rttMs: number;
  /** 0 … 1 */
  readonly outboundLoss: number;
  readonly jitterMs: number;
  readonly periodMs: number;
  readonly sentBps: number;
  /** Height of the largest sent picture; 0 without a picture. */
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

  noteSent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** Takes a report on a sent stream. `ntp` is the present on the clock of the sender reports. */
  noteReport({ fractionLost, jitter, lastSr, delaySinceLastSr }: ReportBlock, clockRate: number, ntp: NtpTime): void {
    this.#hasReports = true;
    this.#loss = Math.max(this.#loss, fractionLost / 256);
    this.#jitterMs = Math.max(this.#jitterMs, (jitter * 1000) / clockRate);
    // RFC 3550, 6.4.1; the difference may be slightly negative, because both clocks round.
    if (lastSr !== 0) this.#rttMs = Math.max(0, (((shortNtp(ntp) - lastSr - delaySinceLastSr) | 0) * 1000) / 65_536);
  }

  /** Returns the worst stream's values and the total bit rate; undefined in a period or without a report. */
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
