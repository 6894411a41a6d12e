// Rate at which slots become free, for the expected wait. Ending recordings are counted one by one: while others wait,
// a freed slot is taken at once, and the sum of used slots hardly shows it. The rate is the recent share of used slots
// that end per time, times the slots used now, so quiet hours do not make the wait look longer.

/** Window of the rate: meetings last an hour or so, and a shorter window would hold too few ends. */
export const WINDOW_MS = 2 * 3_600_000;
const BUCKET_MS = 60_000;
/** Shortest time between observations: recordings last for minutes, so few begin and end in between. */
export const OBSERVE_EVERY_MS = 5_000;
/** A longer gap between two observations (a stalled centre) does not count, because its recordings are unknown. */
const GAP_MS_MAX = 60_000;
/** Longest promised wait, because longer waits cannot be estimated well. */
export const WAIT_MS_MAX = 24 * 3_600_000;

export type SlotsByRecorder = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Bucket {
  freedSlots: number;
  ends: number;
  usedSlotMs: number;
}

export class FreedSlots {
  /** Buckets by time, at most WINDOW_MS / BUCKET_MS + 1, the oldest first. */
  readonly #buckets = new Map<number, Bucket>();
  #slotsBefore: SlotsByRecorder = new Map();
  #observedAtMs = Number.NEGATIVE_INFINITY;
  #usedSlots = 0;

  /** Observes at most every OBSERVE_EVERY_MS. A missing recorder has ended or takes no work, so it freed nothing. */
  observe(running: () => SlotsByRecorder, nowMs: number): void {
    const sinceMs = nowMs - this.#observedAtMs;
    if (sinceMs < OBSERVE_EVERY_MS) return;
    const slotsNow = running();
    if (sinceMs <= GAP_MS_MAX) this.#count(slotsNow, sinceMs, this.#bucketAt(nowMs));
    this.#usedSlots = 0;
    for (const recordings of slotsNow.values()) for (const slots of recordings.values()) this.#usedSlots += slots;
    this.#slotsBefore = slotsNow;
    this.#observedAtMs = nowMs;
  }

  #count(slotsNow: SlotsByRecorder, sinceMs: number, bucket: Bucket): void {
    bucket.usedSlotMs += this.#usedSlots * sinceMs;
    for (const [recorderId, recordings] of this.#slotsBefore) {
      const stillUsed = slotsNow.get(recorderId);
      if (stillUsed === undefined) continue;
      for (const [key, slots] of recordings) {
        const freed = slots - (stillUsed.get(key) ?? 0);
        if (freed <= 0) continue;
        bucket.freedSlots += freed;
        bucket.ends += 1;
      }
    }
  }

  /** Returns the expected milliseconds until so many slots have become free; 0: unknown, because none did lately. */
  waitMs(slots: number, nowMs: number): number {
    this.#forget(nowMs);
    let [freedSlots, ends, usedSlotMs] = [0, 0, 0];
    for (const bucket of this.#buckets.values()) {
      freedSlots += bucket.freedSlots;
      ends += bucket.ends;
      usedSlotMs += bucket.usedSlotMs;
    }
    if (ends === 0 || this.#usedSlots === 0) return 0;
    // For a Poisson count n the mean of 1 / (n + 1) is 1 / mean(n), and that of 1 / n is higher: with few ends, 1 / n
    // would promise too long a wait (Chapman's estimator).
    const slotsPerMs = ((freedSlots / ends) * (ends + 1) * this.#usedSlots) / usedSlotMs;
    return Math.min(WAIT_MS_MAX, Math.ceil(slots / slotsPerMs));
  }

  #bucketAt(nowMs: number): Bucket {
    this.#forget(nowMs);
    const at = Math.floor(nowMs / BUCKET_MS);
    const bucket = this.#buckets.get(at) ?? { freedSlots: 0, ends: 0, usedSlotMs: 0 };
    this.#buckets.set(at, bucket);
    return bucket;
  }

  #forget(nowMs: number): void {
    const firstBucket = Math.floor((nowMs - WINDOW_MS) / BUCKET_MS);
    for (const at of this.#buckets.keys()) {
      if (at >= firstBucket) return;
      this.#buckets.delete(at);
    }
  }
}
