/** RFC 4180: a line of names, then one for each row, each ended by CRLF. A missing value is empty. */
export function csvOf<Row extends object>(names: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = [names.join(','), ...rows.map((row) => names.map((name) => field(row[name])).join(','))];
  return lines.map((line) => `${line}\r\n`).join('');
}

/**
 * Where a spreadsheet would take text for the beginning of a formula, also in full width, an apostrophe comes before:
 * names are chosen by whoever joins. Cells begin behind a semicolon, too, for a spreadsheet of a language with decimal
 * commas. Numbers below zero stay numbers.
 */
function field(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  const harmless = typeof value === 'number' ? text : text.replaceAll(FORMULA, "'");
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const FORMULA = /^(?=[=+\-@＝＋－＠\t\r\n])|(?<=[;\t\r\n]["' ]*)(?=[=+\-@＝＋－＠])/g;
