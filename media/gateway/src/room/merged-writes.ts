// What the viewers of one programme are sent by one protocol, in few writes: items wait for each other for up to 50 ms,
// and all viewers that keep up get the same bytes. A viewer costs its writes, however many items they hold. What is for
// one viewer alone is written item by item: bytes that wait in a slow connection are those of the programme, no copies.
import type { Clock, Timer } from '@meridian/runtime';
import { SlowViewer } from '../core/slow-viewer.ts';
import type { WaitingBytes, WaitingPlace } from '../core/waiting-bytes.ts';

/** A picture at 25 a second, or two frames of sound; no viewer sees it beside the delay of a room. */
export const MERGE_MS = 50;

/** The connection of one viewer. */
export interface MergedViewer {
  /** Bytes that wait in it. */
  readonly queuedBytes: number;
  /** Must not throw. */
  write(bytes: Buffer): void;
  /** Nothing more is written: the programme is over, or TOO_SLOW: the connection takes less than the programme. */
  ended(code: string): void;
}

/** What is played: a programme. */
export interface Played<T> {
  watch(viewer: { take(item: T): void; ended(code: string): void }): () => void;
  /** What a new viewer begins with. */
  begin(): readonly T[];
}

type Item = Parameters<SlowViewer['next']>[0];

interface Options<T> {
  readonly clock: Clock;
  /** Of an item, the same each time. */
  readonly bytesOf: (item: T) => Uint8Array;
  /** Of all viewers of the process; absent: each has its own bound alone. */
  readonly waiting?: WaitingBytes | undefined;
}

interface Watching {
  readonly slow: SlowViewer;
  readonly place: WaitingPlace | undefined;
}

export class MergedWrites<T extends Item> {
  readonly #o: Options<T>;
  readonly #audiences = new WeakMap<Played<T>, Audience<T>>();

  constructor(o: Options<T>) {
    this.#o = o;
  }

  /** To watch it: a viewer begins at once with what the programme has kept. */
  of(programme: Played<T>): { watch(viewer: MergedViewer): () => void } {
    const present = this.#audiences.get(programme);
    if (present !== undefined) return present;
    const audience = new Audience(programme, this.#o);
    this.#audiences.set(programme, audience);
    return audience;
  }
}

/** Items as bytes, one by one and as a whole. */
class Batch<T> {
  readonly items: readonly T[];
  readonly parts: readonly Buffer[];
  readonly length: number;
  #bytes: Buffer | undefined;

  constructor(items: readonly T[], bytesOf: (item: T) => Uint8Array) {
    this.items = items;
    this.parts = items.map((item) => asBuffer(bytesOf(item)));
    this.length = this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.concat(this.parts, this.length);
    return this.#bytes;
  }
}

/** The same memory. Sockets make a Buffer of other bytes with each write. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Watches the programme while it has viewers. */
class Audience<T extends Item> {
  readonly #programme: Played<T>;
  readonly #o: Options<T>;
  readonly #viewers = new Map<MergedViewer, Watching>();
  #waiting: T[] = [];
  #timer: Timer | undefined;
  #stop: (() => void) | undefined;

  constructor(programme: Played<T>, o: Options<T>) {
    this.#programme = programme;
    this.#o = o;
  }

  watch(viewer: MergedViewer): () => void {
    this.#flush(); // the newcomer begins with this too
    const place = this.#o.waiting?.enter({
      get queuedBytes() {
        return viewer.queuedBytes;
      },
      tooSlow: () => this.#tooSlow(viewer),
    });
    const watching = { slow: new SlowViewer(), place };
    this.#viewers.set(viewer, watching);
    if (this.#stop === undefined) this.#begin();
    else this.#give(viewer, watching, new Batch(this.#programme.begin(), this.#o.bytesOf));
    return () => this.#leave(viewer);
  }

  #begin(): void {
    this.#stop = this.#programme.watch({ take: (item) => this.#onItem(item), ended: (code) => this.#ended(code) });
    this.#flush(); // the first picture does not wait
    if (this.#viewers.size === 0) this.#rest(); // it was over, or the first viewer was too slow
  }

  #onItem(item: T): void {
    this.#waiting.push(item);
    this.#timer ??= this.#o.clock.after(MERGE_MS, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const batch = new Batch(this.#waiting, this.#o.bytesOf);
    this.#waiting = [];
    for (const [viewer, watching] of this.#viewers) this.#give(viewer, watching, batch);
  }

  #give(viewer: MergedViewer, { slow, place }: Watching, batch: Batch<T>): void {
    this.#write(viewer, slow, batch);
    place?.note();
  }

  #write(viewer: MergedViewer, slow: SlowViewer, batch: Batch<T>): void {
    let queuedBytes = viewer.queuedBytes;
    if (slow.keepsUp(queuedBytes + batch.length)) {
      viewer.write(batch.bytes);
      return;
    }
    for (const [at, item] of batch.items.entries()) {
      const verdict = slow.next(item, queuedBytes);
      if (verdict === 'end') {
        this.#tooSlow(viewer);
        return;
      }
      const part = batch.parts[at];
      if (verdict === 'drop' || part === undefined) continue;
      viewer.write(part);
      if (!this.#viewers.has(viewer)) return; // the write was its last
      queuedBytes += part.length;
    }
  }

  #tooSlow(viewer: MergedViewer): void {
    this.#leave(viewer);
    viewer.ended('TOO_SLOW');
  }

  #ended(code: string): void {
    this.#flush();
    const viewers = [...this.#viewers.keys()];
    for (const { place } of this.#viewers.values()) place?.leave();
    this.#viewers.clear();
    this.#rest();
    for (const viewer of viewers) viewer.ended(code);
  }

  /** Idempotent. What waits is not written. */
  #leave(viewer: MergedViewer): void {
    this.#viewers.get(viewer)?.place?.leave();
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#rest();
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    const stop = this.#stop;
    this.#stop = undefined;
    stop?.();
  }
}
