const FRACTION_DIGITS_MAX = 8;

/** Formats an amount: no decimals from a thousand on, three significant digits below one. */
export function moneyText(value: number, currency: string, locale: string): string {
  const size = Math.abs(value);
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  if (size >= 1000) return value.toLocaleString(locale, { ...style, maximumFractionDigits: 0 });
  if (size >= 1 || size === 0) return value.toLocaleString(locale, style);
  const digits = Math.min(FRACTION_DIGITS_MAX, 2 - Math.floor(Math.log10(size)));
  return value.toLocaleString(locale, { ...style, minimumFractionDigits: 2, maximumFractionDigits: digits });
}

/** Formats a value in the largest unit in which it is at least one. */
function scaled(value: number, units: readonly string[], locale: string): string {
  const at = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const number = value / 1000 ** at;
  return `${number.toLocaleString(locale, { maximumFractionDigits: number < 100 && at > 0 ? 1 : 0 })} ${units[at]}`;
}

/** Formats bytes in decimal units (1 GB = 10^9 bytes). */
export const bytesText = (bytes: number, locale: string): string =>
  scaled(bytes, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], locale);

export const rateText = (bps: number, locale: string): string =>
  scaled(bps, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'], locale);

/** Returns `part` as a share of `whole`, clamped to 0 … 1; 0 for an empty whole. */
export const shareOf = (part: number, whole: number): number =>
  whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
