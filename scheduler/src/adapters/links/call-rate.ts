// Rate limit of a link's requests.
import { MeridianError } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';

/** Returns a function that takes a token of a bucket, full at first, or throws RATE_LIMITED. */
export function callRate(clock: Clock, o: { readonly perSecond: number; readonly burst: number }): () => void {
  const { perSecond, burst } = o;
  let left = burst;
  let atMs = clock.nowMs();
  return () => {
    const nowMs = clock.nowMs();
    left = Math.min(burst, left + ((nowMs - atMs) * perSecond) / 1000);
    atMs = nowMs;
    if (left < 1) {
      const retryAfterMs = Math.ceil(((1 - left) * 1000) / perSecond);
      throw new MeridianError('RATE_LIMITED', undefined, { retryAfterMs });
    }
    left -= 1;
  };
}
