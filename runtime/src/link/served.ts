import type { Clock, Timer } from '../clock.ts';
import { LinkError } from './errors.ts';

/** How handling a request ended: with a payload, or with whatever the handler threw. */
export type Outcome = { payload: Uint8Array } | { error: unknown };

/** Requests being handled for the other side. Each ends once: when its handler does, at its deadline, or with the link. */
export class ServedRequests {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #deadlines = new Set<Timer>();

  constructor(o: { clock: Clock; max: number }) {
    this.#clock = o.clock;
    this.#max = o.max;
  }

  /**
   * Calls `handle` in this turn, so that requests are begun in the order in which they came, and `end` at most once; a
   * handler that ends after its deadline is not heard. False at the cap: nothing was called.
   */
  begin(o: {
    deadlineMs: number;
    handle: () => Promise<Uint8Array> | Uint8Array;
    end(outcome: Outcome): void;
  }): boolean {
    if (this.#deadlines.size >= this.#max) return false;
    const settle = (outcome: Outcome): void => {
      deadline.cancel();
      if (this.#deadlines.delete(deadline)) o.end(outcome);
    };
    const deadline = this.#clock.after(o.deadlineMs, () => {
      settle({ error: new LinkError('LINK_DEADLINE', 'the handler did not answer in time') });
    });
    this.#deadlines.add(deadline);
    // `async` turns a handler that throws at once into a rejection.
    (async () => o.handle())().then(
      (payload) => settle({ payload }),
      (error: unknown) => settle({ error }),
    );
    return true;
  }

  /** The link is gone: nobody waits for the answers any more. */
  forgetAll(): void {
    for (const deadline of this.#deadlines) deadline.cancel();
    this.#deadlines.clear();
  }
}
