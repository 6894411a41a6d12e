// Parses comma-separated text as found in practice: RFC 4180, also with a byte order mark and blank lines. A quoted
// cell must end on its line; otherwise a lost quote would swallow all rows up to the next quote.

/** Cells of a row by the names in the header; missing cells are ''. */
export type CsvRow = Readonly<Record<string, string>>;

/**
 * Returns the rows of a text whose first line names the columns. Throws, with file and line, when a wanted column is
 * missing or a quote is misplaced.
 */
export function parseCsv(text: string, columns: readonly string[], file: string): CsvRow[] {
  const lines = (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
    .split(/\r?\n|\r/)
    .map((line, index) => cells(line, `${file}, line ${index + 1}`));
  const header = (lines[0] ?? []).map((name) => name.trim());
  const missing = columns.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new Error(`${file}: no column ${missing.join(', ')}; there are: ${header.join(', ') || 'none'}`);
  return lines
    .slice(1)
    .filter((line) => line.some((cell) => cell.trim() !== ''))
    .map((line) => Object.fromEntries(header.map((name, index) => [name, (line[index] ?? '').trim()])));
}

function cells(line: string, where: string): string[] {
  const cellTexts: string[] = [];
  for (let at = 0; ; ) {
    const { cell, end } = line[at] === '"' ? quotedCell(line, at, where) : unquotedCell(line, at, where);
    cellTexts.push(cell);
    if (end >= line.length) return cellTexts;
    if (line[end] !== ',')
      throw new Error(`${where}: a closing quote must be followed by a comma or the end of the line`);
    at = end + 1;
  }
}

function unquotedCell(line: string, at: number, where: string): { cell: string; end: number } {
  const comma = line.indexOf(',', at);
  const end = comma < 0 ? line.length : comma;
  const cell = line.slice(at, end);
  if (cell.includes('"')) throw new Error(`${where}: a quote in a cell that does not begin with one`);
  return { cell, end };
}

function quotedCell(line: string, at: number, where: string): { cell: string; end: number } {
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

/** Parses a finite number. Returns undefined for an empty cell, which must not count as zero, and for other text. */
export function numberIn(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}
