// Tables that are pasted or read from a file (RFC 4180, and what spreadsheets make of it). Pure.

export interface CsvLine {
  /** From 1, as an editor numbers them. */
  readonly line: number;
  readonly cells: readonly string[];
  /** A quote that is not closed has taken in the rest of the text. */
  readonly isUnclosed: boolean;
}

const delimiters = ['\t', ';', ','] as const;

/** As many characters have the first line in them. */
const FIRST_CHARACTERS = 20_000;

/**
 * Lines with something in them, `linesMax` at most. What separates cells is what the first line has most of: a tab, `;`
 * or `,`.
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

/** `end`: where the next line begins. */
function oneLine(text: string, from: number, delimiter: string) {
  const cells: string[] = [];
  for (let at = from; ; ) {
    const cell = oneCell(text, at, delimiter);
    cells.push(cell.value);
    at = cell.end + 1;
    if (text[cell.end] !== delimiter) return { cells, end: at, isUnclosed: cell.isUnclosed };
  }
}

/** `end`: at the delimiter or the end of the line. */
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
