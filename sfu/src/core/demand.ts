// Demand for one track: the demands of local consumers and of pulling nodes, merged into what this node requests from
// its carrier (at the origin: from the publisher). A higher demand is sent at once, a lower one at most once per 3 s:
// otherwise a tile that flickers between two sizes would make a publisher start and stop an encoding, with a key frame
// each time.

/** A layer above the track's layers means the highest layer; an absent `maxTemporalLayer` does too. */
export interface ConsumerDemand {
  readonly paused: boolean;
  readonly maxSpatialLayer: number;
  /** Lowest spatial layer that the consumer may fall back to; absent: the lowest of the track. */
  readonly minSpatialLayer?: number | undefined;
  readonly maxTemporalLayer?: number | undefined;
  /** Receivers of an SVC track by this consumer; absent: one cannot follow a change between K-SVC and full SVC. */
  readonly receivers?: number | undefined;
}
/** Highest and lowest spatial layer and highest temporal layer that any consumer wants; all -1 when all are paused. */
export interface DemandLevel {
  readonly spatialLayer: number;
  readonly lowestSpatialLayer: number;
  readonly temporalLayer: number;
  /** Receivers, rounded up to one of `receiverSteps`; absent as in `ConsumerDemand`. */
  readonly receivers?: number | undefined;
}
export interface LayerCounts {
  readonly layerCount: number;
  readonly temporalLayerCount: number;
}

export interface DemandState {
  readonly requestedLevel: DemandLevel;
  /**
   * True when the publisher of an SVC track should send full SVC: with K-SVC every lower layer for anyone costs a key
   * frame for all.
   */
  readonly isCrowded: boolean;
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
/** A crowd begins above the one and ends at the other. */
const crowdMin = 10;
const fewMax = 5;
/** Steps in which numbers of receivers are reported, so that a room that grows causes few messages. */
const receiverSteps = [1, 2, fewMax, crowdMin, 2 * crowdMin];

/** The carrier (at the origin: the publisher) sends everything until it gets a demand. */
export function fullDemand({ layerCount, temporalLayerCount }: LayerCounts): DemandState {
  const requestedLevel = {
    spatialLayer: layerCount - 1,
    lowestSpatialLayer: 0,
    temporalLayer: temporalLayerCount - 1,
  };
  return { requestedLevel, isCrowded: false, loweredAtMs: undefined, lowerSinceMs: undefined };
}

export function mergeDemands(demands: Iterable<ConsumerDemand>, counts: LayerCounts): DemandLevel {
  let level = noLayers;
  let receivers: number | undefined = 0;
  for (const demand of demands) {
    if (demand.paused) continue;
    receivers = demand.receivers === undefined || receivers === undefined ? undefined : receivers + demand.receivers;
    const spatialLayer = within(demand.maxSpatialLayer, counts.layerCount);
    level = widestOf(level, {
      spatialLayer,
      lowestSpatialLayer: Math.min(spatialLayer, within(demand.minSpatialLayer ?? 0, counts.layerCount)),
      temporalLayer: within(demand.maxTemporalLayer ?? Number.MAX_SAFE_INTEGER, counts.temporalLayerCount),
    });
  }
  if (receivers === undefined || level.spatialLayer < 0) return level;
  const sum = receivers;
  return { ...level, receivers: receiverSteps.find((step) => step >= sum) ?? 2 * crowdMin };
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
  const widened = { ...widestOf(state.requestedLevel, wanted), receivers: wanted.receivers };
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
      isCrowded: isCrowded(state.isCrowded, wanted.receivers),
      loweredAtMs: isLower && !isWaiting ? nowMs : state.loweredAtMs,
      lowerSinceMs: isWaiting ? lowerSinceMs : undefined,
    },
    newRequest: isSame(requestedLevel, state.requestedLevel) ? undefined : requestedLevel,
    nextStepInMs: isWaiting ? earliestMs - nowMs : undefined,
  };
}

/** Returns whether a publisher has to send other layers or another mode; it is not informed of numbers of receivers. */
export const concernsPublisher = (before: DemandState, after: DemandState): boolean =>
  before.isCrowded !== after.isCrowded || !hasSameLayers(before.requestedLevel, after.requestedLevel);

function isCrowded(wasCrowded: boolean, receivers: number | undefined): boolean {
  if (receivers === undefined) return false;
  return receivers > crowdMin || (wasCrowded && receivers > fewMax);
}

const noLayers: DemandLevel = { spatialLayer: -1, lowestSpatialLayer: -1, temporalLayer: -1 };

const within = (layer: number, count: number): number => Math.min(Math.max(0, Math.trunc(layer)), count - 1);

function widestOf(a: DemandLevel, b: DemandLevel): DemandLevel {
  if (a.spatialLayer < 0) return b;
  if (b.spatialLayer < 0) return a;
  return {
    spatialLayer: Math.max(a.spatialLayer, b.spatialLayer),
    lowestSpatialLayer: Math.min(a.lowestSpatialLayer, b.lowestSpatialLayer),
    temporalLayer: Math.max(a.temporalLayer, b.temporalLayer),
  };
}

const isSame = (a: DemandLevel, b: DemandLevel): boolean => hasSameLayers(a, b) && a.receivers === b.receivers;
const hasSameLayers = (a: DemandLevel, b: DemandLevel): boolean =>
  a.spatialLayer === b.spatialLayer &&
  a.lowestSpatialLayer === b.lowestSpatialLayer &&
  a.temporalLayer === b.temporalLayer;
