// Types of a kind of jobs, and of one job.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Database, Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Every } from './calendar.ts';
import type { Cause, Demand } from './core/rank.ts';

/** Limits of concurrent jobs in this process. */
export interface Slots {
  readonly concurrency: number;
  /** Limits per tenant and per lane; absent: `concurrency`. */
  readonly perTenant?: number;
  readonly perLane?: number;
}

export interface JobKind<P> extends Slots {
  readonly name: string;
  /** Pools with slots of their own, by name: `NewJob.pool`, `Jobs.move`. */
  readonly pools?: Readonly<Record<string, Slots>>;
  /** Longer than the work ever takes. */
  readonly leaseMs: number;
  /** Failures in a row after which the job is given up, and logged. */
  readonly attemptsMax?: number;
  /** Periodic times; one instance runs the kind once at each. A missed time is made up for once. */
  readonly every?: Every;
  /**
   * Does the work. Errors are logged, and the work is retried later. `againMs`: the work is not finished and continues
   * after this time.
   */
  run(payload: P, o: JobContext): Promise<{ readonly againMs: number } | undefined>;
}
export interface JobContext {
  readonly tenant: string;
  readonly pool: string;
  /** From 1. */
  readonly attempt: number;
  /** Aborted when the service ends: stop soon. */
  readonly signal: AbortSignal;
}

/** A kind of jobs that nodes take (`Jobs.take`). */
export interface RemoteKind<P> {
  readonly name: string;
  readonly remote: {
    /** A node without a renewal for so long loses the job; nodes renew every third of it. */
    readonly leaseMs: number;
    /** How long a due job is reserved for the node of its lane. */
    readonly affinityMs: number;
  };
  /** Limits at all nodes together. Each of several concurrent instances of this service may exceed them by one. */
  readonly perTenant?: number;
  readonly perLane?: number;
  /** Runs after which a job is given up, both failed ones and those whose node was lost. */
  readonly attemptsMax?: number;
  /**
   * Runs in the transaction that removes the job, so that both or neither happens. Its error goes to the node as
   * answer.
   */
  onEnded(trx: Transaction, job: EndedJob<P>, outcome: Outcome): Promise<void>;
  /** Returns the demand by lane for these jobs; an absent lane keeps its demand. */
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
  /** Node that ran the job, from its certificate. */
  readonly node: string;
  readonly createdMs: number;
}
export interface Outcome {
  /** '': done; else the failure. TASK_ABANDONED is this service's own: every attempt was lost with its node. */
  readonly code: string;
  readonly detail: string;
  /** Result by kind, as reported by the node; undefined after a failure. */
  readonly result: unknown;
}

export interface NewJob<P> {
  readonly payload: P;
  /** A job with this key remains the only one, and runs (again) by this job's time. */
  readonly key?: string;
  readonly tenant?: string;
  readonly lane?: string;
  readonly pool?: string;
  readonly inMs?: number;
  /** Boosts of the rank. Without a cause, jobs of this service run in order of time. */
  readonly cause?: Cause;
}

export interface JobsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Returns the fences of tenants for their tasks. Absent: no fences. */
  fencesOf?(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Called after each run. */
  onRan?(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
}

/** Value of the column `worker` for nodes that take tasks. */
export const WORKER = 'library';
export const ATTEMPTS_MAX = 20;
const RETRY_MS = 1000;
const RETRY_MS_MAX = 10 * 60_000;

/**
 * Returns the pause before the next attempt: doubled each time, partly random, so that jobs that failed together do not
 * return together.
 */
export const pauseMsAfter = (attempt: number, rng: Rng): number =>
  Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempt) * (0.5 + rng.next() / 2);
