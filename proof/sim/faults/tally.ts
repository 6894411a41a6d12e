// What is to be run in a campaign, and what came of it. Threads end seeds in any order; they count in theirs, so that
// the same seeds give the same numbers however many threads there are.
import type { Metrics } from '../../support/case.ts';
import type { SeedRun } from './run-seed.ts';
import { isOverdue } from './seed-bound.ts';

/** Failures after which it is pointless to look for more. */
const FAILURES_MAX = 10;

export interface TallyOptions {
  readonly firstSeed: number;
  readonly seeds: number;
  /** No new seed is begun after it. */
  readonly untilMs?: number;
  readonly nowMs: () => number;
  readonly isFirstOnly?: boolean;
}

export class Tally {
  readonly #o: TallyOptions;
  readonly #sessions = new Extent();
  readonly #faults = new Extent();
  /** Of seeds that are over, while one before them is not. */
  readonly #early = new Map<number, SeedRun>();
  readonly #running = new Set<number>();
  #next: number;
  #steps = 0;
  #moved = 0;
  #movedForDelay = 0;
  #rejoined = 0;
  #placed = 0;
  #judged = 0;
  #hash = 0;
  done = 0;
  readonly failures: SeedRun[] = [];

  constructor(o: TallyOptions) {
    this.#o = o;
    this.#next = o.firstSeed;
  }

  /** The next seed to run; undefined: there is none, it is too late, or enough have failed. */
  next(): number | undefined {
    const { firstSeed, seeds, untilMs = Number.POSITIVE_INFINITY, nowMs } = this.#o;
    if (this.#isEnough || this.#next >= firstSeed + seeds || nowMs() > untilMs) return undefined;
    this.#running.add(this.#next);
    this.#next += 1;
    return this.#next - 1;
  }

  add(run: SeedRun): void {
    this.#running.delete(run.seed);
    this.#early.set(run.seed, run);
    while (!this.#isEnough) {
      const next = this.#early.get(this.#o.firstSeed + this.done);
      if (next === undefined) return;
      this.#early.delete(next.seed);
      this.#count(next);
    }
  }

  /** One line: how far it is after so long, and what is under way (where it stands still, that is why). */
  progress(afterMs: number): string {
    const over = this.done + this.#early.size;
    const perMs = over / Math.max(1, afterMs);
    const leftS = over === 0 ? '?' : Math.ceil((this.#o.seeds - over) / perMs / 1000);
    const running = [...this.#running].join(', ');
    return `${over}/${this.#o.seeds} seeds, ${this.failures.length} violations, ${Number((1000 * perMs).toPrecision(2))} seeds/s, ${leftS} s left, running ${running}`;
  }

  metrics(): Metrics {
    const seeds = Math.max(1, this.done);
    return {
      seeds: this.done,
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
      // Two versions with the same one have taken the same steps.
      traces: (this.#hash >>> 0).toString(16).padStart(8, '0'),
    };
  }

  get #isEnough(): boolean {
    return this.failures.length >= (this.#o.isFirstOnly ? 1 : FAILURES_MAX);
  }

  #count(run: SeedRun): void {
    this.done += 1;
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

class Extent {
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
