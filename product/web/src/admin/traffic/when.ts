import type { SayOf } from '../../core/messages/both-languages.ts';
import type { TrafficKey } from './text.ts';

export interface UserLocale {
  readonly locale: string;
  readonly timeZone: string;
}

/** Formats 23 Nov 2026, 09:48; '' for an invalid time. */
export const timeText = (time: string | undefined, reader: UserLocale): string => formatted(time, 'short', reader);

/** Formats a time with seconds. */
export const exactTimeText = (time: string | undefined, reader: UserLocale): string =>
  formatted(time, 'medium', reader);

function formatted(time: string | undefined, timeStyle: 'short' | 'medium', { locale, timeZone }: UserLocale): string {
  const atMs = Date.parse(time ?? '');
  if (Number.isNaN(atMs)) return '';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle, timeZone, hourCycle: 'h23' }).format(atMs);
}

/** Formats the time between two instants, in at most two units; an invalid span counts as zero. */
export function spanText(fromMs: number, toMs: number, say: SayOf<TrafficKey>): string {
  const seconds = Math.max(0, Math.round((toMs - fromMs) / 1000)) || 0;
  if (seconds < 60) return say('seconds', { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say('minutesSeconds', { minutes, seconds: seconds % 60 });
  return say('hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

const dayStartMs = (day: string, timeZone: string): number => {
  const asUtcMs = Date.parse(`${day}T00:00:00Z`);
  // The first guess may use the offset from the other side of a clock change, so the offset is computed again.
  const offsetMs = (atMs: number): number => {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(atMs);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  return asUtcMs - offsetMs(asUtcMs - offsetMs(asUtcMs));
};

/** Returns the start of a day (2026-11-23) in the zone, as an API time; undefined for an invalid day. */
export function dayBegin(day: string, timeZone: string): string | undefined {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));
  return isDay ? new Date(dayStartMs(day, timeZone)).toISOString() : undefined;
}

export function dayEnd(day: string, timeZone: string): string | undefined {
  if (dayBegin(day, timeZone) === undefined) return undefined;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return dayBegin(next, timeZone);
}
