// The clock as a parameter, so that tests control it.

export interface PlayTimer {
  /** Idempotent. */
  cancel(): void;
}

export interface PlayClock {
  nowMs(): number;
  after(delayMs: number, fn: () => void): PlayTimer;
}

export const pageClock: PlayClock = {
  nowMs: () => performance.now(),
  after(delayMs, fn) {
    const timer = window.setTimeout(fn, delayMs);
    return { cancel: () => window.clearTimeout(timer) };
  },
};
