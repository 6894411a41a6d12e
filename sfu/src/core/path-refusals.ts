// Orders that the forwarder did not take: what it knows then is what it knew before, and each is said again after a
// pause. Pure: time is told.
import type { OrderChange, PathOrders } from './path-plan.ts';

/** The pause after the first refusal; each further one of the same order doubles it. */
export const refusalPauseFirstMs = 500;
/**
 * Six doublings: what is refused for good costs two lines a minute, and what has become possible is there half a minute
 * later.
 */
export const refusalPauseMaxMs = 32_000;

interface Refusal {
  readonly command: string;
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
   * of that key is said at once.
   */
  without(told: PathOrders, wanted: PathOrders, nowMs: number): PathOrders {
    const now = new Map(wanted);
    for (const [key, { command, dueMs }] of this.#refusals) {
      const known = told.get(key);
      if (!wanted.has(key) && known === undefined) this.#refusals.delete(key);
      else if (nowMs < dueMs && command === (wanted.get(key) ?? `un${key}`)) {
        if (known === undefined) now.delete(key);
        else now.set(key, known);
      }
    }
    return now;
  }

  /**
   * Takes the answers (undefined: taken) to all that was said to one who knew `before`. `kept`: the orders of the
   * refused keys that the forwarder knows all the same, undefined where it knows none; `news`: the refusals that are
   * not the same again.
   */
  answered(
    before: PathOrders,
    changes: readonly OrderChange[],
    answers: readonly (string | undefined)[],
    nowMs: number,
  ): { kept: Map<string, string | undefined>; news: { key: string; error: string }[] } {
    const known = new Map(before);
    const kept = new Map<string, string | undefined>();
    const news: { key: string; error: string }[] = [];
    changes.forEach(({ key, command }, index) => {
      const error = answers[index];
      const isLeaving = command.startsWith('un');
      // What it does not know is gone, as it should be.
      if (error === undefined || (isLeaving && error.startsWith('no such'))) {
        if (isLeaving) known.delete(key);
        else known.set(key, command);
        kept.delete(key);
        this.#refusals.delete(key);
        return;
      }
      const last = this.#refusals.get(key);
      if (last?.error !== error) news.push({ key, error });
      const pauseMs = last?.command === command ? Math.min(last.pauseMs * 2, refusalPauseMaxMs) : refusalPauseFirstMs;
      this.#refusals.set(key, { command, error, pauseMs, dueMs: nowMs + pauseMs });
      // The paths of a flow are gone with it, and the flow may have been made anew: they are said again in any case.
      kept.set(key, key.startsWith('route') ? undefined : known.get(key));
    });
    return { kept, news };
  }

  /** When the first pause that has not run out ends; undefined: there is none. */
  nextDueMs(nowMs: number): number | undefined {
    const due = [...this.#refusals.values()].map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs);
    return due.length === 0 ? undefined : Math.min(...due);
  }
}
