/** Time for which a delivery is retried, counted from the storing of its event. */
export const RETRIED_MS = 24 * 3600_000;
/** Time for which a failing delivery blocks later deliveries of its room. */
export const BLOCKS_MS = 60_000;
/** Pauses between attempts: six attempts within the first minute, then fewer, finally one every two hours. */
const PAUSES_MS = [1_000, 3_000, 6_000, 12_000, 24_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 7_200_000];

export interface Outcome {
  /** HTTP status; 0 if no answer came. */
  readonly status: number;
  /** Error code: TIMEOUT, TARGET_REFUSED, REDIRECT, ECONNREFUSED, …; '' without an error. */
  readonly error: string;
  readonly tookMs: number;
  /** Retry-After of the answer; 0 if absent. */
  readonly retryAfterMs: number;
}

export type Verdict =
  | { readonly type: 'delivered' }
  /** 410 Gone: the receiver wants no more deliveries. */
  | { readonly type: 'gone' }
  | { readonly type: 'failed' }
  | { readonly type: 'again'; readonly nextMs: number };

/**
 * Decides what follows an attempt (counted from 1). A receiver that is being set up answers 401 or 404, so these are
 * retried.
 */
export function verdict(
  { status, retryAfterMs }: Outcome,
  o: { readonly attempts: number; readonly createdMs: number; readonly nowMs: number; readonly random: number },
): Verdict {
  if (status >= 200 && status < 300) return { type: 'delivered' };
  if (status === 410) return { type: 'gone' };
  const pauseMs = PAUSES_MS[Math.min(o.attempts, PAUSES_MS.length) - 1] ?? 0;
  const usualMs = pauseMs * (0.75 + o.random / 2);
  const nextMs = Math.round(o.nowMs + Math.max(usualMs, Math.min(retryAfterMs, 3600_000)));
  return nextMs > o.createdMs + RETRIED_MS ? { type: 'failed' } : { type: 'again', nextMs };
}

/** Parses a Retry-After header, seconds or a date; 0 for invalid text. */
export function retryAfterMsOf(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
