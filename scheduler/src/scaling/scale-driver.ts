import type { FreeNames, Machine } from './core/types.ts';

/** Every verb may be repeated. `epoch`: of the ordering term; an epoch below an earlier one gives `EPOCH_STALE`. */
export interface ScaleDriver {
  readonly name: string;
  /** Returns the machines that it has made and not removed yet. Rejects when it does not know. */
  list(epoch: number): Promise<readonly Machine[]>;
  /** Names for new machines after the last `list`; absent when any name will do. */
  readonly freeNames?: FreeNames;
  /** Resolves when the order is accepted, not when the node serves. */
  start(nodeId: string, region: string, epoch: number): Promise<void>;
  /** Removes a node that is empty. Rejects while another has to end before it (`endsAfter`). */
  stop(nodeId: string, epoch: number): Promise<void>;
  /** Does nothing when the machine is new already. Drivers without versions (`process`, `webhook`) lack it. */
  replace?(nodeId: string, epoch: number): Promise<void>;
  /** Drains the node (reason given), or ends its drain, by the centre's own message to its node. */
  drain(nodeId: string, reason: string | undefined): Promise<void>;
}
