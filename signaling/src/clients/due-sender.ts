// Sends messages to the api within a deadline, with one attempt at a time and a last one when the process ends.
import type { Clock, Timer } from '@meridian/runtime';

export interface DueSenderOptions {
  readonly clock: Clock;
  /** Sends all that waits; resolves to the time until the next call, undefined if nothing waits. Never rejects. */
  send(): Promise<number | undefined>;
}

export class DueSender {
  readonly #o: DueSenderOptions;
  #timer: Timer | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: DueSenderOptions) {
    this.#o = o;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Schedules a send within the time; an earlier deadline stays. */
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

  /** Sends at once; resolves when the send is done or has failed, at the latest after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(withinMs, resolve);
    await Promise.race([promise, this.#send()]);
    timer.cancel();
  }

  /** Idempotent. Nothing is sent afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #send(): Promise<void> {
    this.#sending ??= this.#o.send().then((nextMs) => {
      this.#sending = undefined;
      if (nextMs !== undefined) this.sendWithin(nextMs);
    });
    return this.#sending;
  }
}
