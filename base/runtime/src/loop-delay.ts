// Measures the delay of the event loop. Samples would wake an idle process, so the monitor runs only in a busy process.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const SAMPLE_MS = 10;
const CHECK_INTERVAL_MS = 5000;
/** 250 ms of `CHECK_INTERVAL_MS`. The alert's delay (100 ms in over 1 of 100 samples) takes 500 ms of work. */
const BUSY_SHARE = 0.05;

export class LoopDelay {
  readonly #monitor = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  readonly #timer: NodeJS.Timeout;
  #used = performance.eventLoopUtilization();

  constructor() {
    this.#timer = setInterval(() => this.#check(), CHECK_INTERVAL_MS).unref();
  }

  /** Returns the 99th percentile of the delay since the last call; 0 without samples, when the loop has been idle. */
  takeP99Ms(): number {
    const { count } = this.#monitor;
    const p99Ms = count === 0 ? 0 : Math.max(0, this.#monitor.percentile(99) / 1e6 - SAMPLE_MS);
    this.#monitor.reset();
    return p99Ms;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#monitor.disable();
  }

  #check(): void {
    const used = performance.eventLoopUtilization();
    const isBusy = performance.eventLoopUtilization(used, this.#used).utilization >= BUSY_SHARE;
    this.#used = used;
    if (isBusy) this.#monitor.enable();
    else this.#monitor.disable();
  }
}
