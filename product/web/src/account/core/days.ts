// Occurrences by the days of the user that looks at them. Pure.
import { dayOf } from './local-time.ts';
import type { MyOccurrence } from './model.ts';

export interface DayOfMeetings {
  /** 2026-11-23, in the zone that was given. */
  readonly day: string;
  readonly occurrences: readonly MyOccurrence[];
}

/** In the order of their starts, as they were given; what began before now on an earlier day stands there. */
export function byDay(occurrences: readonly MyOccurrence[], timeZone: string): readonly DayOfMeetings[] {
  const days = new Map<string, MyOccurrence[]>();
  for (const one of occurrences) {
    const day = dayOf(Date.parse(one.startsAt), timeZone);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return [...days].map(([day, found]) => ({ day, occurrences: found }));
}

/** The one that runs or comes next, among those that were not declined. */
export function nextOf(occurrences: readonly MyOccurrence[], nowMs: number): MyOccurrence | undefined {
  return occurrences.find(({ endsAt, answer }) => Date.parse(endsAt) > nowMs && answer !== 'declined');
}

/** People come a little early: then the way in is offered. */
const EARLY_MS = 15 * 60_000;
export const isJoinable = ({ startsAt, endsAt }: MyOccurrence, nowMs: number): boolean =>
  Date.parse(startsAt) - EARLY_MS <= nowMs && nowMs < Date.parse(endsAt);

/** How long until it starts, in the largest whole unit; a meeting that has begun: none. */
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
