import { type FoundLine, judgeLine, type LineQuery, type PreparedQuery, prepareQuery } from './core/lines.ts';

/** Limit of all lines of an answer: half the size of a link's frame. */
export const ANSWER_BYTES_MAX = 512 * 1024;

export interface ReadBounds {
  readonly bytesMax: number;
  readonly timeMs: number;
}
/** 64 MiB are what a node logs in weeks at `info`, and take half a second. A slow disk is left after two. */
export const readBounds: ReadBounds = { bytesMax: 64 * 1024 * 1024, timeMs: 2000 };

export interface FoundLines {
  readonly lines: readonly FoundLine[];
  /** True when older matching lines of the same time range may exist. */
  readonly hasMore: boolean;
  /** Time from which on all lines were looked at. */
  readonly searchedFromMs: number;
}

export class LineCollector {
  readonly #query: LineQuery;
  readonly #matcher: PreparedQuery;
  readonly #lines: FoundLine[] = [];
  #bytes = 0;
  #seenFromMs: number | undefined;
  #end: 'read all' | 'full' | undefined;

  constructor(query: LineQuery) {
    this.#query = query;
    this.#matcher = prepareQuery(query);
  }

  /** Takes the next line, from the newest to the oldest. Returns false when no more lines are needed. */
  add(line: Buffer): boolean {
    if (this.#end !== undefined) return false;
    const { atMs, found } = judgeLine(this.#matcher, line);
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

  found(isCut: boolean): FoundLines {
    const { fromMs, toMs } = this.#query;
    const hasMore = this.#end === 'full' || (isCut && this.#end === undefined);
    const searchedFromMs = hasMore ? Math.min(this.#seenFromMs ?? toMs, toMs) : fromMs;
    return { lines: this.#lines, hasMore, searchedFromMs };
  }
}
