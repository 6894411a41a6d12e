import type { Clock } from '../clock.ts';
import { Deadlines } from './deadlines.ts';
import { LinkError } from './errors.ts';

export type Outcome = { payload: Uint8Array } | { error: unknown };

/** Requests in progress for the other side. Each ends once: with its handler, at its deadline, or with the link. */
export class ServedRequests {
  readonly #max: number;
  readonly #deadlines: Deadlines;

  constructor(o: { clock: Clock; max: number }) {
    this.#deadlines = new Deadlines(o.clock);
    this.#max = o.max;
  }

  /**
   * Calls `handle` in this turn, so that requests begin in order of arrival. Calls `end` at most once, and at once when
   * the handler is synchronous; a result after the deadline is dropped. Returns false at the cap, without a call.
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

  forgetAll(): void {
    this.#deadlines.clear();
  }
}
