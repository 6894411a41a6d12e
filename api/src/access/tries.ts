// How often passwords of a link, or numbers of meetings, may be tried. Counted in this process, as `http/rates.ts`.
import { type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

/** 100 bytes each; what was tried longest ago is forgotten. */
const KEYS_MAX = 100_000;

export class Tries {
  readonly #limits: BucketLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BucketLimits) {
    this.#limits = limits;
  }

  /** Counts one attempt. Answers 0 if it is allowed, else the whole milliseconds until the next one is. */
  take(key: string, nowMs: number): number {
    const { bucket, retryAfterMs } = takeTokens(this.#of(key, nowMs), this.#limits, nowMs);
    this.#keep(key, bucket);
    return retryAfterMs;
  }

  /** The one that was counted was right, and does not count. */
  giveBack(key: string, nowMs: number): void {
    const { tokens, atMs } = this.#of(key, nowMs);
    this.#keep(key, { tokens: Math.min(this.#limits.burst, tokens + 1), atMs });
  }

  #of(key: string, nowMs: number): Bucket {
    return this.#buckets.get(key) ?? fullBucket(this.#limits, nowMs);
  }

  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.size > KEYS_MAX ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
