// How much a content is started, from counts by the hour.
import type { Demand } from '../../jobs/core/rank.ts';

const HOUR_MS = 3_600_000;

/** Starts of the hour that begins then. */
export interface HourOfStarts {
  readonly hourMs: number;
  readonly starts: number;
}

/** The hour that a moment lies in. */
export const hourOf = (wallMs: number): number => Math.floor(wallMs / HOUR_MS) * HOUR_MS;

/** Hours before this one say nothing of the demand at that moment. */
export const firstHourOf = (nowMs: number): number => hourOf(nowMs) - 2 * HOUR_MS;

/**
 * Starts of the 60 minutes before a moment, and of those before them. Counts of an hour that only partly lies in them
 * count by that part, so that nothing jumps when an hour begins.
 */
export function demandAt(hours: Iterable<HourOfStarts>, nowMs: number): Demand {
  const present = hourOf(nowMs);
  const starts = [0, 0, 0];
  for (const one of hours) {
    const back = (present - one.hourMs) / HOUR_MS;
    if (back >= 0 && back < starts.length) starts[back] = (starts[back] ?? 0) + one.starts;
  }
  const [now = 0, before = 0, earlier = 0] = starts;
  const share = (nowMs - present) / HOUR_MS;
  return {
    lastHour: Math.round(now + before * (1 - share)),
    hourBefore: Math.round(before * share + earlier * (1 - share)),
  };
}
