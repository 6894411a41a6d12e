// Decides whether and when a failed call or part is retried.

const FIRST_WAIT_MS = 500;
/** A link that returns after an hour is found within this time. */
const WAIT_MS_MAX = 30_000;
/** Consecutive 4xx answers to a part without any accepted byte; with the waits they take minutes. */
const REFUSALS_MAX = 12;

/**
 * Returns the wait before the next try after `tries` consecutive failures. Full jitter, so that clients of one node do
 * not coincide.
 */
export const waitMs = (tries: number, random: number): number =>
  random * Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(tries, 16));

/** Tries without an answer before the api is asked again, as a node that is gone for good does not say so. */
const ASK_EVERY = 4;

/**
 * Returns the wait between two looks at an upload that is being checked, which takes seconds for a small file and an
 * hour for a large one.
 */
export const lookMs = (looks: number, random: number): number =>
  Math.min(10_000, 300 * 1.5 ** Math.min(looks, 16)) * (0.75 + random / 2);

/**
 * `again`: retry after a wait; `fresh`: retry with fresh URLs from the api; `changed`: the bytes differ from the
 * announced hashes; `refused`: give up.
 */
export type Next = 'again' | 'fresh' | 'changed' | 'refused';

/** The api is asked after each 404 or 410. */
const PASSING = new Set([404, 408, 409, 410, 423, 425, 429]);

/**
 * Decides by the `status` of a part's answer (0: no answer), the consecutive `tries` before it, and the `refusals`
 * (4xx) among them. Only the api decides whether an upload still exists: a node may be about to come back.
 */
export function afterStatus(status: number, { tries, refusals }: { tries: number; refusals: number }): Next {
  if (status === 460) return 'changed';
  if (status === 404 || status === 410) return 'fresh';
  if (!isRefusal(status)) return tries % ASK_EVERY === ASK_EVERY - 1 ? 'fresh' : 'again';
  if (refusals >= REFUSALS_MAX) return 'refused';
  return status === 401 || status === 403 ? 'fresh' : 'again';
}

export const isRefusal = (status: number): boolean => status >= 400 && status < 500 && !PASSING.has(status);

export interface CallFailure {
  readonly code: string;
  readonly status: number;
  readonly retryAfterMs: number;
}

/** Returns the facts of an error of the api's client; undefined for other errors. */
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

const PASSING_CODES = new Set(['API_UNREACHABLE', 'RATE_LIMITED', 'IDEMPOTENCY_IN_FLIGHT']);
const PASSING_STATUSES = new Set([502, 503, 504]);

/** Returns whether a call of the api is worth a retry. */
export const isPassing = ({ code, status }: CallFailure): boolean =>
  PASSING_CODES.has(code) || PASSING_STATUSES.has(status);
