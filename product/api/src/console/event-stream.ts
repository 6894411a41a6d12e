// One reader of server-sent events (WHATWG HTML, 9.2): what it does not read in time ends it, not the memory of this
// service.
import { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';

/** How long a browser waits before it opens the stream again. */
const RETRY_MS = 3000;
/** Some hundred changes of a large world; a reader that has so much unread asks anew, and gets one whole world. */
export const UNREAD_BYTES_MAX = 1_048_576;
/** A reader that takes nothing for so long is gone or hangs. */
export const STALLED_MS_MAX = 10_000;

/** Of the answer's socket, what is not sent yet. */
export interface Sink {
  readonly writableLength: number;
}

export class EventStream {
  /** The body of the answer. */
  readonly body: Readable;
  readonly #clock: Clock;
  readonly #sink: Sink;
  #pushed = 0;
  #taken = 0;
  #tookAtMs: number;
  #isEnded = false;

  constructor(o: { readonly clock: Clock; readonly sink: Sink; readonly onGone: () => void }) {
    this.#clock = o.clock;
    this.#sink = o.sink;
    this.#tookAtMs = o.clock.nowMs();
    // Pushed when there is something; what is not taken yet stays in its buffer, which `isStuck` watches.
    this.body = new Readable({ read: () => undefined });
    this.body.once('close', () => {
      this.#isEnded = true;
      o.onGone();
    });
    this.#push(`retry: ${RETRY_MS}\n\n`);
  }

  /** `data`: one line of JSON. */
  send(event: string, id: number, data: string): void {
    this.#push(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
  }

  /** A comment: proxies see that the connection is used, and a reader that is gone is found. */
  beat(): void {
    this.#push(': alive\n\n');
  }

  /** What the reader has not taken yet. */
  get unreadBytes(): number {
    return this.body.readableLength + this.#sink.writableLength;
  }

  /** Whether it has too much unread, or has taken nothing for too long although there was something. */
  get isStuck(): boolean {
    const unread = this.unreadBytes;
    const taken = this.#pushed - unread;
    if (taken > this.#taken || unread === 0) this.#tookAtMs = this.#clock.nowMs();
    this.#taken = Math.max(this.#taken, taken);
    return unread > UNREAD_BYTES_MAX || this.#clock.nowMs() - this.#tookAtMs >= STALLED_MS_MAX;
  }

  /** Ends it behind what was sent; the reader asks again. Idempotent. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.body.push(null);
  }

  /** Ends it and its connection at once. Idempotent. */
  cut(): void {
    this.#isEnded = true;
    this.body.destroy();
  }

  #push(text: string): void {
    if (this.#isEnded) return;
    this.#pushed += Buffer.byteLength(text);
    this.body.push(text);
  }
}
