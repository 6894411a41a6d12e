// Computes times of a received stream for recordings. A frame gets a time on arrival; sender reports later correct a
// whole run of frames at once.
import { type NtpTime, ntpMsOf } from './rtcp.ts';
import { StepWatch, unwrap } from './timeline.ts';

/** Frames that got their times alike and share one correction. */
export interface TimeRun {
  /** Correction to add to the frames' times; changes with each sender report. */
  readonly laterMs: number;
}

/**
 * A run is settled after this time and at least `REPORTS` reports. A media node first reports arrival times; it reports
 * capture times after three reports of the publisher (2.5 to 7.5 s apart for a browser's sound) or of the media node
 * before it (1 to 1.5 s apart).
 */
const SETTLING_MS = 15_000;
/** Pause, and deviation of the timestamp after it, that show a stopped clock of the publisher. */
const [PAUSE_MS, UNCOUNTED_MS] = [2000, 500];
/** The earliest of this many reports counts, because delays make reported times too late. */
const REPORTS = 3;
/** A settled run ends when two reports differ from it by the first value, but agree within the second. */
const [CHANGED_MS, AGREED_MS] = [60, 30];
/** Correction rate of a settled run: imperceptible, and ten times the drift of crystals. */
const SLEW_PER_MS = 0.004;
/** Maximum apparent drift of a media node's clock against the local clock. */
const DRIFT_PER_MS = 0.0005;

/** Estimates a media node's clock from its reports, of which the fastest is the most accurate. */
export class NodeClock {
  #behindMs: number | undefined;
  #notedMs = 0;

  /** Converts `ntpMs` of a report that arrived at `nowMs` to the local clock. */
  toMs(ntpMs: number, nowMs: number): number {
    const behindMs = nowMs - ntpMs;
    const mostMs = (this.#behindMs ?? behindMs) + Math.max(0, nowMs - this.#notedMs) * DRIFT_PER_MS;
    this.#behindMs = Math.min(behindMs, mostMs);
    this.#notedMs = nowMs;
    return ntpMs + this.#behindMs;
  }
}

/**
 * Times of one stream on the local clock. Streams of one node share its `NodeClock`, so a participant's sound and
 * picture are synchronous once both have reports. A new run begins where a timestamp jumps or did not advance during a
 * pause, and where two reports contradict a settled run.
 */
export class CorrectedTimes {
  #node: NodeClock;
  readonly #clockRate: number;
  readonly #unwrapper = unwrap(32);
  readonly #timestamps = new StepWatch();
  #run: { laterMs: number } = { laterMs: 0 };
  /** Time added to the run's media time; undefined before the first packet. */
  #offsetMs: number | undefined;
  /** Start of the run, or of its continuation by a new consumer. */
  #runStartMs = 0;
  /** Local time minus media time, by the last reports of the run. */
  #reportedMs: number[] = [];
  #arrivedMs = 0;
  #lastMediaMs = 0;
  /** Until this time, reports of a new consumer are ignored: they are less accurate than the known offset. */
  #knownUntilMs = Number.NEGATIVE_INFINITY;

  constructor(node: NodeClock, clockRate: number) {
    this.#node = node;
    this.#clockRate = clockRate;
  }

  get run(): TimeRun {
    return this.#run;
  }

  /** Returns the time of a packet; packets come in order and share the time of their timestamp. */
  toMs(timestamp: number, arrivalMs: number): number {
    const mediaMs = (this.#unwrapper.next(timestamp) / this.#clockRate) * 1000;
    const isJump = this.#timestamps.stepOf(mediaMs, arrivalMs) !== 0;
    const pauseMs = arrivalMs - this.#arrivedMs;
    const isUncounted = Math.abs(pauseMs - mediaMs + this.#lastMediaMs) > UNCOUNTED_MS;
    if (this.#offsetMs === undefined || isJump || (pauseMs > PAUSE_MS && isUncounted)) {
      this.#begin(arrivalMs - mediaMs, arrivalMs);
      this.#lastMediaMs = mediaMs;
    }
    this.#arrivedMs = Math.max(this.#arrivedMs, arrivalMs);
    if (this.#isSettled(arrivalMs)) this.#slew(mediaMs - this.#lastMediaMs);
    this.#lastMediaMs = Math.max(this.#lastMediaMs, mediaMs);
    return mediaMs + (this.#offsetMs ?? 0);
  }

  /** Returns the time of a timestamp near the last packet's; undefined before the first packet. */
  at(timestamp: number): number | undefined {
    if (this.#offsetMs === undefined) return undefined;
    return (this.#unwrapper.near(timestamp) / this.#clockRate) * 1000 + this.#offsetMs;
  }

  /**
   * Continues the stream with a new consumer of this media node and the same timestamps. A settled run keeps its offset
   * for a while, because the node first reports arrival times; an unsettled run starts to settle anew.
   */
  continueOn(node: NodeClock, nowMs: number): void {
    this.#node = node;
    if (this.#isSettled(nowMs)) this.#knownUntilMs = nowMs + SETTLING_MS;
    else this.#runStartMs = nowMs;
  }

  /** Takes a sender report of this stream; ignores reports before the first packet. */
  noteSenderReport(report: { ntp: NtpTime; rtpTimestamp: number }, arrivalMs: number): void {
    if (this.#offsetMs === undefined) return;
    const mediaMs = (this.#unwrapper.near(report.rtpTimestamp) / this.#clockRate) * 1000;
    const reportedMs = this.#node.toMs(ntpMsOf(report.ntp), arrivalMs) - mediaMs;
    if (arrivalMs < this.#knownUntilMs) return;
    const beforeMs = this.#reportedMs.at(-1) ?? reportedMs;
    const isSettled = this.#isSettled(arrivalMs);
    this.#reportedMs = [...this.#reportedMs, reportedMs].slice(-REPORTS);
    if (!isSettled) {
      this.#run.laterMs = Math.min(...this.#reportedMs) - this.#offsetMs;
      return;
    }
    const offMs = reportedMs - this.#offsetMs - this.#run.laterMs;
    if (Math.abs(offMs) <= CHANGED_MS || Math.abs(reportedMs - beforeMs) > AGREED_MS) return;
    this.#begin(reportedMs, arrivalMs);
    this.#reportedMs = [reportedMs];
  }

  #begin(offsetMs: number, nowMs: number): void {
    this.#run = { laterMs: 0 };
    this.#offsetMs = offsetMs;
    this.#runStartMs = nowMs;
    this.#reportedMs = [];
  }

  #isSettled(nowMs: number): boolean {
    return this.#reportedMs.length === REPORTS && nowMs - this.#runStartMs > SETTLING_MS;
  }

  #slew(mediaMs: number): void {
    if (this.#offsetMs === undefined || mediaMs <= 0) return;
    const offMs = Math.min(...this.#reportedMs) - this.#run.laterMs - this.#offsetMs;
    const maxStepMs = mediaMs * SLEW_PER_MS;
    this.#offsetMs += Math.max(-maxStepMs, Math.min(maxStepMs, offMs));
  }
}
