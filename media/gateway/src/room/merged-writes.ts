// Collects the items of a programme for up to `MERGE_MS`, or `CROWD_MERGE_MS` for a crowd, and writes them to all its
// viewers of a protocol at once. Each write costs time, and viewers that keep up share the bytes. Items for a single
// viewer are written separately, so a slow connection holds no copies.
import type { Clock, Timer } from '@meridian/runtime';
import { SlowViewer } from '../core/slow-viewer.ts';
import type { WaitingBytes, WaitingPlace } from '../core/waiting-bytes.ts';

/** Time for which items are batched: a picture at 25 fps or two frames of sound, imperceptible in a room's delay. */
export const MERGE_MS = 50;
/** Time for a crowd, whose writes are most of the gateway's work. Players of RTMP and FLV buffer ten times as much. */
export const CROWD_MERGE_MS = 100;
/** Viewers of a programme from which they are a crowd. */
export const CROWD_VIEWERS = 20;

export interface MergedViewer {
  readonly queuedBytes: number;
  /** Must not throw. */
  write(bytes: Buffer): void;
  /** Called when the programme ended, or with TOO_SLOW when the connection is slower than the programme. */
  ended(code: string): void;
}

export interface ProgrammeSource<T> {
  watch(viewer: { take(item: T): void; ended(code: string): void }): () => void;
  /** Returns the first items of a new viewer. */
  begin(): readonly T[];
}

type Item = Parameters<SlowViewer['verdictFor']>[0];

interface Options<T> {
  readonly clock: Clock;
  /** Returns the bytes of an item, the same object each time. */
  readonly bytesOf: (item: T) => Uint8Array;
  /** Bound over all viewers of the process; absent: each viewer has only its own bound. */
  readonly waiting?: WaitingBytes | undefined;
}

interface ViewerState {
  readonly slow: SlowViewer;
  readonly place: WaitingPlace | undefined;
}

export class MergedWrites<T extends Item> {
  readonly #o: Options<T>;
  readonly #audiences = new WeakMap<ProgrammeSource<T>, Audience<T>>();

  constructor(o: Options<T>) {
    this.#o = o;
  }

  /** Returns the audience of a programme, whose new viewers begin with the programme's kept items. */
  of(programme: ProgrammeSource<T>): { watch(viewer: MergedViewer): () => void } {
    const present = this.#audiences.get(programme);
    if (present !== undefined) return present;
    const audience = new Audience(programme, this.#o);
    this.#audiences.set(programme, audience);
    return audience;
  }
}

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

/** Wraps the same memory: from a plain Uint8Array, a socket would make a Buffer with each write. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

class Audience<T extends Item> {
  readonly #programme: ProgrammeSource<T>;
  readonly #o: Options<T>;
  readonly #viewers = new Map<MergedViewer, ViewerState>();
  #waiting: T[] = [];
  #timer: Timer | undefined;
  #unwatch: (() => void) | undefined;

  constructor(programme: ProgrammeSource<T>, o: Options<T>) {
    this.#programme = programme;
    this.#o = o;
  }

  watch(viewer: MergedViewer): () => void {
    this.#flush(); // A new viewer begins with the flushed items too.
    const place = this.#o.waiting?.enter({
      get queuedBytes() {
        return viewer.queuedBytes;
      },
      tooSlow: () => this.#tooSlow(viewer),
    });
    const watching = { slow: new SlowViewer(), place };
    this.#viewers.set(viewer, watching);
    if (this.#unwatch === undefined) this.#begin();
    else this.#send(viewer, watching, new Batch(this.#programme.begin(), this.#o.bytesOf));
    return () => this.#leave(viewer);
  }

  #begin(): void {
    this.#unwatch = this.#programme.watch({ take: (item) => this.#onItem(item), ended: (code) => this.#ended(code) });
    this.#flush(); // The first picture does not wait.
    if (this.#viewers.size === 0) this.#stopWatching(); // The programme was over, or the first viewer was too slow.
  }

  #onItem(item: T): void {
    this.#waiting.push(item);
    const mergeMs = this.#viewers.size < CROWD_VIEWERS ? MERGE_MS : CROWD_MERGE_MS;
    this.#timer ??= this.#o.clock.after(mergeMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const batch = new Batch(this.#waiting, this.#o.bytesOf);
    this.#waiting = [];
    for (const [viewer, watching] of this.#viewers) this.#send(viewer, watching, batch);
  }

  #send(viewer: MergedViewer, { slow, place }: ViewerState, batch: Batch<T>): void {
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
      const verdict = slow.verdictFor(item, queuedBytes);
      if (verdict === 'end') {
        this.#tooSlow(viewer);
        return;
      }
      const part = batch.parts[at];
      if (verdict === 'drop' || part === undefined) continue;
      viewer.write(part);
      if (!this.#viewers.has(viewer)) return; // The viewer was ended by this write.
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
    this.#stopWatching();
    for (const viewer of viewers) viewer.ended(code);
  }

  #leave(viewer: MergedViewer): void {
    this.#viewers.get(viewer)?.place?.leave();
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#stopWatching();
  }

  #stopWatching(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    const stop = this.#unwatch;
    this.#unwatch = undefined;
    stop?.();
  }
}
