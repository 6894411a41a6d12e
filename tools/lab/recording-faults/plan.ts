// What a run is to do, and what it learns of each recording.
import type { Fault, Mode } from './faults.ts';
import type { Judged } from './judge.ts';

export interface Plan {
  readonly rounds: number;
  readonly recordings: number;
  readonly faults: readonly Fault[];
  readonly minutes: number;
  /** Of the recordings of so many minutes. */
  readonly modes: readonly Mode[];
  readonly store: 'files' | 's3';
  readonly played: number;
  readonly seed: number;
}

export interface Row extends Judged {
  readonly fault: Fault;
  readonly mode: Mode;
}
