import { type LogSearchResult, logLevelNames } from '@meridian/protocol';
import { parseJson } from '@meridian/runtime';

export interface NodeLine {
  readonly nodeId: string;
  readonly atMs: number;
  readonly text: string;
  readonly isCut: boolean;
}

export type NodeAnswer =
  | { readonly nodeId: string; readonly found: LogSearchResult; readonly lines?: readonly NodeLine[] }
  | { readonly nodeId: string; readonly code: string };

export interface MergedLines {
  /** Lines, the newest first. */
  readonly lines: readonly NodeLine[];
  /** End of the next search for older lines; undefined if there are none. */
  readonly olderToMs: number | undefined;
}

export function mergeLines(answers: readonly NodeAnswer[], toMs: number, limit: number): MergedLines {
  const found = answers.flatMap((answer) => ('found' in answer ? [answer] : []));
  const sortedLines = found
    .flatMap(({ nodeId, found, lines }) => lines ?? found.lines.map((line) => ({ nodeId, ...line })))
    .sort((a, b) => b.atMs - a.atMs);
  const lines = sortedLines.slice(0, limit);
  const ends = found.flatMap(({ found: { hasMore, searchedFromMs } }) => (hasMore ? [searchedFromMs] : []));
  const last = lines.at(-1);
  if (sortedLines.length > lines.length && last !== undefined) ends.push(last.atMs);
  // The next search continues where the node that read back least has stopped. Lines of the same millisecond that do
  // not fit are skipped.
  return { lines, olderToMs: ends.length === 0 ? undefined : Math.min(toMs - 1, Math.max(...ends)) };
}

const LEVEL = /^\{"level":(?:"([a-z]{4,5})"|(\d)0)[,}]/;

/** Returns level and message of a line; '' for a part that cannot be read. */
export function readLine(text: string): { readonly level: string; readonly message: string } {
  const [, name = '', number] = LEVEL.exec(text) ?? [];
  const level = number === undefined ? name : (logLevelNames[Number(number) - 1] ?? '');
  const message = (parseJson(text) as { msg?: unknown } | null | undefined)?.msg;
  return { level, message: typeof message === 'string' ? message : '' };
}
