const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEP = 1000;

export function bytesText(bytes: number, locale: string): string {
  const { value, unit } = scaled(bytes);
  return number(value, unit, locale);
}

export function rateText(bytesPerS: number, locale: string): string {
  const { value, unit } = scaled(bytesPerS);
  return number(value, `${unit}-per-second`, locale);
}

/** Formats the remaining time, rounded up: `40 sec`, `3 min`, `2 hr`. */
export function leftText(leftMs: number, locale: string): string {
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  if (seconds < 60) return number(seconds, 'second', locale);
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? number(minutes, 'minute', locale) : number(Math.ceil(minutes / 6) / 10, 'hour', locale);
}

function scaled(bytes: number): { value: number; unit: string } {
  let value = Math.max(0, bytes);
  let at = 0;
  // 999.95 would be shown as 1,000.
  while (value >= STEP - 0.05 && at < BYTE_UNITS.length - 1) {
    value /= STEP;
    at += 1;
  }
  return { value, unit: BYTE_UNITS[at] ?? 'byte' };
}

const number = (value: number, unit: string, locale: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 100 && unit !== 'byte' ? 1 : 0,
  }).format(value);
