import { SAMPLES_PER_FRAME } from './sound-header.ts';

export interface SoundFrame {
  readonly ptsMs: number;
  readonly samples: Float32Array;
}

/** A difference above this is a gap, which no samples fill; a smaller one means that the page was late. */
const gapMs = 100;
/** A lasting difference above this is corrected, because the browser has dropped pieces. */
const driftMs = 20;
const errorWeight = 1 / 16;

/** Cuts one channel into frames, and derives their times from the number of samples. */
export class SoundFramer {
  readonly #sampleRate: number;
  readonly #frame = new Float32Array(SAMPLES_PER_FRAME);
  #filledSamples = 0;
  #nextMs: number | undefined;
  #meanErrorMs = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Takes a piece whose first sample was captured at `ptsMs`; passes each full frame to `onFrame`. */
  push(samples: Float32Array, ptsMs: number, onFrame: (frame: SoundFrame) => void): void {
    this.#adjustTime(ptsMs);
    for (let at = 0; at < samples.length; ) {
      const sampleCount = Math.min(SAMPLES_PER_FRAME - this.#filledSamples, samples.length - at);
      this.#frame.set(samples.subarray(at, at + sampleCount), this.#filledSamples);
      this.#filledSamples += sampleCount;
      at += sampleCount;
      this.#nextMs = (this.#nextMs ?? ptsMs) + this.#msOf(sampleCount);
      if (this.#filledSamples < SAMPLES_PER_FRAME) continue;
      this.#filledSamples = 0;
      onFrame({ ptsMs: this.#nextMs - this.#msOf(SAMPLES_PER_FRAME), samples: this.#frame.slice() });
    }
  }

  #adjustTime(ptsMs: number): void {
    const errorMs = ptsMs - (this.#nextMs ?? ptsMs);
    this.#meanErrorMs += (errorMs - this.#meanErrorMs) * errorWeight;
    if (Math.abs(errorMs) > gapMs) {
      this.#filledSamples = 0;
      this.#nextMs = ptsMs;
      this.#meanErrorMs = 0;
    } else if (Math.abs(this.#meanErrorMs) > driftMs) {
      this.#nextMs = (this.#nextMs ?? ptsMs) + this.#meanErrorMs;
      this.#meanErrorMs = 0;
    }
  }

  #msOf(samples: number): number {
    return (samples * 1000) / this.#sampleRate;
  }
}
