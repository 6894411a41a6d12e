// Which lines of a log are wanted, and how much of one is given away. Pure.

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LineLevel = (typeof logLevels)[number];

/** What is sought: lines of a time and a level that have all these words. */
export interface LineQuery {
  /** Wall times, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Each occurs in the line as text, as it is or as JSON writes it. */
  readonly words: readonly string[];
  /** The least serious ones. */
  readonly level: LineLevel;
  readonly limit: number;
}

export interface FoundLine {
  readonly atMs: number;
  /** The line as it stands in the log: JSON, unless it is cut. */
  readonly text: string;
  readonly isCut: boolean;
}

/** Of one line. Longer ones are stacks and dumps: their beginning says what they are. */
export const LINE_BYTES_MAX = 4096;
/**
 * `level` and `time` come first; a line that begins otherwise is none of our logger, and its secrets are not
 * redacted.
 */
const HEAD_BYTES = 96;
const HEAD = /^\{"level":(?:"([a-z]{4,5})"|(\d\d)),"time":(?:"([0-9TZ:.+-]{20,32})"|(\d{13})),/;

/** A query made ready for many lines. */
export interface LineTest {
  readonly query: LineQuery;
  /** Of each word, the ways in which it may stand in a line. */
  readonly words: readonly (readonly Buffer[])[];
  readonly rank: number;
}

export function lineTest(query: LineQuery): LineTest {
  const words = query.words.map((word) => writingsOf(word).map((text) => Buffer.from(text)));
  return { query, words, rank: logLevels.indexOf(query.level) };
}

/** A word as it is, and as it stands inside a text of JSON, if that is another. */
export const writingsOf = (word: string): string[] => [...new Set([word, JSON.stringify(word).slice(1, -1)])];

export interface Judged {
  /** Undefined: no line of our logger. */
  readonly atMs: number | undefined;
  /** Undefined: not sought. */
  readonly found: FoundLine | undefined;
}

const NONE: Judged = { atMs: undefined, found: undefined };

/** Whether a line is sought, and of when it is. */
export function judgeLine({ query, words, rank }: LineTest, line: Buffer): Judged {
  const head = HEAD.exec(line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES)));
  if (head === null) return NONE;
  const [, level, levelNumber, time, timeNumber] = head;
  const atMs = time === undefined ? Number(timeNumber) : Date.parse(time);
  if (!Number.isFinite(atMs)) return NONE;
  const other = { atMs, found: undefined };
  if (atMs < query.fromMs || atMs > query.toMs) return other;
  // Numbers of pino: 10 is `trace`, 60 `fatal`.
  const ownRank = level === undefined ? Number(levelNumber) / 10 - 1 : logLevels.indexOf(level as LineLevel);
  if (ownRank < rank) return other;
  if (!words.every((writings) => writings.some((word) => line.includes(word)))) return other;
  return { atMs, found: { atMs, ...cutLine(line) } };
}

/** At most LINE_BYTES_MAX bytes of a line, never half a character. */
export function cutLine(line: Buffer): { readonly text: string; readonly isCut: boolean } {
  if (line.length <= LINE_BYTES_MAX) return { text: line.toString('utf8'), isCut: false };
  let end = LINE_BYTES_MAX;
  // A byte 10xxxxxx goes on with a character that began before.
  while (end > 0 && ((line[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: line.toString('utf8', 0, end), isCut: true };
}
