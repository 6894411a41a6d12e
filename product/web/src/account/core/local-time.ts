// Local times as text, `2026-11-23T09:00:00`, of a zone or of none. Pure: zones are the browser's own.

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

/** What clocks of the zone show at an instant. Throws RangeError for a zone that the browser does not know. */
export function localOf(wallMs: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = parts(wallMs, timeZone);
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

/** `2026-11-23` of an instant in a zone. */
export const dayOf = (wallMs: number, timeZone: string): string => localOf(wallMs, timeZone).slice(0, 10);

/**
 * Milliseconds since 1970 of a local time. One that the clocks leave out moves forward by what they leave out; of one
 * that they show twice it is the first: as the api has it.
 */
export function instantOf(local: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${local.slice(0, 16)}:00Z`);
  const offsetAt = (wallMs: number): number => Date.parse(`${localOf(wallMs, timeZone)}Z`) - wallMs;
  // A day before and after are on either side of any change of the clocks.
  const [before, after] = [offsetAt(asUtcMs - DAY_MS), offsetAt(asUtcMs + DAY_MS)];
  const first = asUtcMs - Math.max(before, after);
  if (offsetAt(first) === Math.max(before, after)) return first;
  const second = asUtcMs - Math.min(before, after);
  if (offsetAt(second) === Math.min(before, after)) return second;
  return asUtcMs - before; // left out: by the clocks of before
}
const DAY_MS = 86_400_000;

/** Days of a date are counted without any zone. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The same day of a later month, or its last day. */
export function plusMonths(day: string, months: number): string {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  const firstOf = (later: number): string =>
    new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + later)).toISOString().slice(0, 10);
  const last = plusDays(firstOf(months + 1), -1);
  const same = `${last.slice(0, 7)}${day.slice(7)}`;
  return same < last ? same : last;
}

/** The next full half hour, `2026-11-23T09:30`. */
export function nextHalfHour(wallMs: number, timeZone: string): string {
  const HALF_MS = 1_800_000;
  return localOf(Math.ceil((wallMs + 1) / HALF_MS) * HALF_MS, timeZone).slice(0, 16);
}

export const weekDays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type WeekDay = (typeof weekDays)[number];

/** Of a date. */
export function weekDayOf(day: string): WeekDay {
  const fromSunday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekDays[(fromSunday + 6) % 7] ?? 'MO';
}

/** Which of its weekday in its month: 1 to 5, and whether it is the last. */
export function placeInMonth(day: string): { readonly nth: number; readonly isLast: boolean } {
  const nth = Math.ceil(Number(day.slice(8, 10)) / 7);
  return { nth, isLast: plusDays(day, 7).slice(5, 7) !== day.slice(5, 7) };
}

/** Whether the text is a date that there is. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && plusDays(text, 0) === text;
