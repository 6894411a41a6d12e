// When to try again, and when to stop. Pure.
//
// Full jitter (M. Brooker, "Exponential backoff and jitter", AWS 2015): the delay is drawn from 0…cap, cap doubling
// with every attempt; of all variants it spreads a thousand clients that lost the same instance best. The first attempt
// is made at once: most losses concern one client only. A "retry after" of the service is a floor. What was there is
// tried for a time (giveUpMs), not for a number of attempts: a service that refuses at once uses up any number in a few
// seconds. The cap keeps attempts few.
import { limits } from '@meridian/protocol';

export interface ReconnectPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** None: time alone ends it. */
  readonly attemptsMax?: number;
  readonly giveUpMs: number;
  /** The first attempt is made within this time, drawn evenly; absent: at once. */
  readonly spreadMs?: number;
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

/**
 * A first connection: the user looks at a spinner, nothing is lost yet, and a page that fails soon tries another entry.
 */
export const connectPolicy: ReconnectPolicy = { baseMs: 300, capMs: 2000, attemptsMax: 4, giveUpMs: 15_000 };
/** A first connection that shows whether the first try works: a test. */
export const oncePolicy: ReconnectPolicy = { ...connectPolicy, attemptsMax: 1 };
/** The client waited in front of the room and lost its socket: a host may be about to let it in. */
export const waitPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, giveUpMs: 120_000 };
/** The signaling socket while media does not flow either: the media node keeps such a session for orphanSessionMs. */
export const resumePolicy: ReconnectPolicy = { baseMs: 200, capMs: 2000, giveUpMs: limits.orphanSessionMs - 5000 };
/**
 * The signaling socket while media flows. To give up ends a call that works, and the media node keeps it for so long.
 */
export const keptMediaPolicy: ReconnectPolicy = { baseMs: 200, capMs: 5000, giveUpMs: limits.sessionUnclaimedMsMax };
/** The whole session. Two minutes: a laptop lid, a tunnel. */
export const rejoinPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, giveUpMs: 120_000 };

/** One of the crowd of a show: thousands lose the same instance together, and have nothing to be resumed. */
export const crowdPolicy: ReconnectPolicy = { baseMs: 300, capMs: 7000, giveUpMs: 120_000, spreadMs: 2000 };

/** The service says that it has too much to do: it also says when to come back, and the user waits to come in. */
export const overloadPolicy: ReconnectPolicy = { baseMs: 500, capMs: 8000, giveUpMs: 180_000 };

const retryAfterCapMs = 30_000; // a service that says "in an hour" is not obeyed by a page that a user looks at

/** The decision after an attempt failed, or before the first one (attempt 0). `rand` answers 0 ≤ x < 1. */
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
