// Drains a gateway: viewers are ended gradually where another gateway can serve them, and at a deadline otherwise.
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** Time over which viewers are ended, so that other gateways can join the rooms without a flood. */
export const VIEWERS_DRAIN_MS = 30_000;
/** Deadline of a drain, after which all others are ended: the encoder of a longer show reconnects elsewhere. */
export const DEADLINE_MS = 10 * 60_000;
const STEP_MS = 1000;

export interface DrainingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns, for each viewer that another gateway can serve, a function that ends the viewer. */
  viewers(): readonly (() => void)[];
  endRest(): void;
}

export class Draining {
  readonly #o: DrainingOptions;
  #timers: readonly Timer[] = [];

  constructor(o: DrainingOptions) {
    this.#o = o;
  }

  /** Begins a drain, or stops it and keeps the remaining viewers. Idempotent. */
  set(isOn: boolean, reason: string): void {
    if (isOn === this.#timers.length > 0) return;
    this.close();
    if (!isOn) return;
    const { clock, log } = this.#o;
    const viewers = [...this.#o.viewers()];
    const perStep = Math.ceil((viewers.length * STEP_MS) / VIEWERS_DRAIN_MS);
    log.info({ reason, viewers: viewers.length }, 'drain: viewers are sent elsewhere, others stay for a while');
    this.#timers = [
      clock.every(STEP_MS, () => {
        for (const end of viewers.splice(0, perStep)) end();
      }),
      clock.after(DEADLINE_MS, () => {
        log.info('drain: the rest is ended');
        this.#o.endRest();
      }),
    ];
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }
}
