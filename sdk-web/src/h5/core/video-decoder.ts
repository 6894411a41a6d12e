// Decoder for I and P pictures of MPEG-1 video (ISO/IEC 11172-2). Skips B pictures, which live streams do not have.
import { BitReader } from './bit-reader.ts';
import { BlockReader } from './block-reader.ts';
import { type Frame, newFrame } from './frame.ts';
import { MacroblockReader } from './macroblocks.ts';
import { malformed, unsupported } from './stream-error.ts';
import { readPictureHeader, readSequenceHeader, startCodes } from './video-header.ts';

/** Larger than one coded picture of 1280×720 at the finest quantisation. */
const MAX_UNIT_BYTES = 2 << 20;

/** A decoded picture; its samples are valid until the next call of `decode`. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly isKey: boolean;
  readonly frame: Frame;
}

export class VideoDecoder {
  readonly #bits = new BitReader();
  readonly #blocks = new BlockReader(this.#bits);
  readonly #macroblocks = new MacroblockReader(this.#bits, this.#blocks);
  #width = 0;
  #height = 0;
  /** Frames of the previous and the current picture, which swap roles with each picture. */
  #frames: [Frame, Frame] | undefined;
  /** False until the first key picture, and after an error until the next one. */
  #hasReference = false;

  /**
   * Decodes a unit of a picture and the headers before it, at most 2 MiB. Returns undefined for a unit without a
   * picture, for B pictures, and for P pictures without reference. After a StreamError, decoding resumes at the next
   * key picture.
   */
  decode(unit: Uint8Array): Picture | undefined {
    try {
      return this.#decodeUnit(unit);
    } catch (error) {
      this.#hasReference = false;
      throw error;
    }
  }

  #decodeUnit(unit: Uint8Array): Picture | undefined {
    const bits = this.#bits;
    bits.load(unit, MAX_UNIT_BYTES);
    for (;;) {
      const code = bits.nextStartCode();
      if (code < 0) return undefined;
      if (code === startCodes.extension) throw unsupported('MPEG-2 video');
      if (code === startCodes.sequence) this.#readSequence();
      else if (code === startCodes.picture) return this.#decodePicture();
      else if (code >= startCodes.firstSlice && code <= startCodes.lastSlice)
        throw malformed('a slice without picture');
    }
  }

  #readSequence(): void {
    const header = readSequenceHeader(this.#bits);
    this.#blocks.intraMatrix = header.intraMatrix;
    this.#blocks.interMatrix = header.interMatrix;
    if (header.width === this.#width && header.height === this.#height) return;
    this.#width = header.width;
    this.#height = header.height;
    this.#frames = undefined;
    this.#hasReference = false;
  }

  #decodePicture(): Picture | undefined {
    const bits = this.#bits;
    const header = readPictureHeader(bits);
    const isKey = header.kind === 'I';
    if (header.kind === 'B' || this.#width === 0 || (!isKey && !this.#hasReference)) return undefined;
    this.#frames ??= [this.#newFrame(), this.#newFrame()];
    const [reference, frame] = this.#frames;
    this.#macroblocks.begin(header, frame, isKey ? undefined : reference);
    for (let code = bits.nextStartCode(); code >= 0; code = bits.nextStartCode()) {
      if (code >= startCodes.firstSlice && code <= startCodes.lastSlice)
        this.#macroblocks.slice(code - startCodes.firstSlice);
      else if (code === startCodes.extension) throw unsupported('MPEG-2 video');
      else if (code === startCodes.picture) throw malformed('two pictures in one unit');
    }
    if (!this.#macroblocks.isComplete) throw malformed('a picture with parts missing');
    this.#frames = [frame, reference];
    this.#hasReference = true;
    return { width: this.#width, height: this.#height, isKey, frame };
  }

  #newFrame(): Frame {
    return newFrame((this.#width + 15) & ~15, (this.#height + 15) & ~15);
  }
}
