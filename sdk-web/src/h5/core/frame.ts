import { malformed } from './stream-error.ts';

/** A picture of 4:2:0 samples: the planes Y, Cb and Cr in sequence, in whole macroblocks of 16×16. */
export interface Frame {
  readonly stride: number;
  readonly height: number;
  /** Positions of the planes Y, Cb and Cr in `bytes`. */
  readonly planes: readonly [number, number, number];
  readonly bytes: Uint8ClampedArray;
  /** The same memory, four samples at once: `words` at positions divisible by four, `view` at any position. */
  readonly words: Int32Array;
  readonly view: DataView;
}

/** `width` and `height` are multiples of 16. */
export function newFrame(width: number, height: number): Frame {
  const luma = width * height;
  const buffer = new ArrayBuffer((luma * 3) / 2);
  return {
    stride: width,
    height,
    planes: [0, luma, (luma * 5) / 4],
    bytes: new Uint8ClampedArray(buffer),
    words: new Int32Array(buffer),
    view: new DataView(buffer),
  };
}

/**
 * Copies a macroblock from `from`, displaced by a motion vector. `x` and `y` count macroblocks; `right` and `down`
 * count half samples. Throws StreamError for a vector out of the picture.
 */
export function predict(to: Frame, from: Frame, x: number, y: number, right: number, down: number): void {
  const left = 32 * x + right;
  const top = 32 * y + down;
  if (left < 0 || top < 0 || left > 2 * (to.stride - 16) || top > 2 * (to.height - 16))
    throw malformed('a motion vector leads out of the picture');
  const { stride } = to;
  const half = stride >> 1;
  copy(to, from, 16 * (y * stride + x), (top >> 1) * stride + (left >> 1), stride, 16, left & 1, top & 1);
  // Chroma vectors are half the luma vector, truncated towards 0.
  const leftOfChroma = 16 * x + ((right / 2) | 0);
  const topOfChroma = 16 * y + ((down / 2) | 0);
  const place = (topOfChroma >> 1) * half + (leftOfChroma >> 1);
  for (const plane of [to.planes[1], to.planes[2]])
    copy(to, from, plane + 8 * (y * half + x), plane + place, half, 8, leftOfChroma & 1, topOfChroma & 1);
}

/** Copies a square of samples; interpolates between two or four of them where `across` or `down` are 1. */
function copy(
  to: Frame,
  from: Frame,
  target: number,
  source: number,
  stride: number,
  size: number,
  across: number,
  down: number,
): void {
  const { words } = to;
  const { view } = from;
  const wordStride = stride >> 2;
  const last = (target >> 2) + size * wordStride;
  for (let line = target >> 2; line < last; line += wordStride, source += stride) {
    for (let at = 0; at < size; at += 4) {
      const place = source + at;
      const word = view.getInt32(place, true);
      const index = line + (at >> 2);
      if (across === 0) {
        words[index] = down === 0 ? word : meanOfTwo(word, view.getInt32(place + stride, true));
      } else if (down === 0) {
        words[index] = meanOfTwo(word, view.getInt32(place + 1, true));
      } else {
        words[index] = meanOfFour(
          word,
          view.getInt32(place + 1, true),
          view.getInt32(place + stride, true),
          view.getInt32(place + stride + 1, true),
        );
      }
    }
  }
}

/** Returns the means of four pairs of bytes, rounded up. */
function meanOfTwo(a: number, b: number): number {
  return ((a | b) - (((a ^ b) & 0xfefefefe) >>> 1)) | 0;
}

/** Returns the means of four bytes each, halves rounded up; adds the upper six bits and the lower two separately. */
function meanOfFour(a: number, b: number, c: number, d: number): number {
  const high =
    ((a >>> 2) & 0x3f3f3f3f) + ((b >>> 2) & 0x3f3f3f3f) + ((c >>> 2) & 0x3f3f3f3f) + ((d >>> 2) & 0x3f3f3f3f);
  const low = (a & 0x03030303) + (b & 0x03030303) + (c & 0x03030303) + (d & 0x03030303) + 0x02020202;
  return (high + ((low >>> 2) & 0x0f0f0f0f)) | 0;
}

export function putBlock(frame: Frame, place: number, stride: number, values: Float64Array): void {
  const { bytes } = frame;
  for (let at = 0; at < 64; at += 8, place += stride) {
    bytes[place] = values[at] as number;
    bytes[place + 1] = values[at + 1] as number;
    bytes[place + 2] = values[at + 2] as number;
    bytes[place + 3] = values[at + 3] as number;
    bytes[place + 4] = values[at + 4] as number;
    bytes[place + 5] = values[at + 5] as number;
    bytes[place + 6] = values[at + 6] as number;
    bytes[place + 7] = values[at + 7] as number;
  }
}

export function addBlock(frame: Frame, place: number, stride: number, values: Float64Array): void {
  const { bytes } = frame;
  for (let at = 0; at < 64; at += 8, place += stride) {
    bytes[place] = (bytes[place] as number) + (values[at] as number);
    bytes[place + 1] = (bytes[place + 1] as number) + (values[at + 1] as number);
    bytes[place + 2] = (bytes[place + 2] as number) + (values[at + 2] as number);
    bytes[place + 3] = (bytes[place + 3] as number) + (values[at + 3] as number);
    bytes[place + 4] = (bytes[place + 4] as number) + (values[at + 4] as number);
    bytes[place + 5] = (bytes[place + 5] as number) + (values[at + 5] as number);
    bytes[place + 6] = (bytes[place + 6] as number) + (values[at + 6] as number);
    bytes[place + 7] = (bytes[place + 7] as number) + (values[at + 7] as number);
  }
}

/** `putBlock` and `addBlock` for a block whose samples are all `value`. */
export function putFlat(frame: Frame, place: number, stride: number, value: number): void {
  const { bytes, words } = frame;
  bytes[place] = value;
  const word = Math.imul(bytes[place] as number, 0x01010101);
  const step = stride >> 2;
  let index = place >> 2;
  for (let line = 0; line < 8; line++, index += step) {
    words[index] = word;
    words[index + 1] = word;
  }
}

export function addFlat(frame: Frame, place: number, stride: number, value: number): void {
  const { bytes } = frame;
  const difference = Math.round(value);
  if (difference === 0) return;
  for (let line = 0; line < 8; line++, place += stride) {
    for (let at = place; at < place + 8; at++) bytes[at] = (bytes[at] as number) + difference;
  }
}
