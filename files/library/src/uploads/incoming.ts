// The bytes of one PATCH, gathered so that few writes are made of many small chunks. They are copied into buffers that
// are used again and again: chunks that wait for a disk would grow old, and cost the collector of garbage more.
import type { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';

/**
 * So much is written at once: a write costs a turn of a thread, whatever its size. As much may come while it is
 * written; then the sender waits. 200 senders have 200 MiB together.
 */
const WRITE_BYTES = 524_288;
/** Fewer bytes wait so long for more: those of a slow sender are on the disk within the second. */
const IDLE_MS = 200;

/** A chunk, and what of it is not copied yet. */
interface Held {
  readonly chunk: Buffer;
  readonly rest: Buffer;
}

export class Incoming {
  readonly #stream: Readable;
  readonly #bytesMax: number;
  readonly #clock: Clock;
  #filling: Buffer;
  #length = 0;
  /** The one that was given last, or none yet. */
  #given: Buffer | undefined;
  /** What has come since the sender was asked to wait: chunks that were under way. */
  #held: Held[] = [];
  #taken = 0;
  #isOver = false;
  #wanted = 0;
  #wake: (() => void) | undefined;

  /** Takes at most `bytesMax` bytes; what is behind them is not read. `onBytes` is called for each chunk. */
  constructor(stream: Readable, o: { readonly bytesMax: number; readonly clock: Clock; onBytes(bytes: number): void }) {
    this.#stream = stream;
    this.#clock = o.clock;
    this.#bytesMax = o.bytesMax;
    this.#filling = this.#made();
    stream.on('data', (chunk: Buffer) => {
      if (this.#isOver) return;
      o.onBytes(chunk.length);
      this.#add(chunk);
    });
    for (const event of ['end', 'error', 'close']) stream.once(event, () => this.stop());
    if (stream.destroyed || stream.readableEnded) this.stop();
  }

  /** The sender has been cut off, or is done: what has come is still given. Idempotent. */
  stop(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** The next bytes, until the next call; undefined: nothing more comes. */
  async next(): Promise<Buffer | undefined> {
    await this.#gathered();
    const full = this.#filling;
    const bytes = full.subarray(0, this.#length);
    this.#filling = this.#given ?? this.#made();
    this.#given = full;
    this.#length = 0;
    const held = this.#held;
    this.#held = [];
    for (const { chunk, rest } of held) this.#put(chunk, rest);
    if (!this.#isOver && this.#held.length === 0) this.#stream.resume();
    return bytes.length === 0 ? undefined : bytes;
  }

  async #gathered(): Promise<void> {
    if (this.#length === 0) await this.#woken(1);
    const enough = this.#filling.length;
    if (this.#length >= enough || this.#isOver) return;
    const timer = this.#clock.after(IDLE_MS, () => this.#wake?.());
    await this.#woken(enough);
    timer.cancel();
  }

  /** Resolves when so many bytes have come, or it is over, or another has called `#wake`. */
  async #woken(bytes: number): Promise<void> {
    if (this.#isOver) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = bytes;
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  #add(whole: Buffer): void {
    const room = this.#bytesMax - this.#taken;
    const chunk = whole.length > room ? whole.subarray(0, room) : whole;
    this.#taken += chunk.length;
    if (this.#taken === this.#bytesMax) this.#isOver = true;
    this.#put(whole, chunk);
    if (this.#held.length > 0) this.#stream.pause();
    if (this.#isOver || this.#length >= this.#wanted) this.#wake?.();
  }

  /** Copies what is left of a chunk, or holds what finds no room. */
  #put(chunk: Buffer, rest: Buffer): void {
    const copied = this.#held.length > 0 ? 0 : rest.copy(this.#filling, this.#length);
    this.#length += copied;
    if (copied < rest.length) this.#held.push({ chunk, rest: rest.subarray(copied) });
    else freeSoon(chunk);
  }

  #made(): Buffer {
    return Buffer.allocUnsafe(Math.min(WRITE_BYTES, this.#bytesMax));
  }
}

/**
 * Gives the memory of a chunk back: its bytes were copied. Left to the collector, 64 kB each are what makes it look
 * through all of the heap, 25 times for each GB: more of the processor than all else that a byte costs. A chunk that is
 * a part of more memory is left alone, and nothing is freed while the parser of the connection still runs.
 */
function freeSoon({ buffer, byteLength }: Buffer): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return;
  setImmediate(() => void buffer.transfer(0));
}
