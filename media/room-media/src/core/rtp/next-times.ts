// Times of a track's new consumer, which continue the previous ones if the timestamps have a common origin.
import { CorrectedTimes, type NodeClock, type TimeRun } from './corrected-times.ts';
import type { SenderReport } from './rtcp.ts';

export interface StreamTimes {
  toMs(timestamp: number, arrivalMs: number): number;
  /** Returns the time of a timestamp near the last packet's; undefined before the first packet. */
  at(timestamp: number): number | undefined;
  noteSenderReport(report: Pick<SenderReport, 'ntp' | 'rtpTimestamp'>, arrivalMs: number): void;
  /** Run of the previous packet; absent when times are final. */
  readonly run?: TimeRun | undefined;
}

/** Bound of arrival minus time in the same stream; another stream matches by chance once in 10,000. */
const SAME_MS = 2000;

export class NextTimes implements StreamTimes {
  readonly #previous: StreamTimes;
  readonly #makeTimes: () => StreamTimes;
  readonly #node: NodeClock;
  #chosen: StreamTimes | undefined;
  #leads = false;

  /** `previous` are the times of the previous consumer; `makeTimes` makes new times with this media node. */
  constructor(o: { previous: StreamTimes; makeTimes: () => StreamTimes; node: NodeClock }) {
    this.#previous = o.previous instanceof NextTimes ? o.previous.active : o.previous;
    this.#makeTimes = o.makeTimes;
    this.#node = o.node;
  }

  get active(): StreamTimes {
    return this.#chosen ?? this.#previous;
  }
  /** True when the stream continues the previous stream's times, whose reports then suffice. */
  get isSame(): boolean {
    return this.#chosen === this.#previous;
  }
  get run(): TimeRun | undefined {
    return this.active.run;
  }

  /** Makes this stream the leading one, so its reports count. */
  lead(nowMs: number): void {
    this.#leads = true;
    if (this.isSame && this.#previous instanceof CorrectedTimes) this.#previous.continueOn(this.#node, nowMs);
  }

  toMs(timestamp: number, arrivalMs: number): number {
    if (this.#chosen === undefined) {
      const ms = this.#previous.at(timestamp);
      const isSame = ms !== undefined && Math.abs(ms - arrivalMs) < SAME_MS;
      this.#chosen = isSame ? this.#previous : this.#makeTimes();
    }
    return this.#chosen.toMs(timestamp, arrivalMs);
  }

  at(timestamp: number): number | undefined {
    return this.#chosen?.at(timestamp);
  }

  noteSenderReport(report: Pick<SenderReport, 'ntp' | 'rtpTimestamp'>, arrivalMs: number): void {
    if (this.#leads || !this.isSame) this.#chosen?.noteSenderReport(report, arrivalMs);
  }
}
