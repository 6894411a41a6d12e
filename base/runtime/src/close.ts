import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

interface Step {
  name: string;
  close: (cause: string) => void | Promise<void>;
}

/**
 * Ordered shutdown: the last step added closes first. Each step gets `stepLimitMs`; a step that fails or takes longer
 * is logged and left behind. `close` never rejects.
 */
export class CloseStack {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #stepLimitMs: number;
  readonly #steps: Step[] = [];
  #closing: Promise<void> | undefined;
  #cause = '';
  #leave: (() => Promise<void>) | undefined;

  constructor(o: { log: Logger; clock: Clock; stepLimitMs: number }) {
    this.#log = o.log;
    this.#clock = o.clock;
    this.#stepLimitMs = o.stepLimitMs;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /** Registers a step. After `close` was called the step runs at once: a late resource must not stay open. */
  add(name: string, close: (cause: string) => void | Promise<void>): void {
    const step = { name, close };
    if (this.#closing === undefined) this.#steps.push(step);
    else this.#closing = Promise.all([this.#closing, this.#runStep(step, this.#cause)]).then(() => undefined);
  }

  /** Registers the wait, bounded in time, with which an unhurried end begins, before anything closes. */
  onLeave(leave: () => Promise<void>): void {
    this.#leave = leave;
  }

  get canLeave(): boolean {
    return this.#leave !== undefined;
  }

  /** Resolves when nothing is left that a close would cut, or at the limit of the wait. Closes nothing. */
  async leave(): Promise<void> {
    try {
      await this.#leave?.();
    } catch (error) {
      this.#log.error({ err: error }, 'leaving failed; closing');
    }
  }

  /** Runs all steps, last added first. Idempotent: later calls wait for the first, and their cause is dropped. */
  close(cause: string): Promise<void> {
    if (this.#closing === undefined) {
      this.#cause = cause;
      this.#closing = this.#runAll(cause);
    }
    return this.#closing;
  }

  async #runAll(cause: string): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await this.#runStep(step, cause);
  }

  async #runStep(step: Step, cause: string): Promise<void> {
    const startMs = this.#clock.nowMs();
    let cancelLimit = (): void => undefined;
    const limit = new Promise<'late'>((resolve) => {
      const timer = this.#clock.after(this.#stepLimitMs, () => resolve('late'));
      cancelLimit = () => timer.cancel();
    });
    const run = (async () => step.close(cause))();
    try {
      const end = await Promise.race([run, limit]);
      const tookMs = Math.round(this.#clock.nowMs() - startMs);
      if (end === 'late') this.#leaveBehind(step, run);
      else this.#log.debug({ step: step.name, cause, tookMs }, 'closed');
    } catch (error) {
      this.#log.error({ step: step.name, cause, err: error }, 'closing failed; going on with the next step');
    } finally {
      cancelLimit();
    }
  }

  #leaveBehind(step: Step, run: Promise<void>): void {
    this.#log.error(
      { step: step.name, limitMs: this.#stepLimitMs },
      'closing took too long; going on with the next step',
    );
    run.catch((error: unknown) => this.#log.error({ step: step.name, err: error }, 'closing failed after its limit'));
  }
}
