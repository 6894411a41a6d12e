// Measures the delay of the event loop, by one monitor for the whole process. Its samples would wake an idle process,
// so the monitor runs only in a busy process.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const SAMPLE_MS = 10;
const WINDOW_MS = 5000;
/** 15 s, the interval of scrapes, so that no scrape misses a window. */
const WINDOWS_KEPT = 3;
/** 250 ms of `WINDOW_MS`. The alert's delay (100 ms in over 1 of 100 samples) takes 500 ms of work. */
const BUSY_SHARE = 0.05;

export class LoopDelay {
  static readonly #open = new Set<LoopDelay>();
  static #shared: SharedMonitor | undefined;

  constructor() {
    LoopDelay.#open.add(this);
    LoopDelay.#shared ??= new SharedMonitor();
  }

  /**
   * Returns the highest 99th percentile of the delay in the last three windows of 5 s; 0 without samples, when the loop
   * has been idle.
   */
  get p99Ms(): number {
    return LoopDelay.#shared?.p99Ms ?? 0;
  }

  /** Ends the monitor with its last user. Idempotent. */
  close(): void {
    if (!LoopDelay.#open.delete(this) || LoopDelay.#open.size > 0) return;
    LoopDelay.#shared?.close();
    LoopDelay.#shared = undefined;
  }
}

class SharedMonitor {
  readonly #monitor = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  readonly #timer = setInterval(() => this.#endWindow(), WINDOW_MS).unref();
  #p99sMs: readonly number[] = [];
  #used = performance.eventLoopUtilization();

  get p99Ms(): number {
    return Math.max(0, ...this.#p99sMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#monitor.disable();
  }

  #endWindow(): void {
    const { count } = this.#monitor;
    const p99Ms = count === 0 ? 0 : this.#monitor.percentile(99) / 1e6 - SAMPLE_MS;
    this.#p99sMs = [...this.#p99sMs, p99Ms].slice(-WINDOWS_KEPT);
    this.#monitor.reset();
    const used = performance.eventLoopUtilization();
    const isBusy = performance.eventLoopUtilization(used, this.#used).utilization >= BUSY_SHARE;
    this.#used = used;
    if (isBusy) this.#monitor.enable();
    else this.#monitor.disable();
  }
}
