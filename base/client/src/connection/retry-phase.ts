// One phase of trying: from a loss (or from connect) until it works or is given up. Counts attempts and time, waits,
// and tells when the next attempt is due. reconnect.ts decides.
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

  /** `throttle`: shared by all that connect from one place, such as the rooms of a page. */
  constructor(ports: RetryPhasePorts, throttle: Throttle) {
    this.#ports = ports;
    this.#throttle = throttle;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** A phase begins: its attempts and its time are counted from now. */
  begin(attemptsMade: number): void {
    this.#attempts = attemptsMade;
    this.#startedMs = performance.now();
  }

  /** It works again. */
  succeeded(): void {
    this.#error = undefined;
  }

  /** Plans the next attempt after `error`, or gives up. */
  schedule(policy: ReconnectPolicy, error: MeridianClientError | undefined): void {
    this.#error = error ?? this.#error;
    const refused = error !== undefined && overloadCodes.has(error.code);
    this.#plan(policy, error, refused ? this.#throttle.spend(performance.now()) : 0);
  }

  /** `budgetMs`: how long the next attempt waits for its budget. */
  #plan(policy: ReconnectPolicy, error: MeridianClientError | undefined, budgetMs: number): void {
    this.#policy = policy;
    const decision = nextAttempt(
      error?.code === 'OVERLOADED' && policy !== oncePolicy ? patient(policy) : policy,
      {
        attempt: this.#attempts,
        elapsedMs: performance.now() - this.#startedMs,
        retryAfterMs: Math.max(error?.retryAfterMs ?? 0, budgetMs),
        // The loss that began a phase is over and done with; only a failed attempt can forbid the next one.
        retryable: this.#attempts === 0 || error === undefined || error.retryable,
      },
      Math.random,
    );
    this.stop();
    if (!decision.retry) {
      this.#ports.gaveUp(this.#lastWord(policy));
      return;
    }
    this.#attempts += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#attempt();
    }, decision.delayMs);
  }

  /** The attempt that waits is made now; false when none waits. */
  hurry(): boolean {
    if (this.#timer === undefined) return false;
    this.stop();
    this.#attempt();
    return true;
  }

  /**
   * The attempt that is under way is begun anew; it goes on as it is when the throttle keeps that back, as it is one
   * more question to the service.
   */
  anew(): void {
    if (this.#throttle.attempt(performance.now(), Math.random)) this.#ports.due();
  }

  /**
   * Made unless the throttle keeps it back: then another is planned on the budget that this one has paid for and not
   * used.
   */
  #attempt(): void {
    if (this.#throttle.attempt(performance.now(), Math.random)) this.#ports.due();
    else this.#plan(this.#policy, this.#error, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /**
   * A first connect ends with what went wrong; a connection that was there ends with RECONNECT_FAILED and that as its
   * cause.
   */
  #lastWord(policy: ReconnectPolicy): MeridianClientError {
    const cause = this.#error ?? new MeridianClientError('SOCKET_FAILED');
    return firstPolicies.has(policy) ? cause : new MeridianClientError('RECONNECT_FAILED', cause.message, { cause });
  }
}

const firstPolicies: ReadonlySet<ReconnectPolicy> = new Set([connectPolicy, oncePolicy, waitPolicy]);

/** As a service that has too much to do asks for it, and not given up sooner for that. */
const patient = ({ giveUpMs }: ReconnectPolicy): ReconnectPolicy => ({
  ...overloadPolicy,
  giveUpMs: Math.max(giveUpMs, overloadPolicy.giveUpMs),
});
