// Orders that the forwarder refused. A refused order changes nothing there, and is sent again after a pause.
import {
  equalOrders,
  isRemoval,
  type OrderChange,
  type PathOrder,
  type PathOrders,
  type RemovalOrder,
  removalOf,
} from './path-plan.ts';

/** Pause after the first refusal; each further refusal of the same order doubles it. */
export const refusalPauseFirstMs = 500;
/**
 * Longest pause: an order that has become possible waits at most this long.
 */
export const refusalPauseMaxMs = 32_000;

interface Refusal {
  readonly order: PathOrder | RemovalOrder;
  readonly error: string;
  readonly pauseMs: number;
  readonly dueMs: number;
}

export class PathRefusals {
  readonly #refusals = new Map<string, Refusal>();

  clear(): void {
    this.#refusals.clear();
  }

  /** Returns the wanted orders, but under the key of an order whose pause still runs, what the forwarder has now. */
  withoutRefused(current: PathOrders, wanted: PathOrders, nowMs: number): PathOrders {
    const orders = new Map(wanted);
    for (const [key, { order, dueMs }] of this.#refusals) {
      const [currentOrder, wantedOrder] = [current.get(key), wanted.get(key)];
      if (wantedOrder === undefined && currentOrder === undefined) this.#refusals.delete(key);
      else if (nowMs < dueMs && equalOrders(order, wantedOrder ?? (currentOrder && removalOf(currentOrder)))) {
        if (currentOrder === undefined) orders.delete(key);
        else orders.set(key, currentOrder);
      }
    }
    return orders;
  }

  /**
   * Records the answers (undefined: accepted). Returns in `kept` what the forwarder still has under each refused key,
   * and in `newRefusals` the refusals with another error than the last one of their key.
   */
  record(
    before: PathOrders,
    changes: readonly OrderChange[],
    answers: readonly (string | undefined)[],
    nowMs: number,
  ): { kept: Map<string, PathOrder | undefined>; newRefusals: { key: string; error: string }[] } {
    const current = new Map(before);
    const kept = new Map<string, PathOrder | undefined>();
    const newRefusals: { key: string; error: string }[] = [];
    changes.forEach(({ key, order }, index) => {
      const error = answers[index];
      // A removal of something that the forwarder does not know counts as accepted.
      if (error === undefined || (isRemoval(order) && error.startsWith('no such'))) {
        if (isRemoval(order)) current.delete(key);
        else current.set(key, order);
        kept.delete(key);
        this.#refusals.delete(key);
        return;
      }
      const last = this.#refusals.get(key);
      if (last?.error !== error) newRefusals.push({ key, error });
      const isRepeated = last !== undefined && equalOrders(last.order, order);
      const pauseMs = isRepeated ? Math.min(last.pauseMs * 2, refusalPauseMaxMs) : refusalPauseFirstMs;
      this.#refusals.set(key, { order, error, pauseMs, dueMs: nowMs + pauseMs });
      // The forwarder may have removed a refused route with its old flow, so the route counts as missing.
      kept.set(key, order.kind === 'route' ? undefined : current.get(key));
    });
    return { kept, newRefusals };
  }

  /** Returns the end of the first pause that has not run out; undefined when no pause runs. */
  nextDueMs(nowMs: number): number | undefined {
    const due = [...this.#refusals.values()].map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs);
    return due.length === 0 ? undefined : Math.min(...due);
  }
}
