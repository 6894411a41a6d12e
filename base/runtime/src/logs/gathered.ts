// Lines as they are found, the newest first, until there are enough.
import { type FoundLine, judgeLine, type LineQuery, type LineTest, lineTest } from './core/lines.ts';

/** Of all lines of one answer: it fits into a frame of a link twice. */
export const ANSWER_BYTES_MAX = 512 * 1024;

/** What one reading looks at, and how long it takes, at most. */
export interface ReadBounds {
  readonly bytesMax: number;
  readonly timeMs: number;
}
/** As much as a node logs in weeks at `info`; it takes half a second. A slow disk is left after two. */
export const readBounds: ReadBounds = { bytesMax: 64 * 1024 * 1024, timeMs: 2000 };

export interface FoundLines {
  /** The newest first. */
  readonly lines: readonly FoundLine[];
  /** There may be older ones of the time that is sought. */
  readonly hasMore: boolean;
  /** All lines from this time on were looked at. */
  readonly searchedFromMs: number;
}

export class Gathered {
  readonly #query: LineQuery;
  readonly #test: LineTest;
  readonly #lines: FoundLine[] = [];
  #bytes = 0;
  /** Undefined: no line of our logger has come. */
  #seenFromMs: number | undefined;
  #end: 'read all' | 'full' | undefined;

  constructor(query: LineQuery) {
    this.#query = query;
    this.#test = lineTest(query);
  }

  /** False: no more lines are wanted. They must come from the newest to the oldest. */
  take(line: Buffer): boolean {
    if (this.#end !== undefined) return false;
    const { atMs, found } = judgeLine(this.#test, line);
    if (atMs === undefined) return true;
    if (found !== undefined) {
      this.#bytes += Buffer.byteLength(found.text);
      if (this.#lines.length >= this.#query.limit || this.#bytes > ANSWER_BYTES_MAX) this.#end = 'full';
      else this.#lines.push(found);
    }
    this.#seenFromMs = atMs;
    if (atMs < this.#query.fromMs) this.#end = 'read all';
    return this.#end === undefined;
  }

  /** `isCut`: the reading ended at a bound, though there are more lines. */
  found(isCut: boolean): FoundLines {
    const { fromMs, toMs } = this.#query;
    const hasMore = this.#end === 'full' || (isCut && this.#end === undefined);
    const searchedFromMs = hasMore ? Math.min(this.#seenFromMs ?? toMs, toMs) : fromMs;
    return { lines: this.#lines, hasMore, searchedFromMs };
  }
}
