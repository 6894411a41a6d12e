import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Database, Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Every } from './calendar.ts';
import type { Cause, Demand } from './core/rank.ts';

/** In this process. */
export interface Slots {
  readonly concurrency: number;
  /** Absent: `concurrency`. */
  readonly perTenant?: number;
  readonly perLane?: number;
}

export interface JobKind<P> extends Slots {
  readonly name: string;
  /** Slots of their own, by name: `NewJob.pool`, `Jobs.move`. */
  readonly pools?: Readonly<Record<string, Slots>>;
  /** Longer than the work ever takes. */
  readonly leaseMs: number;
  /** After these failures in a row the job is given up, and logged. */
  readonly attemptsMax?: number;
  /** Runs at one instance at each of these times. A missed time is made up for once. */
  readonly every?: Every;
  /** Errors are logged, and the work is retried later. `againMs`: the work continues after this time. */
  run(payload: P, o: JobContext): Promise<{ readonly againMs: number } | undefined>;
}
export interface JobContext {
  readonly tenant: string;
  readonly pool: string;
  /** From 1. */
  readonly attempt: number;
  /** The service ends: stop soon. */
  readonly signal: AbortSignal;
}

/** A kind of jobs that nodes take (`Jobs.take`). */
export interface RemoteKind<P> {
  readonly name: string;
  readonly remote: {
    /** A node without a renewal for so long loses the job; nodes renew every third of it. */
    readonly leaseMs: number;
    /** A due job is reserved for the node of its lane for so long. */
    readonly affinityMs: number;
  };
  /** At all nodes together. Each of several concurrent instances of this service may exceed it by one. */
  readonly perTenant?: number;
  readonly perLane?: number;
  /** Counts failed runs and lost nodes. */
  readonly attemptsMax?: number;
  /** Runs in the transaction that removes the job. Its error goes to the node as answer. */
  onEnded(trx: Transaction, job: EndedJob<P>, outcome: Outcome): Promise<void>;
  /** An absent lane keeps its demand. */
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
  /** From the node's certificate. */
  readonly node: string;
  readonly createdMs: number;
}
export interface Outcome {
  /** '': done. TASK_ABANDONED is this service's own: every attempt was lost with its node. */
  readonly code: string;
  readonly detail: string;
  /** Reported by the node; undefined after a failure. */
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
  /** Without a cause, jobs of this service run in order of time. */
  readonly cause?: Cause;
}

export interface JobsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Absent: no fences. */
  fencesOf?(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>>;
  onRan?(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
}

/** Value of the column `worker` for nodes that take tasks. */
export const WORKER = 'library';
export const ATTEMPTS_MAX = 20;
const RETRY_MS = 1000;
const RETRY_MS_MAX = 10 * 60_000;

/** Doubles each time, partly randomly, so that jobs that failed together do not return together. */
export const pauseMsAfter = (attempt: number, rng: Rng): number =>
  Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempt) * (0.5 + rng.next() / 2);
