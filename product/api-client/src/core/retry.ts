// Decides whether a failed call is retried, and after how long.

export interface Outcome {
  /** 0 without an answer. */
  readonly status: number;
  readonly code: string;
  /** Time in Retry-After; 0 without the header. */
  readonly retryAfterMs: number;
}

export interface RetryRules {
  readonly retriesMax: number;
  /** A call gives up if the service asks it to wait longer; the caller then decides. */
  readonly waitMaxMs: number;
}

const FIRST_WAIT_MS = 200;

/** Statuses of proxies, and of an api that is busy, without its database or about to end; 0 is no answer. */
const TRANSIENT_STATUSES = new Set([0, 502, 503, 504]);

/**
 * Returns the wait before the next try, or undefined if there is none. `isSafe`: a repetition has no further effect. A
 * call refused for its rate was not carried out, so it is always retried. `random`: 0 to 1.
 */
export function waitBeforeRetryMs(
  outcome: Outcome,
  { isSafe, retries, random }: { readonly isSafe: boolean; readonly retries: number; readonly random: number },
  { retriesMax, waitMaxMs }: RetryRules,
): number | undefined {
  if (retries >= retriesMax) return undefined;
  const { status, code, retryAfterMs } = outcome;
  const isTransient = TRANSIENT_STATUSES.has(status) || code === 'IDEMPOTENCY_IN_FLIGHT';
  if (code !== 'RATE_LIMITED' && !(isSafe && isTransient)) return undefined;
  const ownMs = FIRST_WAIT_MS * 2 ** retries;
  const waitMs = Math.max(retryAfterMs, ownMs) + ownMs * random;
  return waitMs <= waitMaxMs ? waitMs : undefined;
}
