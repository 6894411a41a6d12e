// How often an address may ask: a bucket each, and bounded in number. Pure but for what it remembers; time is an
// argument.

export interface AttemptBounds {
  /** At once. */
  readonly burst: number;
  /** One more every so often. */
  readonly refillMs: number;
  /** Addresses remembered; the one that asked longest ago is forgotten for a new one. */
  readonly addressesMax: number;
}

export class Attempts {
  readonly #bounds: AttemptBounds;
  /** In the order of their last question. */
  readonly #buckets = new Map<string, { left: number; atMs: number }>();

  constructor(bounds: AttemptBounds) {
    this.#bounds = bounds;
  }

  /** Counts one; answers how long to wait when it is one too many, else 0. */
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
