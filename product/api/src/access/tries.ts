// How often passwords of an account or a link, or numbers of meetings, may be tried. Counted in this process, as
// `http/rates.ts`.
import { addressKey, type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

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

  /** What `take` would answer; counts nothing. */
  retryAfterMs(key: string, nowMs: number): number {
    return takeTokens(this.#of(key, nowMs), this.#limits, nowMs).retryAfterMs;
  }

  /** Whether some were counted that are not made up for yet. */
  isUsed(key: string, nowMs: number): boolean {
    return takeTokens(this.#of(key, nowMs), this.#limits, nowMs).bucket.tokens < this.#limits.burst - 1;
  }

  /** The one that was counted was right, or not looked at, and does not count. */
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

export interface SharedTriesLimits {
  /** Of one thing from one address. */
  readonly ofAddress: BucketLimits;
  /** Of one thing from all addresses together. */
  readonly ofAll: BucketLimits;
  /** Beyond `ofAll`, of one thing from one network that was hardly wrong lately. */
  readonly ofNetwork: BucketLimits;
}

export interface CountedTry {
  /** 0: it is allowed. Else it is not counted. */
  readonly retryAfterMs: number;
  /** It was right, or not looked at. */
  giveBack(nowMs: number): void;
}

/**
 * Tries of things that any caller may try, from anywhere. An address without tries left takes none of another's.
 * Guesses from many addresses shut no network out: each keeps a few tries of its own.
 */
export class SharedTries {
  readonly #ofAddress: Tries;
  readonly #ofAll: Tries;
  readonly #ofNetwork: Tries;

  constructor({ ofAddress, ofAll, ofNetwork }: SharedTriesLimits) {
    this.#ofAddress = new Tries(ofAddress);
    this.#ofAll = new Tries(ofAll);
    this.#ofNetwork = new Tries(ofNetwork);
  }

  /** Counts one try at `what` from `address`, unless it is refused. */
  take(what: string, address: string, nowMs: number): CountedTry {
    const key = addressKey(address);
    const own = `${key} ${what}`;
    const refused = (retryAfterMs: number): CountedTry => ({ retryAfterMs, giveBack: () => undefined });
    const counted = (tries: Tries, of: string): CountedTry => ({
      retryAfterMs: 0,
      giveBack: (atMs) => {
        this.#ofAddress.giveBack(own, atMs);
        tries.giveBack(of, atMs);
      },
    });
    const ownRetryMs = this.#ofAddress.take(own, nowMs);
    if (ownRetryMs > 0) return refused(ownRetryMs);
    const retryAfterMs = this.#ofAll.take(what, nowMs);
    if (retryAfterMs === 0) return counted(this.#ofAll, what);
    const network = `${networkOf(key)} ${what}`;
    if (this.#ofNetwork.take(network, nowMs) === 0) return counted(this.#ofNetwork, network);
    this.#ofAddress.giveBack(own, nowMs);
    return refused(retryAfterMs);
  }

  /** 0: `take` would allow a try at `what` from `address`, else when it would. Counts nothing. */
  retryAfterMs(what: string, address: string, nowMs: number): number {
    const key = addressKey(address);
    const ownRetryMs = this.#ofAddress.retryAfterMs(`${key} ${what}`, nowMs);
    if (ownRetryMs > 0) return ownRetryMs;
    const isNetworkFree = this.#ofNetwork.retryAfterMs(`${networkOf(key)} ${what}`, nowMs) === 0;
    return isNetworkFree ? 0 : this.#ofAll.retryAfterMs(what, nowMs);
  }
}

/** Of an `addressKey`: of IPv6 the /48 that a site has. */
const networkOf = (key: string): string => (key.endsWith('/64') ? key.split('.').slice(0, 6).join('.') : key);
