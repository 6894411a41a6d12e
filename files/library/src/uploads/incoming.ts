// Gathers the bytes of a PATCH into few writes. Chunks are copied into reused buffers, since chunks that wait for a
// disk get old, which costs the garbage collector more.
import type { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';

/**
 * Bytes of a write, which costs a thread's turn whatever its size. As many bytes may arrive during a write, then the
 * sender waits; 200 senders take 300 MiB together.
 */
const WRITE_BYTES = 524_288;
/** Maximum wait for more bytes of a write, so that a slow sender's bytes are on the disk within a second. */
const IDLE_MS = 200;

/** Chunk and the part of it that is not copied yet. */
interface Held {
  readonly chunk: Buffer;
  readonly rest: Buffer;
}

export class Incoming {
  readonly #stream: Readable;
  readonly #bytesMax: number;
  readonly #clock: Clock;
  #filling: Buffer<ArrayBuffer>;
  #length = 0;
  #lent: Buffer<ArrayBuffer> | undefined;
  /** Chunks that arrived after the sender was paused. */
  #overflow: Held[] = [];
  #receivedBytes = 0;
  #isOver = false;
  #wakeAtBytes = 0;
  #wake: (() => void) | undefined;

  /** Takes at most `bytesMax` bytes; the rest of the stream stays unread. */
  constructor(stream: Readable, o: { readonly bytesMax: number; readonly clock: Clock; onBytes(bytes: number): void }) {
    this.#stream = stream;
    this.#clock = o.clock;
    this.#bytesMax = o.bytesMax;
    // A body of up to two writes is one write.
    this.#filling = Buffer.allocUnsafeSlow(o.bytesMax <= 2 * WRITE_BYTES ? o.bytesMax : WRITE_BYTES);
    stream.on('data', (chunk: Buffer) => {
      if (this.#isOver) return;
      o.onBytes(chunk.length);
      this.#add(chunk);
    });
    for (const event of ['end', 'error', 'close']) stream.once(event, () => this.stop());
    if (stream.destroyed || stream.readableEnded) this.stop();
  }

  /** True when no more bytes come than `next` still returns. */
  get isOver(): boolean {
    return this.#isOver && this.#length === 0 && this.#overflow.length === 0;
  }

  /** Stops reading; `next` still returns the received bytes. Idempotent. */
  stop(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Returns the next bytes, valid until the next call, in memory of their own; undefined at the end. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    await this.#waitForWrite();
    const full = this.#filling;
    const bytes = full.subarray(0, this.#length);
    this.#filling = this.#lent ?? this.#newBuffer();
    this.#lent = full;
    this.#length = 0;
    const overflow = this.#overflow;
    this.#overflow = [];
    for (const { chunk, rest } of overflow) this.#put(chunk, rest);
    if (!this.#isOver && this.#overflow.length === 0) this.#stream.resume();
    return bytes.length === 0 ? undefined : bytes;
  }

  async #waitForWrite(): Promise<void> {
    if (this.#length === 0) await this.#waitForBytes(1);
    const enough = this.#filling.length;
    if (this.#length >= enough || this.#isOver) return;
    const timer = this.#clock.after(IDLE_MS, () => this.#wake?.());
    await this.#waitForBytes(enough);
    timer.cancel();
  }

  async #waitForBytes(bytes: number): Promise<void> {
    if (this.#isOver) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakeAtBytes = bytes;
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }

  #add(whole: Buffer): void {
    const room = this.#bytesMax - this.#receivedBytes;
    const chunk = whole.length > room ? whole.subarray(0, room) : whole;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes === this.#bytesMax) this.#isOver = true;
    this.#put(whole, chunk);
    if (this.#overflow.length > 0) this.#stream.pause();
    if (this.#isOver || this.#length >= this.#wakeAtBytes) this.#wake?.();
  }

  #put(chunk: Buffer, rest: Buffer): void {
    const copied = this.#overflow.length > 0 ? 0 : rest.copy(this.#filling, this.#length);
    this.#length += copied;
    if (copied < rest.length) this.#overflow.push({ chunk, rest: rest.subarray(copied) });
    else freeSoon(chunk);
  }

  #newBuffer(): Buffer<ArrayBuffer> {
    const isNeeded = !this.#isOver || this.#overflow.length > 0;
    return Buffer.allocUnsafeSlow(isNeeded ? Math.min(WRITE_BYTES, this.#bytesMax) : 0);
  }
}

/**
 * Frees the memory of a copied chunk. As garbage, chunks of 64 kB would cause 25 full collections for each GB, which
 * cost more than all other work on the bytes. A chunk of a larger buffer is left alone. The memory is freed later, as
 * the connection's parser still uses it.
 */
function freeSoon({ buffer, byteLength }: Buffer): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return;
  setImmediate(() => void buffer.transfer(0));
}
