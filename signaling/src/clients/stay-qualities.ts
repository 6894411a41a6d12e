// Clients' reports on the quality of their stays, sent to any instance of the api every two minutes and soon after a
// session's end. Only the latest report of each session is kept, so none pile up without an api; beyond the bound the
// session without a report for longest is dropped.
import type { wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { bounds } from '../limits.ts';
import { DueSender } from './due-sender.ts';

export interface StayQualitiesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Calls any instance of the api. */
  call(message: wire.StayQualities.$Properties): Promise<unknown>;
  /** Called for a report that could not be kept. */
  onLost(): void;
}

interface StayReport {
  stay: wire.StayQuality.$Properties;
  isSent: boolean;
  isOver: boolean;
}

export class StayQualities {
  readonly #o: StayQualitiesOptions;
  readonly #reports = new Map<string, StayReport>(); // by session id
  readonly #sender: DueSender;

  constructor(o: StayQualitiesOptions) {
    this.#o = o;
    this.#sender = new DueSender({ clock: o.clock, send: () => this.#send() });
  }

  get size(): number {
    return this.#reports.size;
  }

  /** Replaces the session's earlier report. */
  put(sessionId: string, stay: wire.StayQuality.$Properties): void {
    const isOver = this.#reports.get(sessionId)?.isOver ?? false;
    this.#reports.delete(sessionId); // moves it to the end: sessions without news come first
    this.#reports.set(sessionId, { stay, isSent: false, isOver });
    if (this.#reports.size > bounds.stayQualitiesMax) this.#dropOldest();
    this.#sender.sendWithin(bounds.stayQualityEveryMs);
  }

  /** Sends the last report of a session that has ended or continues at another node. Idempotent. */
  over(sessionId: string): void {
    const kept = this.#reports.get(sessionId);
    if (kept === undefined) return;
    kept.isOver = true;
    if (kept.isSent) this.#reports.delete(sessionId);
    else this.#sender.sendWithin(bounds.stayQualitySoonMs);
  }

  /** Sends at once; resolves when the send is done or has failed, at the latest after `withinMs`. */
  flush(withinMs: number): Promise<void> {
    return this.#sender.flush(withinMs);
  }

  /** Idempotent. Nothing is sent afterwards. */
  close(): void {
    this.#sender.close();
  }

  async #send(): Promise<number | undefined> {
    const waiting = [...this.#reports].filter(([, { isSent }]) => !isSent);
    for (let at = 0; at < waiting.length && !this.#sender.isClosed; at += bounds.stayQualitiesAtOnce) {
      const batch = waiting.slice(at, at + bounds.stayQualitiesAtOnce);
      try {
        await this.#o.call({ stays: batch.map(([, { stay }]) => stay) });
      } catch (error) {
        this.#o.log.debug({ err: error }, 'reports on stays wait for the api');
        return bounds.stayQualityRetryMs;
      }
      for (const [sessionId, kept] of batch) {
        kept.isSent = true;
        if (kept.isOver && this.#reports.get(sessionId) === kept) this.#reports.delete(sessionId);
      }
    }
    // Reports that came meanwhile have their own deadline.
    return [...this.#reports.values()].some(({ isSent }) => !isSent) ? bounds.stayQualityEveryMs : undefined;
  }

  #dropOldest(): void {
    const [oldest] = this.#reports;
    if (oldest === undefined) return;
    this.#reports.delete(oldest[0]);
    if (!oldest[1].isSent) this.#o.onLost();
  }
}
