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
  readonly #pending = new Map<number, PendingRequest>();
  #lastId = 0;

  constructor(o: { clock: Clock; max: number }) {
    this.#deadlines = new Deadlines(o.clock);
    this.#max = o.max;
  }

  /** Opens a request. Throws LINK_BACKPRESSURE at the cap. */
  open(deadlineMs: number): { requestId: number; answer: Promise<Uint8Array> } {
    if (this.#pending.size >= this.#max)
      throw new LinkError('LINK_BACKPRESSURE', `${this.#pending.size} requests are waiting for an answer`);
    const requestId = this.#nextId();
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const deadline = this.#deadlines.add(deadlineMs, () =>
      this.reject(requestId, new LinkError('LINK_DEADLINE', `no answer within ${deadlineMs} ms`)),
    );
    this.#pending.set(requestId, { resolve, reject, deadline });
    return { requestId, answer: promise };
  }

  resolve(requestId: number, payload: Uint8Array): void {
    this.#take(requestId)?.resolve(payload);
  }

  reject(requestId: number, error: LinkError): void {
    this.#take(requestId)?.reject(error);
  }

  rejectAll(error: LinkError): void {
    for (const requestId of [...this.#pending.keys()]) this.reject(requestId, error);
  }

  #take(requestId: number): PendingRequest | undefined {
    const pending = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    if (pending !== undefined) this.#deadlines.remove(pending.deadline);
    return pending;
  }

  /** Returns an id in 1 … 2^32 − 1 that no waiting request has. */
  #nextId(): number {
    do {
      this.#lastId = this.#lastId === 0xffff_ffff ? 1 : this.#lastId + 1;
    } while (this.#pending.has(this.#lastId));
    return this.#lastId;
  }
}
