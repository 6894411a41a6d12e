// Analysis filter bank of ISO/IEC 11172-3, C.1.3: 32 audio samples become 32 subband samples.
import { synthesisWindow } from './sound-tables.ts';

const SUBBANDS = 32;
const WINDOW = 512;
/** Delay of analysis and synthesis together in samples. */
export const filterDelaySamples = WINDOW - SUBBANDS + 1;

/** Analysis window, table C.1: the synthesis window divided by 32. */
const window = synthesisWindow.map((value) => value / SUBBANDS);
/** cos((2k + 1)iπ/64): row k, column i. */
const cosines = Float64Array.from({ length: SUBBANDS * SUBBANDS }, (_, at) =>
  Math.cos(((2 * (at >> 5) + 1) * (at & 31) * Math.PI) / 64),
);

export class Analysis {
  /** Latest samples, the newest first. */
  readonly #memory = new Float64Array(WINDOW);
  readonly #sums = new Float64Array(2 * SUBBANDS);
  readonly #folded = new Float64Array(SUBBANDS);

  /** Turns 32 samples from `from` into the subband samples `to`, `to + stride`, …; full scale is 1. */
  step(sound: Float32Array, from: number, subbands: Float64Array, to: number, stride: number): void {
    const memory = this.#memory;
    memory.copyWithin(SUBBANDS, 0, WINDOW - SUBBANDS);
    for (let at = 0; at < SUBBANDS; at += 1) memory[SUBBANDS - 1 - at] = sound[from + at] as number;
    const sums = this.#sums;
    for (let at = 0; at < 2 * SUBBANDS; at += 1) {
      let sum = 0;
      for (let tap = at; tap < WINDOW; tap += 2 * SUBBANDS) sum += (memory[tap] as number) * (window[tap] as number);
      sums[at] = sum;
    }
    // Pairs of the 64 sums, around 16 and around 48, have cosines that differ at most in sign, so each pair is folded
    // into one value. The cosine at 48 is 0.
    const folded = this.#folded;
    folded[0] = sums[16] as number;
    for (let at = 1; at <= 16; at += 1) folded[at] = (sums[16 + at] as number) + (sums[16 - at] as number);
    for (let at = 17; at < SUBBANDS; at += 1) folded[at] = (sums[16 + at] as number) - (sums[80 - at] as number);
    for (let k = 0, row = 0; k < SUBBANDS; k += 1, row += SUBBANDS) {
      let sum = 0;
      for (let at = 0; at < SUBBANDS; at += 1) sum += (cosines[row + at] as number) * (folded[at] as number);
      subbands[to + k * stride] = sum;
    }
  }
}
