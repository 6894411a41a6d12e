// What happened in rooms of this node and is not stored by the api yet: one stream for each life of a room under each
// epoch, entries numbered from 1. Bounded: beyond, joins, leaves and tracks go first, of rooms that are closed before
// others and the oldest before newer; whole streams go last. What went is counted. No clock and no IO.
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
  /** Of one message to the api. */
  readonly batchEntriesMax: number;
  readonly batchBytesMax: number;
}

interface Kept {
  readonly entry: JournalEntry;
  readonly seq: number;
  readonly bytes: number;
  readonly canGo: boolean;
}

export interface JournalStream extends JournalHead {
  /** Of the latest entry; 0: there is none. */
  readonly seq: number;
}

interface Stream extends JournalHead {
  seq: number;
  kept: Kept[];
  lost: number;
  isOpen: boolean;
  isAsked: boolean;
}

/** A message to the api, and the stream that it is of. */
export interface JournalBatch {
  readonly stream: JournalStream;
  readonly lost: number;
  readonly entries: readonly JournalEntry[];
  /** Of its last entry. */
  readonly seq: number;
}

/** Those that a story can do without: a missing one is closed, with an estimate, by the next roster or the end. */
const droppable: ReadonlySet<keyof JournalEntry> = new Set(['joined', 'left', 'published', 'unpublished']);
/** How many go at once: a full queue is not searched for each new entry. */
const DROPPED_AT_ONCE = 500;

export class JournalQueue {
  readonly #bounds: JournalBounds;
  readonly #streams = new Set<Stream>(); // oldest first
  #entries = 0;
  #bytes = 0;
  #lost = 0;

  constructor(bounds: JournalBounds) {
    this.#bounds = bounds;
  }

  /** Entries that no api has stored yet. */
  get size(): number {
    return this.#entries;
  }
  /** Entries that could not be kept, since the start. */
  get lost(): number {
    return this.#lost;
  }

  open(head: JournalHead): JournalStream {
    const stream: Stream = { ...head, seq: 0, kept: [], lost: 0, isOpen: true, isAsked: false };
    this.#streams.add(stream);
    return stream;
  }

  /** `entry` gets its number here. */
  add(of: JournalStream, entry: JournalEntry, bytes: number): void {
    const stream = this.#own(of);
    stream.seq += 1;
    const canGo = Object.keys(entry).some((key) => droppable.has(key as keyof JournalEntry));
    stream.kept.push({ entry: { ...entry, seq: stream.seq }, seq: stream.seq, bytes, canGo });
    this.#entries += 1;
    this.#bytes += bytes;
    while (this.#entries > this.#bounds.entriesMax || this.#bytes > this.#bounds.bytesMax) this.#drop();
  }

  /** No more entries follow. Idempotent. */
  close(of: JournalStream): void {
    const stream = this.#own(of);
    stream.isOpen = false;
    this.#forget(stream);
  }

  /** The next message: of a stream that no message is under way of. Answer it with `taken` or `failed`. */
  next(): JournalBatch | undefined {
    for (const stream of this.#streams) {
      if (stream.isAsked || stream.kept.length === 0) continue;
      stream.isAsked = true;
      // Streams take turns.
      this.#streams.delete(stream);
      this.#streams.add(stream);
      return this.#batch(stream);
    }
    return undefined;
  }

  /** All up to `seq` are stored. */
  taken(of: JournalStream, seq: number): void {
    const stream = this.#own(of);
    stream.isAsked = false;
    const rest = stream.kept.findIndex((kept) => kept.seq > seq);
    const taken = stream.kept.splice(0, rest === -1 ? stream.kept.length : rest);
    this.#subtract(taken);
    this.#forget(stream);
  }

  failed(of: JournalStream): void {
    this.#own(of).isAsked = false;
  }

  /** The api will never take these: up to `seq` they are lost. */
  refused(of: JournalStream, seq: number): void {
    const before = this.#entries;
    this.taken(of, seq);
    this.#own(of).lost += before - this.#entries;
    this.#lost += before - this.#entries;
  }

  #batch(stream: Stream): JournalBatch {
    const { batchEntriesMax, batchBytesMax } = this.#bounds;
    let bytes = 0;
    let count = 0;
    for (const kept of stream.kept) {
      bytes += kept.bytes;
      if (count > 0 && (count === batchEntriesMax || bytes > batchBytesMax)) break;
      count += 1;
    }
    const sent = stream.kept.slice(0, count);
    return { stream, lost: stream.lost, entries: sent.map(({ entry }) => entry), seq: sent.at(-1)?.seq ?? 0 };
  }

  #drop(): void {
    const streams = [...this.#streams];
    const oldest = (isOpen: boolean) =>
      streams.find((stream) => stream.isOpen === isOpen && stream.kept.some(({ canGo }) => canGo));
    const stream = oldest(false) ?? oldest(true) ?? streams.find(({ kept }) => kept.length > 0);
    assert(stream !== undefined, 'a full journal has entries');
    const isWhole = !stream.kept.some(({ canGo }) => canGo);
    const gone = stream.kept.filter(({ canGo }) => isWhole || canGo).slice(0, DROPPED_AT_ONCE);
    const went = new Set(gone);
    stream.kept = stream.kept.filter((kept) => !went.has(kept));
    stream.lost += gone.length;
    this.#lost += gone.length;
    this.#subtract(gone);
    this.#forget(stream);
  }

  #subtract(gone: readonly Kept[]): void {
    this.#entries -= gone.length;
    for (const { bytes } of gone) this.#bytes -= bytes;
  }

  #forget(stream: Stream): void {
    if (!stream.isOpen && stream.kept.length === 0) this.#streams.delete(stream);
  }

  #own(stream: JournalStream): Stream {
    return stream as Stream;
  }
}
