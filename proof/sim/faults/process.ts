// A process of the simulated world: its clocks, its state, and its backlog while it is stopped. Each process may have a
// wrong clock; one manual clock orders the events of all.
import type { Clock, ManualClock, Timer } from '@meridian/runtime';

export interface ProcessOptions {
  readonly id: string;
  readonly kind: string;
  readonly region: string;
  readonly machineId: string;
  readonly clock: ManualClock;
  readonly offsetMs: number;
  readonly skewMs: number;
}

/** Most timers and messages that wait for a stopped process. Its links end long before. */
const BACKLOG_MAX = 100_000;

export class Process {
  readonly id: string;
  readonly kind: string;
  readonly region: string;
  readonly machineId: string;
  readonly clock: Clock;
  skewMs: number;
  isAlive = true;
  readonly #base: ManualClock;
  #isPaused = false;
  #backlog: (() => void)[] = [];

  constructor(o: ProcessOptions) {
    this.id = o.id;
    this.kind = o.kind;
    this.region = o.region;
    this.machineId = o.machineId;
    this.skewMs = o.skewMs;
    this.#base = o.clock;
    this.clock = {
      nowMs: () => o.clock.nowMs() + o.offsetMs,
      wallMs: () => o.clock.wallMs() + this.skewMs,
      after: (delayMs, fn) => this.#after(delayMs, fn),
      every: (periodMs, fn) => this.#every(periodMs, fn),
    };
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Runs a function of this process: now, or when the process continues if it is stopped, or never if it is dead. */
  run(fn: () => void): void {
    if (!this.isAlive) return;
    if (!this.#isPaused) fn();
    else if (this.#backlog.length < BACKLOG_MAX) this.#backlog.push(fn);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const waiting = this.#backlog;
    this.#backlog = [];
    for (const fn of waiting) this.#base.after(0, () => this.run(fn));
  }

  #after(delayMs: number, fn: () => void): Timer {
    let isCancelled = false;
    const timer = this.#base.after(delayMs, () => this.run(() => (isCancelled ? undefined : fn())));
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }

  /** Repeats like setInterval, which does not make up for missed periods. */
  #every(periodMs: number, fn: () => void): Timer {
    let isCancelled = false;
    let isWaiting = false;
    const timer = this.#base.every(periodMs, () => {
      if (!this.isAlive) timer.cancel();
      if (isWaiting) return;
      isWaiting = true;
      this.run(() => {
        isWaiting = false;
        if (!isCancelled) fn();
      });
    });
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }
}
