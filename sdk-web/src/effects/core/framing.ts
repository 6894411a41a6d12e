// Regroups audio from the browser's blocks of 128 samples into frames of another size.

export const blockSamples = 128;

/** Returns how many samples wait for a full frame at most: 448 (9.3 ms at 48 kHz) for frames of 480. */
export function framingDelay(frameSamples: number): number {
  let maxWaiting = 0;
  for (let waiting = blockSamples % frameSamples; waiting !== 0; waiting = (waiting + blockSamples) % frameSamples)
    maxWaiting = Math.max(maxWaiting, waiting);
  return maxWaiting;
}

export class Framing {
  readonly #frame: Float32Array;
  readonly #work: (frame: Float32Array) => void;
  #filledSamples = 0;
  /** Processed samples; the first `#readySamples` of them wait for output. It starts with silence. */
  readonly #output: Float32Array;
  #readySamples: number;

  constructor(frameSamples: number, work: (frame: Float32Array) => void) {
    this.#frame = new Float32Array(frameSamples);
    this.#work = work;
    this.#readySamples = framingDelay(frameSamples);
    this.#output = new Float32Array(this.#readySamples + 2 * Math.max(frameSamples, blockSamples));
  }

  push(input: Float32Array, output: Float32Array): void {
    for (let at = 0; at < input.length; ) {
      const count = Math.min(input.length - at, this.#frame.length - this.#filledSamples);
      this.#frame.set(input.subarray(at, at + count), this.#filledSamples);
      this.#filledSamples += count;
      at += count;
      if (this.#filledSamples === this.#frame.length) this.#processFrame();
    }
    output.set(this.#output.subarray(0, output.length));
    this.#output.copyWithin(0, output.length, this.#readySamples);
    this.#readySamples -= output.length;
  }

  #processFrame(): void {
    this.#work(this.#frame);
    this.#output.set(this.#frame, this.#readySamples);
    this.#readySamples += this.#frame.length;
    this.#filledSamples = 0;
  }
}
