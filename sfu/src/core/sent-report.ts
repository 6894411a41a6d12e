// Report on the traffic over pipes to each other node: the mean bitrate of each minute, sent to the centre once.

export interface NodeBitrate {
  readonly nodeId: string;
  readonly bps: number;
}

/** The api samples every five minutes. A report on 119 other nodes each minute costs less than 100 bytes a second. */
export const sentPeriodMs = 60_000;

export class SentReport {
  readonly #countedBytes = new WeakMap<object, number>();
  readonly #bytes = new Map<string, number>();
  #sinceMs: number;
  #lastReport: readonly NodeBitrate[] | undefined;
  #unreported: readonly NodeBitrate[] | undefined;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** Records an open pipe's count of sent bytes. Bytes that a pipe sends after its last record are not counted. */
  count(nodeId: string, pipe: object, sentBytes: number): void {
    const before = this.#countedBytes.get(pipe) ?? 0;
    this.#countedBytes.set(pipe, sentBytes);
    this.#bytes.set(nodeId, (this.#bytes.get(nodeId) ?? 0) + sentBytes - before);
  }

  /** Makes a report when a minute has passed. Of several empty reports in a row, only the first is sent. */
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

  takeReport(): { sent?: { rows: NodeBitrate[] } } {
    const rows = this.#unreported;
    this.#unreported = undefined;
    return rows === undefined ? {} : { sent: { rows: [...rows] } };
  }

  /** Queues the last minute's report again, for a centre that is new or may have missed it. */
  resend(): void {
    this.#unreported = this.#lastReport;
  }
}
