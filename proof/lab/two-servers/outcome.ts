import type { Metrics } from '../../support/case.ts';
import type { Stage } from './stage.ts';

/** A phase fails by an error; a promise that was not kept is said in `missed`. */
export interface Outcome {
  readonly metrics: Metrics;
  readonly missed: readonly string[];
}
export type Phase = (stage: Stage) => Promise<Outcome>;

export const minutes15Ms = 15 * 60_000;
/** Of what people hear and see of each other while services are restarted: as of chaos. */
export const restartGapAimMs = 1000;
