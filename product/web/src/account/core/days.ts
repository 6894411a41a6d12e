import { dayOf, plusDays } from '../../core/local-time.ts';
import type { MyOccurrence } from './model.ts';

export interface DayOfMeetings {
  /** Date in the given zone: 2026-11-23. */
  readonly day: string;
  readonly occurrences: readonly MyOccurrence[];
}

/** Groups occurrences in the given order (by start). Running occurrences stay on the day of their start. */
export function byDay(occurrences: readonly MyOccurrence[], timeZone: string): readonly DayOfMeetings[] {
  const days = new Map<string, MyOccurrence[]>();
  for (const one of occurrences) {
    const day = dayOf(Date.parse(one.startsAt), timeZone);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return [...days].map(([day, found]) => ({ day, occurrences: found }));
}

/** Returns the running or next occurrence that the user has not declined. */
export function nextOf(occurrences: readonly MyOccurrence[], nowMs: number): MyOccurrence | undefined {
  return occurrences.find(({ endsAt, answer }) => Date.parse(endsAt) > nowMs && answer !== 'declined');
}

const NEXT_MAX = 5;

/** Returns the running and next occurrences of today and tomorrow that the user has not declined: at most five. */
export function nextDays(occurrences: readonly MyOccurrence[], nowMs: number, timeZone: string): MyOccurrence[] {
  const lastDay = plusDays(dayOf(nowMs, timeZone), 1);
  return occurrences
    .filter(({ startsAt, endsAt }) => Date.parse(endsAt) > nowMs && dayOf(Date.parse(startsAt), timeZone) <= lastDay)
    .filter(({ answer }) => answer !== 'declined')
    .slice(0, NEXT_MAX);
}

/** Joining is offered this long before the start, since people come early. */
const EARLY_MS = 15 * 60_000;
export const isJoinable = ({ startsAt, endsAt }: MyOccurrence, nowMs: number): boolean =>
  Date.parse(startsAt) - EARLY_MS <= nowMs && nowMs < Date.parse(endsAt);

/** Returns the time until the start in the largest whole unit; undefined after the start. */
export function untilStart(
  { startsAt }: MyOccurrence,
  nowMs: number,
): { readonly unit: 'minute' | 'hour' | 'day'; readonly count: number } | undefined {
  const minutes = Math.ceil((Date.parse(startsAt) - nowMs) / 60_000);
  if (minutes <= 0) return undefined;
  if (minutes < 60) return { unit: 'minute', count: minutes };
  if (minutes < 24 * 60) return { unit: 'hour', count: Math.round(minutes / 60) };
  return { unit: 'day', count: Math.round(minutes / (24 * 60)) };
}

export const keyOf = ({ meetingId, originalStart }: MyOccurrence): string => `${meetingId} ${originalStart}`;
