// Local times as text, `2026-11-23T09:00:00`, with or without a zone. The browser provides the zone data.

const parts = (wallMs: number, timeZone: string): Record<string, string> => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return Object.fromEntries(format.formatToParts(wallMs).map(({ type, value }) => [type, value]));
};

/** Returns the local time of an instant. Throws RangeError for a zone unknown to the browser. */
export function localOf(wallMs: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = parts(wallMs, timeZone);
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** Returns the date of an instant in a zone: `2026-11-23`. */
export const dayOf = (wallMs: number, timeZone: string): string => localOf(wallMs, timeZone).slice(0, 10);

/**
 * Returns milliseconds since 1970. A local time skipped by a clock change moves forward by the gap; a repeated one
 * means its first instant, as in the API.
 */
export function instantOf(local: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${local}Z`);
  const offsetAt = (wallMs: number): number => Date.parse(`${localOf(wallMs, timeZone)}Z`) - wallMs;
  // A day before and a day after lie on either side of any clock change.
  const [before, after] = [offsetAt(asUtcMs - DAY_MS), offsetAt(asUtcMs + DAY_MS)];
  const first = asUtcMs - Math.max(before, after);
  if (offsetAt(first) === Math.max(before, after)) return first;
  const second = asUtcMs - Math.min(before, after);
  if (offsetAt(second) === Math.min(before, after)) return second;
  return asUtcMs - before; // skipped time: use the offset from before the change
}
const DAY_MS = 86_400_000;

/** Adds days to a date, for which no zone is needed. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Returns the same day of a later month, or that month's last day. */
export function plusMonths(day: string, months: number): string {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  const firstOf = (later: number): string =>
    new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + later)).toISOString().slice(0, 10);
  const last = plusDays(firstOf(months + 1), -1);
  const same = `${last.slice(0, 7)}${day.slice(7)}`;
  return same < last ? same : last;
}

/** Returns the next full half hour: `2026-11-23T09:30`. */
export function nextHalfHour(wallMs: number, timeZone: string): string {
  const HALF_MS = 1_800_000;
  return localOf(Math.ceil((wallMs + 1) / HALF_MS) * HALF_MS, timeZone).slice(0, 16);
}

export const weekDays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type WeekDay = (typeof weekDays)[number];

export function weekDayOf(day: string): WeekDay {
  const fromSunday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekDays[(fromSunday + 6) % 7] ?? 'MO';
}

/** Returns the position of the day's weekday in its month: 1 to 5, and whether it is the last. */
export function placeInMonth(day: string): { readonly nth: number; readonly isLast: boolean } {
  const nth = Math.ceil(Number(day.slice(8, 10)) / 7);
  return { nth, isLast: plusDays(day, 7).slice(5, 7) !== day.slice(5, 7) };
}

export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && plusDays(text, 0) === text;
