export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LineLevel = (typeof logLevels)[number];

export interface LineQuery {
  /** Wall times, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Words that must all occur in the line, in plain form or as JSON escapes them. */
  readonly words: readonly string[];
  readonly level: LineLevel;
  readonly limit: number;
}

export interface FoundLine {
  readonly atMs: number;
  /** Line as in the log: JSON, unless it is cut. */
  readonly text: string;
  readonly isCut: boolean;
}

/** Longer lines are stacks and dumps, whose beginning says enough. */
export const LINE_BYTES_MAX = 4096;
/**
 * Bytes that contain `level` and `time`, with which each line of our loggers begins. Other lines are not redacted, and
 * are therefore never found.
 */
const HEAD_BYTES = 96;
const HEAD = /^\{"level":(?:"([a-z]{4,5})"|(\d\d)),"time":(?:"([0-9TZ:.+-]{20,32})"|(\d{13})),/;

/** A query in the form in which lines are compared with it. */
export interface PreparedQuery {
  readonly query: LineQuery;
  /** Spellings of each word. */
  readonly words: readonly (readonly Buffer[])[];
  /** Least index in `logLevels`. */
  readonly rankMin: number;
}

export function prepareQuery(query: LineQuery): PreparedQuery {
  const words = query.words.map((word) => spellingsOf(word).map((text) => Buffer.from(text)));
  return { query, words, rankMin: logLevels.indexOf(query.level) };
}

export const spellingsOf = (word: string): string[] => [...new Set([word, JSON.stringify(word).slice(1, -1)])];

export interface LineVerdict {
  /** Time of a line of our loggers, also when it is not found; undefined for any other line. */
  readonly atMs: number | undefined;
  /** Undefined when the line does not match. */
  readonly found: FoundLine | undefined;
}

const NONE: LineVerdict = { atMs: undefined, found: undefined };

export function judgeLine({ query, words, rankMin }: PreparedQuery, line: Buffer): LineVerdict {
  const head = HEAD.exec(line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES)));
  if (head === null) return NONE;
  const [, level, levelNumber, time, timeNumber] = head;
  const atMs = time === undefined ? Number(timeNumber) : Date.parse(time);
  if (!Number.isFinite(atMs)) return NONE;
  const notMatching = { atMs, found: undefined };
  if (atMs < query.fromMs || atMs > query.toMs) return notMatching;
  // pino's numbers: 10 is `trace`, 60 `fatal`.
  const ownRank = level === undefined ? Number(levelNumber) / 10 - 1 : logLevels.indexOf(level as LineLevel);
  if (ownRank < rankMin) return notMatching;
  if (!words.every((spellings) => spellings.some((word) => line.includes(word)))) return notMatching;
  return { atMs, found: { atMs, ...cutLine(line) } };
}

export function cutLine(line: Buffer): { readonly text: string; readonly isCut: boolean } {
  if (line.length <= LINE_BYTES_MAX) return { text: line.toString('utf8'), isCut: false };
  let end = LINE_BYTES_MAX;
  while (end > 0 && ((line[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: line.toString('utf8', 0, end), isCut: true };
}
