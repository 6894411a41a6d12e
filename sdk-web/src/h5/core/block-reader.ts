// Coefficients of one block of 8×8 samples: reads, dequantises and transforms them.
import type { BitReader, CodeTable } from './bit-reader.ts';
import { idct, idctScale } from './idct.ts';
import { malformed } from './stream-error.ts';
import {
  defaultInterMatrix,
  defaultIntraMatrix,
  END_OF_BLOCK,
  longCoefficients,
  shortCoefficients,
  zigzag,
} from './video-tables.ts';

/** Limit to which coefficients are clamped (ISO/IEC 11172-2, 2.4.4.1). */
const COEFFICIENT_MAX = 2047;
/** Size of a DC coefficient for one step of brightness. */
const DC_STEP = 8;

/** Reads blocks; `values` then holds the block's 64 samples (intra) or differences. */
export class BlockReader {
  readonly values = new Float64Array(64);
  /** Quantisation matrices of the last sequence header, row by row. */
  intraMatrix: Uint8Array = defaultIntraMatrix;
  interMatrix: Uint8Array = defaultInterMatrix;
  /** True if only the first coefficient is present: all samples are `values[0]`. */
  isFlat = false;
  readonly #bits: BitReader;

  constructor(bits: BitReader) {
    this.#bits = bits;
  }

  /**
   * Reads an intra block. `sizes`: table of DC differences; `past`: previous DC coefficient. Returns the block's own.
   */
  intra(sizes: CodeTable, past: number, quantScale: number): number {
    const bits = this.#bits;
    const size = bits.code(sizes);
    let dc = past;
    if (size > 0) {
      const coded = bits.read(size);
      dc += DC_STEP * (coded >> (size - 1) === 0 ? coded - (1 << size) + 1 : coded);
    }
    this.values.fill(0);
    this.values[0] = dc * (idctScale[0] as number);
    this.#readCoefficients(1, quantScale, this.intraMatrix, 0);
    return dc;
  }

  inter(quantScale: number): void {
    const bits = this.#bits;
    this.values.fill(0);
    // An inter block is never empty: the bit 1 and a sign bit mean level ±1 without zeros before it (ISO 11172-2,
    // B.5c).
    const word = bits.nextWord();
    let first = 0;
    if (word < 0) {
      bits.skip(2);
      const negative = (word & 0x40000000) !== 0;
      const level = dequantised(3 * quantScale * (this.interMatrix[0] as number));
      this.values[0] = (negative ? -level : level) * (idctScale[0] as number);
      first = 1;
    }
    this.#readCoefficients(first, quantScale, this.interMatrix, 1);
  }

  /** Reads the coefficients from `index` on. `half`: 1 for inter blocks, whose coefficients are 2·level + 1; else 0. */
  #readCoefficients(index: number, quantScale: number, matrix: Uint8Array, half: number): void {
    const bits = this.#bits;
    const values = this.values;
    const short = shortCoefficients.entries;
    const long = longCoefficients.entries;
    const end = bits.end;
    let at = index - 1;
    for (;;) {
      const word = bits.nextWord();
      const entry = word >>> 26 === 0 ? (long[word >>> 16] as number) : (short[word >>> 24] as number);
      if (entry === 0) throw malformed('no such coefficient');
      let length = entry & 0xff;
      let value = entry >> 8;
      let negative: boolean;
      if (value < END_OF_BLOCK) {
        negative = (word & (0x80000000 >>> length)) !== 0;
        length += 1;
        at += (value >> 8) + 1;
        value &= 0xff;
      } else if (value === END_OF_BLOCK) {
        bits.skip(length);
        break;
      } else {
        bits.skip(length);
        at += bits.read(6) + 1;
        value = this.#escapedLevel();
        negative = value < 0;
        if (negative) value = -value;
        length = 0;
      }
      bits.position += length;
      if (at > 63 || bits.position > end) throw malformed('a block does not end');
      const place = zigzag[at] as number;
      const level = dequantised((2 * value + half) * quantScale * (matrix[place] as number));
      values[place] = (negative ? -level : level) * (idctScale[place] as number);
    }
    this.isFlat = at <= 0;
    if (!this.isFlat) idct(values);
  }

  #escapedLevel(): number {
    const coded = this.#bits.read(8);
    const level = coded === 0 ? this.#bits.read(8) : coded === 0x80 ? this.#bits.read(8) - 256 : (coded << 24) >> 24;
    if (level === 0) throw malformed('a coefficient of 0');
    return level;
  }
}

/** Returns a coefficient from 16 times its size; made odd, so that all decoders' transforms round it alike. */
function dequantised(product: number): number {
  const level = product >> 4;
  if (level > COEFFICIENT_MAX) return COEFFICIENT_MAX;
  return level === 0 ? 0 : (level - 1) | 1;
}
