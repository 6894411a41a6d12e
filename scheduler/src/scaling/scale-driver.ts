import type { FreeNames, Machine } from './core/types.ts';

/**
 * Makes and removes machines. Every verb may be repeated: what is so already is no error. `epoch`: of the term under
 * which it is asked; machines are asked for and ordered under none that is lower than one before (`EPOCH_STALE`).
 */
export interface ScaleDriver {
  readonly name: string;
  /** What it has made and not removed yet. Rejects when it does not know. */
  list(epoch: number): Promise<readonly Machine[]>;
  /** Of what it listed last, when not any name will do: what it is asked to start has one of these. */
  readonly freeNames?: FreeNames;
  /** Resolves when the order is taken, not when the node serves. */
  start(nodeId: string, region: string, epoch: number): Promise<void>;
  /** Removes a node that is empty. Rejects while another has to end before it (`endsAfter`). */
  stop(nodeId: string, epoch: number): Promise<void>;
  /**
   * Makes the machine that was listed as outdated anew, under its name; when it is new already nothing is done. Only
   * drivers that list outdated machines have it: not `process` and `webhook`, whose contract has no versions.
   */
  replace?(nodeId: string, epoch: number): Promise<void>;
  /** No new participants on the node (reason given), or again: the centre's own word to its node. */
  drain(nodeId: string, reason: string | undefined): Promise<void>;
}
