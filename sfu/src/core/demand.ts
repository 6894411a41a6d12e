// Demand for one track: the demands of local consumers and of pulling nodes, merged into what this node requests from
// its carrier (at the origin: from the publisher). A higher demand is sent at once, a lower one at most once per 3 s:
// otherwise a tile that flickers between two sizes would make a publisher start and stop an encoding, with a key frame
// each time.

import { type LayerSet, layersBetween, limitedTo } from './layer-set.ts';

/** A layer above the track's layers means the highest layer; an absent `maxTemporalLayer` does too. */
export interface ConsumerDemand {
  readonly paused: boolean;
  readonly maxSpatialLayer: number;
  /** Lowest spatial layer that the consumer may fall back to; absent: the lowest of the track. */
  readonly minSpatialLayer?: number | undefined;
  /** Set of the layers that a pulling node needs; absent or 0: all from `minSpatialLayer` to `maxSpatialLayer`. */
  readonly spatialLayers?: LayerSet | undefined;
  readonly maxTemporalLayer?: number | undefined;
}
/** Spatial layers that consumers want, and their highest temporal layer: the empty set and -1 when all are paused. */
export interface DemandLevel {
  readonly spatialLayers: LayerSet;
  readonly temporalLayer: number;
}
export interface LayerCounts {
  readonly layerCount: number;
  readonly temporalLayerCount: number;
}

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
export function fullDemand({ layerCount, temporalLayerCount }: LayerCounts): DemandState {
  const requestedLevel = { spatialLayers: layersBetween(0, layerCount - 1), temporalLayer: temporalLayerCount - 1 };
  return { requestedLevel, loweredAtMs: undefined, lowerSinceMs: undefined };
}

export function mergeDemands(demands: Iterable<ConsumerDemand>, counts: LayerCounts): DemandLevel {
  let level = noLayers;
  for (const demand of demands) {
    if (demand.paused) continue;
    const highest = within(demand.maxSpatialLayer, counts.layerCount);
    const lowest = Math.min(highest, within(demand.minSpatialLayer ?? 0, counts.layerCount));
    level = widestOf(level, {
      spatialLayers: limitedTo(demand.spatialLayers || layersBetween(lowest, highest), highest),
      temporalLayer: within(demand.maxTemporalLayer ?? Number.MAX_SAFE_INTEGER, counts.temporalLayerCount),
    });
  }
  return level;
}

/**
 * Adds layers at once. Leaves layers out once `wanted` has been less for `holdMs`, but at most once per `periodMs`.
 */
export function stepDemand(o: {
  state: DemandState;
  wanted: DemandLevel;
  nowMs: number;
  holdMs: number;
  periodMs?: number;
}): DemandStep {
  const { state, wanted, nowMs } = o;
  const widened = widestOf(state.requestedLevel, wanted);
  const isLower = !isSame(widened, wanted);
  const lowerSinceMs = state.lowerSinceMs ?? nowMs;
  const earliestMs = Math.max(
    lowerSinceMs + o.holdMs,
    state.loweredAtMs === undefined ? nowMs : state.loweredAtMs + (o.periodMs ?? demandPeriodMs),
  );
  const isWaiting = isLower && nowMs < earliestMs;
  const requestedLevel = isWaiting ? widened : wanted;
  return {
    state: {
      requestedLevel,
      loweredAtMs: isLower && !isWaiting ? nowMs : state.loweredAtMs,
      lowerSinceMs: isWaiting ? lowerSinceMs : undefined,
    },
    newRequest: isSame(requestedLevel, state.requestedLevel) ? undefined : requestedLevel,
    nextStepInMs: isWaiting ? earliestMs - nowMs : undefined,
  };
}

const noLayers: DemandLevel = { spatialLayers: 0, temporalLayer: -1 };

const within = (layer: number, count: number): number => Math.min(Math.max(0, Math.trunc(layer)), count - 1);

const widestOf = (a: DemandLevel, b: DemandLevel): DemandLevel => ({
  spatialLayers: a.spatialLayers | b.spatialLayers,
  temporalLayer: Math.max(a.temporalLayer, b.temporalLayer),
});

const isSame = (a: DemandLevel, b: DemandLevel): boolean =>
  a.spatialLayers === b.spatialLayers && a.temporalLayer === b.temporalLayer;
