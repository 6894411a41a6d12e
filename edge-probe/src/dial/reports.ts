// Reports on their way to the api: beside the rounds, the oldest first.
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
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(o: ReportsOptions) {
    this.#o = o;
  }

  /**
   * Sends it, and before it those that the api could not take. One that cannot be sent now goes with the next one, the
   * newest twenty of them; one that the api refuses would be refused again, and is dropped.
   */
  add(report: Report): void {
    this.#waiting = withReport(this.#waiting, report);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Nothing is begun any more. Idempotent. */
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
        const { code, message: why, isPassing } = error;
        log.warn({ code, why }, isPassing ? 'a report goes with the next one' : 'a report was refused');
        if (isPassing) return;
      }
      this.#waiting = this.#waiting.filter((one) => one !== report);
    }
  }
}
