// RTP timestamps of a publisher's streams on one clock of milliseconds. Each stream counts from a random number with a
// crystal of its own; sender reports tell what one common clock showed at a timestamp.
import { type NtpTime, ntpMsOf } from './rtcp.ts';

/** A clock that goes back by more, or ahead of the time that has passed, was set anew. */
const stepMs = 2000;
/** A stream that is further from where its reports put it is put there at once: slewing would take minutes. */
const offMs = 500;
/**
 * Two reports in a row that differ from those before by more, and from one another by less, tell of a new relation: a
 * publisher began anew, or the media node knows by now when things were captured, not only when they came.
 */
const [changedMs, agreedMs] = [60, 30];
/** How fast a publisher's clock may seem to drift from ours: more than crystals do, less than networks change. */
const driftPerMs = 0.0005;
/** How far a clock may seem to run ahead of ours for good: ten times what crystals do. */
const leadDecayPerMs = 0.001;
/**
 * A stream begins with its arrival, which the network and a busy machine make late, and so does what was made of
 * another stream: its first report is followed at once when it says so by more, and of what was made every report.
 */
const lateMs = 60;
/** Correction of a stream: no viewer hears or sees it, and media time still goes forward. */
const slewPerMs = 0.004;
/** Weight of a new sender report against those before it: the network moves each by some milliseconds. */
const reportWeight = 1 / 4;

export interface Unwrapper {
  /** The value without wraps: of all it may mean, the one nearest to the last. */
  next(value: number): number;
  /** The same, but does not count as the last. */
  near(value: number): number;
}

/** Makes a clock of `bits` bits continuous: 32 of RTP and RTMP, 33 of MPEG-TS. It begins with its first value. */
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

/** Sees that a clock was set anew, however late we hear of it. */
export class StepWatch {
  #lastMs: number | undefined;
  #heardMs = 0;
  /** The most that it was ahead of our clock. */
  #leadMs = 0;

  /** By how much it was set, 0 for not; `expectedMs` is what it would have shown. */
  stepOf(clockMs: number, nowMs: number): number {
    const lastMs = this.#lastMs;
    const expectedMs = (lastMs ?? clockMs) + Math.max(0, nowMs - this.#heardMs);
    const leadMs = clockMs - nowMs;
    const isStep = lastMs !== undefined && (clockMs < lastMs - stepMs || leadMs > this.#leadMs + stepMs);
    const decayed = this.#leadMs - Math.max(0, nowMs - this.#heardMs) * leadDecayPerMs;
    this.#leadMs = isStep || lastMs === undefined ? leadMs : Math.max(leadMs, decayed);
    this.#lastMs = isStep ? clockMs : Math.max(lastMs ?? clockMs, clockMs);
    this.#heardMs = nowMs;
    return isStep ? clockMs - expectedMs : 0;
  }
}

/** What reports say otherwise by so much is followed at once: by the first one of a stream, and by two in a row. */
export interface TimelineOptions {
  readonly lateMs?: number;
  /** At least 30: two reports in a row differ by less. */
  readonly changedMs?: number;
}

/** One publisher's clock. It begins with the local time of the first packet. */
export class Timeline {
  readonly lateMs: number;
  readonly changedMs: number;
  readonly #reports = new StepWatch();
  /** What is added to the publisher's NTP time; undefined before its first sender report. */
  #shiftMs: number | undefined;
  /** By a stream that was made of another, and so is late: the first other one decides anew. */
  #isByMade = false;
  /** By how much the reports of each stream are ahead of our clock, at first and ever after. */
  #aheadMs = new WeakMap<StreamTimeline, number>();
  #reportedMs = 0;

  constructor(o: TimelineOptions = {}) {
    this.lateMs = o.lateMs ?? lateMs;
    this.changedMs = o.changedMs ?? changedMs;
  }

  /** `isMade`: of another stream, somewhere on its way. */
  stream(clockRate: number, isMade = false): StreamTimeline {
    return new StreamTimeline(this, clockRate, isMade);
  }

  /** For its streams: what is to be added to NTP time; with the first report such that `presentMs` holds. */
  shiftMs(o: { of: StreamTimeline; ntpMs: number; nowMs: number; presentMs: number }): number {
    if (this.#shiftMs === undefined || (this.#isByMade && !o.of.isMade)) {
      this.#shiftMs = o.presentMs;
      this.#isByMade = o.of.isMade;
      this.#aheadMs = new WeakMap();
    }
    // When the publisher's wall clock is set, its media go on as before.
    this.#shiftMs -= this.#reports.stepOf(o.ntpMs, o.nowMs);
    // Its times stay with our clock, however long it publishes.
    const aheadMs = o.ntpMs + this.#shiftMs - o.nowMs;
    const driftMs = aheadMs - (this.#aheadMs.get(o.of) ?? aheadMs);
    if (driftMs === 0) this.#aheadMs.set(o.of, aheadMs);
    const most = Math.max(0, o.nowMs - this.#reportedMs) * driftPerMs;
    this.#shiftMs -= Math.max(-most, Math.min(most, driftMs));
    this.#reportedMs = o.nowMs;
    return this.#shiftMs;
  }
}

/**
 * Times of one stream. Before its first sender report they continue from the first packet's arrival; that report is
 * followed at once where it says otherwise by over 60 ms (`lateMs`). Then they approach what the reports say by at most
 * 4 ms a second, or at once when that is over 500 ms away (60 ms of a stream that was made of another). A timestamp
 * that jumps by over 2 s continues from its arrival.
 */
export class StreamTimeline {
  /** Of another stream, somewhere on its way. */
  readonly isMade: boolean;
  readonly #timeline: Timeline;
  readonly #clockRate: number;
  readonly #unwrapper = unwrap(32);
  readonly #timestamps = new StepWatch();
  /** What is added to media time; undefined before the first packet. */
  #offsetMs: number | undefined;
  /** What it should be. */
  #targetMs: number | undefined;
  /** NTP time less media time, smoothed. */
  #ntpOffsetMs: number | undefined;
  /** As its last report had it. */
  #saidMs: number | undefined;
  #lastMediaMs = 0;
  #anchors = 0;

  constructor(timeline: Timeline, clockRate: number, isMade: boolean) {
    this.#timeline = timeline;
    this.#clockRate = clockRate;
    this.isMade = isMade;
  }

  /** Rises whenever times jump instead of going on. */
  get anchors(): number {
    return this.#anchors;
  }

  /** The time of a packet, given in order; packets of one timestamp have the same. */
  toMs(timestamp: number, arrivalMs: number): number {
    const mediaMs = (this.#unwrapper.next(timestamp) / this.#clockRate) * 1000;
    const stepped = this.#timestamps.stepOf(mediaMs, arrivalMs);
    if (this.#offsetMs === undefined) this.#offsetMs = arrivalMs - mediaMs;
    else if (stepped !== 0) {
      this.#offsetMs -= stepped;
      this.#targetMs = this.#ntpOffsetMs = undefined;
      this.#anchors += 1;
    } else if (this.#targetMs !== undefined && mediaMs > this.#lastMediaMs) {
      const most = (mediaMs - this.#lastMediaMs) * slewPerMs;
      this.#offsetMs += Math.max(-most, Math.min(most, this.#targetMs - this.#offsetMs));
    }
    this.#lastMediaMs = stepped === 0 ? Math.max(this.#lastMediaMs, mediaMs) : mediaMs;
    return mediaMs + this.#offsetMs;
  }

  /** The time of a timestamp near the last packet's; undefined before the first packet. */
  at(timestamp: number): number | undefined {
    if (this.#offsetMs === undefined) return undefined;
    return (this.#unwrapper.near(timestamp) / this.#clockRate) * 1000 + this.#offsetMs;
  }

  /** Takes what a sender report of this stream says; one that comes before the first packet is left out. */
  noteSenderReport(report: { ntp: NtpTime; rtpTimestamp: number }, arrivalMs: number): void {
    if (this.#offsetMs === undefined) return;
    const ntpMs = ntpMsOf(report.ntp);
    const saidMs = ntpMs - (this.#unwrapper.near(report.rtpTimestamp) / this.#clockRate) * 1000;
    const knownMs = this.#ntpOffsetMs;
    const changeMs = Math.abs(saidMs - (knownMs ?? saidMs));
    const isChange = changeMs > this.#timeline.changedMs && Math.abs(saidMs - (this.#saidMs ?? Number.NaN)) < agreedMs;
    const isFirst = knownMs === undefined;
    const isNew = isFirst || changeMs > (this.isMade ? lateMs : stepMs) || isChange;
    this.#saidMs = saidMs;
    this.#ntpOffsetMs = isNew ? saidMs : knownMs + (saidMs - knownMs) * reportWeight;
    const presentMs = this.#offsetMs - this.#ntpOffsetMs;
    this.#targetMs = this.#ntpOffsetMs + this.#timeline.shiftMs({ of: this, ntpMs, nowMs: arrivalMs, presentMs });
    const mostMs = isFirst ? this.#timeline.lateMs : this.isMade ? lateMs : offMs;
    if (Math.abs(this.#targetMs - this.#offsetMs) <= (isChange ? agreedMs : mostMs)) return;
    this.#offsetMs = this.#targetMs;
    this.#anchors += 1;
  }
}
