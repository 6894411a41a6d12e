import type { Say } from '../support/case.ts';

export interface SimOutput {
  readonly say: Say;
  readonly writeLine: Say;
  readonly nowMs: () => number;
}
