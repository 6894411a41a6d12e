import { instantOf, isDay, plusDays } from '../../core/local-time.ts';
import type { SayOf } from '../../core/messages/both-languages.ts';
import { timeFormat, type UserLocale } from '../../core/time-formats.ts';
import type { TrafficKey } from './text.ts';

/** Formats 23 Nov 2026, 09:48; '' for an invalid time. */
export const timeText = (time: string | undefined, reader: UserLocale): string => formatted(time, 'dateTime', reader);

/** Formats a time with seconds. */
export const exactTimeText = (time: string | undefined, reader: UserLocale): string =>
  formatted(time, 'exactDateTime', reader);

function formatted(time: string | undefined, form: 'dateTime' | 'exactDateTime', reader: UserLocale): string {
  const atMs = Date.parse(time ?? '');
  return Number.isNaN(atMs) ? '' : timeFormat(form, reader)(atMs);
}

/** Formats the time between two instants: in at most two units, the second not 0. An invalid span counts as zero. */
export function spanText(fromMs: number, toMs: number, say: SayOf<TrafficKey>): string {
  const seconds = Math.max(0, Math.round((toMs - fromMs) / 1000)) || 0;
  if (seconds < 60) return say('seconds', { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say(seconds % 60 === 0 ? 'minutes' : 'minutesSeconds', { minutes, seconds: seconds % 60 });
  return say(minutes % 60 === 0 ? 'hours' : 'hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** Returns the start of a day (2026-11-23) in the zone, as an API time; undefined for an invalid day. */
export const dayBegin = (day: string, timeZone: string): string | undefined =>
  isDay(day) ? new Date(instantOf(`${day}T00:00`, timeZone)).toISOString() : undefined;

export const dayEnd = (day: string, timeZone: string): string | undefined =>
  isDay(day) ? dayBegin(plusDays(day, 1), timeZone) : undefined;
