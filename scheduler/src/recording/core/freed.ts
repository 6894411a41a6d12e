// How fast slots become free, for the expected wait. Recordings that end are counted one by one: where others wait, a
// slot that becomes free is taken at once, and the sum of used slots hardly shows it. The rate is the share of the used
// slots that end in a time, by all that was seen lately, times the slots used now: so hours in which little ran do not
// make the wait look longer than it is. No clock: times are arguments.

/** Lengths of meetings are an hour or so: of less time too few ends would be known. */
export const WINDOW_MS = 2 * 3_600_000;
const BUCKET_MS = 60_000;
/** Recordings last for minutes: what begins and ends between two looks is rare. */
export const OBSERVE_EVERY_MS = 5_000;
/** After a longer gap between two looks (this centre was stalled) it is not known what ran in it: it does not count. */
const GAP_MS_MAX = 60_000;
/** A longer wait is no better known. */
export const WAIT_MS_MAX = 24 * 3_600_000;

/** Slots of the recordings of each recorder, by recording. */
export type SlotsByRecorder = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Bucket {
  freedSlots: number;
  /** How many times slots were freed. */
  ends: number;
  /** Used slots times milliseconds. */
  usedSlotMs: number;
}

export class FreedSlots {
  /** By bucket of time, at most WINDOW_MS / BUCKET_MS + 1 of them; the oldest first. */
  readonly #buckets = new Map<number, Bucket>();
  #before: SlotsByRecorder = new Map();
  #beforeMs = Number.NEGATIVE_INFINITY;
  #usedSlots = 0;

  /**
   * Takes what recorders report as running now, at most every OBSERVE_EVERY_MS. A recorder that is not among them has
   * ended or takes no more: it freed nothing.
   */
  observe(running: () => SlotsByRecorder, nowMs: number): void {
    const sinceMs = nowMs - this.#beforeMs;
    if (sinceMs < OBSERVE_EVERY_MS) return;
    const now = running();
    if (sinceMs <= GAP_MS_MAX) this.#count(now, sinceMs, this.#bucketAt(nowMs));
    this.#usedSlots = 0;
    for (const recordings of now.values()) for (const slots of recordings.values()) this.#usedSlots += slots;
    this.#before = now;
    this.#beforeMs = nowMs;
  }

  #count(now: SlotsByRecorder, sinceMs: number, bucket: Bucket): void {
    bucket.usedSlotMs += this.#usedSlots * sinceMs;
    for (const [recorderId, recordings] of this.#before) {
      const still = now.get(recorderId);
      if (still === undefined) continue;
      for (const [key, slots] of recordings) {
        const freed = slots - (still.get(key) ?? 0);
        if (freed <= 0) continue;
        bucket.freedSlots += freed;
        bucket.ends += 1;
      }
    }
  }

  /** Expected milliseconds until so many slots have become free; 0: not known, none did lately. */
  waitMs(slots: number, nowMs: number): number {
    this.#forget(nowMs);
    let [freedSlots, ends, usedSlotMs] = [0, 0, 0];
    for (const bucket of this.#buckets.values()) {
      freedSlots += bucket.freedSlots;
      ends += bucket.ends;
      usedSlotMs += bucket.usedSlotMs;
    }
    if (ends === 0 || this.#usedSlots === 0) return 0;
    // Of a Poisson count n the mean of 1 / (n + 1) is 1 / mean(n), that of 1 / n is more: few ends would promise a
    // longer wait than comes (Chapman's estimator).
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
    const first = Math.floor((nowMs - WINDOW_MS) / BUCKET_MS);
    for (const at of this.#buckets.keys()) {
      if (at >= first) return;
      this.#buckets.delete(at);
    }
  }
}
