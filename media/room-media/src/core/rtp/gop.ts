// Keeps the pictures of a stream since its last key frame, for those that begin later and cannot request a key frame.

/** Bound in bytes of a group that is kept for viewers: 10 s at 3 Mbit/s. */
export const GOP_BYTES_MAX = 4 * 1024 * 1024;
/** Bound of a group's duration: x264's default of 250 pictures takes 10.4 s at 24 fps. */
export const GOP_MS_MAX = 12_000;
/** Memory that a kept payload or NAL unit takes beside its bytes. */
const BYTES_PER_PART = 100;

/** Group of pictures, each with parts: RTP payloads or NAL units. */
export class Gop<Picture> {
  readonly #partsOf: (picture: Picture) => readonly Uint8Array[];
  readonly #bytesMax: number;
  #pictures: Picture[] = [];
  #bytes = 0;
  #firstMs = 0;

  /** `bytesMax` is the bound of the parts' bytes; default: 4 MiB. */
  constructor(partsOf: (picture: Picture) => readonly Uint8Array[], bytesMax = GOP_BYTES_MAX) {
    this.#partsOf = partsOf;
    this.#bytesMax = bytesMax;
  }

  /**
   * Adds a picture, with its decode time. Pictures before the first key frame are not kept, and neither is a group
   * above `bytesMax` or 12 s. Returns the group that this picture ends because it does not fit, without the picture.
   */
  push(picture: Picture, { isKey, atMs }: { readonly isKey: boolean; readonly atMs: number }): readonly Picture[] {
    if (isKey) {
      this.clear();
      this.#firstMs = atMs;
    } else if (this.#pictures.length === 0) return [];
    for (const { length } of this.#partsOf(picture)) this.#bytes += length + BYTES_PER_PART;
    if (this.#bytes > this.#bytesMax || Math.abs(atMs - this.#firstMs) > GOP_MS_MAX) {
      const group = this.#pictures;
      this.clear();
      return group;
    }
    this.#pictures.push(picture);
    return [];
  }

  /** The key frame and all later pictures; empty before a key frame or beyond the bounds. */
  get pictures(): readonly Picture[] {
    return this.#pictures;
  }

  clear(): void {
    this.#pictures = [];
    this.#bytes = 0;
  }
}
