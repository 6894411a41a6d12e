// Comma-separated text as people keep it: quotes, doubled quotes, CRLF, a byte order mark, blank lines (RFC 4180 and what is found beside it).

/** One row by its header's names; missing cells are ''. */
export type CsvRow = Readonly<Record<string, string>>;

/** Rows of a text whose first line names the columns. Throws when a wanted column is not there, or a quote stays open. */
export function parseCsv(text: string, wanted: readonly string[], file: string): CsvRow[] {
  const lines = cells(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, file);
  const header = (lines[0] ?? []).map((name) => name.trim());
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new Error(`${file}: no column ${missing.join(', ')}; there are: ${header.join(', ') || 'none'}`);
  return lines
    .slice(1)
    .filter((line) => line.some((cell) => cell.trim() !== ''))
    .map((line) => Object.fromEntries(header.map((name, index) => [name, (line[index] ?? '').trim()])));
}

function cells(text: string, file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRow = (): void => {
    rows.push([...row, cell]);
    [row, cell] = [[], ''];
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === ',') {
      row.push(cell);
      cell = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r') cell += letter;
  }
  if (isQuoted) throw new Error(`${file}: a quote is never closed`);
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

/** A finite number, or undefined: an empty cell is no zero. */
export function numberIn(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}
