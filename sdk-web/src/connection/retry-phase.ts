// One phase of trying: from a loss (or from connect) until it works or is given up. Counts attempts and time, waits, and tells when the next
// attempt is due. reconnect.ts decides.
import { MeridianClientError } from '../errors.ts';
import { connectPolicy, nextAttempt, type ReconnectPolicy } from './reconnect.ts';

export interface RetryPhasePorts {
  due(): void;
  gaveUp(error: MeridianClientError): void;
}

export class RetryPhase {
  readonly #ports: RetryPhasePorts;
  #attempts = 0;
  #startedMs = 0;
  #error: MeridianClientError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: RetryPhasePorts) {
    this.#ports = ports;
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
    const decision = nextAttempt(
      policy,
      {
        attempt: this.#attempts,
        elapsedMs: performance.now() - this.#startedMs,
        retryAfterMs: error?.retryAfterMs ?? 0,
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
      this.#ports.due();
    }, decision.delayMs);
  }

  /** The attempt that waits is made now; false when none waits. */
  hurry(): boolean {
    if (this.#timer === undefined) return false;
    this.stop();
    this.#ports.due();
    return true;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A first connect ends with what went wrong; a connection that was there ends with RECONNECT_FAILED and that as its cause. */
  #lastWord(policy: ReconnectPolicy): MeridianClientError {
    const cause = this.#error ?? new MeridianClientError('SOCKET_FAILED');
    return policy === connectPolicy ? cause : new MeridianClientError('RECONNECT_FAILED', cause.message, { cause });
  }
}
