// What a run is to do, and what it learns of each recording.
import type { Fault } from './faults.ts';
import type { Judged } from './judge.ts';

export interface Plan {
  readonly rounds: number;
  readonly recordings: number;
  readonly faults: readonly Fault[];
  readonly minutes: number;
  readonly store: 'files' | 's3';
  readonly played: number;
  readonly seed: number;
}

export interface Row extends Judged {
  readonly fault: Fault;
}
