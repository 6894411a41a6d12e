import { type NodeKind, nodeKind } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Database, Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Every } from './calendar.ts';
import type { Cause } from './core/rank.ts';

/** Limits of concurrent jobs in this process. */
export interface Slots {
  readonly concurrency: number;
  /** Absent: same as `concurrency`. */
  readonly perTenant?: number;
  readonly perLane?: number;
}

export interface JobKind<P> extends Slots {
  readonly name: string;
  /** Further slots by name of the pool, for `NewJob.pool` and `Jobs.move`. */
  readonly pools?: Readonly<Record<string, Slots>>;
  /** Must be longer than the work ever takes. */
  readonly leaseMs: number;
  /** After this many failures in a row, the job fails for good, which is logged. */
  readonly attemptsMax?: number;
  /** Times of a periodic kind, at each of which one instance runs it. Missed times are made up for by a single run. */
  readonly every?: Every;
  /** Errors are logged, and the run is retried later. `againMs`: time after which the work continues. */
  run(payload: P, o: JobContext): Promise<{ readonly againMs: number } | undefined>;
}
export interface JobContext {
  readonly tenant: string;
  readonly pool: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Aborted when the service ends; the run should stop soon. */
  readonly signal: AbortSignal;
}

/** Kind of jobs that nodes run (`Jobs.take`). */
export interface RemoteKind<P> {
  readonly name: string;
  readonly remote: {
    /** A node that does not renew its lease for this long loses the job; nodes renew every third of it. */
    readonly leaseMs: number;
    /** Time for which a due job is reserved for the node of its lane. */
    readonly affinityMs: number;
    /** Kind of the nodes that run it; absent: library nodes. */
    readonly worker?: NodeKind;
    /** True if lanes are ids of nodes, for which the jobs are reserved. */
    readonly laneIsNode?: boolean;
  };
  /** Limit at all nodes together. Each of several concurrent instances of this service may exceed it by one. */
  readonly perTenant?: number;
  readonly perLane?: number;
  /** Most attempts, counting failed runs and lost nodes. */
  readonly attemptsMax?: number;
  /** Runs in the transaction that removes the job. Its error is the answer to the node. */
  onEnded(trx: Transaction, job: EndedJob<P>, outcome: Outcome): Promise<void>;
  /** Returns the level of heat by lane, given the present levels; a lane missing in the result keeps its level. */
  heatOf?(
    trx: Transaction,
    jobs: readonly (LaneOfJob & { readonly heat: number })[],
  ): Promise<ReadonlyMap<string, number>>;
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
  /** Id of the node, from its certificate. */
  readonly node: string;
  readonly createdMs: number;
}
export interface Outcome {
  /** Code of the failure; '' if done. TASK_ABANDONED comes from this service: every attempt was lost with its node. */
  readonly code: string;
  readonly detail: string;
  /** Result reported by the node; undefined after a failure. */
  readonly result: unknown;
}

export interface NewJob<P> {
  readonly payload: P;
  /**
   * A job with this key remains the only one; it gets this job's payload, and runs at this job's time at the latest.
   */
  readonly key?: string;
  readonly tenant?: string;
  readonly lane?: string;
  readonly pool?: string;
  readonly inMs?: number;
  /** Jobs of this service without a cause run in order of time. */
  readonly cause?: Cause;
}

export interface JobsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Returns the tenants' fences; absent if there are none. */
  fencesOf?(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>>;
  onRan?(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
}

/** Value of the column `worker` for kinds that name no other nodes. */
export const WORKER: NodeKind = nodeKind.library;
export const ATTEMPTS_MAX = 20;
const RETRY_MS = 1000;
const RETRY_MS_MAX = 10 * 60_000;

/** The pause doubles each time, and is partly random, so that jobs that failed together do not return together. */
export const pauseMsAfter = (attempt: number, rng: Rng): number =>
  Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** attempt) * (0.5 + rng.next() / 2);
