import type { Say } from '../support/case.ts';

export interface SimOutput {
  /** Prints text for people. */
  readonly say: Say;
  /** Prints the line for programs, with --json. */
  readonly writeLine: Say;
  readonly nowMs: () => number;
}
