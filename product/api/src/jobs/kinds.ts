// What there is to say of a kind of jobs, and of one job.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Database, Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Every } from './calendar.ts';
import type { Cause, Demand } from './core/rank.ts';

/** How many jobs run at once in this process. */
export interface Slots {
  readonly concurrency: number;
  /** For one tenant, for one lane; absent: as many as `concurrency`. */
  readonly perTenant?: number;
  readonly perLane?: number;
}

export interface JobKind<P> extends Slots {
  readonly name: string;
  /** Slots apart from those of the kind, by name: `NewJob.pool`, `Jobs.move`. */
  readonly pools?: Readonly<Record<string, Slots>>;
  /** Longer than the work ever takes. */
  readonly leaseMs: number;
  /** Failures in a row after which the job is given up, and logged. */
  readonly attemptsMax?: number;
  /** Runs by itself, once at each of these times, whichever instance that is; a missed time is made up for once. */
  readonly every?: Every;
  /**
   * Does the work. What it throws is logged, and the work is tried again later. `againMs`: it is not finished, run it
   * again then.
   */
  run(payload: P, o: JobContext): Promise<{ readonly againMs: number } | undefined>;
}
export interface JobContext {
  readonly tenant: string;
  readonly pool: string;
  /** From 1. */
  readonly attempt: number;
  /** The service ends: leave off soon. */
  readonly signal: AbortSignal;
}

/** Of work that nodes take (`Jobs.take`). */
export interface RemoteKind<P> {
  readonly name: string;
  readonly remote: {
    /** A node that has not renewed its lease for so long loses the job; nodes renew in each third of it. */
    readonly leaseMs: number;
    /** For so long after it is due, a job waits for the node that has its lane. */
    readonly affinityMs: number;
  };
  /** At once, at all nodes. Of several instances of this service, each may begin one more at the same moment. */
  readonly perTenant?: number;
  readonly perLane?: number;
  /** Runs after which a job is given up: failures, and nodes that were lost with it. */
  readonly attemptsMax?: number;
  /** In the transaction in which the job goes: both or neither happens. What it throws is answered to the node. */
  onEnded(trx: Transaction, job: EndedJob<P>, outcome: Outcome): Promise<void>;
  /** How much the things are looked at that jobs of these lanes are for; a lane that is absent stays as it is. */
  demandOf?(trx: Transaction, jobs: readonly LaneOfJob[]): Promise<ReadonlyMap<string, Demand>>;
}
export interface LaneOfJob {
  readonly id: string;
  readonly tenant: string;
  readonly lane: string;
}
export interface EndedJob<P> extends LaneOfJob {
  readonly key: string;
  readonly payload: P;
  readonly attempt: number;
  /** That did it, by its certificate. */
  readonly node: string;
  readonly createdMs: number;
}
export interface Outcome {
  /** '': done; else why not. Of this service: TASK_ABANDONED: nodes were lost with it, again and again. */
  readonly code: string;
  readonly detail: string;
  /** By kind; what nodes say. Undefined when it was not done. */
  readonly result: unknown;
}

export interface NewJob<P> {
  readonly payload: P;
  /** A job that is there already under this key stays the only one, and runs (again) then at the latest. */
  readonly key?: string;
  readonly tenant?: string;
  readonly lane?: string;
  readonly pool?: string;
  readonly inMs?: number;
  /** What moves it up. Without, jobs of this service are in the order of their time. */
  readonly cause?: Cause;
}

export interface JobsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** The regions that tasks of these tenants may be done in, as fences. Absent: anywhere. */
  fencesOf?(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** A run has ended. */
  onRan?(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
}

/** What nodes that take tasks are called in the column `worker`. */
export const WORKER = 'library';
export const ATTEMPTS_MAX = 20;
const RETRY_MS = 1000;
const RETRY_MS_MAX = 10 * 60_000;

/** Until the next attempt: doubled each time, and partly by chance: what failed together does not come together. */
export const pauseMsAfter = (attempt: number, rng: Rng): number =>
  Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempt) * (0.5 + rng.next() / 2);
