// Queries for the log of a node (`rpc.logLines`), for both ends.
import { MeridianError } from './errors.ts';
import type { wire } from './wire.ts';

export const logLimits = {
  wordsMax: 5,
  wordCharactersMax: 200,
  linesMax: 200, // of a node, and of an answer to a person
  nodesMax: 16, // queried at once for a person
  /** Time limit of a node, which reads for up to 2 s and may first finish two earlier queries. */
  nodeMs: 7000,
  centreMs: 8000,
} as const;

/** Node id by which `rpc.logsSought` means the answering centre itself. */
export const centreLogsId = 'centre';

export const logLevelNames = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevelName = (typeof logLevelNames)[number];

export interface LogQuery {
  /** Wall times, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly words: readonly string[];
  readonly level: LogLevelName;
  readonly limit: number;
}

const TIME_MAX_MS = 8.64e15; // of a Date
const isTime = (ms: number): boolean => Number.isFinite(ms) && ms >= 0 && ms <= TIME_MAX_MS;
const isWord = (word: string): boolean => word !== '' && word.length <= logLimits.wordCharactersMax;

/** Reads a query. Throws REQUEST_INVALID with the name of the field. */
export function logQueryFrom(message: wire.LogLinesRequest.$Properties | null | undefined): LogQuery {
  const { level } = message ?? {};
  const [fromWallMs, toWallMs] = [message?.fromWallMs ?? 0, message?.toWallMs ?? 0];
  const [words, limit] = [message?.words ?? [], message?.limit ?? 0];
  const levelName = logLevelNames.find((name) => name === level);
  const check = (isGood: boolean, field: string): void => {
    if (!isGood) throw new MeridianError('REQUEST_INVALID', `field ${field} has a value that is not allowed`);
  };
  check(isTime(fromWallMs) && isTime(toWallMs) && fromWallMs <= toWallMs, 'from_wall_ms');
  check(words.length <= logLimits.wordsMax && words.every(isWord), 'words');
  check(levelName !== undefined, 'level');
  check(Number.isInteger(limit) && limit >= 1 && limit <= logLimits.linesMax, 'limit');
  return { fromMs: fromWallMs, toMs: toWallMs, words, level: levelName ?? 'info', limit };
}

export const logQueryToWire = ({ fromMs, toMs, ...rest }: LogQuery): wire.LogLinesRequest.$Properties => ({
  ...rest,
  words: [...rest.words],
  fromWallMs: fromMs,
  toWallMs: toMs,
});

export interface LogSearchResult {
  readonly lines: readonly { readonly atMs: number; readonly text: string; readonly isCut: boolean }[];
  readonly hasMore: boolean;
  readonly searchedFromMs: number;
  readonly source: string;
}

export const logSearchResultToWire = ({
  lines,
  hasMore,
  searchedFromMs,
  source,
}: LogSearchResult): wire.LogLines.$Properties => ({
  lines: lines.map(({ atMs, text, isCut }) => ({ wallMs: atMs, text, cut: isCut })),
  more: hasMore,
  searchedFromWallMs: searchedFromMs,
  source,
});

/** Reads an answer. Throws FRAME_MALFORMED when it has more lines than any query allows. */
export function logSearchResultFrom({ lines, more, searchedFromWallMs, source }: wire.LogLines): LogSearchResult {
  if (lines.length > logLimits.linesMax) throw new MeridianError('FRAME_MALFORMED', 'more lines than were asked for');
  const shown = lines.map(({ wallMs, text, cut }) => ({ atMs: wallMs ?? 0, text: text ?? '', isCut: cut ?? false }));
  return { lines: shown, hasMore: more, searchedFromMs: searchedFromWallMs, source };
}
