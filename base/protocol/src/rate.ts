// Token bucket: it gives `burst` tokens at once, and `perSecond` from then on. A request costs one token, or a token
// per byte. Time refills the bucket, never above the burst.
import { addressKey } from './client-address.ts';

export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface BucketLimits {
  readonly perSecond: number;
  readonly burst: number;
}

/** Subtracted before a wait is rounded up, so that a rounding error does not lengthen the wait by a millisecond. */
const ROUNDING_MS = 1e-6;

export interface TakeResult {
  readonly bucket: Bucket;
  readonly ok: boolean;
  readonly retryAfterMs: number;
}

export const fullBucket = (limits: BucketLimits, nowMs: number): Bucket => ({ tokens: limits.burst, atMs: nowMs });

/**
 * Takes `cost` tokens, which must not exceed the burst, or none. `bucket` undefined: a full one. A clock that went
 * backwards refills nothing.
 */
export function takeTokens(bucket: Bucket | undefined, limits: BucketLimits, nowMs: number, cost = 1): TakeResult {
  const before = bucket ?? fullBucket(limits, nowMs);
  const passedMs = Math.max(0, nowMs - before.atMs);
  const tokens = Math.min(limits.burst, before.tokens + (passedMs * limits.perSecond) / 1000);
  const atMs = Math.max(before.atMs, nowMs);
  if (tokens >= cost) return { bucket: { tokens: tokens - cost, atMs }, ok: true, retryAfterMs: 0 };
  return {
    bucket: { tokens, atMs },
    ok: false,
    retryAfterMs: Math.ceil(((cost - tokens) * 1000) / limits.perSecond - ROUNDING_MS),
  };
}

/** Buckets by client address (IPv6: by /64). Beyond `addressesMax` the address that was silent longest is dropped. */
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

  /** Takes a token of the address. Returns 0, or the time until the next token in whole milliseconds. */
  take(address: string, nowMs: number): number {
    const key = addressKey(address);
    const taken = takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs);
    this.#store(key, taken.bucket);
    return taken.retryAfterMs;
  }

  /** Takes tokens even when they are missing; the debt is at most a burst. */
  charge(address: string, nowMs: number, cost: number): void {
    const key = addressKey(address);
    const { tokens, atMs } = takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs, 0).bucket;
    this.#store(key, { tokens: Math.max(-this.#limits.burst, tokens - cost), atMs });
  }

  #bucketOf(key: string, nowMs: number): Bucket {
    return this.#buckets.get(key) ?? fullBucket(this.#limits, nowMs);
  }

  #store(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.size > this.#addressesMax ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
