// Formats of every date and time of day that a page shows. Hours count from 00 to 23 in both languages, and English
// dates put the day before the month.

export interface UserLocale {
  /** Language tag: en-GB, zh-CN. */
  readonly locale: string;
  readonly timeZone: string;
}

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const exactClock = { ...clock, second: '2-digit' } as const;
const shortDay = { day: 'numeric', month: 'short' } as const;
const longDay = { weekday: 'long', day: 'numeric', month: 'long' } as const;

/** Each form with what it gives in English. */
const forms = {
  /** 09:48 */
  time: clock,
  /** 09:48:05 */
  exactTime: exactClock,
  /** 23 Nov, 09:48 */
  dayTime: { ...shortDay, ...clock },
  /** 23 Nov, 09:48:05 */
  exactDayTime: { ...shortDay, ...exactClock },
  /** 23 Nov, 09:48:05.123 */
  logTime: { ...shortDay, ...exactClock, fractionalSecondDigits: 3 },
  /** Mon, 23 Nov, 09:48 */
  weekdayTime: { weekday: 'short', ...shortDay, ...clock },
  /** 23 Nov 2026, 09:48 */
  dateTime: { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' },
  /** 23 Nov 2026, 09:48:05 */
  exactDateTime: { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' },
  /** Monday, 23 November 2026 at 09:48 */
  longDateTime: { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' },
  /** 23 Nov 2026 */
  date: { dateStyle: 'medium' },
  /** 23 November */
  day: { day: 'numeric', month: 'long' },
  /** Monday 23 November */
  longDay,
  /** Monday, 23 November 2026 */
  longDate: { ...longDay, year: 'numeric' },
  /** November 2026 */
  month: { year: 'numeric', month: 'long' },
  /** Mon */
  weekday: { weekday: 'short' },
  /** Monday */
  longWeekday: { weekday: 'long' },
  /** M */
  narrowWeekday: { weekday: 'narrow' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type TimeForm = keyof typeof forms;

/** Returns a function that formats wall clock milliseconds. Throws RangeError for a zone unknown to the browser. */
export function timeFormat(form: TimeForm, { locale, timeZone }: UserLocale): (wallMs: number) => string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, ...forms[form] });
  return (wallMs) => format.format(wallMs);
}

/** Formats a span such as 09:00 – 09:30, or Mon, 23 Nov, 09:00 – 09:30 if `form` names the day. */
export function timeRange(
  { startsMs, endsMs }: { readonly startsMs: number; readonly endsMs: number },
  reader: UserLocale,
  form: 'time' | 'weekdayTime' = 'time',
): string {
  return `${timeFormat(form, reader)(startsMs)} – ${timeFormat('time', reader)(endsMs)}`;
}

/** Formats a span such as 23 Nov 2026, 09:00 – 09:30; the date is repeated only if the span ends on another day. */
export function datedRange(
  { startsMs, endsMs }: { readonly startsMs: number; readonly endsMs: number },
  reader: UserLocale,
): string {
  const [day, dateTime] = [timeFormat('date', reader), timeFormat('dateTime', reader)];
  const end = day(startsMs) === day(endsMs) ? timeFormat('time', reader) : dateTime;
  return `${dateTime(startsMs)} – ${end(endsMs)}`;
}

export const browserTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns whether the browser knows the zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Returns the zone's name at an instant: "China Standard Time" (longGeneric), "CET" (short), "GMT+1" (shortOffset). */
export function timeZoneName(
  wallMs: number,
  style: 'longGeneric' | 'short' | 'shortOffset',
  { locale, timeZone }: UserLocale,
): string {
  const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: style });
  return format.formatToParts(wallMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
