// A phase of retries, from a loss (or from connect) until success or giving up. It counts attempts and time, waits, and
// reports when the next attempt is due. reconnect.ts decides.
import { MeridianClientError } from '../errors.ts';
import {
  connectPolicy,
  nextAttempt,
  oncePolicy,
  overloadPolicy,
  type ReconnectPolicy,
  waitPolicy,
} from './reconnect.ts';
import { overloadCodes, type Throttle } from './throttle.ts';

export interface RetryPhasePorts {
  due(): void;
  gaveUp(error: MeridianClientError): void;
}

export class RetryPhase {
  readonly #ports: RetryPhasePorts;
  readonly #throttle: Throttle;
  #policy: ReconnectPolicy = connectPolicy;
  #attempts = 0;
  #startedMs = 0;
  #error: MeridianClientError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `throttle`: shared by clients at the same place, such as the rooms of a page. */
  constructor(ports: RetryPhasePorts, throttle: Throttle) {
    this.#ports = ports;
    this.#throttle = throttle;
  }

  get attempts(): number {
    return this.#attempts;
  }

  begin(attemptsMade: number): void {
    this.#attempts = attemptsMade;
    this.#startedMs = performance.now();
  }

  succeeded(): void {
    this.#error = undefined;
  }

  schedule(policy: ReconnectPolicy, error: MeridianClientError | undefined): void {
    this.#error = error ?? this.#error;
    const refused = error !== undefined && overloadCodes.has(error.code);
    this.#plan(policy, error, refused ? this.#throttle.spend(performance.now()) : 0);
  }

  /** `budgetMs`: time until the throttle's budget allows the next attempt. */
  #plan(policy: ReconnectPolicy, error: MeridianClientError | undefined, budgetMs: number): void {
    this.#policy = policy;
    const decision = nextAttempt(
      error?.code === 'OVERLOADED' && policy !== oncePolicy ? withOverloadPatience(policy) : policy,
      {
        attempt: this.#attempts,
        elapsedMs: performance.now() - this.#startedMs,
        retryAfterMs: Math.max(error?.retryAfterMs ?? 0, budgetMs),
        // Before the first attempt the error is the loss itself; only a failed attempt can forbid the next.
        retryable: this.#attempts === 0 || error === undefined || error.retryable,
      },
      Math.random,
    );
    this.stop();
    if (!decision.retry) {
      this.#ports.gaveUp(this.#finalError(policy));
      return;
    }
    this.#attempts += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#attempt();
    }, decision.delayMs);
  }

  hurry(): boolean {
    if (this.#timer === undefined) return false;
    this.stop();
    this.#attempt();
    return true;
  }

  /** Restarts the running attempt, unless the throttle holds back the further request to the service. */
  restart(): void {
    if (this.#throttle.attempt(performance.now(), Math.random)) this.#ports.due();
  }

  /** Makes the attempt; if the throttle holds it back, plans another on the budget that is paid and unused. */
  #attempt(): void {
    if (this.#throttle.attempt(performance.now(), Math.random)) this.#ports.due();
    else this.#plan(this.#policy, this.#error, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Returns the last error of a first connect; for a lost connection RECONNECT_FAILED, with that as its cause. */
  #finalError(policy: ReconnectPolicy): MeridianClientError {
    const cause = this.#error ?? new MeridianClientError('SOCKET_FAILED');
    return firstPolicies.has(policy) ? cause : new MeridianClientError('RECONNECT_FAILED', cause.message, { cause });
  }
}

const firstPolicies: ReadonlySet<ReconnectPolicy> = new Set([connectPolicy, oncePolicy, waitPolicy]);

/** Waits like an overloaded service asks, without giving up earlier. */
const withOverloadPatience = ({ giveUpMs }: ReconnectPolicy): ReconnectPolicy => ({
  ...overloadPolicy,
  giveUpMs: Math.max(giveUpMs, overloadPolicy.giveUpMs),
});
