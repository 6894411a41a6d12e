// Judges for how many minutes of each hour the cloud was unavailable to clients.
import type { Span } from './objectives.ts';

const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Least events for judging an hour alone; with fewer, one failure would cost a twentieth of a month's budget. */
export const EVENTS_MIN = 20;
/** A tester was silent in an hour with fewer reports than this share of the usual number. */
const SILENT_SHARE = 0.5;

export interface HourEvents {
  readonly joins: number;
  readonly failedJoins: number;
  readonly calls: number;
  readonly failedCalls: number;
}

/** Hour, or the part of it that a window excludes. */
export interface Hour extends HourEvents {
  readonly fromMs: number;
  /** Index of the window that excludes the hour; -1 for none. */
  readonly window: number;
}

/**
 * Basis of the judgement: its own events (`alone`), those of its day (`together`), an alarm (`lost`) or nothing
 * (`unknown`).
 */
export type Basis = 'alone' | 'together' | 'lost' | 'unknown';

export interface JudgedHour extends Hour {
  readonly basis: Basis;
  /** Minutes that count; 0 for an unknown hour. */
  readonly minutes: number;
  readonly badMinutes: number;
  /** True if the tester was silent, so that its calls do not count. */
  readonly isSilent: boolean;
}

/**
 * Returns a region's hours in order, until `toMs`. `windowAt`: window of an hour without events. `lost`: spans of
 * alarms.
 */
export function judgeHours(o: {
  readonly hours: readonly Hour[];
  readonly toMs: number;
  readonly lost: readonly Span[];
  windowAt(fromMs: number): number;
}): JudgedHour[] {
  const hourByTime = new Map(o.hours.map((hour) => [hour.fromMs, hour]));
  const firstMs = Math.min(...hourByTime.keys(), ...o.lost.map(({ fromMs }) => Math.floor(fromMs / HOUR_MS) * HOUR_MS));
  const usual = usualCalls(o.hours, o.toMs);
  const judgedHours: JudgedHour[] = [];
  for (let fromMs = firstMs; fromMs < o.toMs; fromMs += HOUR_MS) {
    const none = { fromMs, window: o.windowAt(fromMs), joins: 0, failedJoins: 0, calls: 0, failedCalls: 0 };
    judgedHours.push(judgedAlone(hourByTime.get(fromMs) ?? none, Math.min(o.toMs, fromMs + HOUR_MS), usual));
  }
  return withLost(judgedTogether(judgedHours), o.lost, o.toMs);
}

/** Returns the median number of calls in whole hours; 0 without dial tests. */
function usualCalls(hours: readonly Hour[], toMs: number): number {
  const counts = hours.filter(({ calls, fromMs }) => calls > 0 && fromMs + HOUR_MS <= toMs).map(({ calls }) => calls);
  return counts.sort((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0;
}

function judgedAlone(hour: Hour, endMs: number, usual: number): JudgedHour {
  const minutes = (endMs - hour.fromMs) / MINUTE_MS;
  const isWhole = endMs - hour.fromMs === HOUR_MS;
  const isSilent = isWhole && usual > 0 && hour.calls < usual * SILENT_SHARE;
  const { events, failed } = eventsOf({ ...hour, isSilent });
  const basis = events >= EVENTS_MIN ? 'alone' : events > 0 ? 'together' : 'unknown';
  const badMinutes = events === 0 ? 0 : (minutes * failed) / events;
  return { ...hour, basis, minutes: basis === 'unknown' ? 0 : minutes, badMinutes, isSilent };
}

/** Returns joins, and if they are few, calls as well. */
function eventsOf(hour: HourEvents & { readonly isSilent: boolean }): { events: number; failed: number } {
  const { joins, failedJoins, calls, failedCalls, isSilent } = hour;
  if (joins >= EVENTS_MIN || isSilent) return { events: joins, failed: failedJoins };
  return { events: joins + calls, failed: failedJoins + failedCalls };
}

/** Gives all hours with few events of a day the same share of bad minutes. */
function judgedTogether(hours: readonly JudgedHour[]): JudgedHour[] {
  const few = hours.filter(({ basis, window }) => basis === 'together' && window < 0);
  const shares = new Map(
    [...Map.groupBy(few, dayOf)].map(([day, some]) => {
      const sums = some.map(eventsOf);
      return [day, sum(sums.map(({ failed }) => failed)) / sum(sums.map(({ events }) => events))];
    }),
  );
  return hours.map((hour) =>
    hour.basis === 'together' && hour.window < 0
      ? { ...hour, badMinutes: hour.minutes * (shares.get(dayOf(hour)) ?? 0) }
      : hour,
  );
}

/** Marks the minutes of a lost region as bad; in an hour without events, only these count. */
const withLost = (hours: readonly JudgedHour[], lost: readonly Span[], toMs: number): JudgedHour[] =>
  hours.map((hour) => {
    const endMs = Math.min(toMs, hour.fromMs + HOUR_MS);
    const ofHour = lost.map((span) => Math.min(span.toMs, endMs) - Math.max(span.fromMs, hour.fromMs));
    const minutes = Math.min(sum(ofHour.filter((ms) => ms > 0)), endMs - hour.fromMs) / MINUTE_MS;
    if (minutes === 0) return hour;
    if (hour.basis === 'unknown') return { ...hour, basis: 'lost', minutes, badMinutes: minutes };
    return { ...hour, badMinutes: Math.max(hour.badMinutes, minutes) };
  });

const dayOf = ({ fromMs }: { readonly fromMs: number }): number => Math.floor(fromMs / DAY_MS) * DAY_MS;

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Returns sums by day in order, without excluded hours. */
export function daysOf(hours: readonly JudgedHour[]): { dayMs: number; minutes: number; badMinutes: number }[] {
  const counted = hours.filter(({ window }) => window < 0);
  return [...Map.groupBy(counted, dayOf)]
    .sort(([a], [b]) => a - b)
    .map(([dayMs, some]) => ({
      dayMs,
      minutes: sum(some.map(({ minutes }) => minutes)),
      badMinutes: sum(some.map(({ badMinutes }) => badMinutes)),
    }));
}
