// Transforms, quantises and writes one block of 8×8 samples, and reconstructs it like the decoder.
import { type BitWriter, codesOf, packedCode, packedCodes } from './bit-writer.ts';
import { fdct } from './fdct.ts';
import { addBlock, addFlat, type Frame, putBlock, putFlat } from './frame.ts';
import { idct, idctScale } from './idct.ts';
import {
  chromaDcSizes,
  defaultIntraMatrix,
  END_OF_BLOCK,
  ESCAPED,
  longCoefficients,
  lumaDcSizes,
  shortCoefficients,
  zigzag,
} from './video-tables.ts';

const highestLevel = 255;
const highestCoefficient = 2047;
/** Added before a level is cut to a whole number; less than half, because small coefficients are more frequent. */
const intraRounding = 0.4;
export const quantScaleMax = 31;

const coefficientCodes = new Map([...codesOf(shortCoefficients), ...codesOf(longCoefficients)]);
/** Codes by `run << 8 | level`, without the sign. */
const pairCodes = packedCodes(coefficientCodes, 32 << 8);
const endOfBlock = packedCode(coefficientCodes, END_OF_BLOCK);
const escapeCode = packedCode(coefficientCodes, ESCAPED);
const levelsWithCode = 40;
const runsWithCode = 31;
const dcSizes = { luma: packedCodes(codesOf(lumaDcSizes), 9), chroma: packedCodes(codesOf(chromaDcSizes), 9) };

/** Factors from coefficients to levels for each scale, in zigzag order. */
const intraFactors = Array.from({ length: quantScaleMax + 1 }, (_, scale) =>
  Float64Array.from(zigzag, (place) => 8 / (scale * (defaultIntraMatrix[place] as number))),
);

export class BlockWriter {
  readonly #bits: BitWriter;
  readonly #values = new Float64Array(64);
  /** Levels of the six blocks, each in zigzag order. */
  readonly #levels = new Int32Array(6 * 64);
  /** Position of the last level that is not 0, for each block; -1: none. */
  readonly #lastPositions = new Int32Array(6);

  constructor(bits: BitWriter) {
    this.#bits = bits;
  }

  /**
   * Writes an intra block, and its decoded samples into `frame`. `past`: previous DC level. Returns the block's own.
   */
  intra(
    source: Frame,
    frame: Frame,
    place: number,
    stride: number,
    isLuma: boolean,
    past: number,
    scale: number,
  ): number {
    const { bytes } = source;
    const values = this.#values;
    for (let at = 0, from = place; at < 64; at += 8, from += stride) {
      for (let x = 0; x < 8; x += 1) values[at + x] = bytes[from + x] as number;
    }
    fdct(values);
    const factors = intraFactors[scale] as Float64Array;
    const levels = this.#levels;
    const dc = Math.round((values[0] as number) / 8);
    let last = 0;
    for (let at = 1; at < 64; at += 1) {
      const exact = (values[zigzag[at] as number] as number) * (factors[at] as number);
      const level = exact < 0 ? -((intraRounding - exact) | 0) : (exact + intraRounding) | 0;
      levels[at] = level > highestLevel ? highestLevel : level < -highestLevel ? -highestLevel : level;
      if (level !== 0) last = at;
    }
    this.#putDc(dc - past, isLuma ? dcSizes.luma : dcSizes.chroma);
    this.#putLevels(0, 1, last);

    values.fill(0);
    values[0] = dc * 8 * (idctScale[0] as number);
    for (let at = 1; at <= last; at += 1) {
      const level = levels[at] as number;
      if (level === 0) continue;
      const at2 = zigzag[at] as number;
      const product = 2 * Math.abs(level) * scale * (defaultIntraMatrix[at2] as number);
      values[at2] = coefficient(product, level) * (idctScale[at2] as number);
    }
    if (last > 0) {
      idct(values);
      putBlock(frame, place, stride, values);
    } else {
      putFlat(frame, place, stride, values[0] as number);
    }
    return dc;
  }

  /** Computes the levels of the block's difference from `frame`; returns false when all are 0. `block` is 0 to 5. */
  quantise(block: number, source: Frame, frame: Frame, position: number, stride: number, scale: number): boolean {
    const sourceBytes = source.bytes;
    const frameBytes = frame.bytes;
    const values = this.#values;
    for (let at = 0, from = position; at < 64; at += 8, from += stride) {
      for (let x = 0; x < 8; x += 1)
        values[at + x] = (sourceBytes[from + x] as number) - (frameBytes[from + x] as number);
    }
    fdct(values);
    const levels = this.#levels;
    const factor = 1 / (2 * scale);
    let last = -1;
    for (let at = 0; at < 64; at += 1) {
      const level = ((values[zigzag[at] as number] as number) * factor) | 0;
      levels[block * 64 + at] = level > highestLevel ? highestLevel : level < -highestLevel ? -highestLevel : level;
      if (level !== 0) last = at;
    }
    this.#lastPositions[block] = last;
    return last >= 0;
  }

  /** Writes the levels of `quantise`, and adds their decoded samples to `frame`. */
  inter(block: number, frame: Frame, position: number, stride: number, scale: number): void {
    const levels = this.#levels;
    const last = this.#lastPositions[block] as number;
    const from = block * 64;
    // A block cannot begin with an end of block, so the code for level ±1 is a bit shorter there.
    const first = levels[from] as number;
    const isShort = first === 1 || first === -1;
    if (isShort) this.#bits.put(first < 0 ? 3 : 2, 2);
    this.#putLevels(from, isShort ? 1 : 0, last);

    const values = this.#values;
    values.fill(0);
    for (let at = 0; at <= last; at += 1) {
      const level = levels[from + at] as number;
      if (level === 0) continue;
      const at2 = zigzag[at] as number;
      values[at2] = coefficient((2 * Math.abs(level) + 1) * scale * 16, level) * (idctScale[at2] as number);
    }
    if (last > 0) {
      idct(values);
      addBlock(frame, position, stride, values);
    } else {
      addFlat(frame, position, stride, values[0] as number);
    }
  }

  #putDc(difference: number, sizes: Int32Array): void {
    const size = 32 - Math.clz32(Math.abs(difference));
    this.#bits.putPacked(sizes[size] as number);
    if (size > 0) this.#bits.put(difference < 0 ? difference + (1 << size) - 1 : difference, size);
  }

  #putLevels(from: number, first: number, last: number): void {
    const bits = this.#bits;
    const levels = this.#levels;
    let run = 0;
    for (let at = first; at <= last; at += 1) {
      const level = levels[from + at] as number;
      if (level === 0) {
        run += 1;
        continue;
      }
      const size = level < 0 ? -level : level;
      const code = run <= runsWithCode && size <= levelsWithCode ? (pairCodes[(run << 8) | size] as number) : 0;
      if (code !== 0) bits.put(((code >> 5) << 1) | (level < 0 ? 1 : 0), (code & 31) + 1);
      else this.#putEscaped(run, level);
      run = 0;
    }
    bits.putPacked(endOfBlock);
  }

  #putEscaped(run: number, level: number): void {
    const bits = this.#bits;
    bits.putPacked(escapeCode);
    bits.put(run, 6);
    if (level > 127) bits.put(level, 16);
    else if (level < -127) bits.put(0x8000 | (level + 256), 16);
    else bits.put(level & 0xff, 8);
  }
}

/** Returns a coefficient from 16 times its size and the level's sign; made odd, as in decoders. */
function coefficient(product: number, level: number): number {
  const size = product >> 4;
  const odd = size > highestCoefficient ? highestCoefficient : size === 0 ? 0 : (size - 1) | 1;
  return level < 0 ? -odd : odd;
}
