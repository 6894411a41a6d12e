import { theilSen } from './robust.ts';
import type { CapacityTrend } from './trends.ts';

const HOUR_MS = 3_600_000;
export const CAPACITY_WINDOW_MS = HOUR_MS;
/** Half an hour; a line through fewer samples means nothing. */
const SAMPLES_MIN = 6;

export interface CapacitySample {
  readonly atMs: number;
  /** Sessions on all living media nodes. */
  readonly sessions: number;
  /** Nodes that take new sessions, and their limit. */
  readonly openSessions: number;
  readonly openMax: number;
}

/** Judges a region's samples, oldest first, by sessions of all nodes. Undefined: too few, or no known limit. */
export function capacityTrend(samples: readonly CapacitySample[]): CapacityTrend | undefined {
  const last = samples.at(-1);
  if (last === undefined || last.openMax === 0 || samples.length < SAMPLES_MIN) return undefined;
  const share = last.openSessions / last.openMax;
  const perHour = theilSen(samples.map(({ atMs, sessions }) => ({ x: (atMs - last.atMs) / HOUR_MS, y: sessions })));
  if (perHour === undefined || perHour <= 0) return { share };
  return { share, fullInMs: (Math.max(0, last.openMax - last.openSessions) / perHour) * HOUR_MS };
}
