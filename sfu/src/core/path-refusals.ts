// Orders that the forwarder did not take: what it knows then is what it knew before, and each is sent again after a
// pause. Pure: time is an argument.
import {
  isRemoval,
  isSameOrder,
  type OrderChange,
  type PathOrder,
  type PathOrders,
  type RemovalOrder,
  removalOf,
} from './path-plan.ts';

/** The pause after the first refusal; each further one of the same order doubles it. */
export const refusalPauseFirstMs = 500;
/**
 * Six doublings: what is refused for good costs two lines a minute, and what has become possible is there half a minute
 * later.
 */
export const refusalPauseMaxMs = 32_000;

interface Refusal {
  readonly order: PathOrder | RemovalOrder;
  readonly error: string;
  readonly pauseMs: number;
  readonly dueMs: number;
}

/**
 * What the forwarder has refused and not taken since. As many at most as there are orders: what is neither known nor
 * wanted is forgotten.
 */
export class PathRefusals {
  readonly #refusals = new Map<string, Refusal>();

  /** A new life of the forwarder has refused nothing. */
  clear(): void {
    this.#refusals.clear();
  }

  /**
   * What is wanted now: of an order that was refused and has its pause still, what the forwarder knows. Another order
   * of that key goes at once.
   */
  without(known: PathOrders, wanted: PathOrders, nowMs: number): PathOrders {
    const now = new Map(wanted);
    for (const [key, { order, dueMs }] of this.#refusals) {
      const [held, due] = [known.get(key), wanted.get(key)];
      if (due === undefined && held === undefined) this.#refusals.delete(key);
      else if (nowMs < dueMs && isSameOrder(order, due ?? (held && removalOf(held)))) {
        if (held === undefined) now.delete(key);
        else now.set(key, held);
      }
    }
    return now;
  }

  /**
   * Takes the answers (undefined: taken) to all orders that were sent to a forwarder with `before`. `kept`: the orders
   * of the refused keys that the forwarder has all the same, undefined where it has none; `news`: the refusals that are
   * not the same again.
   */
  answered(
    before: PathOrders,
    changes: readonly OrderChange[],
    answers: readonly (string | undefined)[],
    nowMs: number,
  ): { kept: Map<string, PathOrder | undefined>; news: { key: string; error: string }[] } {
    const known = new Map(before);
    const kept = new Map<string, PathOrder | undefined>();
    const news: { key: string; error: string }[] = [];
    changes.forEach(({ key, order }, index) => {
      const error = answers[index];
      // What it does not know is gone, as it should be.
      if (error === undefined || (isRemoval(order) && error.startsWith('no such'))) {
        if (isRemoval(order)) known.delete(key);
        else known.set(key, order);
        kept.delete(key);
        this.#refusals.delete(key);
        return;
      }
      const last = this.#refusals.get(key);
      if (last?.error !== error) news.push({ key, error });
      const isAgain = last !== undefined && isSameOrder(last.order, order);
      const pauseMs = isAgain ? Math.min(last.pauseMs * 2, refusalPauseMaxMs) : refusalPauseFirstMs;
      this.#refusals.set(key, { order, error, pauseMs, dueMs: nowMs + pauseMs });
      // The paths of a flow are gone with it, and the flow may have been made anew: they are sent again in any case.
      kept.set(key, order.kind === 'route' ? undefined : known.get(key));
    });
    return { kept, news };
  }

  /** When the first pause that has not run out ends; undefined: there is none. */
  nextDueMs(nowMs: number): number | undefined {
    const due = [...this.#refusals.values()].map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs);
    return due.length === 0 ? undefined : Math.min(...due);
  }
}
