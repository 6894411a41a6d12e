// How late the event loop comes to what is due. A sample wakes the process, so an idle one takes none.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const SAMPLE_MS = 10;
const LOOK_MS = 5000;
/**
 * Less work than this in `LOOK_MS` is 250 ms. More than one sample of 100 late by the least that an alert is about
 * (100 ms) takes 500 ms.
 */
const BUSY_SHARE = 0.05;

export class LoopDelay {
  readonly #monitor = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  readonly #timer: NodeJS.Timeout;
  #used = performance.eventLoopUtilization();

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** The delay that 99 of 100 samples since the last call did not exceed. 0: without one, the loop has been idle. */
  takeP99Ms(): number {
    const { count } = this.#monitor;
    const p99Ms = count === 0 ? 0 : Math.max(0, this.#monitor.percentile(99) / 1e6 - SAMPLE_MS);
    this.#monitor.reset();
    return p99Ms;
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    this.#monitor.disable();
  }

  #look(): void {
    const used = performance.eventLoopUtilization();
    const isBusy = performance.eventLoopUtilization(used, this.#used).utilization >= BUSY_SHARE;
    this.#used = used;
    if (isBusy) this.#monitor.enable();
    else this.#monitor.disable();
  }
}
