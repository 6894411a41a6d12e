// Comma-separated text as people keep it: quotes, doubled quotes, CRLF, a byte order mark, blank lines (RFC 4180 and
// what is found beside it). A cell ends on its line: a quote that was lost would else make one cell of all rows to the
// next quote.

/** One row by its header's names; missing cells are ''. */
export type CsvRow = Readonly<Record<string, string>>;

/**
 * Rows of a text whose first line names the columns. Throws, with file and line, when a wanted column is not there or a
 * quote is not where it may be.
 */
export function parseCsv(text: string, wanted: readonly string[], file: string): CsvRow[] {
  const lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
    .split(/\r?\n|\r/)
    .map((line, index) => cells(line, `${file}, line ${index + 1}`));
  const header = (lines[0] ?? []).map((name) => name.trim());
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new Error(`${file}: no column ${missing.join(', ')}; there are: ${header.join(', ') || 'none'}`);
  return lines
    .slice(1)
    .filter((line) => line.some((cell) => cell.trim() !== ''))
    .map((line) => Object.fromEntries(header.map((name, index) => [name, (line[index] ?? '').trim()])));
}

/** The cells of one line: quoted or plain, never half of each. `where` begins the message of an error. */
function cells(line: string, where: string): string[] {
  const found: string[] = [];
  for (let at = 0; ; ) {
    const { cell, end } = line[at] === '"' ? quoted(line, at, where) : plain(line, at, where);
    found.push(cell);
    if (end >= line.length) return found;
    if (line[end] !== ',')
      throw new Error(`${where}: after a closing quote comes neither a comma nor the end of the line`);
    at = end + 1;
  }
}

function plain(line: string, at: number, where: string): { cell: string; end: number } {
  const comma = line.indexOf(',', at);
  const end = comma < 0 ? line.length : comma;
  const cell = line.slice(at, end);
  if (cell.includes('"')) throw new Error(`${where}: a quote in a cell that does not begin with one`);
  return { cell, end };
}

/** The cell whose quote opens at `at`; inside, two quotes are one. */
function quoted(line: string, at: number, where: string): { cell: string; end: number } {
  let cell = '';
  for (let from = at + 1; ; ) {
    const close = line.indexOf('"', from);
    if (close < 0) throw new Error(`${where}: a quote is never closed`);
    cell += line.slice(from, close);
    if (line[close + 1] !== '"') return { cell, end: close + 1 };
    cell += '"';
    from = close + 2;
  }
}

/** A finite number, or undefined: an empty cell is no zero. */
export function numberIn(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}
