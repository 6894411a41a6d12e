// Checks that an administrator's commands stay in force, also after restarts of the centre, unless the store has lost
// them.
import type { Centre } from '../../../../scheduler/src/centre/centre.ts';
import type { SimStore } from '../store.ts';
import { type Fail, WRITTEN_MS } from './judged-world.ts';

export class CommandRules {
  readonly denied = new Map<string, number>();
  readonly drained = new Map<string, number>();
  readonly #fail: Fail;
  /** Whether the store has lost writes, among them perhaps the withdrawal of a command. */
  #hasStoreLost = false;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  /** Call it when a centre starts from this store. Earlier commands must stay in force unless the store lost them. */
  survive(store: SimStore, troubleAtMs: number): void {
    const atMs = Math.max(troubleAtMs, store.lostAtMs);
    this.#hasStoreLost = Number.isFinite(atMs);
    for (const expected of [this.denied, this.drained]) {
      const prefix = expected === this.denied ? 'deny/' : 'drain/';
      for (const [nodeId, sinceMs] of [...expected]) {
        if (sinceMs - WRITTEN_MS < atMs && !store.has(`${prefix}${nodeId}`)) expected.delete(nodeId);
      }
    }
  }

  /** Returns whether an administrator keeps the node out of the fleet, or did so and the withdrawal was lost. */
  isShutOut(centre: Centre | undefined, nodeId: string): boolean {
    return this.denied.has(nodeId) || (this.#hasStoreLost && centre?.denied.has(nodeId) === true);
  }

  scan(centre: Centre): void {
    for (const nodeId of this.denied.keys()) {
      if (!centre.denied.has(nodeId)) this.#fail('deny-holds', `${nodeId} is let in again`);
      if (centre.fleet.get(nodeId)?.isLinked === true) this.#fail('deny-holds', `${nodeId} is linked`);
    }
    for (const nodeId of this.drained.keys()) {
      const node = centre.fleet.get(nodeId);
      if (node !== undefined && node.drainReason === undefined)
        this.#fail('drain-holds', `the drain of ${nodeId} is forgotten`);
    }
  }
}
