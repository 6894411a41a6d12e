// What a part of the bench of crowds is.
import type { Command } from 'commander';
import type { LabResult, Say } from '../../support/case.ts';

/** What is measured of a crowd. It owns what it starts, as a `LabCase` does. */
export interface CrowdPart {
  /** `--FLAG` chooses it; the part without one runs when no other is chosen. */
  readonly flag?: string;
  readonly summary: string;
  /** Adds options of its own. */
  configure?(command: Command): void;
  /** `options`: those of `CrowdOptions`, and the part's own by their names. */
  run(options: CrowdOptions & Readonly<Record<string, unknown>>, say: Say): Promise<LabResult>;
}

/** Of every part; absent ones are the part's to choose. */
export interface CrowdOptions {
  readonly viewers?: number;
  readonly seconds?: number;
  readonly turns?: number;
}
