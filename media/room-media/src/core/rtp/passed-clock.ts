// The clock of a stream that is made of another one: what its sender reports say of the original's times holds for the
// result too, however long that took to make. So players show it together with the sound beside the original.
import { type NtpTime, ntpOf } from './rtcp.ts';
import type { MediaClock } from './send.ts';

/** Weight of a new report against those before it: the network moves each by some milliseconds. */
const reportWeight = 1 / 4;
/** A difference beyond this is another clock, or a media node that knows by now when that was captured. */
const stepMs = 60;

export class PassedClock implements MediaClock {
  readonly #wallAtZeroMs: number;
  /** Local time less media time, as the original's sender says; undefined before its first report. */
  #behindMs: number | undefined;

  /** `wallAtZeroMs`: Unix time when the local clock (`nowMs`) was 0. */
  constructor(wallAtZeroMs: number) {
    this.#wallAtZeroMs = wallAtZeroMs;
  }

  /** A sender report of the original came just now, and names this media time for its moment. */
  noteReport(mediaMs: number, nowMs: number): void {
    const saidMs = nowMs - mediaMs;
    const knownMs = this.#behindMs;
    const isNew = knownMs === undefined || Math.abs(saidMs - knownMs) > stepMs;
    this.#behindMs = isNew ? saidMs : knownMs + (saidMs - knownMs) * reportWeight;
  }

  mediaMs(ptsMs: number): number {
    return ptsMs;
  }

  noteSent(): void {
    // When it is sent says nothing of when it was captured.
  }

  mediaAt(nowMs: number): number | undefined {
    return this.#behindMs === undefined ? undefined : nowMs - this.#behindMs;
  }

  ntpAt(nowMs: number): NtpTime {
    return ntpOf(this.#wallAtZeroMs + nowMs);
  }
}
