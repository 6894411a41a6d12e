/**
 * Returns CSV as in RFC 4180: a header line with `names`, then a line per row, each ended by CRLF. A missing value is
 * empty.
 */
export function csvOf<Row extends object>(names: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = [names.join(','), ...rows.map((row) => names.map((name) => field(row[name])).join(','))];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** Puts an apostrophe before text that a spreadsheet would run as a formula, since people choose their own names. */
function field(value: unknown): string {
  const text = value === undefined ? '' : String(value);
  const harmless = typeof value === 'number' ? text : text.replaceAll(FORMULA, "'");
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const FORMULA = /^(?=[=+\-@＝＋－＠\t\r\n])|(?<=[;\t\r\n]["' ]*)(?=[=+\-@＝＋－＠])/g;
