// Times of a track's new consumer, which continue the previous ones if the timestamps have a common origin.
import { KeptTimes, type NodeClock, type TimeRun } from './kept-times.ts';
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
  readonly #before: StreamTimes;
  readonly #own: () => StreamTimes;
  readonly #node: NodeClock;
  #chosen: StreamTimes | undefined;
  #leads = false;

  /** `before` are the times of the previous consumer; `own` makes new times with this media node. */
  constructor(o: { before: StreamTimes; own: () => StreamTimes; node: NodeClock }) {
    this.#before = o.before instanceof NextTimes ? o.before.line : o.before;
    this.#own = o.own;
    this.#node = o.node;
  }

  get line(): StreamTimes {
    return this.#chosen ?? this.#before;
  }
  /** True when the stream continues the previous stream's times, whose reports then suffice. */
  get isSame(): boolean {
    return this.#chosen === this.#before;
  }
  get run(): TimeRun | undefined {
    return this.line.run;
  }

  /** Makes this stream the leading one, so its reports count. */
  lead(nowMs: number): void {
    this.#leads = true;
    if (this.isSame && this.#before instanceof KeptTimes) this.#before.goOnAt(this.#node, nowMs);
  }

  toMs(timestamp: number, arrivalMs: number): number {
    if (this.#chosen === undefined) {
      const ms = this.#before.at(timestamp);
      const isSame = ms !== undefined && Math.abs(ms - arrivalMs) < SAME_MS;
      this.#chosen = isSame ? this.#before : this.#own();
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
