// Months, shares and bars of the report. Pure.

/** Figures of hours are kept for 400 days. */
const MONTHS_MAX = 13;

/** Months of UTC that can be reported, as 2026-11, the present one first. */
export function monthsUntil(nowMs: number): readonly string[] {
  const now = new Date(nowMs);
  return Array.from({ length: MONTHS_MAX }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7),
  );
}

/** The month of an address (`?month=2026-11`); the present one if it names none that can be reported. */
export function monthIn(search: string, nowMs: number): string {
  const months = monthsUntil(nowMs);
  const named = new URLSearchParams(search).get('month');
  return months.find((month) => month === named) ?? months[0] ?? '';
}

/** In thousandths of a percent, cut off: what is not whole is never shown as 100 %. '–': nothing was measured. */
export function shareText(ratio: number | undefined, locale: string): string {
  if (ratio === undefined) return '–';
  // A ratio has seven decimals: the smallest part of one makes good what binary fractions lose.
  const cut = Math.floor(ratio * 1e5 + 1e-3) / 1e5;
  return cut.toLocaleString(locale, { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 3 });
}

/** A count as people read it: with one decimal below ten. */
export const countText = (value: number, locale: string): string =>
  value.toLocaleString(locale, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });

/** How much of a budget is used, of 1; more is possible. Without a budget, all of it or nothing. */
export const usedShare = ({ bad, allowed }: { readonly bad: number; readonly allowed: number }): number =>
  allowed > 0 ? bad / allowed : bad > 0 ? 1 : 0;

export interface DayBar {
  readonly day: string;
  /** Undefined: nothing is known of it. */
  readonly badMinutes: number | undefined;
  /** Of the highest column. */
  readonly height: number;
  readonly isOver: boolean;
}

/** A column for each day of the month. `target`: a day with a larger share of bad minutes is over it. */
export function dayBars(
  month: string,
  days: readonly { readonly day: string; readonly minutes: number; readonly badMinutes: number }[],
  target: number,
): readonly DayBar[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const known = new Map(days.filter(({ minutes }) => minutes > 0).map((one) => [one.day, one]));
  const highest = Math.max(...days.map(({ badMinutes }) => badMinutes), 1);
  return Array.from({ length: count }, (_, at) => {
    const day = `${month}-${String(at + 1).padStart(2, '0')}`;
    const { minutes = 0, badMinutes } = known.get(day) ?? {};
    const isOver = badMinutes !== undefined && badMinutes / minutes > 1 - target;
    return { day, badMinutes, height: (badMinutes ?? 0) / highest, isOver };
  });
}

const HOUR = /^\d{4}-\d\d-\d\dT\d\d:00$/;

/** The text of a field for a date and a time, as an hour of UTC; undefined: it is no beginning of an hour. */
export function hourOf(text: string): string | undefined {
  const atMs = HOUR.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}
