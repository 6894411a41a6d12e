// The pictures of a stream since its last key frame, for viewers that come after it and cannot have one made.

/** 10 s at 3 Mbit/s, which is a long group at a usual rate. A longer one is not kept. */
const BYTES_MAX = 4 * 1024 * 1024;
/** What keeping a payload costs beside its bytes. */
const BYTES_PER_PAYLOAD = 100;

export class Gop {
  #units: (readonly Uint8Array[])[] = [];
  #bytes = 0;

  /** One picture as RTP payloads. What comes before the first key frame is not kept. */
  push(payloads: readonly Uint8Array[], isKey: boolean): void {
    if (isKey) this.#clear();
    else if (this.#units.length === 0) return;
    this.#units.push(payloads);
    for (const { length } of payloads) this.#bytes += length + BYTES_PER_PAYLOAD;
    if (this.#bytes > BYTES_MAX) this.#clear();
  }

  /** The key frame and all that followed; none where there is no key frame or too much has followed. */
  get units(): readonly (readonly Uint8Array[])[] {
    return this.#units;
  }

  #clear(): void {
    this.#units = [];
    this.#bytes = 0;
  }
}
