// How much of the machine was idle.
import { cpus } from 'node:os';

export interface Idle {
  readonly atMs: number;
  /** Of all processors together, until then. */
  readonly idleMs: number;
}

export const idleNow = (): Idle => ({
  atMs: performance.now(),
  idleMs: cpus().reduce((sum, { times }) => sum + times.idle, 0),
});

/** Share of the machine, 0 to 1. */
export const idleShareBetween = (from: Idle, to: Idle): number =>
  (to.idleMs - from.idleMs) / ((to.atMs - from.atMs) * cpus().length);
