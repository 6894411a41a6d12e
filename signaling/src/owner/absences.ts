// Sessions whose door has gone, or that were found at a media node and not announced by a door yet: each has a time by which a door has
// to speak for it. One timer for all of them.
import type { Clock, Timer } from '@meridian/runtime';

export class Absences {
  readonly #clock: Clock;
  readonly #onOver: (sessionId: string) => void;
  readonly #until = new Map<string, number>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock, onOver: (sessionId: string) => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** A session that is awaited already keeps its time. */
  expect(sessionIds: readonly string[], withinMs: number): void {
    const untilMs = this.#clock.nowMs() + withinMs;
    for (const sessionId of sessionIds) if (!this.#until.has(sessionId)) this.#until.set(sessionId, untilMs);
    this.#arm();
  }

  /** Its door is there, or the session has ended. */
  over(sessionId: string): void {
    this.#until.delete(sessionId);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    if (this.#closed || this.#timer !== undefined || this.#until.size === 0) return;
    const firstMs = Math.min(...this.#until.values());
    this.#timer = this.#clock.after(Math.max(1, firstMs - this.#clock.nowMs()), () => {
      this.#timer = undefined;
      const nowMs = this.#clock.nowMs();
      for (const [sessionId, untilMs] of [...this.#until]) {
        if (untilMs > nowMs) continue;
        this.#until.delete(sessionId);
        this.#onOver(sessionId);
      }
      this.#arm();
    });
  }
}
