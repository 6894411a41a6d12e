import type { Clock, Timer } from '../clock.ts';

export interface Deadline {
  readonly dueMs: number;
  readonly onDue: () => void;
}

/** Deadlines, almost none of which is reached: a single timer for the earliest. The caller bounds their number. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>(); // in order of creation
  #timer: Timer | undefined;
  #armedMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#open.size;
  }

  add(afterMs: number, onDue: () => void): Deadline {
    const nowMs = this.#clock.nowMs();
    const deadline: Deadline = { dueMs: nowMs + afterMs, onDue };
    this.#open.add(deadline);
    if (deadline.dueMs < this.#armedMs) this.#arm(deadline.dueMs, nowMs);
    return deadline;
  }

  /** Removes a deadline. Returns false when it was reached or removed before. */
  remove(deadline: Deadline): boolean {
    const wasOpen = this.#open.delete(deadline);
    if (this.#open.size === 0) this.#disarm();
    return wasOpen;
  }

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
    const dueDeadlines: Deadline[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const deadline of this.#open) {
      if (deadline.dueMs <= nowMs) dueDeadlines.push(deadline);
      else nextMs = Math.min(nextMs, deadline.dueMs);
    }
    // A timer may fire a fraction of a millisecond early, before anything is due.
    if (nextMs < Number.POSITIVE_INFINITY) this.#arm(nextMs, nowMs);
    dueDeadlines.sort((a, b) => a.dueMs - b.dueMs);
    // A callback may remove other due deadlines.
    for (const deadline of dueDeadlines) if (this.remove(deadline)) deadline.onDue();
  }
}
