// Measurements of sessions in all network prefixes. Each prefix has a record (`prefix-record.ts`), so that no client
// moves another's belief, and no prefix another prefix's (`estimates.ts`). Bounded in records and in the sum of their
// votes. At the bound the least recently voted record goes, but four fifths of the room are for prefixes at which
// signaling nodes have measured three customers: a client with many addresses, each in a new prefix, displaces only
// prefixes with fewer customers. A prefix that loses its place among these four fifths competes with the rest while its
// votes count. Times are arguments. Bounded; a vote costs the same however full the book is.
import { FifoEvictor } from '../../../base/core/fifo-evictor.ts';
import { isMeasured } from './estimates.ts';
import { addVote, type PrefixRecord, type Vote } from './prefix-record.ts';

export const PREFIXES_MAX = 50_000;
/**
 * Bound of the votes and words of all records; a full record has 224. A vote takes at most about 400 bytes of memory
 * (when alone at its site), so all of them 200 MB. A session adds five votes to its prefix and five to its network: ten
 * for each record.
 */
export const VOTES_IN_ALL_MAX = 500_000;
/** The rest of both bounds is for new prefixes, which would otherwise never get three customers. */
const MEASURED_SHARE = 0.8;

export interface PrefixBookOptions {
  readonly onForgotten?: (key: string) => void;
  /** Default: `PREFIXES_MAX`, `VOTES_IN_ALL_MAX`. */
  readonly prefixesMax?: number;
  readonly votesMax?: number;
}

export class PrefixBook {
  /** Prefixes at which signaling nodes have measured three customers. */
  readonly #measured = new RecordQueue();
  readonly #unmeasured = new RecordQueue();
  readonly #onForgotten: (key: string) => void;
  readonly #prefixesMax: number;
  readonly #votesMax: number;

  version = 0;

  constructor(o: PrefixBookOptions = {}) {
    this.#onForgotten = o.onForgotten ?? (() => undefined);
    this.#prefixesMax = o.prefixesMax ?? PREFIXES_MAX;
    this.#votesMax = o.votesMax ?? VOTES_IN_ALL_MAX;
  }

  get size(): number {
    return this.#measured.size + this.#unmeasured.size;
  }

  get votes(): number {
    return this.#measured.votes + this.#unmeasured.votes;
  }

  get(key: string): PrefixRecord | undefined {
    return this.#measured.get(key) ?? this.#unmeasured.get(key);
  }

  /** Adds a figure; an address has the newest vote and the newest word for each site. */
  vote(key: string, siteKey: string, vote: Vote): PrefixRecord {
    const record = this.get(key) ?? this.#create(key);
    this.#queueOf(key).remove(record);
    addVote(record, siteKey, vote);
    this.#enter(record, vote.atMs);
    return record;
  }

  /** Restores a record; call it with the least recently voted first. The bounds may drop any record at once. */
  restore(record: PrefixRecord, nowMs: number): void {
    const presentRecord = this.get(record.key);
    if (presentRecord !== undefined) this.#queueOf(record.key).remove(presentRecord);
    this.version += 1;
    this.#enter(record, nowMs);
  }

  #create(key: string): PrefixRecord {
    this.version += 1;
    return { key, sites: new Map(), version: 0, votes: 0 };
  }

  #queueOf(key: string): RecordQueue {
    return this.#measured.get(key) === undefined ? this.#unmeasured : this.#measured;
  }

  #enter(record: PrefixRecord, nowMs: number): void {
    const queue = isMeasured(record, nowMs) ? this.#measured : this.#unmeasured;
    queue.put(record);
    while (
      this.#measured.votes > MEASURED_SHARE * this.#votesMax ||
      this.#measured.size > MEASURED_SHARE * this.#prefixesMax
    ) {
      const oldest = this.#measured.takeOldest();
      if (oldest === undefined) break;
      if (isMeasured(oldest, nowMs)) this.#unmeasured.put(oldest);
      else this.#forget(oldest);
    }
    this.#keepBounds();
  }

  /** A new prefix is in the others' fifth, which holds more than one record, so it never displaces itself. */
  #keepBounds(): void {
    while (this.size > this.#prefixesMax || this.votes > this.#votesMax) {
      const oldest = this.#unmeasured.takeOldest();
      if (oldest === undefined) break;
      this.#forget(oldest);
    }
  }

  /** Empties the record, so that its users see the loss and keep none of its votes alive. */
  #forget(record: PrefixRecord): void {
    record.sites.clear();
    record.votes = 0;
    record.version += 1;
    this.version += 1;
    this.#onForgotten(record.key);
  }
}

/** Queue of records, the least recently voted first, with the sum of their votes. */
class RecordQueue {
  readonly #records = new Map<string, PrefixRecord>();
  readonly #evictor = new FifoEvictor(this.#records);
  votes = 0;

  get size(): number {
    return this.#records.size;
  }

  get(key: string): PrefixRecord | undefined {
    return this.#records.get(key);
  }

  put(record: PrefixRecord): void {
    this.#records.set(record.key, record);
    this.votes += record.votes;
  }

  /** Removes a record; call it before the record's votes change. */
  remove(record: PrefixRecord): void {
    if (this.#records.delete(record.key)) this.votes -= record.votes;
  }

  takeOldest(): PrefixRecord | undefined {
    const oldest = this.#evictor.takeOldestEntry()?.[1];
    if (oldest !== undefined) this.votes -= oldest.votes;
    return oldest;
  }
}
