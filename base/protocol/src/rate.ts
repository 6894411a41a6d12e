// Token bucket: `burst` tokens at once, then `perSecond`; a request costs one, bytes one each. Refilled by the time
// that has passed, never above the burst.
import { addressKey } from './client-address.ts';

export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface BucketLimits {
  readonly perSecond: number;
  readonly burst: number;
}

/** Binary fractions of a token make 1 ms out of 1.0000000001; a whole millisecond of waiting for that is too long. */
const ROUNDING_MS = 1e-6;

export interface Taken {
  readonly bucket: Bucket;
  readonly ok: boolean;
  /** When refused: how long until there are enough, in whole milliseconds. */
  readonly retryAfterMs: number;
}

export const fullBucket = (limits: BucketLimits, nowMs: number): Bucket => ({ tokens: limits.burst, atMs: nowMs });

/** Takes `cost` tokens, at most the burst, or none. A clock that went backwards refills nothing. */
export function takeTokens(bucket: Bucket, limits: BucketLimits, nowMs: number, cost = 1): Taken {
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  const tokens = Math.min(limits.burst, bucket.tokens + (passedMs * limits.perSecond) / 1000);
  const atMs = Math.max(bucket.atMs, nowMs);
  if (tokens >= cost) return { bucket: { tokens: tokens - cost, atMs }, ok: true, retryAfterMs: 0 };
  return {
    bucket: { tokens, atMs },
    ok: false,
    retryAfterMs: Math.ceil(((cost - tokens) * 1000) / limits.perSecond - ROUNDING_MS),
  };
}

/**
 * A bucket for every client address (IPv6: every /64). At most `addressesMax`: the one that asked longest ago is
 * forgotten, its bucket full again.
 */
export class AddressRates {
  readonly #limits: BucketLimits;
  readonly #addressesMax: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(o: BucketLimits & { addressesMax: number }) {
    this.#limits = { perSecond: o.perSecond, burst: o.burst };
    this.#addressesMax = o.addressesMax;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token of the address: 0, or how long until the next, in whole milliseconds. */
  take(address: string, nowMs: number): number {
    const key = addressKey(address);
    const taken = takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs);
    this.#keep(key, taken.bucket);
    return taken.retryAfterMs;
  }

  /** Takes tokens also where there are none: what is missing is owed, up to a whole burst. */
  charge(address: string, nowMs: number, cost: number): void {
    const key = addressKey(address);
    const { tokens, atMs } = takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs, 0).bucket;
    this.#keep(key, { tokens: Math.max(-this.#limits.burst, tokens - cost), atMs });
  }

  #bucketOf(key: string, nowMs: number): Bucket {
    return this.#buckets.get(key) ?? fullBucket(this.#limits, nowMs);
  }

  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.size > this.#addressesMax ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
