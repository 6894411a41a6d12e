// Traffic over pipes to each other node: the mean of each minute, reported once.

export interface SentTo {
  readonly nodeId: string;
  readonly bps: number;
}

/** The api samples every five minutes. A report on 119 other nodes each minute takes below 100 bytes a second. */
export const sentPeriodMs = 60_000;

export class SentReport {
  readonly #seenBytes = new WeakMap<object, number>();
  readonly #bytes = new Map<string, number>();
  #sinceMs: number;
  #lastReport: readonly SentTo[] | undefined;
  #unreported: readonly SentTo[] | undefined;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** Records the byte count of an open pipe. Bytes that a pipe sends after its last call are not counted. */
  count(nodeId: string, pipe: object, sentBytes: number): void {
    const before = this.#seenBytes.get(pipe) ?? 0;
    this.#seenBytes.set(pipe, sentBytes);
    this.#bytes.set(nodeId, (this.#bytes.get(nodeId) ?? 0) + sentBytes - before);
  }

  /** Ends the minute when it is over; a minute without rows is reported only once. */
  endMinuteIfOver(nowMs: number): void {
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs < sentPeriodMs) return;
    const rows = [...this.#bytes].map(([nodeId, bytes]) => ({ nodeId, bps: (bytes * 8000) / elapsedMs }));
    this.#bytes.clear();
    this.#sinceMs = nowMs;
    if (rows.length === 0 && (this.#lastReport ?? []).length === 0) return;
    this.#lastReport = rows;
    this.#unreported = rows;
  }

  takeReport(): { sent?: { rows: SentTo[] } } {
    const rows = this.#unreported;
    this.#unreported = undefined;
    return rows === undefined ? {} : { sent: { rows: [...rows] } };
  }

  /** Queues the last minute's report again, for a centre that is new or may have missed it. */
  resend(): void {
    this.#unreported = this.#lastReport;
  }
}
