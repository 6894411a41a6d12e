// What is wanted of one track: the demands of local consumers and of downstream nodes, merged into what the carrier
// above (or at the origin: the publisher) is asked for. More is asked for at once; less at most once per 3 s, so that a
// tile that flickers between two sizes does not make a publisher start and stop an encoding (and send a key frame each
// time).

/** One consumer's demand. `maxSpatialLayer` counts from 0; above the track's own layers means the highest. */
export interface ConsumerDemand {
  readonly paused: boolean;
  readonly maxSpatialLayer: number;
}
/** -1: no consumer wants anything (paused); else the highest spatial layer that one of them wants. */
export type DemandLevel = number;

export interface DemandState {
  /** What was last asked for. */
  readonly asked: DemandLevel;
  /** When it last went down, on the caller's monotonic clock; undefined: never. */
  readonly loweredAtMs: number | undefined;
  /** Since when less than `asked` has been wanted without a break; undefined: not. */
  readonly lowerSinceMs: number | undefined;
}
export interface DemandStep {
  readonly state: DemandState;
  /** To be sent upstream now. */
  readonly ask: DemandLevel | undefined;
  /** When to look again if no demand changes before. */
  readonly lookAgainInMs: number | undefined;
}

export const demandPeriodMs = 3000;

/** The starting point: the carrier (at the origin: the publisher) sends everything until it gets a demand. */
export function fullDemand(layerCount: number): DemandState {
  return { asked: layerCount - 1, loweredAtMs: undefined, lowerSinceMs: undefined };
}

/**
 * The highest layer any demand names, -1 when none does. Spatial layers are whole numbers: that is the quantisation.
 */
export function mergeDemands(demands: Iterable<ConsumerDemand>, layerCount: number): DemandLevel {
  let level = -1;
  for (const demand of demands) {
    if (demand.paused) continue;
    level = Math.max(level, Math.min(Math.max(0, Math.trunc(demand.maxSpatialLayer)), layerCount - 1));
  }
  return level;
}

/**
 * One step: what to ask now, given the merged demand. Up at once. Down when the last lowering is `periodMs` ago and
 * less has been wanted for `holdMs` (0 for a step between layers; the same period without a consumer at the origin).
 */
export function stepDemand(o: {
  state: DemandState;
  wanted: DemandLevel;
  nowMs: number;
  holdMs: number;
  periodMs?: number;
}): DemandStep {
  const { state, wanted, nowMs } = o;
  if (wanted > state.asked) {
    return { state: { ...state, asked: wanted, lowerSinceMs: undefined }, ask: wanted, lookAgainInMs: undefined };
  }
  if (wanted === state.asked) {
    return { state: { ...state, lowerSinceMs: undefined }, ask: undefined, lookAgainInMs: undefined };
  }
  const lowerSinceMs = state.lowerSinceMs ?? nowMs;
  const earliestMs = Math.max(
    lowerSinceMs + o.holdMs,
    state.loweredAtMs === undefined ? nowMs : state.loweredAtMs + (o.periodMs ?? demandPeriodMs),
  );
  if (nowMs < earliestMs) {
    return { state: { ...state, lowerSinceMs }, ask: undefined, lookAgainInMs: earliestMs - nowMs };
  }
  return {
    state: { asked: wanted, loweredAtMs: nowMs, lowerSinceMs: undefined },
    ask: wanted,
    lookAgainInMs: undefined,
  };
}
