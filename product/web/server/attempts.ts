// Rate limit per address: a token bucket each, bounded in number. The caller passes the time.

export interface AttemptBounds {
  readonly burst: number;
  readonly refillMs: number;
  /** Maximum number of addresses; the one with the oldest request is dropped. */
  readonly addressesMax: number;
}

export class Attempts {
  readonly #bounds: AttemptBounds;
  /** Buckets by address, in order of the last request. */
  readonly #buckets = new Map<string, { left: number; atMs: number }>();

  constructor(bounds: AttemptBounds) {
    this.#bounds = bounds;
  }

  /** Takes a token. Returns the time to wait when the bucket is empty, else 0. */
  take(address: string, nowMs: number): number {
    const { burst, refillMs, addressesMax } = this.#bounds;
    const known = this.#buckets.get(address) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, known.left + (nowMs - known.atMs) / refillMs);
    this.#buckets.delete(address);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= addressesMax && oldest !== undefined) this.#buckets.delete(oldest);
    const isAllowed = left >= 1;
    this.#buckets.set(address, { left: isAllowed ? left - 1 : left, atMs: nowMs });
    return isAllowed ? 0 : Math.ceil((1 - left) * refillMs);
  }

  get size(): number {
    return this.#buckets.size;
  }
}
