// Parses pasted or uploaded tables (RFC 4180, and the variants of spreadsheets).

export interface CsvLine {
  /** Line number, counted from 1 as in an editor. */
  readonly line: number;
  readonly cells: readonly string[];
  /** An unclosed quote consumed the rest of the text. */
  readonly isUnclosed: boolean;
}

const delimiters = ['\t', ';', ','] as const;

/** Length of the text searched for the first line. */
const FIRST_CHARACTERS = 20_000;

/**
 * Returns the non-empty lines, at most `linesMax`. The delimiter is the most frequent of tab, `;` and `,` in the first
 * line.
 */
export function csvLines(text: string, linesMax: number): readonly CsvLine[] {
  const body = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const delimiter = delimiterOf(body.slice(0, FIRST_CHARACTERS));
  const lines: CsvLine[] = [];
  let [at, line] = [0, 1];
  while (at < body.length && lines.length < linesMax) {
    const read = oneLine(body, at, delimiter);
    if (read.cells.some((cell) => cell !== '')) lines.push({ line, cells: read.cells, isUnclosed: read.isUnclosed });
    line += body.slice(at, read.end).split('\n').length - 1;
    at = read.end;
  }
  return lines;
}

function delimiterOf(beginning: string): string {
  const unquoted = beginning.replaceAll(/"[^"]*"/g, '');
  const first = unquoted.split('\n').find((line) => line.trim() !== '') ?? '';
  const counts = delimiters.map((one) => first.split(one).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Parses a line from `from` on. `end`: start of the next line. */
function oneLine(text: string, from: number, delimiter: string) {
  const cells: string[] = [];
  for (let at = from; ; ) {
    const cell = oneCell(text, at, delimiter);
    cells.push(cell.value);
    at = cell.end + 1;
    if (text[cell.end] !== delimiter) return { cells, end: at, isUnclosed: cell.isUnclosed };
  }
}

/** Parses a cell from `from` on. `end`: position of the delimiter or line end behind it. */
function oneCell(text: string, from: number, delimiter: string) {
  const start = from + (/^ */.exec(text.slice(from, from + 64))?.[0].length ?? 0);
  if (text[start] !== '"') {
    const end = endOf(text, from, delimiter);
    return { value: text.slice(from, end).trim(), end, isUnclosed: false };
  }
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) return { value: text.slice(start).trim(), end: text.length, isUnclosed: true };
  const quoted = text.slice(start + 1, close).replaceAll('""', '"');
  const end = endOf(text, close + 1, delimiter);
  return { value: (quoted + text.slice(close + 1, end)).trim(), end, isUnclosed: false };
}

function endOf(text: string, from: number, delimiter: string): number {
  const newline = text.indexOf('\n', from);
  const end = newline < 0 ? text.length : newline;
  const at = text.slice(from, end).indexOf(delimiter);
  return at < 0 ? end : from + at;
}
