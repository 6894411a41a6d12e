// Reads the headers of ISO/IEC 11172-2 before the macroblocks.
import type { BitReader } from './bit-reader.ts';
import { malformed, unsupported } from './stream-error.ts';
import { defaultInterMatrix, defaultIntraMatrix, zigzag } from './video-tables.ts';

/** Size of the largest supported picture; two are in memory. */
export const MAX_WIDTH = 1280;
export const MAX_HEIGHT = 720;

/** Bytes after a start code prefix. */
export const startCodes = {
  picture: 0x00,
  firstSlice: 0x01,
  lastSlice: 0xaf,
  sequence: 0xb3,
  extension: 0xb5,
} as const;

export interface SequenceHeader {
  readonly width: number;
  readonly height: number;
  readonly intraMatrix: Uint8Array;
  readonly interMatrix: Uint8Array;
}

export function readSequenceHeader(bits: BitReader): SequenceHeader {
  const width = bits.read(12);
  const height = bits.read(12);
  if (width === 0 || height === 0) throw malformed('a picture without size');
  if (width > MAX_WIDTH || height > MAX_HEIGHT) throw unsupported(`pictures of ${width}×${height}`);
  // A player of live streams needs none of aspect ratio, picture rate, bit rate, marker, buffer size and constraint.
  bits.skip(4 + 4 + 18 + 1 + 10 + 1);
  const intraMatrix = bits.read(1) === 1 ? readMatrix(bits) : defaultIntraMatrix;
  const interMatrix = bits.read(1) === 1 ? readMatrix(bits) : defaultInterMatrix;
  return { width, height, intraMatrix, interMatrix };
}

function readMatrix(bits: BitReader): Uint8Array {
  const matrix = new Uint8Array(64);
  for (const place of zigzag) {
    const value = bits.read(8);
    if (value === 0) throw malformed('a quantisation step of 0');
    matrix[place] = value;
  }
  return matrix;
}

export interface PictureHeader {
  readonly kind: 'I' | 'P' | 'B';
  /** For P pictures: true when vectors count whole samples. `factorBits`: extra bits of each vector's code. */
  readonly fullSamples: boolean;
  readonly factorBits: number;
}

export function readPictureHeader(bits: BitReader): PictureHeader {
  bits.skip(10); // the display order, which without B pictures is that of the stream
  const type = bits.read(3);
  if (type === 4) throw unsupported('D pictures');
  if (type < 1 || type > 3) throw malformed(`a picture of type ${type}`);
  bits.skip(16); // the fill level of the decoder's buffer
  if (type === 1) return { kind: 'I', fullSamples: false, factorBits: 0 };
  const fullSamples = bits.read(1) === 1;
  const factor = bits.read(3);
  if (factor === 0) throw malformed('motion vectors without factor');
  return { kind: type === 2 ? 'P' : 'B', fullSamples, factorBits: factor - 1 };
}

/** Returns whether a unit has a key picture; cheap, and never throws. */
export function isKeyPicture(unit: Uint8Array): boolean {
  for (let at = 0; at + 5 < unit.length; at++) {
    if (unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1 && unit[at + 3] === startCodes.picture)
      return (((unit[at + 5] as number) >> 3) & 7) === 1;
  }
  return false;
}
