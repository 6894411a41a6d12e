export interface Runtime {
  random(): number;
  nowMs(): number;
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * A request without progress is repeated after this time, as a broken link may be silent. A slow link empties its
   * buffers much sooner.
   */
  readonly stallMs: number;
}

export const realRuntime: Runtime = {
  random: Math.random,
  nowMs: () => performance.now(),
  pause: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    }),
  stallMs: 120_000,
};

/** Rejects when the signal fires, for calls that take no signal. */
export function orAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
