// Times of a received stream for what is kept. A frame is placed when it comes, by its arrival; what sender reports say
// later holds for it too. Nothing is moved: a run of frames that were placed alike says by how much it belongs later.
import { type NtpTime, ntpMsOf } from './rtcp.ts';
import { StepWatch, unwrap } from './timeline.ts';

/** Frames that were placed alike: one distance from their true times holds for all of them. */
export interface TimeRun {
  /** What is to be added to their times, by the reports so far; it changes while reports come. */
  readonly laterMs: number;
}

/**
 * So long, and at least `REPORTS` times, reports hold for all of a run. A media node says at first when things came to
 * it. When they were captured it says after three reports of the publisher (of a browser's sound they come 2.5 to 7.5 s
 * apart) or of the media node before it (1 to 1.5 s apart).
 */
const SETTLING_MS = 15_000;
/** Where nothing came for so long, and the timestamp counts another time by so much, the publisher did not count on. */
const [PAUSE_MS, UNCOUNTED_MS] = [2000, 500];
/**
 * The earliest of so many last reports counts: what was late on its way makes a report say too late, and only a burst
 * makes one say too early.
 */
const REPORTS = 3;
/** Two reports of a settled run that differ from it by more, and from one another by less, begin another run. */
const [CHANGED_MS, AGREED_MS] = [60, 30];
/** Of a settled run: no one hears or sees it, and crystals drift by a tenth of it. */
const SLEW_PER_MS = 0.004;
/** How fast the clock of a media node may seem to drift from ours. */
const DRIFT_PER_MS = 0.0005;

/** The clock of a media node, by its reports: they are made when they are sent, and the fastest says it best. */
export class NodeClock {
  #behindMs: number | undefined;
  #notedMs = 0;

  /** What our clock shows when that of the node shows `ntpMs`, as its report does that came at `nowMs`. */
  toMs(ntpMs: number, nowMs: number): number {
    const behindMs = nowMs - ntpMs;
    const mostMs = (this.#behindMs ?? behindMs) + Math.max(0, nowMs - this.#notedMs) * DRIFT_PER_MS;
    this.#behindMs = Math.min(behindMs, mostMs);
    this.#notedMs = nowMs;
    return ntpMs + this.#behindMs;
  }
}

/**
 * Times of one stream on our clock. Streams of one node share its `NodeClock`: sound and picture of one participant are
 * as far apart as they were captured, once reports have come of both. A run ends, and another one begins, where a
 * timestamp jumps or has not counted on, and where a settled run is no longer where two reports say.
 */
export class KeptTimes {
  #node: NodeClock;
  readonly #clockRate: number;
  readonly #unwrapper = unwrap(32);
  readonly #timestamps = new StepWatch();
  #run: { laterMs: number } = { laterMs: 0 };
  /** Of the run: what was added to media time, and when it began; undefined before the first packet. */
  #offsetMs: number | undefined;
  #beganMs = 0;
  /** Local time less media time, as the last reports of the run have it. */
  #saidMs: number[] = [];
  #arrivedMs = 0;
  #lastMediaMs = 0;
  /** Until then it is known better than the reports of a new consumer say. */
  #knownUntilMs = Number.NEGATIVE_INFINITY;

  constructor(node: NodeClock, clockRate: number) {
    this.#node = node;
    this.#clockRate = clockRate;
  }

  /** That of the packet before. */
  get run(): TimeRun {
    return this.#run;
  }

  /** The time of a packet, given in order; packets of one timestamp have the same. */
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

  /** The time of a timestamp near the last packet's, as that was placed; undefined before the first packet. */
  at(timestamp: number): number | undefined {
    if (this.#offsetMs === undefined) return undefined;
    return (this.#unwrapper.near(timestamp) / this.#clockRate) * 1000 + this.#offsetMs;
  }

  /**
   * The stream goes on by another consumer, of this media node, with the same timestamps. Where it belongs it keeps,
   * or learns anew: for a while a media node says only when things came to it.
   */
  goOnAt(node: NodeClock, nowMs: number): void {
    this.#node = node;
    if (this.#isSettled(nowMs)) this.#knownUntilMs = nowMs + SETTLING_MS;
    else this.#beganMs = nowMs;
  }

  /** Takes what a sender report of this stream says; one that comes before the first packet is left out. */
  noteSenderReport(report: { ntp: NtpTime; rtpTimestamp: number }, arrivalMs: number): void {
    if (this.#offsetMs === undefined) return;
    const mediaMs = (this.#unwrapper.near(report.rtpTimestamp) / this.#clockRate) * 1000;
    const saidMs = this.#node.toMs(ntpMsOf(report.ntp), arrivalMs) - mediaMs;
    if (arrivalMs < this.#knownUntilMs) return;
    const beforeMs = this.#saidMs.at(-1) ?? saidMs;
    const isSettled = this.#isSettled(arrivalMs);
    this.#saidMs = [...this.#saidMs, saidMs].slice(-REPORTS);
    if (!isSettled) {
      this.#run.laterMs = Math.min(...this.#saidMs) - this.#offsetMs;
      return;
    }
    const offMs = saidMs - this.#offsetMs - this.#run.laterMs;
    if (Math.abs(offMs) <= CHANGED_MS || Math.abs(saidMs - beforeMs) > AGREED_MS) return;
    this.#begin(saidMs, arrivalMs);
    this.#saidMs = [saidMs];
  }

  #begin(offsetMs: number, nowMs: number): void {
    this.#run = { laterMs: 0 };
    this.#offsetMs = offsetMs;
    this.#beganMs = nowMs;
    this.#saidMs = [];
  }

  #isSettled(nowMs: number): boolean {
    return this.#saidMs.length === REPORTS && nowMs - this.#beganMs > SETTLING_MS;
  }

  /** A settled run keeps to its reports. */
  #slew(mediaMs: number): void {
    if (this.#offsetMs === undefined || mediaMs <= 0) return;
    const offMs = Math.min(...this.#saidMs) - this.#run.laterMs - this.#offsetMs;
    const most = mediaMs * SLEW_PER_MS;
    this.#offsetMs += Math.max(-most, Math.min(most, offMs));
  }
}
