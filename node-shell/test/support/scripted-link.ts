// A link without a network: requests are answered by the test, messages are given to the handlers.
import type { Note } from '@meridian/protocol';
import type { Identity, Link, MessageHandler } from '@meridian/runtime';

type Answer = (type: number, payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

export class ScriptedLink implements Link {
  readonly remote: Identity;
  readonly localAddress = '127.0.0.1';
  readonly remoteAddress = '127.0.0.1';
  closed = false;
  readonly requests: { type: number; deadlineMs: number | undefined }[] = [];
  readonly #answer: Answer;
  readonly #handlers = new Map<number, MessageHandler>();
  #onClose: ((cause: string) => void)[] = [];

  constructor(id: string, kind: string, answer: Answer) {
    this.remote = { id, kind, region: 'fra' };
    this.#answer = answer;
  }

  async request(type: number, payload: Uint8Array, o?: { deadlineMs?: number }): Promise<Uint8Array> {
    this.requests.push({ type, deadlineMs: o?.deadlineMs });
    return this.#answer(type, payload);
  }

  /** As if the other side had sent it. */
  deliver<M, MP>(kind: Note<M, MP>, message: MP): void {
    this.#handlers.get(kind.number)?.(kind.message.encode(message).finish(), this);
  }

  send(): boolean {
    return !this.closed;
  }

  onRequest(): void {
    throw new Error('nothing is asked of this side');
  }

  onMessage(type: number, handler: MessageHandler): void {
    this.#handlers.set(type, handler);
  }

  onClose(handler: (cause: string) => void): void {
    this.#onClose.push(handler);
  }

  close(cause: string): void {
    if (this.closed) return;
    this.closed = true;
    for (const handler of this.#onClose.splice(0)) handler(cause);
  }
}
