// What sessions of all network prefixes measured: a record for each (`prefix-record.ts`), so that one client cannot
// move another's belief, and one prefix not another prefix's (`estimates.ts`). Bounded in records and in the votes of
// all of them together. At the bound the record goes that was voted for longest ago, but four fifths of the room are
// for prefixes at which signaling nodes have measured three customers: a client with many addresses, a new prefix for
// each, only pushes out other prefixes with fewer customers. A prefix that is not among these four fifths any more
// stands in line with the rest, as long as its votes count at all. Times are arguments. Changed in place, bounded,
// deterministic; a vote costs the same however full the book is.
import { FifoEvictor } from '../../../base/core/fifo-evictor.ts';
import { isMeasured } from './estimates.ts';
import { addVote, type PrefixRecord, type Vote } from './prefix-record.ts';

export const PREFIXES_MAX = 50_000;
/**
 * Of all records together, words among them; a full record has 224. One takes at most about 400 bytes of the centre's
 * memory (alone at its site), so all of them 200 MB. A session adds five to its prefix and as many to its network: ten
 * for each record.
 */
export const VOTES_IN_ALL_MAX = 500_000;
/** Of both bounds. The rest is for new prefixes, which would otherwise never get three customers. */
const MEASURED_SHARE = 0.8;

export interface PrefixBookOptions {
  /** A record has made room for others. */
  readonly onForgotten?: (key: string) => void;
  /** Default: `PREFIXES_MAX`, `VOTES_IN_ALL_MAX`. */
  readonly prefixesMax?: number;
  readonly votesMax?: number;
}

export class PrefixBook {
  /** Prefixes at which signaling nodes have measured three customers. */
  readonly #measured = new Line();
  readonly #others = new Line();
  readonly #onForgotten: (key: string) => void;
  readonly #prefixesMax: number;
  readonly #votesMax: number;

  /** Rises whenever a record comes or goes. */
  version = 0;

  constructor(o: PrefixBookOptions = {}) {
    this.#onForgotten = o.onForgotten ?? (() => undefined);
    this.#prefixesMax = o.prefixesMax ?? PREFIXES_MAX;
    this.#votesMax = o.votesMax ?? VOTES_IN_ALL_MAX;
  }

  get size(): number {
    return this.#measured.size + this.#others.size;
  }

  /** Votes and words of all records. */
  get votes(): number {
    return this.#measured.votes + this.#others.votes;
  }

  get(key: string): PrefixRecord | undefined {
    return this.#measured.get(key) ?? this.#others.get(key);
  }

  /** Takes one figure; an address has one vote a site, the newest, and one word. */
  vote(key: string, siteKey: string, vote: Vote): PrefixRecord {
    const record = this.get(key) ?? this.#made(key);
    this.#lineOf(key).remove(record);
    addVote(record, siteKey, vote);
    this.#enter(record, vote.atMs);
    return record;
  }

  /**
   * A record that was written down before, those first that were voted for longest ago. It may be forgotten at once, or
   * others for it.
   */
  restore(record: PrefixRecord, nowMs: number): void {
    const before = this.get(record.key);
    if (before !== undefined) this.#lineOf(record.key).remove(before);
    this.version += 1;
    this.#enter(record, nowMs);
  }

  #made(key: string): PrefixRecord {
    this.version += 1;
    return { key, sites: new Map(), version: 0, votes: 0 };
  }

  #lineOf(key: string): Line {
    return this.#measured.get(key) === undefined ? this.#others : this.#measured;
  }

  #enter(record: PrefixRecord, nowMs: number): void {
    const line = isMeasured(record, nowMs) ? this.#measured : this.#others;
    line.put(record);
    while (
      this.#measured.votes > MEASURED_SHARE * this.#votesMax ||
      this.#measured.size > MEASURED_SHARE * this.#prefixesMax
    ) {
      const oldest = this.#measured.takeOldest();
      if (oldest === undefined) break;
      if (isMeasured(oldest, nowMs)) this.#others.put(oldest);
      else this.#forget(oldest);
    }
    this.#keepBounds();
  }

  /**
   * A prefix that has just come is in the others' fifth, which holds more than one record: it never goes for itself.
   */
  #keepBounds(): void {
    while (this.size > this.#prefixesMax || this.votes > this.#votesMax) {
      const oldest = this.#others.takeOldest();
      if (oldest === undefined) break;
      this.#forget(oldest);
    }
  }

  /** A holder of the record sees that it says nothing any more, and keeps none of its votes alive. */
  #forget(record: PrefixRecord): void {
    record.sites.clear();
    record.votes = 0;
    record.version += 1;
    this.version += 1;
    this.#onForgotten(record.key);
  }
}

/** Records, the least recently voted for first, and how many votes they have together. */
class Line {
  readonly #records = new Map<string, PrefixRecord>();
  readonly #evictor = new FifoEvictor(this.#records);
  votes = 0;

  get size(): number {
    return this.#records.size;
  }

  get(key: string): PrefixRecord | undefined {
    return this.#records.get(key);
  }

  /** One that is not in it, to the end. */
  put(record: PrefixRecord): void {
    this.#records.set(record.key, record);
    this.votes += record.votes;
  }

  /** Before its votes change. */
  remove(record: PrefixRecord): void {
    if (this.#records.delete(record.key)) this.votes -= record.votes;
  }

  takeOldest(): PrefixRecord | undefined {
    const oldest = this.#evictor.takeOldestEntry()?.[1];
    if (oldest !== undefined) this.votes -= oldest.votes;
    return oldest;
  }
}
