// Watches whether this recorder keeps up, by its thread and its disk.
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { type Pace, PaceJudge } from '../core/pace.ts';

const SAMPLE_MS = 1000;

export interface PacingOptions {
  /** Returns the time for which the oldest piece has waited for the disk. */
  waitingMs(): number;
  /** Returns the processor time so far of the thread that receives media. */
  threadMs(): number;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Pacing {
  readonly #o: PacingOptions;
  readonly #judge = new PaceJudge();
  readonly #timer: Timer;
  #sampledMs: number;
  #threadMs: number;
  #pace: Pace = 'free';

  constructor(o: PacingOptions) {
    this.#o = o;
    this.#sampledMs = o.clock.nowMs();
    this.#threadMs = o.threadMs();
    this.#timer = o.clock.every(SAMPLE_MS, () => this.#sample());
  }

  get pace(): Pace {
    return this.#pace;
  }

  close(): void {
    this.#timer.cancel();
  }

  #sample(): void {
    const { clock, log } = this.#o;
    const [nowMs, threadMs, waitingMs] = [clock.nowMs(), this.#o.threadMs(), this.#o.waitingMs()];
    const threadShare = (threadMs - this.#threadMs) / Math.max(1, nowMs - this.#sampledMs);
    [this.#sampledMs, this.#threadMs] = [nowMs, threadMs];
    const before = this.#pace;
    this.#pace = this.#judge.take({ threadShare, waitingMs });
    if (this.#pace !== before) log.warn({ pace: this.#pace, before, threadShare, waitingMs }, PACE_WORDS[this.#pace]);
  }
}

const PACE_WORDS: Readonly<Record<Pace, string>> = {
  free: 'the recorder keeps up again: it takes recordings',
  full: 'the recorder has as much to do as it can: it takes no more recordings',
  behind: 'the recorder falls behind: it takes no recordings, and others that have room take over those that run',
};
