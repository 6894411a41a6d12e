// Times of a stream that comes by another consumer: those of the stream that it follows, where their timestamps are
// counted together.
import { KeptTimes, type NodeClock, type TimeRun } from './kept-times.ts';
import type { SenderReport } from './rtcp.ts';

/** Times of a stream's packets (`StreamTimeline`, `KeptTimes`). */
export interface StreamTimes {
  toMs(timestamp: number, arrivalMs: number): number;
  /** Of a timestamp near the last packet's; undefined before the first packet. */
  at(timestamp: number): number | undefined;
  noteSenderReport(report: Pick<SenderReport, 'ntp' | 'rtpTimestamp'>, arrivalMs: number): void;
  /** That of the packet before; absent: times are final. */
  readonly run?: TimeRun | undefined;
}

/** Of one stream, a packet comes at most so long after it belongs, or before. By chance another one does in 10,000. */
const SAME_MS = 2000;

export class NextTimes implements StreamTimes {
  readonly #before: StreamTimes;
  readonly #own: () => StreamTimes;
  readonly #node: NodeClock;
  /** With the first packet. */
  #chosen: StreamTimes | undefined;
  #leads = false;

  /** `before`: of the stream that it follows. `own`: makes times for a stream of its own, of this media node. */
  constructor(o: { before: StreamTimes; own: () => StreamTimes; node: NodeClock }) {
    this.#before = o.before instanceof NextTimes ? o.before.line : o.before;
    this.#own = o.own;
    this.#node = o.node;
  }

  /** What it goes by. */
  get line(): StreamTimes {
    return this.#chosen ?? this.#before;
  }
  /** It goes on where the stream before it was: nothing is to be learnt of it. */
  get isSame(): boolean {
    return this.#chosen === this.#before;
  }
  get run(): TimeRun | undefined {
    return this.line.run;
  }

  /** It is the stream from now on: its reports count. */
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
