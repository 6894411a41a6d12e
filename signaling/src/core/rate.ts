// Token bucket: `burst` requests at once, then `perSecond`. Refilled by the time that has passed, never above the burst.

export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface BucketLimits {
  readonly perSecond: number;
  readonly burst: number;
}

/** Binary fractions of a token make 1 ms out of 1.0000000001; nobody waits a whole millisecond for that. */
const ROUNDING_MS = 1e-6;

export interface Taken {
  readonly bucket: Bucket;
  readonly ok: boolean;
  /** When refused: how long until the next token, in whole milliseconds. */
  readonly retryAfterMs: number;
}

export const fullBucket = (limits: BucketLimits, nowMs: number): Bucket => ({ tokens: limits.burst, atMs: nowMs });

/** Takes one token. A clock that went backwards refills nothing. */
export function take(bucket: Bucket, limits: BucketLimits, nowMs: number): Taken {
  const passedMs = Math.max(0, nowMs - bucket.atMs);
  const tokens = Math.min(limits.burst, bucket.tokens + (passedMs * limits.perSecond) / 1000);
  const atMs = Math.max(bucket.atMs, nowMs);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs }, ok: true, retryAfterMs: 0 };
  return {
    bucket: { tokens, atMs },
    ok: false,
    retryAfterMs: Math.ceil(((1 - tokens) * 1000) / limits.perSecond - ROUNDING_MS),
  };
}
