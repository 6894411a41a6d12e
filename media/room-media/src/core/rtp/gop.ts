// Keeps the pictures of a stream since its last key frame, for late viewers that cannot request a key frame.

/** Bound of a kept group of pictures: 10 s at 3 Mbit/s. A larger group is not kept. */
const BYTES_MAX = 4 * 1024 * 1024;
/** Memory that a kept payload takes beside its bytes. */
const BYTES_PER_PAYLOAD = 100;

export class Gop {
  #units: (readonly Uint8Array[])[] = [];
  #bytes = 0;

  /** Adds one picture as RTP payloads. Pictures before the first key frame are not kept. */
  push(payloads: readonly Uint8Array[], isKey: boolean): void {
    if (isKey) this.#clear();
    else if (this.#units.length === 0) return;
    this.#units.push(payloads);
    for (const { length } of payloads) this.#bytes += length + BYTES_PER_PAYLOAD;
    if (this.#bytes > BYTES_MAX) this.#clear();
  }

  /** The key frame and all later pictures; empty before a key frame or beyond the bound. */
  get units(): readonly (readonly Uint8Array[])[] {
    return this.#units;
  }

  #clear(): void {
    this.#units = [];
    this.#bytes = 0;
  }
}
