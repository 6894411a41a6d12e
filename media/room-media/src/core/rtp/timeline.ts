// Maps RTP timestamps of a publisher's streams to one clock in milliseconds. Each stream counts from a random number
// with its own crystal; sender reports relate timestamps to one common clock.
import { type NtpTime, ntpMsOf } from './rtcp.ts';

/** A clock that goes back by more, or ahead of the elapsed time by more, was set anew. */
const stepMs = 2000;
/** A stream further from its reports jumps to them at once: slewing would take minutes. */
const offMs = 500;
/**
 * Two successive reports that differ from earlier ones by more than the first value, and from each other by less than
 * the second, mean a new relation: the publisher restarted, or the media node has learned the capture times.
 */
const [changedMs, agreedMs] = [60, 30];
/** Maximum apparent drift of a publisher's clock: more than crystals drift, less than networks change. */
const driftPerMs = 0.0005;
/** Rate at which an observed lead of a clock decays: ten times the drift of crystals. */
const leadDecayPerMs = 0.001;
/**
 * The network and a busy machine delay a stream's first packet, and transcoding delays a derived stream. The first
 * report is followed at once if it differs by more; for a derived stream, every report.
 */
const lateMs = 60;
/** Correction rate of a stream: imperceptible, and media time still goes forward. */
const slewPerMs = 0.004;
/** Weight of a new sender report against earlier ones: the network shifts each by some milliseconds. */
const reportWeight = 1 / 4;

export interface Unwrapper {
  /** Returns the value without wraps: of all candidates the nearest to the last. */
  next(value: number): number;
  /** Returns the same, but does not become the last value. */
  near(value: number): number;
}

/** Makes a clock of `bits` bits continuous: 32 for RTP and RTMP, 33 for MPEG-TS. It begins with its first value. */
export function unwrap(bits: number): Unwrapper {
  const range = 2 ** bits;
  let last: number | undefined;
  const near = (value: number): number =>
    last === undefined ? value : value + Math.round((last - value) / range) * range;
  return {
    near,
    next: (value) => {
      last = near(value);
      return last;
    },
  };
}

/** Detects that a clock was set anew, however late the detection comes. */
export class StepWatch {
  #lastMs: number | undefined;
  #lastCheckMs = 0;
  #leadMs = 0;

  /** Returns by how much the clock was set, 0 for not at all. */
  stepOf(clockMs: number, nowMs: number): number {
    const lastMs = this.#lastMs;
    const expectedMs = (lastMs ?? clockMs) + Math.max(0, nowMs - this.#lastCheckMs);
    const leadMs = clockMs - nowMs;
    const isStep = lastMs !== undefined && (clockMs < lastMs - stepMs || leadMs > this.#leadMs + stepMs);
    const decayed = this.#leadMs - Math.max(0, nowMs - this.#lastCheckMs) * leadDecayPerMs;
    this.#leadMs = isStep || lastMs === undefined ? leadMs : Math.max(leadMs, decayed);
    this.#lastMs = isStep ? clockMs : Math.max(lastMs ?? clockMs, clockMs);
    this.#lastCheckMs = nowMs;
    return isStep ? clockMs - expectedMs : 0;
  }
}

/** Differences above which reports are followed at once: by a stream's first report, and by two in a row. */
export interface TimelineOptions {
  readonly lateMs?: number;
  /** At least 30, because two successive reports differ by less. */
  readonly changedMs?: number;
}

/** Clock of one publisher. It begins with the local time of the first packet. */
export class Timeline {
  readonly lateMs: number;
  readonly changedMs: number;
  readonly #reports = new StepWatch();
  /** Shift added to the publisher's NTP time; undefined before the first sender report. */
  #shiftMs: number | undefined;
  /** True if the shift comes from a derived stream, which is late: the first original stream then sets it anew. */
  #isFromDerived = false;
  /** Lead of each stream's reports over the local clock at its first report. */
  #aheadMs = new WeakMap<StreamTimeline, number>();
  #reportedMs = 0;

  constructor(o: TimelineOptions = {}) {
    this.lateMs = o.lateMs ?? lateMs;
    this.changedMs = o.changedMs ?? changedMs;
  }

  /** `isDerived`: the stream is derived from another, as by a transcoder. */
  stream(clockRate: number, isDerived = false): StreamTimeline {
    return new StreamTimeline(this, clockRate, isDerived);
  }

  /** Returns the shift to add to NTP time, for this timeline's streams. The first report makes it `presentMs`. */
  shiftMs(o: { stream: StreamTimeline; ntpMs: number; nowMs: number; presentMs: number }): number {
    if (this.#shiftMs === undefined || (this.#isFromDerived && !o.stream.isDerived)) {
      this.#shiftMs = o.presentMs;
      this.#isFromDerived = o.stream.isDerived;
      this.#aheadMs = new WeakMap();
    }
    // When the publisher's wall clock is set, its media continue unchanged.
    this.#shiftMs -= this.#reports.stepOf(o.ntpMs, o.nowMs);
    // The shift follows the publisher's drift against the local clock.
    const aheadMs = o.ntpMs + this.#shiftMs - o.nowMs;
    const driftMs = aheadMs - (this.#aheadMs.get(o.stream) ?? aheadMs);
    if (driftMs === 0) this.#aheadMs.set(o.stream, aheadMs);
    const maxDriftMs = Math.max(0, o.nowMs - this.#reportedMs) * driftPerMs;
    this.#shiftMs -= Math.max(-maxDriftMs, Math.min(maxDriftMs, driftMs));
    this.#reportedMs = o.nowMs;
    return this.#shiftMs;
  }
}

/**
 * Times of one stream. Before the first sender report they continue from the first packet's arrival; a first report
 * that differs by over 60 ms (`lateMs`) is followed at once. Later times approach the reports by at most 4 ms a second,
 * or at once beyond a difference of 500 ms (60 ms for a derived stream). A timestamp that jumps by over 2 s continues
 * from its arrival.
 */
export class StreamTimeline {
  readonly isDerived: boolean;
  readonly #timeline: Timeline;
  readonly #clockRate: number;
  readonly #unwrapper = unwrap(32);
  readonly #timestamps = new StepWatch();
  /** Offset added to media time; undefined before the first packet. */
  #offsetMs: number | undefined;
  /** Offset that the reports ask for. */
  #targetMs: number | undefined;
  /** NTP time minus media time, smoothed. */
  #ntpOffsetMs: number | undefined;
  #reportedMs: number | undefined;
  #lastMediaMs = 0;
  #anchors = 0;

  constructor(timeline: Timeline, clockRate: number, isDerived: boolean) {
    this.#timeline = timeline;
    this.#clockRate = clockRate;
    this.isDerived = isDerived;
  }

  get anchors(): number {
    return this.#anchors;
  }

  /** Returns the time of a packet; packets come in order and share the time of their timestamp. */
  toMs(timestamp: number, arrivalMs: number): number {
    const mediaMs = (this.#unwrapper.next(timestamp) / this.#clockRate) * 1000;
    const stepped = this.#timestamps.stepOf(mediaMs, arrivalMs);
    if (this.#offsetMs === undefined) this.#offsetMs = arrivalMs - mediaMs;
    else if (stepped !== 0) {
      this.#offsetMs -= stepped;
      this.#targetMs = this.#ntpOffsetMs = undefined;
      this.#anchors += 1;
    } else if (this.#targetMs !== undefined && mediaMs > this.#lastMediaMs) {
      const maxStepMs = (mediaMs - this.#lastMediaMs) * slewPerMs;
      this.#offsetMs += Math.max(-maxStepMs, Math.min(maxStepMs, this.#targetMs - this.#offsetMs));
    }
    this.#lastMediaMs = stepped === 0 ? Math.max(this.#lastMediaMs, mediaMs) : mediaMs;
    return mediaMs + this.#offsetMs;
  }

  /** Returns the time of a timestamp near the last packet's; undefined before the first packet. */
  at(timestamp: number): number | undefined {
    if (this.#offsetMs === undefined) return undefined;
    return (this.#unwrapper.near(timestamp) / this.#clockRate) * 1000 + this.#offsetMs;
  }

  /** Takes a sender report of this stream; ignores reports before the first packet. */
  noteSenderReport(report: { ntp: NtpTime; rtpTimestamp: number }, arrivalMs: number): void {
    if (this.#offsetMs === undefined) return;
    const ntpMs = ntpMsOf(report.ntp);
    const reportedMs = ntpMs - (this.#unwrapper.near(report.rtpTimestamp) / this.#clockRate) * 1000;
    const knownMs = this.#ntpOffsetMs;
    const changeMs = Math.abs(reportedMs - (knownMs ?? reportedMs));
    const isChange =
      changeMs > this.#timeline.changedMs && Math.abs(reportedMs - (this.#reportedMs ?? Number.NaN)) < agreedMs;
    const isFirst = knownMs === undefined;
    const isNew = isFirst || changeMs > (this.isDerived ? lateMs : stepMs) || isChange;
    this.#reportedMs = reportedMs;
    this.#ntpOffsetMs = isNew ? reportedMs : knownMs + (reportedMs - knownMs) * reportWeight;
    const presentMs = this.#offsetMs - this.#ntpOffsetMs;
    this.#targetMs = this.#ntpOffsetMs + this.#timeline.shiftMs({ stream: this, ntpMs, nowMs: arrivalMs, presentMs });
    const mostMs = isFirst ? this.#timeline.lateMs : this.isDerived ? lateMs : offMs;
    if (Math.abs(this.#targetMs - this.#offsetMs) <= (isChange ? agreedMs : mostMs)) return;
    this.#offsetMs = this.#targetMs;
    this.#anchors += 1;
  }
}
