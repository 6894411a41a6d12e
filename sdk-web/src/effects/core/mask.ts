// Smooths the person's mask (0 … 1 for each point) from one picture to the next, so that it neither flickers nor
// trails.

/** Applied share of a small change; noise at the edges would make hair shimmer. Edges settle within 100 ms. */
const calmShare = 0.35;
/** A change of this much is a movement and is applied fully, since a share of it would leave a trail. */
const movementMin = 0.5;

export class MaskSmoother {
  #previousMask: Float32Array | undefined;
  #bytes = new Uint8Array(0);

  /** Returns the mask to show, 0 … 255, valid until the next call. */
  next(mask: Float32Array): Uint8Array<ArrayBuffer> {
    if (this.#previousMask?.length !== mask.length) {
      this.#previousMask = mask.slice();
      this.#bytes = new Uint8Array(mask.length);
    }
    const [previousMask, bytes] = [this.#previousMask, this.#bytes];
    for (let at = 0; at < mask.length; at += 1) {
      const previousValue = previousMask[at] ?? 0;
      const value = previousValue + appliedChange((mask[at] ?? 0) - previousValue);
      previousMask[at] = value;
      bytes[at] = value * 255 + 0.5;
    }
    return bytes as Uint8Array<ArrayBuffer>;
  }

  reset(): void {
    this.#previousMask = undefined;
  }
}

/** Returns the applied part of a change: a small share of small changes, all of large ones. */
export function appliedChange(change: number): number {
  const share = Math.min(1, calmShare + (1 - calmShare) * (Math.abs(change) / movementMin));
  return change * share;
}
