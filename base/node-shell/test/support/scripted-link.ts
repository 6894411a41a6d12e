// A link without a network: the test answers requests, and sends messages and requests as the other side.
import type { Note } from '@meridian/protocol';
import { type Identity, type Link, LinkError, type MessageHandler, type RequestHandler } from '@meridian/runtime';

type Answer = (type: number, payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

export class ScriptedLink implements Link {
  readonly remote: Identity;
  readonly localAddress = '127.0.0.1';
  readonly remoteAddress = '127.0.0.1';
  readonly requests: { type: number; deadlineMs: number | undefined }[] = [];
  readonly #answer: Answer;
  readonly #handlers = new Map<number, MessageHandler>();
  readonly #served = new Map<number, RequestHandler>();
  readonly #onClose: ((cause: string) => void)[] = [];
  #cause: string | undefined;

  constructor(id: string, kind: string, answer: Answer) {
    this.remote = { id, kind, region: 'fra' };
    this.#answer = answer;
  }

  get closed(): boolean {
    return this.#cause !== undefined;
  }

  async request(type: number, payload: Uint8Array, o?: { deadlineMs?: number }): Promise<Uint8Array> {
    this.requests.push({ type, deadlineMs: o?.deadlineMs });
    const ended = Promise.withResolvers<never>();
    this.onClose((cause) => ended.reject(new LinkError('LINK_CLOSED', cause)));
    return Promise.race([ended.promise, this.closed ? ended.promise : this.#answer(type, payload)]);
  }

  /** Delivers a message from the other side. */
  deliver<M, MP>(kind: Note<M, MP>, message: MP): void {
    this.#handlers.get(kind.number)?.(kind.message.encode(message).finish(), this);
  }

  /** Sends a request from the other side. */
  async ask(type: number, payload: Uint8Array): Promise<Uint8Array> {
    const handler = this.#served.get(type);
    if (handler === undefined) throw new LinkError('LINK_NO_HANDLER', `no handler for type ${type}`);
    return handler(payload, this);
  }

  send(): boolean {
    return !this.closed;
  }

  onRequest(type: number, handler: RequestHandler): void {
    attach(this.#served, type, handler);
  }

  onMessage(type: number, handler: MessageHandler): void {
    attach(this.#handlers, type, handler);
  }

  onClose(handler: (cause: string) => void): void {
    if (this.#cause === undefined) this.#onClose.push(handler);
    else handler(this.#cause);
  }

  close(cause: string): void {
    if (this.closed) return;
    this.#cause = cause;
    for (const handler of this.#onClose.splice(0)) handler(cause);
  }
}

function attach<H>(handlers: Map<number, H>, type: number, handler: H): void {
  if (handlers.has(type)) throw new RangeError(`type ${type} has a handler already`);
  handlers.set(type, handler);
}
