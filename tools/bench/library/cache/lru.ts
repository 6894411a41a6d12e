// An ideal cache: one list of all that it has, without loss of place, by which real ones are judged. Pure.

export class Lru {
  readonly #bytesMax: number;
  /** By key: bytes. What was asked for longest ago is first. */
  readonly #kept = new Map<string, number>();
  #bytes = 0;

  /** Throws a RangeError when `bytesMax` is no count. */
  constructor(bytesMax: number) {
    if (!Number.isSafeInteger(bytesMax) || bytesMax < 0) throw new RangeError(`bytesMax is ${bytesMax}`);
    this.#bytesMax = bytesMax;
  }

  /** What it has now; never more than `bytesMax`. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Whether it had the file. From now on it has it, in place of those asked for longest ago; not if it is too large.
   */
  ask(key: string, bytes: number): boolean {
    const before = this.#kept.get(key);
    if (before !== undefined) this.#forget(key, before);
    if (bytes <= this.#bytesMax) {
      for (const [oldest, size] of this.#kept) {
        if (this.#bytes + bytes <= this.#bytesMax) break;
        this.#forget(oldest, size);
      }
      this.#kept.set(key, bytes);
      this.#bytes += bytes;
    }
    return before !== undefined;
  }

  #forget(key: string, bytes: number): void {
    this.#kept.delete(key);
    this.#bytes -= bytes;
  }
}
