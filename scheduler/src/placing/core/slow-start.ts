// A node that is new, or came back empty, is not given its whole share at once: its caches are cold, its figures
// unproven, and every decision would choose it. Its capacity grows linearly from a tenth to all of it (Envoy's slow
// start, aggression 1, min_weight 10 %), which also bounds admissions per second. Envoy's own documentation says that
// this does nothing when most endpoints are new, so what is in flight to a fresh node (charged, not seen yet) is
// bounded as well.
import type { NodeView } from './view.ts';

/** From empty to the whole share. Boot 90 s + this stay below the 5 minutes promised. */
export const SLOW_START_MS = 60_000;
const WEIGHT_MIN = 0.1;
/** Below this a share would be no node at all; every node can take so many at once. */
const SESSIONS_MIN = 32;
/** In flight to a fresh node, of its capacity, and at least the number after it. */
const IN_FLIGHT_SHARE = 0.05;
const IN_FLIGHT_MIN = 16;

/** Share of its capacity that a node may use at this time: 0.1 … 1. */
export function slowStartWeight(freshSinceMs: number | undefined, nowMs: number): number {
  if (freshSinceMs === undefined) return 1;
  const age = (nowMs - freshSinceMs) / SLOW_START_MS;
  return Math.min(1, Math.max(WEIGHT_MIN, age));
}

/** Sessions that a node of this capacity may carry now. */
export function slowStartSessions(node: NodeView, sessionsMax: number, nowMs: number): number {
  const weight = slowStartWeight(node.freshSinceMs, nowMs);
  return weight === 1 ? sessionsMax : Math.min(sessionsMax, Math.max(SESSIONS_MIN, Math.floor(sessionsMax * weight)));
}

/** Charged and not seen yet, at most; Infinity for nodes that are long there. */
export function inFlightMax(node: NodeView, sessionsMax: number, nowMs: number): number {
  if (slowStartWeight(node.freshSinceMs, nowMs) === 1) return Number.POSITIVE_INFINITY;
  return Math.max(IN_FLIGHT_MIN, Math.floor(sessionsMax * IN_FLIGHT_SHARE));
}
