// Divides the bits of a frame among subbands: reduces the loudest noise first, until the frame is full.
import type { Allocation } from './sound-tables.ts';

export interface Band {
  readonly allocation: Allocation;
  /** Largest scale factor, as a power of two. */
  readonly level: number;
  /** Bits for the band's scale factors, if the band is coded at all. */
  readonly sideBits: number;
  /** Allowed noise above that of the lowest subband, as a power of two. */
  readonly tolerance: number;
}

/** Noise level of 16-bit samples. */
const inaudibleLevel = -16;
const granules = 12;

/** Returns the bits for three samples of `steps` steps each; with few steps, three samples share one code. */
export function bitsOfThree(steps: number): number {
  if (steps === 3) return 5;
  if (steps === 5) return 7;
  return steps === 9 ? 10 : 3 * Math.log2(steps + 1);
}

/** Returns an index into each band's `steps`; together they cost at most `bits`. */
export function allocate(bands: readonly Band[], bits: number): Int32Array {
  const chosen = new Int32Array(bands.length);
  const noise = bands.map(({ level, tolerance }) => level - tolerance);
  let remainingBits = bits;
  for (;;) {
    let worst = -1;
    for (let at = 0; at < bands.length; at += 1) {
      if ((noise[at] as number) > (worst < 0 ? inaudibleLevel : (noise[worst] as number))) worst = at;
    }
    const band = bands[worst];
    if (band === undefined) return chosen;
    const index = chosen[worst] as number;
    const steps = band.allocation.steps[index + 1];
    const before = index === 0 ? 0 : granules * bitsOfThree(band.allocation.steps[index] as number);
    const cost = steps === undefined ? 0 : granules * bitsOfThree(steps) - before + (index === 0 ? band.sideBits : 0);
    if (steps === undefined || cost > remainingBits) {
      // This band gets no more bits; a cheaper one may still fit.
      noise[worst] = Number.NEGATIVE_INFINITY;
      continue;
    }
    remainingBits -= cost;
    chosen[worst] = index + 1;
    noise[worst] = band.level - band.tolerance - Math.log2(steps);
  }
}
