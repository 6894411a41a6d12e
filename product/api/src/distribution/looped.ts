// One thing that is done again and again: one run at a time, woken early, ended by its owner.
import type { Clock, Logger, Timer } from '@meridian/runtime';

export interface LoopedOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly what: string;
  /** Answers when to run again. */
  readonly run: () => Promise<number>;
  /** After a run that failed. */
  readonly failedMs: number;
}

export class Looped {
  readonly #o: LoopedOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isWoken = false;
  #state: 'new' | 'started' | 'closed' = 'new';

  constructor(o: LoopedOptions) {
    this.#o = o;
  }

  /** The first run is at once. Idempotent; not after `close`. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.wake();
  }

  /** Runs now; a run that goes on is followed by another one. */
  wake(): void {
    if (this.#state !== 'started') return;
    this.#isWoken = true;
    this.#running ??= this.#runs();
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** The run in hand, and those that were asked for meanwhile, have ended. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Idempotent. Waits for the run in hand. */
  async close(): Promise<void> {
    this.#state = 'closed';
    this.#timer?.cancel();
    await this.#running;
  }

  async #runs(): Promise<void> {
    const { clock, log, what, run, failedMs } = this.#o;
    this.#timer?.cancel();
    let nextMs = failedMs;
    while (this.#isWoken && !this.isClosed) {
      this.#isWoken = false;
      try {
        nextMs = await run();
      } catch (err) {
        log.warn({ err, what }, 'a run failed, and is tried again');
        nextMs = failedMs;
      }
    }
    this.#running = undefined;
    if (!this.isClosed) this.#timer = clock.after(nextMs, () => this.wake());
  }
}
