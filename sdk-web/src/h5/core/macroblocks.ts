// Slices of one picture: prediction and coded differences of each macroblock.
import type { BitReader } from './bit-reader.ts';
import type { BlockReader } from './block-reader.ts';
import { addBlock, addFlat, type Frame, predict, putBlock, putFlat } from './frame.ts';
import { malformed } from './stream-error.ts';
import type { PictureHeader } from './video-header.ts';
import {
  chromaDcSizes,
  ESCAPE,
  FORWARD,
  INTRA,
  increments,
  lumaDcSizes,
  MOTION_BIAS,
  motions,
  PATTERN,
  patterns,
  QUANT,
  STUFFING,
  typesOfI,
  typesOfP,
} from './video-tables.ts';

/** DC coefficient from which the first of a slice differs: half brightness. */
const FIRST_DC = 1024;
const ALL_BLOCKS = 0x3f;

/** Reads the slices of pictures. Slices have to follow each other without gaps, as encoders write them. */
export class MacroblockReader {
  readonly #bits: BitReader;
  readonly #blocks: BlockReader;
  #header: PictureHeader | undefined;
  #frame: Frame | undefined;
  #reference: Frame | undefined;
  #columnCount = 0;
  #macroblockCount = 0;
  #nextIndex = 0;
  #quantScale = 1;
  /** Previous vector, in the units of the stream. */
  #vectorRight = 0;
  #vectorDown = 0;
  readonly #dc = new Int32Array(3);

  constructor(bits: BitReader, blocks: BlockReader) {
    this.#bits = bits;
    this.#blocks = blocks;
  }

  /** Begins a picture, which is written to `frame`; a P picture has a `reference` of the same size. */
  begin(header: PictureHeader, frame: Frame, reference: Frame | undefined): void {
    this.#header = header;
    this.#frame = frame;
    this.#reference = reference;
    this.#columnCount = frame.stride >> 4;
    this.#macroblockCount = this.#columnCount * (frame.height >> 4);
    this.#nextIndex = 0;
  }

  get isComplete(): boolean {
    return this.#nextIndex === this.#macroblockCount;
  }

  /** Reads a slice that begins in macroblock row `row`, from behind its start code. Throws StreamError. */
  slice(row: number): void {
    const bits = this.#bits;
    this.#setQuantScale();
    while (bits.read(1) === 1) bits.skip(8);
    this.#dc.fill(FIRST_DC);
    this.#vectorRight = 0;
    this.#vectorDown = 0;
    if (row * this.#columnCount + this.#readIncrement() - 1 !== this.#nextIndex)
      throw malformed('a slice out of its place');
    for (;;) {
      this.#macroblock();
      // A start code follows: no code begins with that many zeros.
      if (bits.peek(23) === 0) return;
      const last = this.#nextIndex + this.#readIncrement() - 1;
      while (this.#nextIndex < last) this.#skipMacroblock();
    }
  }

  #setQuantScale(): void {
    this.#quantScale = this.#bits.read(5);
    if (this.#quantScale === 0) throw malformed('a quantisation scale of 0');
  }

  #readIncrement(): number {
    let increment = 0;
    for (;;) {
      const step = this.#bits.code(increments);
      if (step === ESCAPE) increment += 33;
      else if (step !== STUFFING) return increment + step;
    }
  }

  #skipMacroblock(): void {
    this.#dc.fill(FIRST_DC);
    this.#vectorRight = 0;
    this.#vectorDown = 0;
    this.#predict();
    this.#nextIndex++;
  }

  #macroblock(): void {
    const bits = this.#bits;
    if (this.#nextIndex >= this.#macroblockCount) throw malformed('more macroblocks than the picture has');
    const isP = this.#reference !== undefined;
    const type = bits.code(isP ? typesOfP : typesOfI);
    if ((type & QUANT) !== 0) this.#setQuantScale();
    if ((type & FORWARD) !== 0) {
      this.#vectorRight = this.#readVectorComponent(this.#vectorRight);
      this.#vectorDown = this.#readVectorComponent(this.#vectorDown);
    } else {
      this.#vectorRight = 0;
      this.#vectorDown = 0;
    }
    if ((type & INTRA) !== 0) {
      this.#readBlocks(ALL_BLOCKS, true);
    } else {
      this.#dc.fill(FIRST_DC);
      const pattern = (type & PATTERN) === 0 ? 0 : bits.code(patterns);
      this.#predict();
      this.#readBlocks(pattern, false);
    }
    this.#nextIndex++;
  }

  /** Reads a component of a motion vector: its difference from the previous one, within a range that wraps. */
  #readVectorComponent(past: number): number {
    const bits = this.#bits;
    const factorBits = this.#header?.factorBits ?? 0;
    const code = bits.code(motions) - MOTION_BIAS;
    if (code === 0) return past;
    let size = Math.abs(code);
    if (factorBits > 0) size = ((size - 1) << factorBits) + bits.read(factorBits) + 1;
    const range = 16 << factorBits;
    const sum = code < 0 ? past - size : past + size;
    return sum < -range ? sum + 2 * range : sum >= range ? sum - 2 * range : sum;
  }

  #predict(): void {
    const frame = this.#frame;
    const reference = this.#reference;
    if (frame === undefined || reference === undefined || this.#nextIndex >= this.#macroblockCount)
      throw malformed('a macroblock is missing');
    const scale = this.#header?.fullSamples ? 2 : 1;
    const row = Math.floor(this.#nextIndex / this.#columnCount);
    predict(
      frame,
      reference,
      this.#nextIndex - row * this.#columnCount,
      row,
      this.#vectorRight * scale,
      this.#vectorDown * scale,
    );
  }

  /** Reads the blocks of the pattern; blocks 0 to 3 are luma, 4 and 5 chroma. */
  #readBlocks(pattern: number, isIntra: boolean): void {
    const frame = this.#frame;
    if (frame === undefined) throw malformed('a slice without picture');
    const blocks = this.#blocks;
    const row = Math.floor(this.#nextIndex / this.#columnCount);
    const column = this.#nextIndex - row * this.#columnCount;
    for (let block = 0; block < 6; block++) {
      if ((pattern & (0x20 >> block)) === 0) continue;
      const plane = block < 4 ? 0 : block - 3;
      const stride = plane === 0 ? frame.stride : frame.stride >> 1;
      const place =
        plane === 0
          ? 16 * (row * stride + column) + (block & 1) * 8 + (block >> 1) * 8 * stride
          : (frame.planes[plane] as number) + 8 * (row * stride + column);
      if (isIntra) {
        const past = this.#dc[plane] as number;
        this.#dc[plane] = blocks.intra(plane === 0 ? lumaDcSizes : chromaDcSizes, past, this.#quantScale);
        if (blocks.isFlat) putFlat(frame, place, stride, blocks.values[0] as number);
        else putBlock(frame, place, stride, blocks.values);
      } else {
        blocks.inter(this.#quantScale);
        if (blocks.isFlat) addFlat(frame, place, stride, blocks.values[0] as number);
        else addBlock(frame, place, stride, blocks.values);
      }
    }
  }
}
