// Decides whether a machine is fast enough for an effect, from the measurements of each second.

export interface SecondOfWork {
  readonly frames: number;
  readonly dropped: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly intervalMs: number;
  /** Share of the time spent working, 0 … 1. */
  readonly busyShare: number;
}

/** The encoder and the page need the rest of the interval, and a late frame delays the next. */
const intervalShareMax = 0.8;
/** Largest share of dropped frames; with one frame in four missing, video stutters. */
const droppedShareMax = 0.25;
/** A second with a lower busy share is not slow: a camera that sends fewer frames in the dark would look like drops. */
const busyShareMin = 0.7;
/** Slow seconds in a row that end the effect. A moment of load (a starting program, a new tab) is shorter. */
export const slowSecondsMax = 5;
/** Seconds that do not count: the effect compiles shaders and loads the model into caches. */
export const warmUpSeconds = 3;

export interface SpeedState {
  readonly seconds: number;
  readonly slowSeconds: number;
}
export const initialSpeed: SpeedState = { seconds: 0, slowSeconds: 0 };

/** Returns the state after another second; `isTooSlow`: the effect has to be switched off. */
export function judgeSpeed(state: SpeedState, second: SecondOfWork): SpeedState & { readonly isTooSlow: boolean } {
  const seconds = state.seconds + 1;
  const slowSeconds = seconds > warmUpSeconds && isSlow(second) ? state.slowSeconds + 1 : 0;
  return { seconds, slowSeconds, isTooSlow: slowSeconds >= slowSecondsMax };
}

/** Returns whether the effect was too slow in this second. A second without a frame (a muted camera) is not slow. */
export function isSlow({ frames, dropped, p95Ms, intervalMs, busyShare }: SecondOfWork): boolean {
  const arrivedFrames = frames + dropped;
  if (arrivedFrames === 0) return false;
  if (intervalMs > 0 && p95Ms > intervalShareMax * intervalMs && busyShare > busyShareMin) return true;
  return dropped / arrivedFrames > droppedShareMax && busyShare > busyShareMin;
}
