// Repeats one task: a single run at a time, which can be woken early, until its owner closes it.
import type { Clock, Logger, Timer } from '@meridian/runtime';

export interface RepeatedTaskOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly taskName: string;
  /** Returns the time until the next run, in milliseconds. */
  readonly run: () => Promise<number>;
  /** Pause after a failed run. */
  readonly failedMs: number;
}

export class RepeatedTask {
  readonly #o: RepeatedTaskOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isWoken = false;
  #state: 'new' | 'started' | 'closed' = 'new';

  constructor(o: RepeatedTaskOptions) {
    this.#o = o;
  }

  /** Starts the first run at once. Idempotent; has no effect after `close`. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.wake();
  }

  /** Starts a run now; during a run, another one follows it. */
  wake(): void {
    if (this.#state !== 'started') return;
    this.#isWoken = true;
    this.#running ??= this.#runRepeatedly();
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Resolves when the current run, and those requested meanwhile, have ended. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Resolves when the current run has ended. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#timer?.cancel();
    await this.#running;
  }

  async #runRepeatedly(): Promise<void> {
    const { clock, log, taskName, run, failedMs } = this.#o;
    this.#timer?.cancel();
    let nextMs = failedMs;
    while (this.#isWoken && !this.isClosed) {
      this.#isWoken = false;
      try {
        nextMs = await run();
      } catch (err) {
        log.warn({ err, what: taskName }, 'a run failed and will be repeated');
        nextMs = failedMs;
      }
    }
    this.#running = undefined;
    if (!this.isClosed) this.#timer = clock.after(nextMs, () => this.wake());
  }
}
