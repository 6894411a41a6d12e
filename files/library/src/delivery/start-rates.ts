// Bounds how many playbacks one link may begin from one address, since each costs a row for a year and raises demand.
import { addressKey, type Bucket, type BucketLimits, MeridianError, takeTokens } from '@meridian/protocol';
import type { ContentToken } from '../serving/tokens.ts';

/** At once some classes behind one address; then one a minute, more than one person begins. */
export const STARTS: BucketLimits = { burst: 200, perSecond: 1 / 60 };
/** Bound of known pairs, of 200 bytes each; the pair that was silent for longest is forgotten. */
const PAIRS_MAX = 50_000;

type Link = Pick<ContentToken, 'tenant' | 'contentId' | 'item' | 'viewer' | 'origin'>;

export class StartRates {
  readonly #buckets = new Map<string, Bucket>();

  /** Counts a new playback of a link from an address (IPv6: its /64). Throws RATE_LIMITED beyond `STARTS`. */
  take(link: Link, address: string, nowMs: number): void {
    const key = JSON.stringify([...idOf(link), addressKey(address)]);
    const taken = takeTokens(this.#buckets.get(key), STARTS, nowMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, taken.bucket);
    const [oldest] = this.#buckets.size > PAIRS_MAX ? this.#buckets.keys() : [];
    if (oldest !== undefined) this.#buckets.delete(oldest);
    const { ok, retryAfterMs } = taken;
    if (!ok) throw new MeridianError('RATE_LIMITED', 'the link has begun too many playbacks', { retryAfterMs });
  }
}

/** Tokens that a company signs itself may name no link (`via`). */
const idOf = ({ tenant, contentId, item, viewer, origin: { via } }: Link): readonly string[] =>
  via === '' ? [tenant, contentId, item, viewer] : [tenant, via];
