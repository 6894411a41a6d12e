// A stream of server-sent events (WHATWG HTML, 9.2). A reader that falls behind is disconnected, so that unread events
// do not fill memory.
import { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';

/** Pause before a browser reconnects. */
const RETRY_MS = 3000;
/**
 * Limit of unread bytes: a reader with some hundred unread changes of a large world reconnects, and gets one whole
 * world.
 */
export const UNREAD_BYTES_MAX = 1_048_576;
/** A reader that reads nothing for this long is gone or hangs. */
export const STALLED_MS_MAX = 10_000;

export interface Sink {
  readonly writableLength: number;
}

export class EventStream {
  readonly body: Readable;
  readonly #clock: Clock;
  readonly #sink: Sink;
  #pushed = 0;
  #readBytes = 0;
  #tookAtMs: number;
  #isEnded = false;

  constructor(o: { readonly clock: Clock; readonly sink: Sink; readonly onGone: () => void }) {
    this.#clock = o.clock;
    this.#sink = o.sink;
    this.#tookAtMs = o.clock.nowMs();
    // `read` does nothing, because `send` pushes; unread data stays in the buffer, whose size `isStuck` checks.
    this.body = new Readable({ read: () => undefined });
    this.body.once('close', () => {
      this.#isEnded = true;
      o.onGone();
    });
    this.#push(`retry: ${RETRY_MS}\n\n`);
  }

  /** Sends one line of JSON. */
  send(event: string, id: number, data: string): void {
    this.#push(`id: ${id}\nevent: ${event}\ndata: ${data}\n\n`);
  }

  /** Sends a comment: proxies see that the connection is used, and a send to a reader that is gone fails. */
  beat(): void {
    this.#push(': alive\n\n');
  }

  get unreadBytes(): number {
    return this.body.readableLength + this.#sink.writableLength;
  }

  /** Returns whether too much is unread, or the reader has taken nothing for too long. */
  get isStuck(): boolean {
    const unread = this.unreadBytes;
    const taken = this.#pushed - unread;
    if (taken > this.#readBytes || unread === 0) this.#tookAtMs = this.#clock.nowMs();
    this.#readBytes = Math.max(this.#readBytes, taken);
    return unread > UNREAD_BYTES_MAX || this.#clock.nowMs() - this.#tookAtMs >= STALLED_MS_MAX;
  }

  /** Ends after the last event; the reader reconnects. Idempotent. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.body.push(null);
  }

  /** Ends the connection at once. Idempotent. */
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
