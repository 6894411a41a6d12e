/** Reportable months. The API stores hourly figures for 400 days. */
const MONTHS_MAX = 13;

/** Returns the reportable months in UTC, as 2026-11, the current first. */
export function monthsUntil(nowMs: number): readonly string[] {
  const now = new Date(nowMs);
  return Array.from({ length: MONTHS_MAX }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7),
  );
}

/** Returns the month of a URL (`?month=2026-11`); the current month if missing or not reportable. */
export function monthIn(search: string, nowMs: number): string {
  const months = monthsUntil(nowMs);
  const named = new URLSearchParams(search).get('month');
  return months.find((month) => month === named) ?? months[0] ?? '';
}

/** Formats a ratio, cut to thousandths of a per cent so that only 1 shows as 100 %; undefined becomes '–'. */
export function shareText(ratio: number | undefined, locale: string): string {
  if (ratio === undefined) return '–';
  // A ratio has seven decimals: adding a tiny part compensates for the error of binary fractions.
  const cut = Math.floor(ratio * 1e5 + 1e-3) / 1e5;
  return cut.toLocaleString(locale, { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 3 });
}

/** Formats a count, with one decimal below ten. */
export const countText = (value: number, locale: string): string =>
  value.toLocaleString(locale, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });

/** Returns the used share of a budget, which may exceed 1. Without a budget it is 0 or 1. */
export const usedShare = ({ bad, allowed }: { readonly bad: number; readonly allowed: number }): number =>
  allowed > 0 ? bad / allowed : bad > 0 ? 1 : 0;

export interface DayBar {
  readonly day: string;
  /** Number of bad minutes; undefined without data. */
  readonly badMinutes: number | undefined;
  /** Height as a share of the highest column. */
  readonly height: number;
  readonly isOver: boolean;
}

/** Returns a column per day of the month. `isOver`: the day's share of bad minutes exceeds 1 - `target`. */
export function dayBars(
  month: string,
  days: readonly { readonly day: string; readonly minutes: number; readonly badMinutes: number }[],
  target: number,
): readonly DayBar[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const measuredDays = new Map(days.filter(({ minutes }) => minutes > 0).map((one) => [one.day, one]));
  const highest = Math.max(...days.map(({ badMinutes }) => badMinutes), 1);
  return Array.from({ length: count }, (_, at) => {
    const day = `${month}-${String(at + 1).padStart(2, '0')}`;
    const { minutes = 0, badMinutes } = measuredDays.get(day) ?? {};
    const isOver = badMinutes !== undefined && badMinutes / minutes > 1 - target;
    return { day, badMinutes, height: (badMinutes ?? 0) / highest, isOver };
  });
}

const HOUR = /^\d{4}-\d\d-\d\dT\d\d:00$/;

/** Parses a date-time field as an hour in UTC; undefined if it is not a full hour. */
export function hourOf(text: string): string | undefined {
  const atMs = HOUR.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}
