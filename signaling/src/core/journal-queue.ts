// Journal entries of this node's rooms that the api has not stored yet: a stream for each life of a room under each
// epoch, with entries numbered from 1. Beyond the bounds, joins, leaves and tracks are dropped first, those of closed
// rooms before others and the oldest first; entries of whole streams are dropped last. Dropped entries are counted.
import { assert, type wire } from '@meridian/protocol';

export type JournalEntry = wire.JournalEntry.$Properties;

export interface JournalHead {
  readonly roomKey: string;
  readonly sid: string;
  readonly epoch: number;
  readonly createdWallMs: number;
}

export interface JournalBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Bounds of a message to the api. */
  readonly batchEntriesMax: number;
  readonly batchBytesMax: number;
}

interface QueuedEntry {
  readonly entry: JournalEntry;
  readonly seq: number;
  readonly bytes: number;
  readonly isDroppable: boolean;
}

export interface JournalStream extends JournalHead {
  /** Number of the latest entry; 0 without entries. */
  readonly seq: number;
}

interface Stream extends JournalHead {
  seq: number;
  queued: QueuedEntry[];
  lostCount: number;
  isOpen: boolean;
  isSending: boolean;
}

export interface JournalBatch {
  readonly stream: JournalStream;
  readonly lost: number;
  readonly entries: readonly JournalEntry[];
  readonly seq: number;
}

/** Entries that may be lost: the next roster entry or the end of the stream makes up for them by an estimate. */
const droppable: ReadonlySet<keyof JournalEntry> = new Set(['joined', 'left', 'published', 'unpublished']);
/** Entries dropped at once, so that a full queue is not searched for each new entry. */
const DROPPED_AT_ONCE = 500;

export class JournalQueue {
  readonly #bounds: JournalBounds;
  readonly #streams = new Set<Stream>(); // oldest first
  #entries = 0;
  #bytes = 0;
  #lostCount = 0;

  constructor(bounds: JournalBounds) {
    this.#bounds = bounds;
  }

  /** Number of entries that the api has not stored yet. */
  get size(): number {
    return this.#entries;
  }
  /** Number of entries lost since the start, because they could not be kept. */
  get lost(): number {
    return this.#lostCount;
  }

  open(head: JournalHead): JournalStream {
    const stream: Stream = { ...head, seq: 0, queued: [], lostCount: 0, isOpen: true, isSending: false };
    this.#streams.add(stream);
    return stream;
  }

  add(handle: JournalStream, entry: JournalEntry, bytes: number): void {
    const stream = this.#mutable(handle);
    stream.seq += 1;
    const isDroppable = Object.keys(entry).some((key) => droppable.has(key as keyof JournalEntry));
    stream.queued.push({ entry: { ...entry, seq: stream.seq }, seq: stream.seq, bytes, isDroppable: isDroppable });
    this.#entries += 1;
    this.#bytes += bytes;
    while (this.#entries > this.#bounds.entriesMax || this.#bytes > this.#bounds.bytesMax) this.#drop();
  }

  /** Closes a stream to further entries. Idempotent. */
  close(handle: JournalStream): void {
    const stream = this.#mutable(handle);
    stream.isOpen = false;
    this.#forget(stream);
  }

  /** Returns the next message, from a stream without a message under way; the caller must report its outcome. */
  next(): JournalBatch | undefined {
    for (const stream of this.#streams) {
      if (stream.isSending || stream.queued.length === 0) continue;
      stream.isSending = true;
      // Streams take turns.
      this.#streams.delete(stream);
      this.#streams.add(stream);
      return this.#batch(stream);
    }
    return undefined;
  }

  /** Drops the entries up to `seq`, which are stored. */
  acknowledge(handle: JournalStream, seq: number): void {
    const stream = this.#mutable(handle);
    stream.isSending = false;
    const rest = stream.queued.findIndex((kept) => kept.seq > seq);
    const taken = stream.queued.splice(0, rest === -1 ? stream.queued.length : rest);
    this.#subtract(taken);
    this.#forget(stream);
  }

  failed(handle: JournalStream): void {
    this.#mutable(handle).isSending = false;
  }

  /** Counts the entries up to `seq` as lost, because the api will never take them. */
  refused(handle: JournalStream, seq: number): void {
    const before = this.#entries;
    this.acknowledge(handle, seq);
    this.#mutable(handle).lostCount += before - this.#entries;
    this.#lostCount += before - this.#entries;
  }

  #batch(stream: Stream): JournalBatch {
    const { batchEntriesMax, batchBytesMax } = this.#bounds;
    let bytes = 0;
    let count = 0;
    for (const kept of stream.queued) {
      bytes += kept.bytes;
      if (count > 0 && (count === batchEntriesMax || bytes > batchBytesMax)) break;
      count += 1;
    }
    const sent = stream.queued.slice(0, count);
    return { stream, lost: stream.lostCount, entries: sent.map(({ entry }) => entry), seq: sent.at(-1)?.seq ?? 0 };
  }

  #drop(): void {
    const streams = [...this.#streams];
    const oldest = (isOpen: boolean) =>
      streams.find((stream) => stream.isOpen === isOpen && stream.queued.some(({ isDroppable: canGo }) => canGo));
    const stream = oldest(false) ?? oldest(true) ?? streams.find(({ queued }) => queued.length > 0);
    assert(stream !== undefined, 'a full journal has entries');
    const isWhole = !stream.queued.some(({ isDroppable: canGo }) => canGo);
    const dropped = stream.queued.filter(({ isDroppable: canGo }) => isWhole || canGo).slice(0, DROPPED_AT_ONCE);
    const went = new Set(dropped);
    stream.queued = stream.queued.filter((kept) => !went.has(kept));
    stream.lostCount += dropped.length;
    this.#lostCount += dropped.length;
    this.#subtract(dropped);
    this.#forget(stream);
  }

  #subtract(removed: readonly QueuedEntry[]): void {
    this.#entries -= removed.length;
    for (const { bytes } of removed) this.#bytes -= bytes;
  }

  #forget(stream: Stream): void {
    if (!stream.isOpen && stream.queued.length === 0) this.#streams.delete(stream);
  }

  #mutable(stream: JournalStream): Stream {
    return stream as Stream;
  }
}
