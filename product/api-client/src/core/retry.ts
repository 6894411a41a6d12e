// When a call is made once more, and after how long.

/** What came of one try. */
export interface Outcome {
  /** 0: no answer came. */
  readonly status: number;
  readonly code: string;
  /** Of Retry-After; 0: it says nothing. */
  readonly retryAfterMs: number;
}

export interface RetryRules {
  /** Tries after the first one. */
  readonly retriesMax: number;
  /** A service that asks for more patience than this is given up: the caller decides. */
  readonly waitMaxMs: number;
}

const FIRST_WAIT_MS = 200;

/** Answers of proxies, and of an api that is busy, without its database or about to end. */
const PASSING = new Set([0, 502, 503, 504]);

/**
 * How long to wait before the next try; undefined: there is none. `isSafe`: to do it twice is to do it once. A call
 * that was refused for its rate has not been made, so every one of these may come again. `random`: 0 to 1.
 */
export function waitBeforeRetryMs(
  outcome: Outcome,
  { isSafe, retries, random }: { readonly isSafe: boolean; readonly retries: number; readonly random: number },
  { retriesMax, waitMaxMs }: RetryRules,
): number | undefined {
  if (retries >= retriesMax) return undefined;
  const { status, code, retryAfterMs } = outcome;
  const isPassing = PASSING.has(status) || code === 'IDEMPOTENCY_IN_FLIGHT';
  if (code !== 'RATE_LIMITED' && !(isSafe && isPassing)) return undefined;
  const ownMs = FIRST_WAIT_MS * 2 ** retries;
  const waitMs = Math.max(retryAfterMs, ownMs) + ownMs * random;
  return waitMs <= waitMaxMs ? waitMs : undefined;
}
