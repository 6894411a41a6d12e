import type { Clock } from '../clock.ts';
import { Deadlines } from './deadlines.ts';
import { LinkError } from './errors.ts';

/** How handling a request ended: with a payload, or with whatever the handler threw. */
export type Outcome = { payload: Uint8Array } | { error: unknown };

/**
 * Requests being handled for the other side. Each ends once: when its handler does, at its deadline, or with the link.
 */
export class ServedRequests {
  readonly #max: number;
  readonly #deadlines: Deadlines;

  constructor(o: { clock: Clock; max: number }) {
    this.#deadlines = new Deadlines(o.clock);
    this.#max = o.max;
  }

  /**
   * Calls `handle` in this turn, so that requests are begun in the order in which they came, and `end` at most once, at
   * once when the handler has nothing to wait for; one that ends after its deadline is not heard. False at the cap:
   * nothing was called.
   */
  begin(o: {
    deadlineMs: number;
    handle: () => Promise<Uint8Array> | Uint8Array;
    end(outcome: Outcome): void;
  }): boolean {
    if (this.#deadlines.size >= this.#max) return false;
    let answer: Promise<Uint8Array> | Uint8Array;
    try {
      answer = o.handle();
    } catch (error) {
      o.end({ error });
      return true;
    }
    if (answer instanceof Uint8Array) {
      o.end({ payload: answer });
      return true;
    }
    const deadline = this.#deadlines.add(o.deadlineMs, () => {
      o.end({ error: new LinkError('LINK_DEADLINE', 'the handler did not answer in time') });
    });
    answer.then(
      (payload) => this.#deadlines.remove(deadline) && o.end({ payload }),
      (error: unknown) => this.#deadlines.remove(deadline) && o.end({ error }),
    );
    return true;
  }

  /** The link is gone: the answers are not needed any more. */
  forgetAll(): void {
    this.#deadlines.clear();
  }
}
