import type { Clock, Timer } from '../clock.ts';

export interface Deadline {
  readonly dueMs: number;
  readonly onDue: () => void;
}

/**
 * Deadlines of which almost none is reached: one timer for all of them, set for the one that is due first. There is no
 * timer while there is no deadline. The caller bounds their number.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>(); // in the order of their making
  #timer: Timer | undefined;
  #armedMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Calls `onDue` once, `afterMs` from now, unless it is removed before. */
  add(afterMs: number, onDue: () => void): Deadline {
    const nowMs = this.#clock.nowMs();
    const deadline: Deadline = { dueMs: nowMs + afterMs, onDue };
    this.#open.add(deadline);
    if (deadline.dueMs < this.#armedMs) this.#arm(deadline.dueMs, nowMs);
    return deadline;
  }

  /** False: it was reached, or removed before. */
  remove(deadline: Deadline): boolean {
    const wasOpen = this.#open.delete(deadline);
    if (this.#open.size === 0) this.#disarm();
    return wasOpen;
  }

  /** No deadline counts any more: none of them is called. */
  clear(): void {
    this.#open.clear();
    this.#disarm();
  }

  #arm(dueMs: number, nowMs: number): void {
    this.#timer?.cancel();
    this.#armedMs = dueMs;
    this.#timer = this.#clock.after(Math.max(0, dueMs - nowMs), () => this.#fire());
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedMs = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    this.#disarm();
    const nowMs = this.#clock.nowMs();
    const due: Deadline[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const deadline of this.#open) {
      if (deadline.dueMs <= nowMs) due.push(deadline);
      else nextMs = Math.min(nextMs, deadline.dueMs);
    }
    // The machine's timers may be a part of a millisecond early: then nothing is due yet.
    if (nextMs < Number.POSITIVE_INFINITY) this.#arm(nextMs, nowMs);
    due.sort((a, b) => a.dueMs - b.dueMs);
    // One that is called may remove another one.
    for (const deadline of due) if (this.remove(deadline)) deadline.onDue();
  }
}
