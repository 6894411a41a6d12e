// How fast a region's free sessions go. Pure.
import { theilSen } from './robust.ts';
import type { CapacityTrend } from './trends.ts';

const HOUR_MS = 3_600_000;
export const CAPACITY_WINDOW_MS = HOUR_MS;
/** Half an hour: of less a line says nothing. */
const SAMPLES_MIN = 6;

export interface CapacitySample {
  readonly atMs: number;
  /** On all media nodes that live. */
  readonly sessions: number;
  /** On those that take new ones, and what they can have. */
  readonly openSessions: number;
  readonly openMax: number;
}

/**
 * Of one region over the last hour, the oldest first. What rises is the demand: sessions on all nodes, so that a node
 * that is drained or comes is no rise and no fall. What is left is what open nodes have free now. Undefined: there are
 * too few samples, or no limit is known.
 */
export function capacityTrend(samples: readonly CapacitySample[]): CapacityTrend | undefined {
  const last = samples.at(-1);
  if (last === undefined || last.openMax === 0 || samples.length < SAMPLES_MIN) return undefined;
  const share = last.openSessions / last.openMax;
  const perHour = theilSen(samples.map(({ atMs, sessions }) => ({ x: (atMs - last.atMs) / HOUR_MS, y: sessions })));
  if (perHour === undefined || perHour <= 0) return { share };
  return { share, fullInMs: (Math.max(0, last.openMax - last.openSessions) / perHour) * HOUR_MS };
}
