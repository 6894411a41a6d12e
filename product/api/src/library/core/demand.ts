const HOUR_MS = 3_600_000;

export interface HourOfStarts {
  readonly hourMs: number;
  readonly starts: number;
}

export const hourOf = (wallMs: number): number => Math.floor(wallMs / HOUR_MS) * HOUR_MS;

/** Returns the first hour that `startsOfLastHour` needs. */
export const firstHourOf = (nowMs: number): number => hourOf(nowMs) - HOUR_MS;

/** An hour that overlaps partly counts by its share, so that the number does not jump at the start of an hour. */
export function startsOfLastHour(hours: Iterable<HourOfStarts>, nowMs: number): number {
  const present = hourOf(nowMs);
  const shareBefore = 1 - (nowMs - present) / HOUR_MS;
  let sum = 0;
  for (const { hourMs, starts } of hours) {
    if (hourMs === present) sum += starts;
    else if (hourMs === present - HOUR_MS) sum += starts * shareBefore;
  }
  return Math.round(sum);
}
