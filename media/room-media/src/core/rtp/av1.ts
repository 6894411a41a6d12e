// Parses AV1 in RTP (RTP Payload Format For AV1, Alliance for Open Media) and the beginning of pictures (AV1 bitstream
// specification, 5.3 to 5.9).
import { BitReader } from '../h264/bit-reader.ts';
import { joined, u8 } from './bytes.ts';
import type { PictureFormat, PictureHead } from './pictures.ts';

/** Aggregation header (4.4): first element continues, last is continued, number of elements or 0. */
const continuesBit = 0x80;
const continuedBit = 0x40;
const countMask = 0x30;

/** Bits of the OBU header (5.3.2). */
const forbiddenBit = 0x80;
const extensionBit = 0x04;
const sizeBit = 0x02;
const obuType = {
  sequenceHeader: 1,
  temporalDelimiter: 2,
  frameHeader: 3,
  frame: 6,
  tileList: 8,
  padding: 15,
} as const;
/** Bound of a picture's elements, whole or fragments: a picture of 4 MB in packets of ordinary length has fewer. */
const elementsMax = 8192;
/** No packet has a length with more bytes. */
const lengthBytesMax = 4;

/** Each temporal unit begins with a delimiter, which RTP omits. */
const temporalDelimiter = Uint8Array.of(0x12, 0);

/** Assembles a temporal unit, with all its spatial layers, in the low-overhead format: each OBU with its size. */
export const av1: PictureFormat = (payloads) => {
  const obus = obusOf(payloads);
  if (obus === undefined) return undefined;
  const kept: Uint8Array[] = [];
  for (const obu of obus) {
    const payloadAt = payloadStart(obu);
    if (payloadAt === undefined) return undefined;
    if (!isNeedless(typeOf(obu))) kept.push(obu);
  }
  const frames = kept.filter(isFrame);
  const [first, frame] = [kept[0], frames[0]];
  if (first === undefined || frame === undefined) return undefined;
  const head = headOf(first, frame);
  const layers = Math.max(...frames.map(spatialLayerOf)) + 1;
  return head && { head, layers, data: joined([temporalDelimiter, ...kept.flatMap(withSize)]) };
};

/** Delimiters and padding are redundant in RTP; tile lists are for large scale tile decoders. */
const isNeedless = (type: number): boolean =>
  type === obuType.temporalDelimiter || type === obuType.tileList || type === obuType.padding;
const typeOf = (obu: Uint8Array): number => (u8(obu, 0) >> 3) & 15;
const isFrame = (obu: Uint8Array): boolean => [obuType.frame, obuType.frameHeader].some((type) => type === typeOf(obu));
const spatialLayerOf = (obu: Uint8Array): number => ((u8(obu, 0) & extensionBit) === 0 ? 0 : (u8(obu, 1) >> 3) & 3);

/** Returns the OBUs of all packets; undefined when an OBU is malformed or a fragment is missing. */
function obusOf(payloads: readonly Uint8Array[]): Uint8Array[] | undefined {
  const obus: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let count = 0;
  for (const payload of payloads) {
    const header = u8(payload, 0);
    const elements = elementsOf(payload);
    if (elements === undefined || ((header & continuesBit) !== 0) !== parts.length > 0) return undefined;
    count += elements.length;
    if (count > elementsMax) return undefined;
    for (const [at, element] of elements.entries()) {
      parts.push(element);
      if (at === elements.length - 1 && (header & continuedBit) !== 0) break;
      obus.push(joined(parts));
      parts = [];
    }
  }
  return parts.length === 0 ? obus : undefined;
}

/** Splits a packet into elements: each has a length prefix, except the last of a stated number. */
function elementsOf(payload: Uint8Array): Uint8Array[] | undefined {
  const statedCount = (u8(payload, 0) & countMask) >> 4;
  const elements: Uint8Array[] = [];
  let at = 1;
  while (at < payload.length) {
    const isLast = elements.length === statedCount - 1;
    const length = isLast ? { value: payload.length - at, end: at } : leb128(payload, at);
    if (length === undefined || length.value > payload.length - length.end) return undefined;
    at = length.end + length.value;
    elements.push(payload.subarray(length.end, at));
    if (isLast) break;
  }
  return elements.length > 0 && (statedCount === 0 || elements.length === statedCount) ? elements : undefined;
}

/** Parses a number with seven bits a byte, the lowest first; undefined when it exceeds the bytes or the bound. */
function leb128(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < lengthBytesMax && at + index < bytes.length; index += 1) {
    const byte = u8(bytes, at + index);
    value |= (byte & 0x7f) << (7 * index);
    if ((byte & 0x80) === 0) return { value, end: at + index + 1 };
  }
  return undefined;
}

/** Returns where the OBU's payload begins, behind its header and optional size; undefined for a malformed OBU. */
function payloadStart(obu: Uint8Array): number | undefined {
  const header = u8(obu, 0);
  const at = (header & extensionBit) === 0 ? 1 : 2;
  if (obu.length < at || (header & forbiddenBit) !== 0) return undefined;
  if ((header & sizeBit) === 0) return at;
  const size = leb128(obu, at);
  return size !== undefined && size.value === obu.length - size.end ? size.end : undefined;
}

function withSize(obu: Uint8Array): Uint8Array[] {
  const header = u8(obu, 0);
  if ((header & sizeBit) !== 0) return [obu];
  const headerBytes = (header & extensionBit) === 0 ? 1 : 2;
  const head = [header | sizeBit, ...(headerBytes === 2 ? [u8(obu, 1)] : [])];
  let rest = obu.length - headerBytes;
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  return [Uint8Array.from([...head, rest]), obu.subarray(headerBytes)];
}

/**
 * Reads the head of a picture from its first OBU and first frame: a key frame follows its sequence header. Returns
 * undefined for a key frame with an unreadable sequence header.
 */
function headOf(first: Uint8Array, frame: Uint8Array): PictureHead | undefined {
  if (typeOf(first) !== obuType.sequenceHeader || !isKeyFrame(frame)) return { isKey: false };
  const size = sequenceSize(first.subarray(payloadStart(first)));
  return size && { isKey: true, ...size };
}

/** Checks the lowest spatial layer: show_existing_frame (one bit) and frame_type (two bits) are 0. */
const isKeyFrame = (frame: Uint8Array): boolean =>
  spatialLayerOf(frame) === 0 && u8(frame, payloadStart(frame) ?? 0) >> 5 === 0;

/** Reads the largest picture size of the sequence (5.5), which is that of the highest spatial layer. */
function sequenceSize(header: Uint8Array): { width: number; height: number } | undefined {
  const reader = new BitReader(header);
  const profile = reader.bits(3);
  reader.flag(); // Still picture flag.
  const isReduced = reader.flag();
  if (isReduced) reader.bits(5);
  else readOperatingPoints(reader);
  const [widthBits, heightBits] = [reader.bits(4) + 1, reader.bits(4) + 1];
  const [width, height] = [reader.bits(widthBits) + 1, reader.bits(heightBits) + 1];
  return reader.ok && profile === 0 ? { width, height } : undefined;
}

/** Reads timing and all operating points of a sequence header (5.5.1); returns level and tier of the first. */
export function readOperatingPoints(reader: BitReader): { readonly level: number; readonly tier: number } {
  let delayBits: number | undefined;
  if (reader.flag()) {
    reader.bits(32); // Time units.
    reader.bits(32);
    if (reader.flag()) reader.unsigned(2 ** 32 - 2);
    if (reader.flag()) {
      delayBits = reader.bits(5) + 1;
      reader.bits(32);
      reader.bits(10);
    }
  }
  const hasDelays = reader.flag();
  let first: { readonly level: number; readonly tier: number } | undefined;
  for (let points = reader.bits(5) + 1; points > 0; points -= 1) {
    reader.bits(12);
    const level = reader.bits(5);
    const tier = level > 7 ? reader.bits(1) : 0;
    first ??= { level, tier };
    if (delayBits !== undefined && reader.flag()) {
      reader.bits(delayBits);
      reader.bits(delayBits);
      reader.flag();
    }
    if (hasDelays && reader.flag()) reader.bits(4);
  }
  return first ?? { level: 0, tier: 0 };
}
