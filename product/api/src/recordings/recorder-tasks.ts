// Facts that all kinds of tasks of recorders share.

import type { RemoteKind } from '../jobs/jobs.ts';
import type { Transaction } from '../store/transaction.ts';

/** Failure of a run that could not read a stint of a recorder: recorders are asked again where it is. */
export const UNREADABLE = 'STINT_UNREADABLE';
/** Failure of a run whose result is malformed. */
export const INVALID = 'RESULT_INVALID';
/** Pause before recorders are asked again. */
export const AGAIN_MS = 10_000;

/** Time without a renewal after which another recorder has the task. */
const LEASE_MS = 30_000;
/** Time for which a task is kept for the recorder that has the media, or most of it. */
const AFFINITY_MS = 60_000;
/** A day of attempts, whose pauses grow to ten minutes. */
const ATTEMPTS_MAX = 200;

export interface EndedTask<P> {
  readonly tenant: string;
  readonly payload: P;
  /** '' for a success. */
  readonly code: string;
  readonly result: unknown;
}

/** Returns a kind of tasks whose lane is a recorder. */
export const recorderTask = <P>(
  name: string,
  onEnded: (trx: Transaction, task: EndedTask<P>) => Promise<void>,
): RemoteKind<P> => ({
  name,
  remote: { leaseMs: LEASE_MS, affinityMs: AFFINITY_MS, worker: 'recorder', laneIsNode: true },
  attemptsMax: ATTEMPTS_MAX,
  onEnded: (trx, { tenant, payload }, { code, result }) => onEnded(trx, { tenant, payload, code, result }),
});
