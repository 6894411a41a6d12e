// Meeting times for the lobby: in the visitor's time zone and language, and relative to now.

import { dayOf } from './local-time.ts';
import type { Translate } from './messages/translate.ts';
import { isTimeZone, timeFormat, timeRange, timeZoneName } from './time-formats.ts';

export interface Times {
  readonly startsMs: number;
  readonly endsMs: number;
}

export interface TimesReader {
  /** Language tag: en-GB, zh-CN. */
  readonly tag: string;
  readonly timeZone: string;
  readonly t: Translate;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Formats "Today, 14:00 – 15:00"; another day gets its name and date, another year the year too. */
export function whenText(times: Times, nowMs: number, { tag, timeZone, t }: TimesReader): string {
  return t('lobby.when', {
    day: dayText(times.startsMs, nowMs, { tag, timeZone, t }),
    time: timeRange(times, { locale: tag, timeZone }),
  });
}

function dayText(startsMs: number, nowMs: number, { tag, timeZone, t }: TimesReader): string {
  const [day, today] = [dayOf(startsMs, timeZone), dayOf(nowMs, timeZone)];
  const days = Math.round((Date.parse(day) - Date.parse(today)) / DAY_MS);
  if (days === 0) return t('lobby.today');
  if (days === 1) return t('lobby.tomorrow');
  if (days === -1) return t('lobby.yesterday');
  const isThisYear = day.slice(0, 4) === today.slice(0, 4);
  return timeFormat(isThisYear ? 'longDay' : 'longDate', { locale: tag, timeZone })(startsMs);
}

/** "Begins in 25 minutes" or "Running for 5 minutes". */
export function progressText({ startsMs, endsMs }: Times, nowMs: number, { tag, t }: TimesReader): string {
  if (nowMs >= endsMs) return t('lobby.overdue', { ago: relative(endsMs - nowMs, tag) });
  if (nowMs < startsMs) return t('lobby.ahead', { ahead: relative(startsMs - nowMs, tag) });
  const sinceMs = nowMs - startsMs;
  return sinceMs < MINUTE_MS ? t('lobby.begins') : t('lobby.runs', { duration: durationText(sinceMs, tag) });
}

/** Formats whole minutes, hours or days; a future time is rounded up, so that it is never 0 minutes. */
function relative(ms: number, tag: string): string {
  const { count, unit } = inUnits(Math.abs(ms));
  return new Intl.RelativeTimeFormat(tag).format(ms < 0 ? -count : count, unit);
}

function durationText(ms: number, tag: string): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  const [count, unit] = minutes < 60 ? ([minutes, 'minute'] as const) : ([Math.floor(minutes / 60), 'hour'] as const);
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

function inUnits(ms: number): { readonly count: number; readonly unit: 'minute' | 'hour' | 'day' } {
  const minutes = Math.max(1, Math.ceil(ms / MINUTE_MS));
  if (minutes < 60) return { count: minutes, unit: 'minute' };
  if (ms < DAY_MS) return { count: Math.round(ms / HOUR_MS), unit: 'hour' };
  return { count: Math.round(ms / DAY_MS), unit: 'day' };
}

/** Returns the time in the booking's zone when its clock differs: 09:00 – 10:00, China Time. */
export function elsewhereText(
  times: Times,
  bookedZone: string | undefined,
  { tag, timeZone, t }: TimesReader,
): string | undefined {
  if (bookedZone === undefined || !isTimeZone(bookedZone)) return undefined;
  const booked = { locale: tag, timeZone: bookedZone };
  const here = `${dayOf(times.startsMs, timeZone)} ${timeRange(times, { locale: tag, timeZone })}`;
  const time = timeRange(times, booked);
  if (`${dayOf(times.startsMs, bookedZone)} ${time}` === here) return undefined;
  return t('lobby.elsewhere', { time, zone: timeZoneName(times.startsMs, 'longGeneric', booked) });
}
