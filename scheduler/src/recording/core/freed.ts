// How fast slots became free lately, for the expected wait. No clock: times are arguments.

/** Of the last ten minutes: a meeting's end is known then, and what was before says little. */
export const WINDOW_MS = 600_000;
const BUCKET_MS = 10_000;
/** A single slot in the first second would promise sixty a minute. */
const SPAN_MS_MIN = 60_000;
/** A longer wait is no better known. */
export const WAIT_MS_MAX = 24 * 3_600_000;

export class FreedSlots {
  /** By bucket of time, at most WINDOW_MS / BUCKET_MS of them; the oldest first. */
  readonly #buckets = new Map<number, number>();
  #usedBefore = new Map<string, number>();
  #firstMs: number | undefined;

  /** Takes what recorders report as used now; a recorder that is not among them has ended, and freed nothing. */
  observe(used: ReadonlyMap<string, number>, nowMs: number): void {
    this.#firstMs ??= nowMs;
    let freed = 0;
    for (const [recorderId, slots] of used) freed += Math.max(0, (this.#usedBefore.get(recorderId) ?? slots) - slots);
    this.#usedBefore = new Map(used);
    const bucket = Math.floor(nowMs / BUCKET_MS);
    if (freed > 0) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + freed);
    for (const old of this.#buckets.keys()) {
      if ((bucket - old) * BUCKET_MS < WINDOW_MS) break;
      this.#buckets.delete(old);
    }
  }

  /** Expected milliseconds until so many slots have become free; 0: not known, none did lately. */
  waitMs(slots: number, nowMs: number): number {
    const freed = [...this.#buckets.values()].reduce((sum, count) => sum + count, 0);
    if (freed === 0 || this.#firstMs === undefined) return 0;
    const spanMs = Math.min(WINDOW_MS, Math.max(SPAN_MS_MIN, nowMs - this.#firstMs));
    return Math.min(WAIT_MS_MAX, Math.ceil((slots * spanMs) / freed));
  }
}
