// When to try again, and when to stop. Pure.
//
// Full jitter (M. Brooker, "Exponential backoff and jitter", AWS 2015): the delay is drawn from 0…cap, cap doubling with every attempt; of
// all variants it spreads a thousand clients that lost the same instance best. The first attempt is made at once: most losses concern one
// client only. A "retry after" of the service is a floor. The client limits itself: no more than attemptsMax, none after giveUpMs.

export interface ReconnectPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  readonly attemptsMax: number;
  readonly giveUpMs: number;
}
export interface ReconnectState {
  /** Attempts made so far. */
  readonly attempt: number;
  readonly elapsedMs: number;
  /** 0 = the service said nothing. */
  readonly retryAfterMs: number;
  /** false: the error that ended the last attempt forbids another (a token that expired). */
  readonly retryable: boolean;
}
export type ReconnectDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly reason: 'notRetryable' | 'attempts' | 'time' };

/** A first connection: somebody is looking at a spinner. */
export const connectPolicy: ReconnectPolicy = { baseMs: 300, capMs: 2000, attemptsMax: 4, giveUpMs: 15_000 };
/** The signaling socket while media goes on; the media node keeps the session for 30 s (protocol limits, orphanSessionMs). */
export const resumePolicy: ReconnectPolicy = { baseMs: 200, capMs: 2000, attemptsMax: 12, giveUpMs: 25_000 };
/** The whole session. Two minutes: a laptop lid, a tunnel. */
export const rejoinPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, attemptsMax: 30, giveUpMs: 120_000 };

/** The service says that it has too much to do: it also says when to come back, and somebody waits who wants in. */
export const overloadPolicy: ReconnectPolicy = { baseMs: 500, capMs: 8000, attemptsMax: 30, giveUpMs: 180_000 };

const retryAfterCapMs = 30_000; // a service that says "in an hour" is not obeyed by a page somebody looks at

/** The decision after an attempt failed, or before the first one (attempt 0). `rand` answers 0 ≤ x < 1. */
export function nextAttempt(policy: ReconnectPolicy, state: ReconnectState, rand: () => number): ReconnectDecision {
  if (!state.retryable) return { retry: false, reason: 'notRetryable' };
  if (state.attempt >= policy.attemptsMax) return { retry: false, reason: 'attempts' };
  const capMs = state.attempt === 0 ? 0 : Math.min(policy.capMs, policy.baseMs * 2 ** (state.attempt - 1));
  const floorMs = Math.min(state.retryAfterMs, retryAfterCapMs);
  const delayMs = Math.round(floorMs + rand() * capMs);
  if (state.elapsedMs + delayMs > policy.giveUpMs) return { retry: false, reason: 'time' };
  return { retry: true, delayMs };
}
