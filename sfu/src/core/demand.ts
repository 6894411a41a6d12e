// Demand for one track: the demands of local consumers and of pulling nodes, merged into what this node requests from
// its carrier (at the origin: from the publisher). A higher demand is sent at once, a lower one at most once per 3 s:
// otherwise a tile that flickers between two sizes would make a publisher start and stop an encoding, with a key frame
// each time.

/** A `maxSpatialLayer` above the track's layers means the highest layer. */
export interface ConsumerDemand {
  readonly paused: boolean;
  readonly maxSpatialLayer: number;
}
/** Highest spatial layer that any consumer wants; -1 when all are paused. */
export type DemandLevel = number;

export interface DemandState {
  readonly requestedLevel: DemandLevel;
  /** Time of the last lowering, on the caller's monotonic clock; undefined: never lowered. */
  readonly loweredAtMs: number | undefined;
  /** Time since when the demand has been below `requestedLevel`; undefined: it is not below. */
  readonly lowerSinceMs: number | undefined;
}
export interface DemandStep {
  readonly state: DemandState;
  readonly newRequest: DemandLevel | undefined;
  /** Time until the next step if no demand changes before. */
  readonly nextStepInMs: number | undefined;
}

export const demandPeriodMs = 3000;

/** The carrier (at the origin: the publisher) sends everything until it gets a demand. */
export function fullDemand(layerCount: number): DemandState {
  return { requestedLevel: layerCount - 1, loweredAtMs: undefined, lowerSinceMs: undefined };
}

export function mergeDemands(demands: Iterable<ConsumerDemand>, layerCount: number): DemandLevel {
  let level = -1;
  for (const demand of demands) {
    if (demand.paused) continue;
    level = Math.max(level, Math.min(Math.max(0, Math.trunc(demand.maxSpatialLayer)), layerCount - 1));
  }
  return level;
}

/** Raises the level at once. Lowers it once `wanted` has been lower for `holdMs`, but at most once per `periodMs`. */
export function stepDemand(o: {
  state: DemandState;
  wanted: DemandLevel;
  nowMs: number;
  holdMs: number;
  periodMs?: number;
}): DemandStep {
  const { state, wanted, nowMs } = o;
  if (wanted > state.requestedLevel) {
    return {
      state: { ...state, requestedLevel: wanted, lowerSinceMs: undefined },
      newRequest: wanted,
      nextStepInMs: undefined,
    };
  }
  if (wanted === state.requestedLevel) {
    return { state: { ...state, lowerSinceMs: undefined }, newRequest: undefined, nextStepInMs: undefined };
  }
  const lowerSinceMs = state.lowerSinceMs ?? nowMs;
  const earliestMs = Math.max(
    lowerSinceMs + o.holdMs,
    state.loweredAtMs === undefined ? nowMs : state.loweredAtMs + (o.periodMs ?? demandPeriodMs),
  );
  if (nowMs < earliestMs) {
    return { state: { ...state, lowerSinceMs }, newRequest: undefined, nextStepInMs: earliestMs - nowMs };
  }
  return {
    state: { requestedLevel: wanted, loweredAtMs: nowMs, lowerSinceMs: undefined },
    newRequest: wanted,
    nextStepInMs: undefined,
  };
}
