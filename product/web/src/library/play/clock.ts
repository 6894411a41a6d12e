// The page's time, as an argument: tests give one that they turn.

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
