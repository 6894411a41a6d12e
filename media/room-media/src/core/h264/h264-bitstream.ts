// Parses parameter sets and slice headers (ITU-T H.264, 7.3.2 and 7.3.3, annex E). Garbage gives undefined.
import type { VideoFormat, VideoUnit } from '../units.ts';
import { BitReader } from './bit-reader.ts';
import { isSlice, nalType, nalTypeOf, withoutEmulationPrevention } from './nal.ts';

/** 16 384 pixels, above the highest level of the standard. */
const maxMacroblocksPerSide = 1024;
/** Bound above a parameter set with all its lists. */
const maxParameterSetBytes = 4096;
/** Bytes of the first three numbers of a slice header, at most 63 bits each, with emulation prevention. */
const sliceStartBytes = 48;
const maxId = { sps: 31, pps: 255 } as const;

export interface SpsInfo {
  readonly id: number;
  readonly profileIdc: number;
  readonly constraints: number;
  readonly levelIdc: number;
  /** 0 is monochrome, 1 is 4:2:0, 2 is 4:2:2, 3 is 4:4:4. */
  readonly chromaFormatIdc: number;
  /** Maximum of luma and chroma. */
  readonly bitDepth: number;
  readonly interlaced: boolean;
  /** In pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  readonly pictureOrderCountType: number;
  /** max_num_reorder_frames; absent when the encoder does not state it. */
  readonly maxReorderFrames?: number;
}

/** Parses a sequence parameter set, including its NAL header. Returns undefined for garbage. */
export function parseSps(nal: Uint8Array): SpsInfo | undefined {
  if (nalTypeOf(nal) !== nalType.sps || nal.length > maxParameterSetBytes) return undefined;
  const reader = new BitReader(withoutEmulationPrevention(nal.subarray(1)));
  const profileIdc = reader.bits(8);
  const constraints = reader.bits(8);
  const levelIdc = reader.bits(8);
  const id = reader.unsigned(maxId.sps);
  const chroma = readChroma(reader, profileIdc);
  reader.unsigned(12); // log2_max_frame_num_minus4
  const pictureOrderCountType = readPictureOrder(reader);
  reader.unsigned(16); // max_num_ref_frames
  reader.flag(); // gaps_in_frame_num_value_allowed_flag
  const size = readSize(reader, chroma.arrayType);
  if (!reader.ok || size === undefined) return undefined;
  // Some encoders cut the VUI short; the fields before it stay valid.
  const maxReorderFrames = reader.flag() ? readMaxReorderFrames(reader) : undefined;
  return {
    id,
    profileIdc,
    constraints,
    levelIdc,
    chromaFormatIdc: chroma.formatIdc,
    bitDepth: chroma.bitDepth,
    ...size,
    pictureOrderCountType,
    ...(reader.ok && maxReorderFrames !== undefined && { maxReorderFrames }),
  };
}

/** Profiles whose parameter sets contain chroma fields (7.3.2.1.1). */
const highProfiles: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

function readChroma(reader: BitReader, profileIdc: number): { formatIdc: number; arrayType: number; bitDepth: number } {
  if (!highProfiles.has(profileIdc)) return { formatIdc: 1, arrayType: 1, bitDepth: 8 };
  const formatIdc = reader.unsigned(3);
  const isSeparate = formatIdc === 3 && reader.flag();
  const bitDepth = 8 + Math.max(reader.unsigned(6), reader.unsigned(6));
  reader.flag(); // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) for (let list = 0; list < (formatIdc === 3 ? 12 : 8); list++) skipScalingList(reader, list);
  return { formatIdc, arrayType: isSeparate ? 0 : formatIdc, bitDepth };
}

function skipScalingList(reader: BitReader, list: number): void {
  if (!reader.flag()) return;
  let last = 8;
  let next = 8;
  for (let entry = 0; entry < (list < 6 ? 16 : 64) && next !== 0; entry++) {
    next = (last + reader.signed() + 256) & 0xff;
    if (next !== 0) last = next;
  }
}

function readPictureOrder(reader: BitReader): number {
  const type = reader.unsigned(2);
  if (type === 0) reader.unsigned(12);
  if (type === 1) {
    reader.flag();
    reader.signed();
    reader.signed();
    const count = reader.unsigned(255);
    for (let frame = 0; frame < count && reader.ok; frame++) reader.signed();
  }
  return type;
}

function readSize(
  reader: BitReader,
  chromaArrayType: number,
): { width: number; height: number; interlaced: boolean } | undefined {
  const columns = reader.unsigned(maxMacroblocksPerSide - 1) + 1;
  const rows = reader.unsigned(maxMacroblocksPerSide - 1) + 1;
  const isProgressive = reader.flag();
  if (!isProgressive) reader.flag(); // mb_adaptive_frame_field_flag
  reader.flag(); // direct_8x8_inference_flag
  const fields = isProgressive ? 1 : 2;
  let width = 16 * columns;
  let height = 16 * rows * fields;
  if (reader.flag()) {
    const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
    const unitY = (chromaArrayType === 1 ? 2 : 1) * fields;
    width -= unitX * (reader.unsigned(width) + reader.unsigned(width));
    height -= unitY * (reader.unsigned(height) + reader.unsigned(height));
  }
  return width > 0 && height > 0 ? { width, height, interlaced: !isProgressive } : undefined;
}

const extendedAspectRatio = 255;
const anyNumber = 2 ** 32 - 2;

/** Reads the VUI (E.1.1) up to max_num_reorder_frames of its bitstream restriction. */
function readMaxReorderFrames(reader: BitReader): number | undefined {
  if (reader.flag() && reader.bits(8) === extendedAspectRatio) reader.bits(32);
  if (reader.flag()) reader.flag(); // Overscan.
  if (reader.flag()) {
    reader.bits(4); // video_format, video_full_range_flag
    if (reader.flag()) reader.bits(24);
  }
  if (reader.flag()) {
    reader.unsigned(5); // chroma_sample_loc_type of both fields
    reader.unsigned(5);
  }
  if (reader.flag()) {
    reader.bits(32); // num_units_in_tick, time_scale
    reader.bits(32);
    reader.flag();
  }
  const hasNalHrd = reader.flag();
  if (hasNalHrd) skipHrd(reader);
  const hasVclHrd = reader.flag();
  if (hasVclHrd) skipHrd(reader);
  if (hasNalHrd || hasVclHrd) reader.flag();
  reader.flag(); // pic_struct_present_flag
  if (!reader.flag()) return undefined;
  reader.flag(); // motion_vectors_over_pic_boundaries_flag
  reader.unsigned(16); // max_bytes_per_pic_denom, max_bits_per_mb_denom
  reader.unsigned(16);
  reader.unsigned(16); // log2_max_mv_length, horizontal and vertical
  reader.unsigned(16);
  return reader.unsigned(16);
}

function skipHrd(reader: BitReader): void {
  const count = reader.unsigned(31) + 1;
  reader.bits(8);
  for (let one = 0; one < count; one++) {
    reader.unsigned(anyNumber);
    reader.unsigned(anyNumber);
    reader.flag();
  }
  reader.bits(20);
}

/** Returns the ids of a picture parameter set and of its SPS; undefined for garbage. */
export function parsePpsIds(nal: Uint8Array): { readonly id: number; readonly spsId: number } | undefined {
  if (nalTypeOf(nal) !== nalType.pps || nal.length > maxParameterSetBytes) return undefined;
  const reader = new BitReader(withoutEmulationPrevention(nal.subarray(1), sliceStartBytes));
  const id = reader.unsigned(maxId.pps);
  const spsId = reader.unsigned(maxId.sps);
  return reader.ok ? { id, spsId } : undefined;
}

/**
 * Returns the first parameter set of each kind among a key frame's NAL units. Returns undefined when a set is missing
 * or garbage, which must not reach players or container writers.
 */
export function readFormat(nals: readonly Uint8Array[]): VideoFormat | undefined {
  const sps = nals.find((nal) => nalTypeOf(nal) === nalType.sps);
  const pps = nals.find((nal) => nalTypeOf(nal) === nalType.pps);
  if (sps === undefined || pps === undefined) return undefined;
  if (parseSps(sps) === undefined || parsePpsIds(pps) === undefined) return undefined;
  return { codec: 'h264', sps, pps };
}

const sliceTypes = ['P', 'B', 'I', 'SP', 'SI'] as const;

export interface SliceStart {
  /** 0 when the slice begins a picture. */
  readonly firstMacroblock: number;
  readonly sliceType: (typeof sliceTypes)[number];
  readonly ppsId: number;
}

/** Parses the beginning of a slice header; undefined for garbage and other NAL units. */
export function parseSliceStart(nal: Uint8Array): SliceStart | undefined {
  const type = nalTypeOf(nal);
  if (type !== nalType.slice && type !== nalType.partitionA && type !== nalType.idrSlice) return undefined;
  const reader = new BitReader(withoutEmulationPrevention(nal.subarray(1), sliceStartBytes));
  const firstMacroblock = reader.unsigned(maxMacroblocksPerSide ** 2);
  const sliceType = sliceTypes[reader.unsigned(9) % 5];
  const ppsId = reader.unsigned(maxId.pps);
  return reader.ok && sliceType !== undefined ? { firstMacroblock, sliceType, ppsId } : undefined;
}

/** Returns whether a picture's display and decode times differ or it has B slices, which browsers do not decode. */
export function hasBFrames(unit: VideoUnit): boolean {
  if (unit.ptsMs !== unit.dtsMs) return true;
  return unit.nals.some((nal) => isSlice(nalTypeOf(nal)) && parseSliceStart(nal)?.sliceType === 'B');
}

export type Publishable =
  | { readonly ok: true }
  | { readonly ok: false; readonly refused: 'chroma-format' | 'bit-depth' | 'interlaced' };

/** Returns whether every browser decodes such video: 4:2:0, 8 bits, progressive. */
export function publishable(sps: SpsInfo): Publishable {
  if (sps.chromaFormatIdc !== 1) return { ok: false, refused: 'chroma-format' };
  if (sps.bitDepth !== 8) return { ok: false, refused: 'bit-depth' };
  if (sps.interlaced) return { ok: false, refused: 'interlaced' };
  return { ok: true };
}
