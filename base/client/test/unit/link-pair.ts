// Two ends of a link without a network: messages arrive in the next turn, in order.
import type { SessionLink } from '../../src/link-sessions.ts';

export class FakeLink implements SessionLink {
  peer: FakeLink | undefined;
  /** While true, sends are refused, as on a link above its back-pressure cap. */
  isFull = false;
  /** Numbers of the accepted messages. */
  readonly sent: number[] = [];
  readonly #handlers = new Map<number, (payload: Uint8Array) => void>();
  readonly #closeHandlers: ((cause: string) => void)[] = [];
  #closedBy: string | undefined;

  send(type: number, payload: Uint8Array): boolean {
    if (this.isFull || this.#closedBy !== undefined) return false;
    this.sent.push(type);
    const { peer } = this;
    const copy = payload.slice();
    queueMicrotask(() => peer?.deliver(type, copy));
    return true;
  }

  onMessage(type: number, handler: (payload: Uint8Array) => void): void {
    this.#handlers.set(type, handler);
  }

  onClose(handler: (cause: string) => void): void {
    if (this.#closedBy === undefined) this.#closeHandlers.push(handler);
    else handler(this.#closedBy);
  }

  request(): Promise<Uint8Array> {
    return Promise.reject(new Error('sessions send messages only'));
  }
  onRequest(): void {
    throw new Error('sessions send messages only');
  }

  end(cause: string): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = cause;
    for (const handler of this.#closeHandlers) handler(cause);
    this.peer?.end(cause);
  }

  deliver(type: number, payload: Uint8Array): void {
    if (this.#closedBy === undefined) this.#handlers.get(type)?.(payload);
  }
}

export function linkPair(): [FakeLink, FakeLink] {
  const [a, b] = [new FakeLink(), new FakeLink()];
  a.peer = b;
  b.peer = a;
  return [a, b];
}

/** Resolves when all messages on the way have arrived. */
export const arrived = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
