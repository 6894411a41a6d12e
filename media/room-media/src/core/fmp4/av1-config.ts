// AV1 in MP4: "AV1 Codec ISO Media File Format Binding" 1.2. Sequence headers: AV1 bitstream specification, 5.5.
import { BitReader } from '../h264/bit-reader.ts';
import { readOperatingPoints } from '../rtp/av1.ts';
import { joined, u8 } from '../rtp/bytes.ts';
import { box } from './boxes.ts';

export interface Av1Sequence {
  readonly profile: number;
  /** Level and tier of the first operating point. */
  readonly level: number;
  readonly tier: number;
  readonly bitDepth: 8 | 10 | 12;
  readonly isMonochrome: boolean;
  readonly subsamplingX: 0 | 1;
  readonly subsamplingY: 0 | 1;
  readonly chromaPosition: number;
  readonly width: number;
  readonly height: number;
}

export interface Av1Obus {
  /** First sequence header, with its OBU header and size, if any. */
  readonly sequenceHeader?: Uint8Array;
  /** OBUs without delimiters (2.4), padding and tile lists; a view where possible. */
  readonly sample: Uint8Array;
}

const TYPE = { sequenceHeader: 1, temporalDelimiter: 2, tileList: 8, padding: 15 } as const;
/** Bits of the OBU header (5.3.2). */
const FORBIDDEN = 0x80;
const EXTENSION = 0x04;
const HAS_SIZE = 0x02;
/** leb128 length of sizes up to 32 bits. */
const SIZE_BYTES_MAX = 5;
/** Bound of the OBUs of a temporal unit, far above the tiles and layers of a picture. */
const OBUS_MAX = 8192;
/** Bound above a sequence header with all fields. */
const SEQUENCE_BYTES_MAX = 1024;

/**
 * Splits a temporal unit in the low-overhead format. Returns undefined for an OBU without size, cut or malformed OBUs,
 * more than 8192, and a unit without content.
 */
export function readAv1Obus(unit: Uint8Array): Av1Obus | undefined {
  const kept: Uint8Array[] = [];
  let sequenceHeader: Uint8Array | undefined;
  let count = 0;
  for (let at = 0; at < unit.length; ) {
    const bounds = boundsOf(unit, at);
    count += 1;
    if (bounds === undefined || count > OBUS_MAX) return undefined;
    const obu = unit.subarray(at, bounds.end);
    const type = typeOf(obu);
    if (type === TYPE.sequenceHeader) sequenceHeader ??= obu;
    if (type !== TYPE.temporalDelimiter && type !== TYPE.tileList && type !== TYPE.padding) kept.push(obu);
    at = bounds.end;
  }
  if (kept.length === 0) return undefined;
  const sample = kept.length === count ? unit : joined(kept);
  return sequenceHeader === undefined ? { sample } : { sample, sequenceHeader };
}

const typeOf = (obu: Uint8Array): number => (u8(obu, 0) >> 3) & 15;

function boundsOf(unit: Uint8Array, at: number): { readonly content: number; readonly end: number } | undefined {
  const header = u8(unit, at);
  if ((header & FORBIDDEN) !== 0 || (header & HAS_SIZE) === 0) return undefined;
  const sizeAt = at + ((header & EXTENSION) === 0 ? 1 : 2);
  let size = 0;
  for (let index = 0; index < SIZE_BYTES_MAX && sizeAt + index < unit.length; index += 1) {
    const byte = u8(unit, sizeAt + index);
    size += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) !== 0) continue;
    const content = sizeAt + index + 1;
    return content + size > unit.length ? undefined : { content, end: content + size };
  }
  return undefined;
}

/** Parses a sequence header, which includes its OBU header and size. Returns undefined for garbage. */
export function readAv1Sequence(obu: Uint8Array): Av1Sequence | undefined {
  const bounds = boundsOf(obu, 0);
  if (bounds === undefined || typeOf(obu) !== TYPE.sequenceHeader || obu.length > SEQUENCE_BYTES_MAX) return undefined;
  const reader = new BitReader(obu.subarray(bounds.content, bounds.end));
  const profile = reader.bits(3);
  reader.flag(); // Still picture flag.
  const isReduced = reader.flag();
  const { level, tier } = isReduced ? { level: reader.bits(5), tier: 0 } : readOperatingPoints(reader);
  const [widthBits, heightBits] = [reader.bits(4) + 1, reader.bits(4) + 1];
  const [width, height] = [reader.bits(widthBits) + 1, reader.bits(heightBits) + 1];
  skipTools(reader, isReduced);
  const colour = readColour(reader, profile);
  if (!reader.ok || profile > 2) return undefined;
  const { bitDepth, isMonochrome, subsamplingX, subsamplingY, chromaPosition } = colour;
  return { profile, level, tier, bitDepth, isMonochrome, subsamplingX, subsamplingY, chromaPosition, width, height };
}

function skipTools(reader: BitReader, isReduced: boolean): void {
  if (!isReduced && reader.flag()) reader.bits(7); // Frame numbers.
  reader.bits(3); // Superblocks, intra filters.
  if (!isReduced) {
    reader.bits(4); // Compound, warped motion, dual filter.
    const hasOrder = reader.flag();
    if (hasOrder) reader.bits(2);
    const isScreenChosen = reader.flag();
    const isScreen = isScreenChosen || reader.flag();
    if (isScreen && !reader.flag()) reader.flag(); // Whole-sample motion.
    if (hasOrder) reader.bits(3);
  }
  reader.bits(3); // Super-resolution, CDEF, restoration.
}

type Colour = Pick<Av1Sequence, 'bitDepth' | 'isMonochrome' | 'subsamplingX' | 'subsamplingY' | 'chromaPosition'>;

/** Parses color_config (5.5.2). */
function readColour(reader: BitReader, profile: number): Colour {
  const isHigh = reader.flag();
  const bitDepth = !isHigh ? 8 : profile === 2 && reader.flag() ? 12 : 10;
  const isMonochrome = profile !== 1 && reader.flag();
  const described = reader.flag() ? [reader.bits(8), reader.bits(8), reader.bits(8)].join() : '';
  const colour = { bitDepth, isMonochrome, subsamplingX: 1, subsamplingY: 1, chromaPosition: 0 } as const;
  if (!isMonochrome && described === '1,13,0') return { ...colour, subsamplingX: 0, subsamplingY: 0 }; // sRGB.
  reader.flag(); // Colour range.
  if (isMonochrome) return colour;
  const [subsamplingX, subsamplingY] = readSubsampling(reader, profile, bitDepth);
  const isBoth = subsamplingX === 1 && subsamplingY === 1;
  return { ...colour, subsamplingX, subsamplingY, chromaPosition: isBoth ? reader.bits(2) : 0 };
}

function readSubsampling(reader: BitReader, profile: number, bitDepth: number): readonly [0 | 1, 0 | 1] {
  if (profile === 0) return [1, 1];
  if (profile === 1) return [0, 0];
  if (bitDepth !== 12) return [1, 0];
  if (!reader.flag()) return [0, 0];
  return [1, reader.flag() ? 1 : 0];
}

/** Builds the av1C box (2.3). Throws RangeError for an unreadable header, as a bug of the caller. */
export function av1C(sequenceHeader: Uint8Array): Uint8Array {
  const sequence = readAv1Sequence(sequenceHeader);
  if (sequence === undefined) throw new RangeError('an AV1 sequence header that cannot be read');
  const { profile, level, tier, bitDepth, isMonochrome, subsamplingX, subsamplingY, chromaPosition } = sequence;
  const depth = (bitDepth > 8 ? 0x40 : 0) | (bitDepth === 12 ? 0x20 : 0) | (isMonochrome ? 0x10 : 0);
  const chroma = (subsamplingX << 3) | (subsamplingY << 2) | chromaPosition;
  const [version, noDelay] = [0x81, 0];
  const fields = Uint8Array.of(version, (profile << 5) | level, (tier << 7) | depth | chroma, noDelay);
  return box('av1C', fields, sequenceHeader);
}
