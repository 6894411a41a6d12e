// When something that waits for the api is sent: at the latest within a time that each thing says, one attempt at once,
// and once more when the process ends. What is sent, and what happens without an answer, its owner says.
import type { Clock, Timer } from '@meridian/runtime';

export interface DueSenderOptions {
  readonly clock: Clock;
  /** Sends what waits; answers within how long it is to be called again, undefined: nothing waits. Never rejects. */
  send(): Promise<number | undefined>;
}

export class DueSender {
  readonly #o: DueSenderOptions;
  #timer: Timer | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #underWay: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: DueSenderOptions) {
    this.#o = o;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** At the latest then; sooner when something else is due sooner. */
  sendWithin(ms: number): void {
    const dueMs = this.#o.clock.nowMs() + ms;
    if (this.#isClosed || dueMs >= this.#dueMs) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = this.#o.clock.after(ms, () => {
      this.#timer = undefined;
      this.#dueMs = Number.POSITIVE_INFINITY;
      void this.#send();
    });
  }

  /** Sends what is not sent yet; resolves when that is done or has failed, at the latest after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(withinMs, resolve);
    await Promise.race([promise, this.#send()]);
    timer.cancel();
  }

  /** Idempotent. Nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  /** One attempt after another. */
  #send(): Promise<void> {
    this.#underWay ??= this.#o.send().then((againMs) => {
      this.#underWay = undefined;
      if (againMs !== undefined) this.sendWithin(againMs);
    });
    return this.#underWay;
  }
}
