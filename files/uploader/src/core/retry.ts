// Decides whether and when a failed call or part is retried.

const FIRST_WAIT_MS = 500;
/** Maximum wait before a retry, so that a link that returns after an hour is found within this time. */
const WAIT_MS_MAX = 30_000;
/** Consecutive 4xx answers to a part without progress; with the waits they take minutes. */
const REFUSALS_MAX = 12;

/** Full jitter, so that clients of one node do not coincide. `tries` have failed in a row. */
export const retryDelayMs = (tries: number, random: number): number =>
  random * Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(tries, 16));

/** Tries without an answer after which the api is asked where the part is now: the node may be gone for good. */
const REFRESH_EVERY = 4;

/** Returns the wait between two polls of an upload that is being checked, which takes seconds to an hour. */
export const pollDelayMs = (looks: number, random: number): number =>
  Math.min(10_000, 300 * 1.5 ** Math.min(looks, 16)) * (0.75 + random / 2);

/** `again`: retry; `fresh`: retry with fresh URLs; `changed`: the bytes differ from the hashes; `refused`: give up. */
export type RetryDecision = 'again' | 'fresh' | 'changed' | 'refused';

/** Statuses from 400 to 499 that are no refusal, as the part may succeed later. */
const RETRYABLE_STATUSES = new Set([404, 408, 409, 410, 423, 425, 429]);

/**
 * Decides what follows a failed try. `status` is 0 without an answer; `tries` counts the tries in a row without
 * progress, `refusals` those that the node refused. Only the api decides whether an upload still exists, as a node may
 * be about to come back.
 */
export function decideRetry(status: number, { tries, refusals }: { tries: number; refusals: number }): RetryDecision {
  if (status === 460) return 'changed';
  if (status === 404 || status === 410) return 'fresh';
  if (!isRefusal(status)) return tries % REFRESH_EVERY === REFRESH_EVERY - 1 ? 'fresh' : 'again';
  if (refusals >= REFUSALS_MAX) return 'refused';
  return status === 401 || status === 403 ? 'fresh' : 'again';
}

export const isRefusal = (status: number): boolean => status >= 400 && status < 500 && !RETRYABLE_STATUSES.has(status);

export interface CallFailure {
  readonly code: string;
  readonly status: number;
  readonly retryAfterMs: number;
}

export function callFailureOf(error: unknown): CallFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, status, retryAfterMs } = error as Partial<Record<keyof CallFailure, unknown>>;
  if (typeof code !== 'string') return undefined;
  return {
    code,
    status: typeof status === 'number' ? status : -1,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : 0,
  };
}

const RETRYABLE_CODES = new Set(['API_UNREACHABLE', 'RATE_LIMITED', 'IDEMPOTENCY_IN_FLIGHT']);
const RETRYABLE_CALL_STATUSES = new Set([502, 503, 504]);

export const isRetryable = ({ code, status }: CallFailure): boolean =>
  RETRYABLE_CODES.has(code) || RETRYABLE_CALL_STATUSES.has(status);
