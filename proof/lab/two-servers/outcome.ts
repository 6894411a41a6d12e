import type { Metrics } from '../../support/case.ts';
import type { Stage } from './stage.ts';

/** Result of a phase. A phase that cannot go on throws; a broken promise goes into `missed`. */
export interface Outcome {
  readonly metrics: Metrics;
  readonly missed: readonly string[];
}
export type Phase = (stage: Stage) => Promise<Outcome>;

export const minutes15Ms = 15 * 60_000;
/** Longest gap that people may hear or see while services restart, as in the chaos tests. */
export const restartGapAimMs = 1000;
