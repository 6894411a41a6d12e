// Whether a machine is fast enough for an effect: what was measured in each second, and when it is too slow.

/** Of one second, or about one. */
export interface SecondOfWork {
  readonly frames: number;
  /** Frames that came and were not processed. */
  readonly dropped: number;
  /** How long frames took, in the last seconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Between two frames that came. */
  readonly intervalMs: number;
  /** Share of the time in which it was at work, 0 … 1. */
  readonly busyShare: number;
}

/**
 * Of the time between two frames. What is over is needed by the encoder and by the rest of the page; a frame that
 * takes longer than its interval makes the next one late.
 */
const intervalShareMax = 0.8;
/** Of the frames that came. A picture with one of four frames missing stutters. */
const droppedShareMax = 0.25;
/** A camera that gives fewer frames in the dark drops none: they only count when there was work all the time. */
const busyShareMin = 0.7;
/** One after another. A moment of load (another program starts, a tab is opened) passes. */
export const slowSecondsMax = 5;
/** The first seconds compile shaders and load the model into caches. */
export const warmUpSeconds = 3;

export interface SpeedState {
  readonly seconds: number;
  readonly slowSeconds: number;
}
export const initialSpeed: SpeedState = { seconds: 0, slowSeconds: 0 };

/** The state after another second; `isTooSlow`: the effect is to go off. */
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
