// DevTools protocol of Chromium over two pipes: JSON messages, each ended by a zero byte.
import type { Readable, Writable } from 'node:stream';

type Params = Readonly<Record<string, unknown>>;

/** A message is as large as one batch of captured bytes. */
const MESSAGE_BYTES_MAX = 32 * 1_048_576;

export interface CdpPipeOptions {
  readonly to: Writable;
  readonly from: Readable;
  onEvent(method: string, params: Params): void;
  onFailed(reason: string): void;
}

export class CdpPipe {
  readonly #o: CdpPipeOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<Params>>();
  #partial: Buffer[] = [];
  #partialBytes = 0;
  #ids = 0;
  #isClosed = false;

  constructor(o: CdpPipeOptions) {
    this.#o = o;
    o.from.on('data', (bytes: Buffer) => this.#onData(bytes));
    // The exit of the process reports a broken pipe.
    for (const stream of [o.to, o.from]) stream.on('error', () => undefined);
  }

  /** Rejects with the browser's error, or when it is closed. */
  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    if (this.#isClosed) return Promise.reject(new Error('the browser is closed'));
    this.#ids += 1;
    const pendingCall = Promise.withResolvers<Params>();
    this.#waiting.set(this.#ids, pendingCall);
    this.#o.to.write(`${JSON.stringify({ id: this.#ids, method, params, sessionId })}\0`);
    return pendingCall.promise;
  }

  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error('the browser is closed'));
    this.#waiting.clear();
  }

  #onData(bytes: Buffer): void {
    let at = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
      const whole = Buffer.concat([...this.#partial, bytes.subarray(at, end)]);
      this.#partial = [];
      this.#partialBytes = 0;
      at = end + 1;
      try {
        this.#message(whole.toString());
      } catch {
        this.#o.onFailed('the browser sent an invalid message');
      }
    }
    this.#partial.push(bytes.subarray(at));
    this.#partialBytes += bytes.length - at;
    if (this.#partialBytes > MESSAGE_BYTES_MAX) this.#o.onFailed('the browser sent too large a message');
  }

  #message(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as {
      readonly id?: number;
      readonly method?: string;
      readonly params?: Params;
      readonly result?: Params;
      readonly error?: { readonly message?: string };
    };
    if (id === undefined) {
      if (method !== undefined) this.#o.onEvent(method, params ?? {});
      return;
    }
    const pendingCall = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) pendingCall?.resolve(result ?? {});
    else pendingCall?.reject(new Error(`the browser refuses: ${error.message ?? ''}`));
  }
}
