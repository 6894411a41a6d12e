// Times and spans as people read them. Pure.
import type { SayOf } from '../../core/messages/both.ts';
import type { TrafficKey } from './text.ts';

export interface Reader {
  /** Of dates: en-GB. */
  readonly locale: string;
  readonly timeZone: string;
}

/** 23 Nov 2026, 09:48; '' for what is no time. */
export const timeText = (time: string | undefined, reader: Reader): string => formatted(time, 'short', reader);

/** The same with seconds. */
export const exactTimeText = (time: string | undefined, reader: Reader): string => formatted(time, 'medium', reader);

function formatted(time: string | undefined, timeStyle: 'short' | 'medium', { locale, timeZone }: Reader): string {
  const atMs = Date.parse(time ?? '');
  if (Number.isNaN(atMs)) return '';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle, timeZone, hourCycle: 'h23' }).format(atMs);
}

/** From one time to another, in two units at most; a span that cannot be counts as none. */
export function spanText(fromMs: number, toMs: number, say: SayOf<TrafficKey>): string {
  const seconds = Math.max(0, Math.round((toMs - fromMs) / 1000)) || 0;
  if (seconds < 60) return say('seconds', { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say('minutesSeconds', { minutes, seconds: seconds % 60 });
  return say('hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

const dayStartMs = (day: string, timeZone: string): number => {
  const asUtcMs = Date.parse(`${day}T00:00:00Z`);
  // The offset there, which the first guess may have taken from the other side of a change of clocks.
  const offsetMs = (atMs: number): number => {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(atMs);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  return asUtcMs - offsetMs(asUtcMs - offsetMs(asUtcMs));
};

/** When a day (2026-11-23) begins there, as text of the api. Undefined for what is no day. */
export function dayBegin(day: string, timeZone: string): string | undefined {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));
  return isDay ? new Date(dayStartMs(day, timeZone)).toISOString() : undefined;
}

/** When the day after it begins. */
export function dayEnd(day: string, timeZone: string): string | undefined {
  if (dayBegin(day, timeZone) === undefined) return undefined;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return dayBegin(next, timeZone);
}
