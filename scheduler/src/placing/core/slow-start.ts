// Slow start: a node that is new, or came back empty, does not get its whole share at once, because its caches are
// cold, its figures unproven, and every decision would choose it. Its capacity grows linearly from a tenth to all of it
// (Envoy's slow start, aggression 1, min_weight 10 %), which also bounds admissions per second. Envoy's own
// documentation says that this does nothing when most endpoints are new, so sessions in flight to a fresh node
// (charged, not seen yet) are bounded as well.
import type { NodeView } from './view.ts';

/** Time from empty to the whole share. Boot (90 s) and this time stay below the 5 minutes promised. */
export const SLOW_START_MS = 60_000;
const WEIGHT_MIN = 0.1;
/** Smallest share in sessions; every node can take so many at once. */
const SESSIONS_MIN = 32;
/** Limit of sessions in flight to a fresh node, as a share of its capacity, and its floor. */
const IN_FLIGHT_SHARE = 0.05;
const IN_FLIGHT_MIN = 16;

/** Returns the share of its capacity that a node may use at this time: 0.1 … 1. */
export function slowStartWeight(freshSinceMs: number | undefined, nowMs: number): number {
  if (freshSinceMs === undefined) return 1;
  const age = (nowMs - freshSinceMs) / SLOW_START_MS;
  return Math.min(1, Math.max(WEIGHT_MIN, age));
}

export function slowStartSessions(node: NodeView, sessionsMax: number, nowMs: number): number {
  const weight = slowStartWeight(node.freshSinceMs, nowMs);
  return weight === 1 ? sessionsMax : Math.min(sessionsMax, Math.max(SESSIONS_MIN, Math.floor(sessionsMax * weight)));
}

/** Returns the limit of sessions charged and not seen yet; Infinity after the slow start. */
export function inFlightMax(node: NodeView, sessionsMax: number, nowMs: number): number {
  if (slowStartWeight(node.freshSinceMs, nowMs) === 1) return Number.POSITIVE_INFINITY;
  return Math.max(IN_FLIGHT_MIN, Math.floor(sessionsMax * IN_FLIGHT_SHARE));
}
