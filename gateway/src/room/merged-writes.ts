// What many connections are sent, in few writes: items wait for each other for up to 50 ms, and connections that get
// the same share the bytes.
import type { Clock, Timer } from '@meridian/runtime';

/** A picture at 25 a second, or two frames of sound; nobody sees it beside the delay of a room. */
export const MERGE_MS = 50;

export class MergedWrites<T> {
  readonly #clock: Clock;
  readonly #bytesOf: (item: T) => Uint8Array;
  /** What those that wait begin with. */
  readonly #firsts = new Map<T, Batch<T>>();
  readonly #waiting = new Set<MergedWriter<T>>();
  #timer: Timer | undefined;

  /** @param o.bytesOf of an item, the same each time */
  constructor(o: { readonly clock: Clock; readonly bytesOf: (item: T) => Uint8Array }) {
    this.#clock = o.clock;
    this.#bytesOf = o.bytesOf;
  }

  /** One connection. `write` must not throw. */
  writer(write: (bytes: Buffer) => void): MergedWriter<T> {
    return new MergedWriter({
      write,
      after: (batch, item) => this.#after(batch, item),
      waits: (writer, isWaiting) => this.#waits(writer, isWaiting),
    });
  }

  #after(batch: Batch<T> | undefined, item: T): Batch<T> {
    const known = batch === undefined ? this.#firsts.get(item) : batch.next;
    if (known?.item === item) return known;
    const next = new Batch(batch, item, this.#bytesOf(item));
    if (batch === undefined) this.#firsts.set(item, next);
    else batch.next = next;
    return next;
  }

  #waits(writer: MergedWriter<T>, isWaiting: boolean): void {
    if (isWaiting) this.#waiting.add(writer);
    else this.#waiting.delete(writer);
    if (isWaiting) this.#timer ??= this.#clock.after(MERGE_MS, () => this.#flush());
    else if (this.#waiting.size === 0) this.#rest();
  }

  #flush(): void {
    const writers = [...this.#waiting];
    this.#waiting.clear();
    this.#rest();
    for (const writer of writers) writer.flush();
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#firsts.clear();
  }
}

/** Items one after another, and what they are as bytes. */
class Batch<T> {
  readonly item: T;
  readonly #before: Batch<T> | undefined;
  readonly #own: Uint8Array;
  readonly length: number;
  /** The one that was last made by adding an item: others add the same. */
  next: Batch<T> | undefined;
  #bytes: Buffer | undefined;

  constructor(before: Batch<T> | undefined, item: T, own: Uint8Array) {
    this.item = item;
    this.#before = before;
    this.#own = own;
    this.length = (before?.length ?? 0) + own.length;
  }

  /** A Buffer: sockets make one of other bytes with each write. */
  get bytes(): Buffer {
    if (this.#bytes !== undefined) return this.#bytes;
    const parts: Uint8Array[] = [];
    for (let at: Batch<T> | undefined = this; at !== undefined; at = at.#before) parts.unshift(at.#own);
    this.#bytes = Buffer.concat(parts, this.length);
    return this.#bytes;
  }
}

interface WriterPorts<T> {
  write(bytes: Buffer): void;
  after(batch: Batch<T> | undefined, item: T): Batch<T>;
  waits(writer: MergedWriter<T>, isWaiting: boolean): void;
}

export class MergedWriter<T> {
  readonly #ports: WriterPorts<T>;
  #batch: Batch<T> | undefined;
  #isClosed = false;

  constructor(ports: WriterPorts<T>) {
    this.#ports = ports;
  }

  /** Bytes that wait for the next write. */
  get waitingBytes(): number {
    return this.#batch?.length ?? 0;
  }

  /** Written within 50 ms, in the order of the calls. */
  push(item: T): void {
    if (this.#isClosed) return;
    if (this.#batch === undefined) this.#ports.waits(this, true);
    this.#batch = this.#ports.after(this.#batch, item);
  }

  /** Writes what waits. */
  flush(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    this.#ports.waits(this, false);
    this.#ports.write(batch.bytes);
  }

  /** What waits is not written; idempotent. */
  close(): void {
    this.#isClosed = true;
    if (this.#batch === undefined) return;
    this.#batch = undefined;
    this.#ports.waits(this, false);
  }
}
