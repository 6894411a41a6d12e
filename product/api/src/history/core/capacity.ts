import { theilSen } from './robust.ts';
import type { CapacityTrend } from './trends.ts';

const HOUR_MS = 3_600_000;
export const CAPACITY_WINDOW_MS = HOUR_MS;
/** Samples needed for a trend: half an hour. A line through fewer samples means nothing. */
const SAMPLES_MIN = 6;

export interface CapacitySample {
  readonly atMs: number;
  /** Sessions on all living media nodes. */
  readonly sessions: number;
  /** Sessions on nodes that accept new ones, and how many these nodes can hold. */
  readonly openSessions: number;
  readonly openMax: number;
}

/**
 * Returns the trend of a region's samples, oldest first, by the sessions of all its nodes. Undefined for too few
 * samples, or without a known limit.
 */
export function capacityTrend(samples: readonly CapacitySample[]): CapacityTrend | undefined {
  const last = samples.at(-1);
  if (last === undefined || last.openMax === 0 || samples.length < SAMPLES_MIN) return undefined;
  const share = last.openSessions / last.openMax;
  const perHour = theilSen(samples.map(({ atMs, sessions }) => ({ x: (atMs - last.atMs) / HOUR_MS, y: sessions })));
  if (perHour === undefined || perHour <= 0) return { share };
  return { share, fullInMs: (Math.max(0, last.openMax - last.openSessions) / perHour) * HOUR_MS };
}
