// Decides when to retry and when to give up.
//
// Full jitter (M. Brooker, "Exponential backoff and jitter", AWS 2015): the delay is drawn from 0…cap, with a cap that
// doubles at every attempt; of all variants it best spreads a thousand clients that lost the same instance. The first
// attempt is made at once, since most losses concern a single client. A "retry after" of the service is a lower bound.
// A lost connection is retried for a time (giveUpMs), not for a number of attempts, which a service that refuses at
// once would use up in a few seconds. The cap keeps attempts few.
import { limits } from '@meridian/protocol';

export interface ReconnectPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** Absent: only time ends the retries. */
  readonly attemptsMax?: number;
  readonly giveUpMs: number;
  /** Range of the random delay before the first attempt; absent: at once. */
  readonly spreadMs?: number;
}
export interface ReconnectState {
  readonly attempt: number;
  readonly elapsedMs: number;
  readonly retryAfterMs: number;
  /** False when the error of the last attempt forbids another (an expired token). */
  readonly retryable: boolean;
}
export type ReconnectDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly reason: 'notRetryable' | 'attempts' | 'time' };

/** First connection: the user sees a spinner, nothing is lost yet, and a page that fails early can try elsewhere. */
export const connectPolicy: ReconnectPolicy = { baseMs: 300, capMs: 2000, attemptsMax: 4, giveUpMs: 15_000 };
/** First connection of a test that must show whether the first try works. */
export const oncePolicy: ReconnectPolicy = { ...connectPolicy, attemptsMax: 1 };
/** Loss of the socket while waiting before the room: a host may be about to admit the client. */
export const waitPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, giveUpMs: 120_000 };
/** Loss of the signaling socket while media does not flow: the media node keeps the session for orphanSessionMs. */
export const resumePolicy: ReconnectPolicy = { baseMs: 200, capMs: 2000, giveUpMs: limits.orphanSessionMs - 5000 };
/** Loss of the signaling socket while media flows, which the media node keeps this long. */
export const keptMediaPolicy: ReconnectPolicy = { baseMs: 200, capMs: 5000, giveUpMs: limits.sessionUnclaimedMsMax };
/** Loss of the whole session. Two minutes cover a laptop lid or a tunnel. */
export const rejoinPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, giveUpMs: 120_000 };

/** Crowd of a show: thousands lose the same node together, and have nothing to resume. */
export const crowdPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, giveUpMs: 120_000, spreadMs: 2000 };

/** Overload: the service says when to come back, and the user waits to enter. */
export const overloadPolicy: ReconnectPolicy = { baseMs: 500, capMs: 8000, giveUpMs: 180_000 };

const retryAfterCapMs = 30_000; // a page that a user looks at does not obey a service that says "in an hour"

/** Returns the decision after a failed attempt, or before the first (attempt 0). `rand` returns 0 ≤ x < 1. */
export function nextAttempt(policy: ReconnectPolicy, state: ReconnectState, rand: () => number): ReconnectDecision {
  if (!state.retryable) return { retry: false, reason: 'notRetryable' };
  if (policy.attemptsMax !== undefined && state.attempt >= policy.attemptsMax)
    return { retry: false, reason: 'attempts' };
  const firstMs = policy.spreadMs ?? 0;
  const capMs = state.attempt === 0 ? firstMs : Math.min(policy.capMs, policy.baseMs * 2 ** (state.attempt - 1));
  const floorMs = Math.min(state.retryAfterMs, retryAfterCapMs);
  const delayMs = Math.round(floorMs + rand() * capMs);
  if (state.elapsedMs + delayMs > policy.giveUpMs) return { retry: false, reason: 'time' };
  return { retry: true, delayMs };
}
