/**
 * Keeps one copy of equal byte strings, as the capabilities of clients with the same browser. Beyond `entriesMax` it
 * forgets the oldest string, whose next holder has a copy of its own.
 */
export class SharedBytes {
  readonly #entriesMax: number;
  readonly #byText = new Map<string, Uint8Array>();

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#byText.size;
  }

  /** Returns the shared copy of the bytes, which must not be changed. */
  share(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    // A slice would keep the encoder's whole buffer.
    const copy = Uint8Array.from(bytes);
    this.#byText.set(text, copy);
    for (const oldest of this.#byText.keys()) {
      if (this.#byText.size <= this.#entriesMax) break;
      this.#byText.delete(oldest);
    }
    return copy;
  }
}
