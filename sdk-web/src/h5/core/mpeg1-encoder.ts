// Encoder for MPEG-1 video (ISO/IEC 11172-2) of a camera: key pictures, and P pictures without motion search.
import { BitWriter, codesOf, packedCode, packedCodes } from './bit-writer.ts';
import { BlockWriter } from './block-writer.ts';
import { toSamples } from './colors.ts';
import { type Frame, newFrame } from './frame.ts';
import { RateControl } from './rate-control.ts';
import { MAX_HEIGHT, MAX_WIDTH, startCodes } from './video-header.ts';
import { ESCAPE, FORWARD, INTRA, increments, PATTERN, patterns, typesOfI, typesOfP } from './video-tables.ts';

export interface Mpeg1EncoderOptions {
  /** Even, at most 1280. */
  readonly width: number;
  /** Even, at most 720. */
  readonly height: number;
  /** Approximate rate; pictures may come at any time. */
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly keyIntervalMs: number;
}

export interface EncodedPicture {
  readonly isKey: boolean;
  readonly ptsMs: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

const groupStartCode = 0xb8;
/** Code for 30 pictures a second. The standard has no code for 15; players use the container's time stamps. */
const rateOf30 = 5;
const squareSamples = 1;
const variableBitRate = 0x3ffff;
const unknownDelay = 0xffff;
/** Size of the decoder's buffer in units of 2 KiB; larger than any picture of this encoder. */
const bufferSize = 112;
/** DC level from which the first of a slice differs: half brightness. */
const firstDc = 128;
/** A block whose total difference is below this many steps yields no level, so it is not examined further. */
const quietSteps = 10;
/** A macroblock becomes intra if its difference from its own mean is smaller than from the last picture by this. */
const intraBias = 512;

const addressCodes = packedCodes(codesOf(increments), ESCAPE + 1);
const escapedAddresses = 33;
const patternCodes = packedCodes(codesOf(patterns), 64);
const intraOfI = packedCode(codesOf(typesOfI), INTRA);
const intraOfP = packedCode(codesOf(typesOfP), INTRA);
const changed = packedCode(codesOf(typesOfP), PATTERN);
const unchanged = packedCode(codesOf(typesOfP), FORWARD);
/** Kind of an intra macroblock; above every pattern of six blocks. */
const INTRA_KIND = 64;

/** Throws RangeError for unsupported sizes and rates. */
export function checkMpeg1Options({ width, height, fps, bitrateKbps, keyIntervalMs }: Mpeg1EncoderOptions): void {
  const isSize = (value: number, most: number) => Number.isInteger(value / 2) && value >= 16 && value <= most;
  if (!isSize(width, MAX_WIDTH) || !isSize(height, MAX_HEIGHT)) throw new RangeError(`pictures of ${width}×${height}`);
  if (!(fps > 0 && fps <= 60 && bitrateKbps >= 16 && bitrateKbps <= 20_000 && keyIntervalMs >= 0))
    throw new RangeError(`${fps} pictures a second, ${bitrateKbps} kbit/s, a key picture each ${keyIntervalMs} ms`);
}

export class Mpeg1Encoder {
  readonly #options: Mpeg1EncoderOptions;
  readonly #bits = new BitWriter();
  readonly #blocks = new BlockWriter(this.#bits);
  readonly #source: Frame;
  /** The last picture as decoders have it. */
  readonly #frame: Frame;
  readonly #rate: RateControl;
  readonly #dc = new Int32Array(3);
  #keyMs: number | undefined;
  #isKeyRequested = true;
  #temporalReference = 0;

  constructor(options: Mpeg1EncoderOptions) {
    checkMpeg1Options(options);
    const { width, height, fps, bitrateKbps, keyIntervalMs } = options;
    this.#options = options;
    const wholeMacroblocks = (value: number) => (value + 15) & ~15;
    this.#source = newFrame(wholeMacroblocks(width), wholeMacroblocks(height));
    this.#frame = newFrame(wholeMacroblocks(width), wholeMacroblocks(height));
    this.#rate = new RateControl({ bitrateKbps, keyIntervalMs, pictureMs: 1000 / fps });
  }

  requestKey(): void {
    this.#isKeyRequested = true;
  }

  /** Encodes one picture of RGBA bytes, row by row. Throws RangeError for another size. */
  encode(rgba: Uint8ClampedArray | Uint8Array, ptsMs: number): EncodedPicture {
    const { width, height, keyIntervalMs } = this.#options;
    if (rgba.length !== width * height * 4) throw new RangeError(`${rgba.length} bytes for ${width}×${height}`);
    toSamples(rgba, width, height, this.#source);
    const sinceKeyMs = this.#keyMs === undefined ? Number.POSITIVE_INFINITY : ptsMs - this.#keyMs;
    // A clock that went back starts a new group as well.
    const isKey = this.#isKeyRequested || sinceKeyMs >= keyIntervalMs || sinceKeyMs < 0;
    if (isKey) {
      this.#keyMs = ptsMs;
      this.#isKeyRequested = false;
      this.#temporalReference = 0;
      this.#putSequence();
    }
    this.#rate.begin(isKey, ptsMs);
    this.#putPictureHeader(isKey);
    const rows = this.#frame.height >> 4;
    const from = this.#bits.position;
    for (let row = 0; row < rows; row += 1) {
      const scale = this.#rate.rowScale(row / rows, this.#bits.position - from);
      this.#putSlice(row, isKey, scale);
    }
    this.#bits.align();
    this.#rate.end(this.#bits.position);
    this.#temporalReference = (this.#temporalReference + 1) & 1023;
    return { isKey, ptsMs, data: this.#bits.takeBytes() };
  }

  #putSequence(): void {
    const bits = this.#bits;
    bits.startCode(startCodes.sequence);
    bits.put((this.#options.width << 12) | this.#options.height, 24);
    bits.put((squareSamples << 4) | rateOf30, 8);
    bits.put(variableBitRate, 18);
    // Marker bit, size of the buffer, no constrained parameters, no matrices.
    bits.put((1 << 13) | (bufferSize << 3), 14);
    bits.startCode(groupStartCode);
    // Time code 0 with a marker bit in its middle, then a closed group.
    bits.put(1 << 11, 24);
    bits.put(0b010, 3);
  }

  #putPictureHeader(isKey: boolean): void {
    const bits = this.#bits;
    bits.startCode(startCodes.picture);
    bits.put((this.#temporalReference << 3) | (isKey ? 1 : 2), 13);
    bits.put(unknownDelay, 16);
    // Vectors count half samples in the smallest range, because all are 0.
    if (!isKey) bits.put(0b0001, 4);
    bits.put(0, 1);
  }

  #putSlice(row: number, isKey: boolean, scale: number): void {
    const bits = this.#bits;
    bits.startCode(startCodes.firstSlice + row);
    bits.put(scale << 1, 6);
    this.#dc.fill(firstDc);
    const columns = this.#frame.stride >> 4;
    let skipped = 0;
    for (let column = 0; column < columns; column += 1) {
      if (isKey) {
        this.#putIntra(column, row, intraOfI, 0, scale);
        continue;
      }
      const kind = this.#kindOf(column, row, scale);
      // The first and the last macroblock of a row cannot be skipped.
      if (kind === 0 && column > 0 && column < columns - 1) {
        skipped += 1;
        this.#dc.fill(firstDc);
      } else {
        if (kind === INTRA_KIND) this.#putIntra(column, row, intraOfP, skipped, scale);
        else this.#putChange(column, row, kind, skipped, scale);
        skipped = 0;
      }
    }
  }

  /** Returns the pattern of changed blocks, or INTRA_KIND when the whole macroblock is new. */
  #kindOf(column: number, row: number, scale: number): number {
    const quiet = quietSteps * scale;
    let pattern = 0;
    let lumaDifference = 0;
    for (let block = 0; block < 6; block += 1) {
      const difference = this.#differenceOf(this.#positionOf(block, column, row), this.#strideOf(block));
      if (block < 4) lumaDifference += difference;
      if (difference >= quiet) pattern |= 32 >> block;
    }
    if (pattern === 0) return 0;
    if (lumaDifference > intraBias && lumaDifference > this.#activityOf(column, row) + intraBias) return INTRA_KIND;
    let coded = 0;
    for (let block = 0; block < 6; block += 1) {
      if ((pattern & (32 >> block)) === 0) continue;
      const place = this.#positionOf(block, column, row);
      if (this.#blocks.quantise(block, this.#source, this.#frame, place, this.#strideOf(block), scale))
        coded |= 32 >> block;
    }
    return coded;
  }

  #putIntra(column: number, row: number, type: number, skipped: number, scale: number): void {
    this.#putAddress(skipped);
    this.#bits.putPacked(type);
    for (let block = 0; block < 6; block += 1) {
      const component = block < 4 ? 0 : block - 3;
      const place = this.#positionOf(block, column, row);
      const past = this.#dc[component] as number;
      const stride = this.#strideOf(block);
      this.#dc[component] = this.#blocks.intra(this.#source, this.#frame, place, stride, block < 4, past, scale);
    }
  }

  #putChange(column: number, row: number, pattern: number, skipped: number, scale: number): void {
    this.#putAddress(skipped);
    this.#dc.fill(firstDc);
    if (pattern === 0) {
      // This writes a zero vector.
      this.#bits.putPacked(unchanged);
      this.#bits.put(0b11, 2);
      return;
    }
    this.#bits.putPacked(changed);
    this.#bits.putPacked(patternCodes[pattern] as number);
    for (let block = 0; block < 6; block += 1) {
      if ((pattern & (32 >> block)) !== 0)
        this.#blocks.inter(block, this.#frame, this.#positionOf(block, column, row), this.#strideOf(block), scale);
    }
  }

  #putAddress(skipped: number): void {
    let increment = skipped + 1;
    for (; increment > escapedAddresses; increment -= escapedAddresses)
      this.#bits.putPacked(addressCodes[ESCAPE] as number);
    this.#bits.putPacked(addressCodes[increment] as number);
  }

  #strideOf(block: number): number {
    return block < 4 ? this.#frame.stride : this.#frame.stride >> 1;
  }

  #positionOf(block: number, column: number, row: number): number {
    const { stride, planes } = this.#frame;
    if (block < 4) return (16 * row + 8 * (block >> 1)) * stride + 16 * column + 8 * (block & 1);
    return planes[block === 4 ? 1 : 2] + 8 * row * (stride >> 1) + 8 * column;
  }

  #differenceOf(place: number, stride: number): number {
    const sourceBytes = this.#source.bytes;
    const frameBytes = this.#frame.bytes;
    let sum = 0;
    for (let from = place, line = 0; line < 8; line += 1, from += stride) {
      for (let at = from; at < from + 8; at += 1) {
        const difference = (sourceBytes[at] as number) - (frameBytes[at] as number);
        sum += difference < 0 ? -difference : difference;
      }
    }
    return sum;
  }

  #activityOf(column: number, row: number): number {
    const { bytes, stride } = this.#source;
    let sum = 0;
    for (let block = 0; block < 4; block += 1) {
      const place = this.#positionOf(block, column, row);
      let total = 0;
      for (let from = place, line = 0; line < 8; line += 1, from += stride)
        for (let at = from; at < from + 8; at += 1) total += bytes[at] as number;
      const mean = total >> 6;
      for (let from = place, line = 0; line < 8; line += 1, from += stride)
        for (let at = from; at < from + 8; at += 1) sum += Math.abs((bytes[at] as number) - mean);
    }
    return sum;
  }
}
