import type { Demand } from '../../jobs/core/rank.ts';

const HOUR_MS = 3_600_000;

export interface HourOfStarts {
  readonly hourMs: number;
  readonly starts: number;
}

export const hourOf = (wallMs: number): number => Math.floor(wallMs / HOUR_MS) * HOUR_MS;

export const firstHourOf = (nowMs: number): number => hourOf(nowMs) - 2 * HOUR_MS;

/** An hour that overlaps partly counts by its share, so that the demand does not jump at the start of an hour. */
export function demandAt(hours: Iterable<HourOfStarts>, nowMs: number): Demand {
  const present = hourOf(nowMs);
  const starts = [0, 0, 0];
  for (const one of hours) {
    const back = (present - one.hourMs) / HOUR_MS;
    if (back >= 0 && back < starts.length) starts[back] = (starts[back] ?? 0) + one.starts;
  }
  const [thisHour = 0, previousHour = 0, earlier = 0] = starts;
  const share = (nowMs - present) / HOUR_MS;
  return {
    lastHour: Math.round(thisHour + previousHour * (1 - share)),
    hourBefore: Math.round(previousHour * share + earlier * (1 - share)),
  };
}
