// Rate limit of a link's requests.
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';

/** Returns a function that takes a token of a bucket, full at first, or throws RATE_LIMITED. */
export function callRate(clock: Clock, o: { readonly perSecond: number; readonly burst: number }): () => void {
  const { perSecond, burst } = o;
  let tokens = burst;
  let refilledAtMs = clock.nowMs();
  return () => {
    const nowMs = clock.nowMs();
    tokens = Math.min(burst, tokens + ((nowMs - refilledAtMs) * perSecond) / 1000);
    refilledAtMs = nowMs;
    if (tokens < 1) {
      const retryAfterMs = Math.ceil(((1 - tokens) * 1000) / perSecond);
      throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
    }
    tokens -= 1;
  };
}
