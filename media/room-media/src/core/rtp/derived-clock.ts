// Clock of a stream that is derived from another: sender reports of the original hold for the result too, however long
// its production took. So players synchronise it with the sound beside the original.
import { type NtpTime, ntpOf } from './rtcp.ts';
import type { MediaClock } from './send.ts';

/** Weight of a new report against earlier ones: the network shifts each by some milliseconds. */
const reportWeight = 1 / 4;
/** A larger difference means another clock, or a media node that has learned the capture time. */
const stepMs = 60;

export class DerivedClock implements MediaClock {
  readonly #wallAtZeroMs: number;
  /** Local time minus media time, by the original's reports; undefined before the first report. */
  #behindMs: number | undefined;

  /** `wallAtZeroMs` is the Unix time when the local clock (`nowMs`) was 0. */
  constructor(wallAtZeroMs: number) {
    this.#wallAtZeroMs = wallAtZeroMs;
  }

  /** Takes a sender report of the original that has just arrived and states this media time. */
  noteReport(mediaMs: number, nowMs: number): void {
    const reportedMs = nowMs - mediaMs;
    const knownMs = this.#behindMs;
    const isNew = knownMs === undefined || Math.abs(reportedMs - knownMs) > stepMs;
    this.#behindMs = isNew ? reportedMs : knownMs + (reportedMs - knownMs) * reportWeight;
  }

  mediaMs(ptsMs: number): number {
    return ptsMs;
  }

  noteSent(): void {
    // The time of sending says nothing about the time of capture.
  }

  mediaAt(nowMs: number): number | undefined {
    return this.#behindMs === undefined ? undefined : nowMs - this.#behindMs;
  }

  ntpAt(nowMs: number): NtpTime {
    return ntpOf(this.#wallAtZeroMs + nowMs);
  }
}
