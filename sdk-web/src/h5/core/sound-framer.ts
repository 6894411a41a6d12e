import { SAMPLES_PER_FRAME } from './sound-header.ts';

export interface SoundFrame {
  /** Of its first sample. */
  readonly ptsMs: number;
  readonly samples: Float32Array;
}

/** Beyond this the difference of a piece's time is a gap, which no sound fills; below, the page was late. */
const gapMs = 100;
/** A lasting difference beyond this is followed as well: pieces were left out by the browser. */
const driftMs = 20;
/** The share of a new difference in the mean one. */
const share = 1 / 16;

/** Cuts one channel into frames, and counts samples for their times. */
export class SoundFramer {
  readonly #sampleRate: number;
  readonly #frame = new Float32Array(SAMPLES_PER_FRAME);
  #filled = 0;
  /** Of the next sample. */
  #nextMs: number | undefined;
  #meanErrorMs = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Takes a piece whose first sample was captured at `ptsMs`; gives each frame that is full to `onFrame`. */
  push(samples: Float32Array, ptsMs: number, onFrame: (frame: SoundFrame) => void): void {
    this.#follow(ptsMs);
    for (let at = 0; at < samples.length; ) {
      const take = Math.min(SAMPLES_PER_FRAME - this.#filled, samples.length - at);
      this.#frame.set(samples.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      this.#nextMs = (this.#nextMs ?? ptsMs) + this.#msOf(take);
      if (this.#filled < SAMPLES_PER_FRAME) continue;
      this.#filled = 0;
      onFrame({ ptsMs: this.#nextMs - this.#msOf(SAMPLES_PER_FRAME), samples: this.#frame.slice() });
    }
  }

  #follow(ptsMs: number): void {
    const errorMs = ptsMs - (this.#nextMs ?? ptsMs);
    this.#meanErrorMs += (errorMs - this.#meanErrorMs) * share;
    if (Math.abs(errorMs) > gapMs) {
      this.#filled = 0;
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
