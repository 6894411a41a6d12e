/** RFC 4180: a line of names, then one for each row, each ended by CRLF. A missing value is empty. */
export function csvOf<Row extends object>(names: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = [names.join(','), ...rows.map((row) => names.map((name) => field(row[name])).join(','))];
  return lines.map((line) => `${line}\r\n`).join('');
}

/**
 * Text that a spreadsheet would take for a formula, also in full width, begins with an apostrophe: names are chosen by
 * whoever joins. Numbers below zero stay numbers.
 */
function field(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  const harmless = typeof value !== 'number' && /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
