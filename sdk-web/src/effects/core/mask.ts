// Where the person is, from one picture to the next: 0 … 1 for each point, without flicker and without a trail.

/**
 * Share of a new value that is taken where it hardly differs from the one before: noise of the model at the edges,
 * which would make hair shimmer. At 30 pictures a second an edge settles within about 100 ms.
 */
const calmShare = 0.35;
/** A value that changes by this much is a movement, and is taken as it is: a share of it would leave a trail. */
const movement = 0.5;

export class MaskSmoother {
  #before: Float32Array | undefined;
  #bytes = new Uint8Array(0);

  /** The mask to be shown, 0 … 255. The answer is good until the next call. */
  next(mask: Float32Array): Uint8Array<ArrayBuffer> {
    if (this.#before?.length !== mask.length) {
      this.#before = mask.slice();
      this.#bytes = new Uint8Array(mask.length);
    }
    const [before, bytes] = [this.#before, this.#bytes];
    for (let at = 0; at < mask.length; at += 1) {
      const old = before[at] ?? 0;
      const value = old + smoothed((mask[at] ?? 0) - old);
      before[at] = value;
      bytes[at] = value * 255 + 0.5;
    }
    return bytes as Uint8Array<ArrayBuffer>;
  }

  /** Another picture begins: what was before says nothing about it. */
  reset(): void {
    this.#before = undefined;
  }
}

/** What is taken of a change: from a small share of small ones to all of large ones. */
export function smoothed(change: number): number {
  const share = Math.min(1, calmShare + (1 - calmShare) * (Math.abs(change) / movement));
  return change * share;
}
