// Limits of tries of passwords and meeting numbers, counted in this process like `http/rates.ts`.
import { addressKey, type Bucket, type BucketLimits, fullBucket, takeTokens } from '@meridian/protocol';

/** An entry takes 100 bytes; the key with the oldest try is removed first. */
const KEYS_MAX = 100_000;

export class Tries {
  readonly #limits: BucketLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BucketLimits) {
    this.#limits = limits;
  }

  /** Returns 0 if the try is allowed, else the whole milliseconds until the next allowed try. */
  take(key: string, nowMs: number): number {
    const { bucket, retryAfterMs } = takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs);
    this.#keep(key, bucket);
    return retryAfterMs;
  }

  /** Returns the same as `take`, but counts no try. */
  retryAfterMs(key: string, nowMs: number): number {
    return takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs).retryAfterMs;
  }

  isUsed(key: string, nowMs: number): boolean {
    return takeTokens(this.#bucketOf(key, nowMs), this.#limits, nowMs).bucket.tokens < this.#limits.burst - 1;
  }

  /** Uncounts a try that was right, or was not checked. */
  refund(key: string, nowMs: number): void {
    const { tokens, atMs } = this.#bucketOf(key, nowMs);
    this.#keep(key, { tokens: Math.min(this.#limits.burst, tokens + 1), atMs });
  }

  #bucketOf(key: string, nowMs: number): Bucket {
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
  readonly ofAddress: BucketLimits;
  readonly ofAll: BucketLimits;
  /** Extra tries beyond `ofAll` for a network with few recent wrong tries of the same subject. */
  readonly ofNetwork: BucketLimits;
}

export interface CountedTry {
  /** Delay until the next allowed try; 0 if this one is allowed. Refused tries are not counted. */
  readonly retryAfterMs: number;
  giveBack(nowMs: number): void;
}

/**
 * Limits tries of subjects that anyone may try. Each network has a few tries that guesses from elsewhere cannot use up.
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

  take(triedThing: string, address: string, nowMs: number): CountedTry {
    const key = addressKey(address);
    const subjectKey = `${key} ${triedThing}`;
    const refusedTry = (retryAfterMs: number): CountedTry => ({ retryAfterMs, giveBack: () => undefined });
    const countedTry = (tries: Tries, of: string): CountedTry => ({
      retryAfterMs: 0,
      giveBack: (atMs) => {
        this.#ofAddress.refund(subjectKey, atMs);
        tries.refund(of, atMs);
      },
    });
    const ownRetryMs = this.#ofAddress.take(subjectKey, nowMs);
    if (ownRetryMs > 0) return refusedTry(ownRetryMs);
    const retryAfterMs = this.#ofAll.take(triedThing, nowMs);
    if (retryAfterMs === 0) return countedTry(this.#ofAll, triedThing);
    const network = `${networkOf(key)} ${triedThing}`;
    if (this.#ofNetwork.take(network, nowMs) === 0) return countedTry(this.#ofNetwork, network);
    this.#ofAddress.refund(subjectKey, nowMs);
    return refusedTry(retryAfterMs);
  }

  /** Returns the same as `take`, but counts no try. */
  retryAfterMs(what: string, address: string, nowMs: number): number {
    const key = addressKey(address);
    const ownRetryMs = this.#ofAddress.retryAfterMs(`${key} ${what}`, nowMs);
    if (ownRetryMs > 0) return ownRetryMs;
    const isNetworkFree = this.#ofNetwork.retryAfterMs(`${networkOf(key)} ${what}`, nowMs) === 0;
    return isNetworkFree ? 0 : this.#ofAll.retryAfterMs(what, nowMs);
  }
}

/** Returns the /48 of an IPv6 address, which is usually one site. */
const networkOf = (key: string): string => (key.endsWith('/64') ? key.split('.').slice(0, 6).join('.') : key);
