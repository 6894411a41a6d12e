// Load of this process, for the report to the centre.
import { type Clock, LoopDelay } from '@meridian/runtime';

export class ProcessLoad {
  readonly #clock: Clock;
  readonly #delay = new LoopDelay();
  #cpu = process.cpuUsage();
  #atMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#atMs = clock.nowMs();
  }

  /** Returns the used share of a core since the last call, the event loop's delay (p99) lately, and the memory now. */
  read(): { cpu: number; loopLagMsP99: number; rssBytes: number } {
    const nowMs = this.#clock.nowMs();
    const used = process.cpuUsage(this.#cpu);
    const passedMs = Math.max(1, nowMs - this.#atMs);
    this.#cpu = process.cpuUsage();
    this.#atMs = nowMs;
    const { p99Ms: loopLagMsP99 } = this.#delay;
    return { cpu: (used.user + used.system) / 1000 / passedMs, loopLagMsP99, rssBytes: process.memoryUsage.rss() };
  }

  close(): void {
    this.#delay.close();
  }
}
