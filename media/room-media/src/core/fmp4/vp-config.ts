// VP8 and VP9 in MP4: "VP Codec ISO Media File Format Binding" 1.0, and the headers of VP9 key frames (VP9 bitstream
// specification 0.6, 6.2 and 7.2).
import { BitReader } from '../h264/bit-reader.ts';
import { be16, fullBox } from './boxes.ts';

/** Fields of `vpcC`. Colours are numbers of ISO/IEC 23091-4. */
export interface VpConfig {
  readonly profile: number;
  /** Ten times the level's number; 0 is unknown. */
  readonly level: number;
  readonly bitDepth: 8 | 10 | 12;
  /** 0 and 1 are 4:2:0 (chroma between or on luma samples), 2 is 4:2:2, 3 is 4:4:4. */
  readonly chroma: 0 | 1 | 2 | 3;
  readonly isFullRange: boolean;
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
}

export interface Vp9Head extends VpConfig {
  /** Width of the first frame, which is the lowest spatial layer. */
  readonly width: number;
  readonly height: number;
}

const UNSPECIFIED = { primaries: 2, transfer: 2, matrix: 2 } as const;
/** Primaries, transfer and matrix by `color_space`. */
const COLOURS = [
  [2, 2, 2],
  [5, 6, 5], // BT.601.
  [1, 1, 1], // BT.709.
  [6, 6, 6], // SMPTE 170.
  [7, 7, 7], // SMPTE 240.
  [9, 14, 9], // BT.2020.
  [2, 2, 2], // Reserved.
  [1, 13, 0], // sRGB.
] as const;
const RGB = 7;
const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;

/** VP8 has 8 bits and 4:2:0; its levels are undefined. */
export const vp8Config: VpConfig = {
  profile: 0,
  level: 0,
  bitDepth: 8,
  chroma: 1,
  isFullRange: false,
  primaries: UNSPECIFIED.primaries,
  transfer: UNSPECIFIED.transfer,
  matrix: UNSPECIFIED.matrix,
};

/** Maximum luma samples of a picture by level (annex A), for 30 pictures a second; level in tenths. */
const LEVELS = [
  [36_864, 10],
  [73_728, 11],
  [122_880, 20],
  [245_760, 21],
  [552_960, 30],
  [983_040, 31],
  [2_228_224, 40],
  [8_912_896, 50],
  [35_651_584, 60],
] as const;
const HIGHEST_LEVEL = 62;

/** Returns the lowest level that allows pictures of this size, in tenths. The stream does not state a level. */
export const vp9Level = (width: number, height: number): number =>
  LEVELS.find(([samples]) => width * height <= samples)?.[1] ?? HIGHEST_LEVEL;

/** Parses a key frame, or a superframe that begins with a key frame. Returns undefined otherwise. */
export function readVp9Head(picture: Uint8Array): Vp9Head | undefined {
  const reader = new BitReader(picture);
  if (reader.bits(2) !== FRAME_MARKER) return undefined;
  const profile = reader.bits(1) + 2 * reader.bits(1);
  if (profile === 3 && reader.flag()) return undefined; // Reserved.
  const [isExisting, isInter] = [reader.flag(), reader.flag()];
  if (isExisting || isInter) return undefined;
  reader.bits(2); // Shown, error resilient.
  if (reader.bits(24) !== SYNC_CODE) return undefined;
  const bitDepth = profile < 2 ? 8 : reader.flag() ? 12 : 10;
  const space = reader.bits(3);
  const colour = readChroma(reader, profile, space);
  const [width, height] = [reader.bits(16) + 1, reader.bits(16) + 1];
  if (!reader.ok || colour === undefined) return undefined;
  const [primaries, transfer, matrix] = COLOURS[space] ?? COLOURS[0];
  const level = vp9Level(width, height);
  const { chroma, isFullRange } = colour;
  return { profile, level, bitDepth, chroma, isFullRange, primaries, transfer, matrix, width, height };
}

function readChroma(
  reader: BitReader,
  profile: number,
  space: number,
): { readonly chroma: 1 | 2 | 3; readonly isFullRange: boolean } | undefined {
  const isOdd = profile % 2 === 1;
  if (space === RGB) return !isOdd || reader.flag() ? undefined : { chroma: 3, isFullRange: true };
  const isFullRange = reader.flag();
  if (!isOdd) return { chroma: 1, isFullRange };
  const [x, y, reserved] = [reader.flag(), reader.flag(), reader.flag()];
  // The box has no number for 4:4:0.
  if (reserved || y) return undefined;
  return { chroma: x ? 2 : 3, isFullRange };
}

/** Builds the vpcC box (2.2). Its codec initialisation data is empty, as required for VP8 and VP9. */
export function vpcC(config: VpConfig): Uint8Array {
  const { profile, level, bitDepth, chroma, isFullRange, primaries, transfer, matrix } = config;
  const depthAndChroma = (bitDepth << 4) | (chroma << 1) | (isFullRange ? 1 : 0);
  const fields = Uint8Array.of(profile, level, depthAndChroma, primaries, transfer, matrix);
  return fullBox('vpcC', 1, 0, fields, be16(0));
}
