// What an upload has of its platform: chance, time, waiting.

export interface Means {
  /** From 0 to 1. */
  random(): number;
  nowMs(): number;
  /** Rejects when the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * A request of which so long nothing moves is made anew: a link that went away says nothing. Much longer than what a
   * slow link holds in its buffers.
   */
  readonly stallMs: number;
}

export const platform: Means = {
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

/** Rejects as soon as the signal is aborted, for calls that know no signal. */
export function orAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
