import type { Clock } from '../clock.ts';
import { type Deadline, Deadlines } from './deadlines.ts';
import { LinkError } from './errors.ts';

interface PendingRequest {
  resolve(payload: Uint8Array): void;
  reject(error: LinkError): void;
  deadline: Deadline;
}

/** Requests of a link that wait for an answer. Each ends once: answered, refused, out of time, or with the link. */
export class PendingRequests {
  readonly #deadlines: Deadlines;
  readonly #max: number;
  readonly #waiting = new Map<number, PendingRequest>();
  #lastId = 0;

  constructor(o: { clock: Clock; max: number }) {
    this.#deadlines = new Deadlines(o.clock);
    this.#max = o.max;
  }

  /** Opens a request. Throws LINK_BACKPRESSURE at the cap. */
  open(deadlineMs: number): { requestId: number; answer: Promise<Uint8Array> } {
    if (this.#waiting.size >= this.#max)
      throw new LinkError('LINK_BACKPRESSURE', `${this.#waiting.size} requests are waiting for an answer`);
    const requestId = this.#nextId();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const deadline = this.#deadlines.add(deadlineMs, () =>
      this.reject(requestId, new LinkError('LINK_DEADLINE', `no answer within ${deadlineMs} ms`)),
    );
    this.#waiting.set(requestId, { resolve, reject, deadline });
    return { requestId, answer: promise };
  }

  resolve(requestId: number, payload: Uint8Array): void {
    this.#take(requestId)?.resolve(payload);
  }

  reject(requestId: number, error: LinkError): void {
    this.#take(requestId)?.reject(error);
  }

  rejectAll(error: LinkError): void {
    for (const requestId of [...this.#waiting.keys()]) this.reject(requestId, error);
  }

  #take(requestId: number): PendingRequest | undefined {
    const waiting = this.#waiting.get(requestId);
    this.#waiting.delete(requestId);
    if (waiting !== undefined) this.#deadlines.remove(waiting.deadline);
    return waiting;
  }

  /** Returns an id in 1 … 2^32 − 1 that no waiting request has. */
  #nextId(): number {
    do {
      this.#lastId = this.#lastId === 0xffff_ffff ? 1 : this.#lastId + 1;
    } while (this.#waiting.has(this.#lastId));
    return this.#lastId;
  }
}
