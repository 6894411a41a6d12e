// Ordered reliable data to a client, which waits here while there is no room on the way: on the socket of a client of
// ours, or on the link to the media node of a LiveKit client. The media node then keeps a LiveKit client's packets
// until the client can take them (channels-to-client.ts of sfu).
import type { Clock, Timer } from '@meridian/runtime';
import { type WaitingBytes, waitingCostOf } from './waiting-bytes.ts';

export interface ReliableChannelOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Waiting bytes of the process. */
  readonly waitingBytes: WaitingBytes;
  /** Waiting bytes of this client. */
  readonly bytesMax: number;
  /** Returns false while there is no room. */
  send(payload: Uint8Array): boolean;
  /** Called once when too much waits, since data after a gap would be useless. */
  onFull(): void;
}

const retryMs = 50;

export class ReliableChannel {
  readonly #o: ReliableChannelOptions;
  #queue: Uint8Array[] = [];
  #bytes = 0;
  #timer: Timer | undefined;
  #closed = false;

  constructor(o: ReliableChannelOptions) {
    this.#o = o;
  }

  /** Sends or keeps the payload, without a copy. Returns false once a payload was dropped. */
  send(payload: Uint8Array): boolean {
    if (this.#closed) return false;
    if (this.#queue.length === 0 && this.#o.send(payload)) return true;
    const bytes = waitingCostOf(payload.byteLength);
    if (this.#bytes + bytes > this.#o.bytesMax || !this.#o.waitingBytes.take(bytes)) {
      this.close();
      this.#o.onFull();
      return false;
    }
    this.#queue.push(payload);
    this.#bytes += bytes;
    this.#timer ??= this.#o.clock.after(retryMs, () => this.#retry());
    return true;
  }

  /** Sends the payload, or drops it and returns false when it would have to wait. */
  sendUnlessWaiting(payload: Uint8Array): boolean {
    return !this.#closed && this.#queue.length === 0 && this.#o.send(payload);
  }

  /** Drops waiting packets. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#o.waitingBytes.release(this.#bytes);
    this.#bytes = 0;
    this.#queue = [];
  }

  #retry(): void {
    this.#timer = undefined;
    for (let [first] = this.#queue; first !== undefined && this.#o.send(first); [first] = this.#queue) {
      this.#queue.shift();
      this.#bytes -= waitingCostOf(first.byteLength);
      this.#o.waitingBytes.release(waitingCostOf(first.byteLength));
    }
    if (this.#queue.length > 0) this.#timer = this.#o.clock.after(retryMs, () => this.#retry());
  }
}
