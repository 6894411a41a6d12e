// What this process costs, for the report to the centre.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '@meridian/runtime';

export class ProcessLoad {
  readonly #clock: Clock;
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #cpu = process.cpuUsage();
  #atMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#atMs = clock.nowMs();
    this.#delay.enable();
  }

  /** Since the last call: share of one core, 99th percentile of the event loop's delay; and the memory now. */
  read(): { cpu: number; loopLagMsP99: number; rssBytes: number } {
    const nowMs = this.#clock.nowMs();
    const used = process.cpuUsage(this.#cpu);
    const passedMs = Math.max(1, nowMs - this.#atMs);
    this.#cpu = process.cpuUsage();
    this.#atMs = nowMs;
    const loopLagMsP99 = Number.isFinite(this.#delay.percentile(99)) ? this.#delay.percentile(99) / 1e6 : 0;
    this.#delay.reset();
    return { cpu: (used.user + used.system) / 1000 / passedMs, loopLagMsP99, rssBytes: process.memoryUsage.rss() };
  }

  close(): void {
    this.#delay.disable();
  }
}
