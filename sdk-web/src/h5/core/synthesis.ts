// Synthesis filter bank of ISO/IEC 11172-3, 2.4.3.2.2: 32 subband samples become 32 audio samples.
import { synthesisWindow } from './sound-tables.ts';

const SUBBANDS = 32;
const VECTOR = 64;
/** Size of the memory: the last 16 vectors are used. */
const MEMORY = 16 * VECTOR;

/** cos((16 + i)(2k + 1)π/64): 32 factors for each of the 64 values of a vector. */
const cosines = Float64Array.from({ length: VECTOR * SUBBANDS }, (_, at) =>
  Math.cos(((16 + (at >> 5)) * (2 * (at & 31) + 1) * Math.PI) / 64),
);

export class Synthesis {
  readonly #memory = new Float64Array(MEMORY);
  #newestIndex = 0;

  /** Turns the 32 `samples` from `from` into 32 samples of `sound` from `to`; full scale is 1. */
  step(samples: Float64Array, from: number, sound: Float32Array, to: number): void {
    const memory = this.#memory;
    this.#newestIndex = (this.#newestIndex - VECTOR) & (MEMORY - 1);
    const newest = this.#newestIndex;
    for (let index = 0; index < VECTOR; index++) {
      const row = index * SUBBANDS;
      let sum = 0;
      for (let k = 0; k < SUBBANDS; k++) sum += (cosines[row + k] as number) * (samples[from + k] as number);
      memory[newest + index] = sum;
    }
    for (let at = 0; at < SUBBANDS; at++) {
      let sum = 0;
      for (let pair = 0; pair < 8; pair++) {
        const vector = newest + pair * 2 * VECTOR + at;
        sum += (memory[vector & (MEMORY - 1)] as number) * (synthesisWindow[pair * VECTOR + at] as number);
        sum += (memory[(vector + 96) & (MEMORY - 1)] as number) * (synthesisWindow[pair * VECTOR + 32 + at] as number);
      }
      sound[to + at] = sum;
    }
  }
}
