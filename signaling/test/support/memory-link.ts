// Two ends of a link without a network: ordered messages, in the next microtask or after a delay, with counts.

import type { MessageHandler, RequestHandler } from '@meridian/runtime';
import { type Clock, defaultLinkLimits, type Identity, type Link, LinkError } from '@meridian/runtime';

export class MemoryLink implements Link {
  readonly remote: Identity;
  readonly localAddress = '127.0.0.1';
  readonly remoteAddress = '127.0.0.1';
  closed = false;
  /** Counts requests, answers and messages. */
  readonly sent = { count: 0, bytes: 0 };
  other!: MemoryLink;
  readonly #later: (fn: () => void) => void;
  readonly #waiting = new Set<(error: LinkError) => void>();
  readonly #requestHandlers = new Map<number, RequestHandler>();
  readonly #messageHandlers = new Map<number, MessageHandler>();
  readonly #closeHandlers: ((cause: string) => void)[] = [];

  private constructor(remote: Identity, later: (fn: () => void) => void) {
    this.remote = remote;
    this.#later = later;
  }

  /** Returns the ends of `a` and of `b`. `delayMs`: one way; 0: in the next microtask. */
  static pair(a: Identity, b: Identity, o: { clock: Clock; delayMs: number }): [MemoryLink, MemoryLink] {
    const later = o.delayMs === 0 ? queueMicrotask : (fn: () => void) => void o.clock.after(o.delayMs, fn);
    const [ofA, ofB] = [new MemoryLink(b, later), new MemoryLink(a, later)];
    ofA.other = ofB;
    ofB.other = ofA;
    return [ofA, ofB];
  }

  async request(type: number, payload: Uint8Array): Promise<Uint8Array> {
    if (this.closed) throw new LinkError('LINK_CLOSED', 'the link is closed');
    if (this.#waiting.size >= defaultLinkLimits.maxPendingRequests)
      throw new LinkError('LINK_BACKPRESSURE', 'too many requests wait for an answer');
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#waiting.add(reject);
    this.#deliver(payload, () => {
      const { other } = this;
      other.#answer(type, payload).then(
        (answer) => other.#deliver(answer, () => resolve(answer)),
        (error: LinkError) => other.#deliver(undefined, () => reject(error)),
      );
    });
    return promise.finally(() => this.#waiting.delete(reject));
  }

  send(type: number, payload: Uint8Array): boolean {
    if (this.closed) return false;
    this.#deliver(payload, () => this.other.#messageHandlers.get(type)?.(payload, this.other));
    return true;
  }

  onRequest(type: number, handler: RequestHandler): void {
    this.#requestHandlers.set(type, handler);
  }

  onMessage(type: number, handler: MessageHandler): void {
    this.#messageHandlers.set(type, handler);
  }

  onClose(handler: (cause: string) => void): void {
    if (this.closed) handler('closed');
    else this.#closeHandlers.push(handler);
  }

  /** Closes both ends at once; messages on their way are lost. */
  close(cause: string): void {
    if (this.closed) return;
    this.closed = true;
    for (const reject of this.#waiting) reject(new LinkError('LINK_CLOSED', cause));
    for (const handler of this.#closeHandlers.splice(0)) handler(cause);
    this.other.close(cause);
  }

  #deliver(payload: Uint8Array | undefined, arrive: () => void): void {
    this.sent.count += 1;
    this.sent.bytes += payload?.byteLength ?? 0;
    this.#later(() => {
      if (!this.closed) arrive();
    });
  }

  async #answer(type: number, payload: Uint8Array): Promise<Uint8Array> {
    const handler = this.#requestHandlers.get(type);
    if (handler === undefined) throw new LinkError('LINK_NO_HANDLER', `nothing answers ${type}`);
    try {
      return await handler(payload, this);
    } catch (error) {
      const { code = 'LINK_HANDLER_FAILED', message, retryAfterMs = 0 } = error as LinkError;
      throw LinkError.of({ code, message, retryAfterMs });
    }
  }
}
