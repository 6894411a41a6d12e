// What a gateway does while it is drained. Viewers that another gateway can have are ended one after another: their
// players come back, and are sent there. A viewer that cannot be sent anywhere stays until it ends, or until a
// deadline.
import type { Clock, Logger, Timer } from '@meridian/runtime';

/** In which viewers are ended: other gateways join their rooms meanwhile, and no gateway is flooded. */
export const VIEWERS_MS = 30_000;
/** A show that lasts longer is ended: its encoder comes back to wherever its address leads by then. */
export const DEADLINE_MS = 10 * 60_000;
const STEP_MS = 1000;

export interface DrainingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How to end each viewer that is there now and could be elsewhere. */
  viewers(): readonly (() => void)[];
  /** Ends all that are still there. */
  endRest(): void;
}

export class Draining {
  readonly #o: DrainingOptions;
  #timers: readonly Timer[] = [];

  constructor(o: DrainingOptions) {
    this.#o = o;
  }

  /** Begins a drain, or stops it: what is there then stays. The same twice is once. */
  set(on: boolean, reason: string): void {
    if (on === this.#timers.length > 0) return;
    this.close();
    if (!on) return;
    const { clock, log } = this.#o;
    const viewers = [...this.#o.viewers()];
    const perStep = Math.ceil((viewers.length * STEP_MS) / VIEWERS_MS);
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

  /** No viewer is ended any more; idempotent. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
  }
}
