// What follows a failure of a call or a part, and when.

const FIRST_WAIT_MS = 500;
/** A link that was away for an hour is found within this time. */
const WAIT_MS_MAX = 30_000;
/** Answers 4xx to one part, one after another and with nothing accepted between: minutes, with the waits. */
const REFUSALS_MAX = 12;

/** Before the next try; `tries`: that have failed, one after another. Full jitter: clients of one node do not meet. */
export const waitMs = (tries: number, random: number): number =>
  random * Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(tries, 16));

/** Tries without an answer: a node that is gone for good does not say so. */
const ASK_EVERY = 4;

/** Between two looks at an upload that is checked: seconds for a small file, an hour for a large one. */
export const lookMs = (looks: number, random: number): number =>
  Math.min(10_000, 300 * 1.5 ** Math.min(looks, 16)) * (0.75 + random / 2);

/**
 * `again`: after a wait; `fresh`: also with what the api says then; `changed`: the bytes are not those that were
 * announced; `refused`: it makes no sense.
 */
export type Next = 'again' | 'fresh' | 'changed' | 'refused';

/** Of 404 and 410 the api is asked each time. */
const PASSING = new Set([404, 408, 409, 410, 423, 425, 429]);

/**
 * `status` of a part's answer; 0: none came. `tries` before it, one after another; `refusals`: those answered 4xx. The
 * api decides whether an upload is still there: until it says no, a node may be about to come back.
 */
export function afterStatus(status: number, { tries, refusals }: { tries: number; refusals: number }): Next {
  if (status === 460) return 'changed';
  if (status === 404 || status === 410) return 'fresh';
  if (!isRefusal(status)) return tries % ASK_EVERY === ASK_EVERY - 1 ? 'fresh' : 'again';
  if (refusals >= REFUSALS_MAX) return 'refused';
  return status === 401 || status === 403 ? 'fresh' : 'again';
}

/** Whether a status counts as a refusal. */
export const isRefusal = (status: number): boolean => status >= 400 && status < 500 && !PASSING.has(status);

export interface CallFailure {
  readonly code: string;
  readonly status: number;
  readonly retryAfterMs: number;
}

/** What an error says of itself, if it is one of the api's client. */
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

/** Whether a call of the api is worth another try. */
export const isPassing = ({ code, status }: CallFailure): boolean =>
  PASSING_CODES.has(code) || PASSING_STATUSES.has(status);
