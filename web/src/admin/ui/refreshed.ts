// A list whose newest rows were asked for again. Pure.

export interface PageOf<Row> {
  readonly data: readonly Row[];
  readonly nextCursor?: string;
}
/** Pages of a list, the newest row first, as far as they are loaded. */
export interface Loaded<Row> {
  /** Undefined: the first page is on its way. */
  readonly rows?: readonly Row[];
  /** Of the page behind them; undefined: there is none. */
  readonly cursor?: string | undefined;
}

/**
 * The list with its first page anew: rows of later pages stay behind it. When so many rows are new that the page does
 * not reach what was loaded, only the page is left.
 */
export function refreshed<Row>(
  { rows = [], cursor }: Loaded<Row>,
  { data, nextCursor }: PageOf<Row>,
  idOf: (row: Row) => string,
): Loaded<Row> {
  const last = data.at(-1);
  const at = last === undefined ? -1 : rows.findIndex((row) => idOf(row) === idOf(last));
  if (nextCursor === undefined || at < 0) return { rows: data, cursor: nextCursor };
  const later = rows.slice(at + 1);
  return later.length === 0 ? { rows: data, cursor: nextCursor } : { rows: [...data, ...later], cursor };
}
