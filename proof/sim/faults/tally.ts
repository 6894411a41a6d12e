// Hands out the seeds of a campaign and counts their results. Threads end seeds in any order, but results count in the
// order of seeds, so that equal seeds give equal numbers with any number of threads.
import type { Metrics } from '../../support/case.ts';
import type { SeedRun } from './run-seed.ts';
import { isOverdue } from './seed-bound.ts';

const FAILURES_MAX = 10;

export interface TallyOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly untilMs?: number;
  readonly nowMs: () => number;
  readonly isFirstOnly?: boolean;
}

export class Tally {
  readonly #o: TallyOptions;
  readonly #sessions = new MinAndMean();
  readonly #faults = new MinAndMean();
  readonly #pending = new Map<number, SeedRun>();
  readonly #running = new Set<number>();
  #next: number;
  #steps = 0;
  #moved = 0;
  #movedForDelay = 0;
  #rejoined = 0;
  #placed = 0;
  #judged = 0;
  #hash = 0;
  doneCount = 0;
  readonly failures: SeedRun[] = [];

  constructor(o: TallyOptions) {
    this.#o = o;
    this.#next = o.firstSeed;
  }

  /** Returns the next seed to run; undefined if none is left, the time is over, or enough seeds have failed. */
  next(): number | undefined {
    const { firstSeed, seeds, untilMs = Number.POSITIVE_INFINITY, nowMs } = this.#o;
    if (this.#isEnough || this.#next >= firstSeed + seeds || nowMs() > untilMs) return undefined;
    this.#running.add(this.#next);
    this.#next += 1;
    return this.#next - 1;
  }

  add(run: SeedRun): void {
    this.#running.delete(run.seed);
    this.#pending.set(run.seed, run);
    while (!this.#isEnough) {
      const next = this.#pending.get(this.#o.firstSeed + this.doneCount);
      if (next === undefined) return;
      this.#pending.delete(next.seed);
      this.#count(next);
    }
  }

  /** Returns a line with the progress and the running seeds, which shows where a campaign is stuck. */
  progress(afterMs: number): string {
    const reached = this.doneCount + this.#pending.size;
    const perMs = reached / Math.max(1, afterMs);
    const leftS = reached === 0 ? '?' : Math.ceil((this.#o.seeds - reached) / perMs / 1000);
    const running = [...this.#running].join(', ');
    return `${reached}/${this.#o.seeds} seeds, ${this.failures.length} violations, ${Number((1000 * perMs).toPrecision(2))} seeds/s, ${leftS} s left, running ${running}`;
  }

  metrics(): Metrics {
    const seeds = Math.max(1, this.doneCount);
    return {
      seeds: this.doneCount,
      violations: this.failures.length,
      sessionsMin: this.#sessions.min,
      sessionsMean: this.#sessions.mean,
      faultsMin: this.#faults.min,
      faultsMean: this.#faults.mean,
      movedMean: this.#moved / seeds,
      movedForDelayMean: this.#movedForDelay / seeds,
      capacityJudgedShare: this.#judged / Math.max(1, this.#placed),
      rejoinedMean: this.#rejoined / seeds,
      stepsMean: this.#steps / seeds,
      // Two campaigns with equal values took equal steps.
      traces: (this.#hash >>> 0).toString(16).padStart(8, '0'),
    };
  }

  get #isEnough(): boolean {
    return this.failures.length >= (this.#o.isFirstOnly ? 1 : FAILURES_MAX);
  }

  #count(run: SeedRun): void {
    this.doneCount += 1;
    this.#steps += run.steps;
    this.#moved += run.moved;
    this.#movedForDelay += run.movedForDelay;
    this.#placed += run.placed.count;
    this.#judged += run.placed.judged;
    this.#rejoined += run.rejoined;
    this.#hash = Math.imul(this.#hash, 31) + Number.parseInt(run.hash, 16);
    if (!isOverdue(run)) this.#faults.add(run.faults.length);
    if (run.violation === undefined) this.#sessions.add(run.sessions);
    else this.failures.push(run);
  }
}

class MinAndMean {
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get mean(): number {
    return this.#sum / Math.max(1, this.#count);
  }
}
