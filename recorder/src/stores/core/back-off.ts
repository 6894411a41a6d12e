export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before the attempt after `failures` failures in a row. Half of it is random ("equal jitter" of
 * M. Brooker, Exponential Backoff And Jitter, 2015), so that recorders do not return together.
 * @param random a number in [0, 1)
 */
export function backOffMs({ firstMs, maxMs }: BackOff, failures: number, random: number): number {
  // 2^30 is above every limit; more would overflow.
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return fullMs / 2 + (fullMs / 2) * random;
}
