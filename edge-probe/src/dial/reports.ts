// Sends reports to the api while the rounds go on, oldest first.
import type { Logger } from '@meridian/runtime';
import { DialApiError } from './adapters/dial-api.ts';
import { type Report, withReport } from './core/results.ts';

export interface ReportsOptions {
  /** Rejects with DialApiError. */
  send(report: Report): Promise<void>;
  readonly log: Logger;
}

export class Reports {
  readonly #o: ReportsOptions;
  #waiting: readonly Report[] = [];
  #sendingPromise: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: ReportsOptions) {
    this.#o = o;
  }

  /**
   * Sends a report after the waiting reports. A report that cannot be sent waits until the next call; at most twenty
   * wait. A refused report is dropped, since it would be refused again.
   */
  add(report: Report): void {
    this.#waiting = withReport(this.#waiting, report);
    this.#sendingPromise ??= this.#send().finally(() => {
      this.#sendingPromise = undefined;
    });
  }

  /** Starts no further request. Idempotent. */
  close(): void {
    this.#isClosed = true;
  }

  async #send(): Promise<void> {
    const { send, log } = this.#o;
    while (!this.#isClosed) {
      const [report] = this.#waiting;
      if (report === undefined) return;
      try {
        await send(report);
      } catch (error) {
        if (!(error instanceof DialApiError)) throw error;
        const { code, message: why, isTransient: isPassing } = error;
        log.warn({ code, why }, isPassing ? 'a report waits for the next one' : 'a report was refused');
        if (isPassing) return;
      }
      this.#waiting = this.#waiting.filter((waitingReport) => waitingReport !== report);
    }
  }
}
