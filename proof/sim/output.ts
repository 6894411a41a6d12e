// Where a simulation's words go.
import type { Say } from '../support/case.ts';

export interface SimOutput {
  /** Words for people. */
  readonly say: Say;
  /** The line for programs, with --json. */
  readonly writeLine: Say;
  readonly nowMs: () => number;
}
