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
/** Share of the arriving frames. Video with one of four frames missing stutters. */
const droppedShareMax = 0.25;
/** A camera that gives fewer frames in the dark drops none, so drops count only when the effect was busy. */
const busyShareMin = 0.7;
/** In a row: a moment of load (another program starts, a tab is opened) passes. */
export const slowSecondsMax = 5;
/** The first seconds compile shaders and load the model into caches. */
export const warmUpSeconds = 3;

export interface SpeedState {
  readonly seconds: number;
  readonly slowSeconds: number;
}
export const initialSpeed: SpeedState = { seconds: 0, slowSeconds: 0 };

/** Returns the state after another second; `isTooSlow`: the effect has to go off. */
export function judgeSpeed(state: SpeedState, second: SecondOfWork): SpeedState & { readonly isTooSlow: boolean } {
  const seconds = state.seconds + 1;
  const slowSeconds = seconds > warmUpSeconds && isSlow(second) ? state.slowSeconds + 1 : 0;
  return { seconds, slowSeconds, isTooSlow: slowSeconds >= slowSecondsMax };
}

/** A second without a frame (a muted camera) is not slow. */
export function isSlow({ frames, dropped, p95Ms, intervalMs, busyShare }: SecondOfWork): boolean {
  const came = frames + dropped;
  if (came === 0) return false;
  if (intervalMs > 0 && p95Ms > intervalShareMax * intervalMs && busyShare > busyShareMin) return true;
  return dropped / came > droppedShareMax && busyShare > busyShareMin;
}
