const TICK_MS = 5;

/**
 * Starts a stopwatch of this process's own time, which stops while the machine gives the process no time. Call the
 * returned function once, for the milliseconds since then.
 */
export function awakeMs(): () => number {
  let awake = 0;
  let lastMs = performance.now();
  const look = (): void => {
    const nowMs = performance.now();
    awake += Math.min(nowMs - lastMs, 2 * TICK_MS);
    lastMs = nowMs;
  };
  const timer = setInterval(look, TICK_MS);
  return () => {
    clearInterval(timer);
    look();
    return awake;
  };
}
