// AV1 in RTP (RTP Payload Format For AV1, of the Alliance for Open Media), and what the beginning of a picture says
// (AV1 bitstream specification, 5.3 to 5.9).
import { BitReader } from '../h264/bit-reader.ts';
import { joined, u8 } from './bytes.ts';
import type { PictureFormat, PictureHead } from './pictures.ts';

/** Aggregation header (4.4): the first element continues an OBU, the last one goes on; elements, 0 for not said. */
const continuesBit = 0x80;
const goesOnBit = 0x40;
const countMask = 0x30;

/** OBU header (5.3.2). */
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
/** Elements of a picture, whole ones and parts: one of 4 MB in packets of ordinary length has fewer. */
const elementsMax = 8192;
/** A length in more bytes is one that no packet has. */
const lengthBytesMax = 4;

/** A delimiter begins each temporal unit; RTP leaves it out. */
const temporalDelimiter = Uint8Array.of(0x12, 0);

/** A picture is a temporal unit, with all its spatial layers, in the low-overhead format: each OBU with its size. */
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
  return head && { head, layers, data: joined([temporalDelimiter, ...kept.flatMap(sized)]) };
};

/** They say what RTP says already, or nothing; a tile list is of another kind of decoder. */
const isNeedless = (type: number): boolean =>
  type === obuType.temporalDelimiter || type === obuType.tileList || type === obuType.padding;
const typeOf = (obu: Uint8Array): number => (u8(obu, 0) >> 3) & 15;
const isFrame = (obu: Uint8Array): boolean => [obuType.frame, obuType.frameHeader].some((type) => type === typeOf(obu));
const spatialLayerOf = (obu: Uint8Array): number => ((u8(obu, 0) & extensionBit) === 0 ? 0 : (u8(obu, 1) >> 3) & 3);

/** The OBUs of all packets; undefined when one is malformed, or a part is missing. */
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
      if (at === elements.length - 1 && (header & goesOnBit) !== 0) break;
      obus.push(joined(parts));
      parts = [];
    }
  }
  return parts.length === 0 ? obus : undefined;
}

/** What is in a packet: each element has its length before it, but for the last of a number that is said. */
function elementsOf(payload: Uint8Array): Uint8Array[] | undefined {
  const said = (u8(payload, 0) & countMask) >> 4;
  const elements: Uint8Array[] = [];
  let at = 1;
  while (at < payload.length) {
    const isLast = elements.length === said - 1;
    const length = isLast ? { value: payload.length - at, end: at } : leb128(payload, at);
    if (length === undefined || length.value > payload.length - length.end) return undefined;
    at = length.end + length.value;
    elements.push(payload.subarray(length.end, at));
    if (isLast) break;
  }
  return elements.length > 0 && (said === 0 || elements.length === said) ? elements : undefined;
}

/** Seven bits a byte, the lowest first; undefined when it goes on beyond the bytes, or is too long. */
function leb128(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < lengthBytesMax && at + index < bytes.length; index += 1) {
    const byte = u8(bytes, at + index);
    value |= (byte & 0x7f) << (7 * index);
    if ((byte & 0x80) === 0) return { value, end: at + index + 1 };
  }
  return undefined;
}

/** Where the OBU's own bytes begin, behind its header and its size if it has one; undefined for a malformed one. */
function payloadStart(obu: Uint8Array): number | undefined {
  const header = u8(obu, 0);
  const at = (header & extensionBit) === 0 ? 1 : 2;
  if (obu.length < at || (header & forbiddenBit) !== 0) return undefined;
  if ((header & sizeBit) === 0) return at;
  const size = leb128(obu, at);
  return size !== undefined && size.value === obu.length - size.end ? size.end : undefined;
}

/** The OBU with its size, in parts. */
function sized(obu: Uint8Array): Uint8Array[] {
  const header = u8(obu, 0);
  if ((header & sizeBit) !== 0) return [obu];
  const headerBytes = (header & extensionBit) === 0 ? 1 : 2;
  const head = [header | sizeBit, ...(headerBytes === 2 ? [u8(obu, 1)] : [])];
  let rest = obu.length - headerBytes;
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  return [Uint8Array.from([...head, rest]), obu.subarray(headerBytes)];
}

/** Of the first OBU and the first frame: a key frame has its sequence header before it. Undefined: it is not taken. */
function headOf(first: Uint8Array, frame: Uint8Array): PictureHead | undefined {
  if (typeOf(first) !== obuType.sequenceHeader || !isKeyFrame(frame)) return { isKey: false };
  const size = sequenceSize(first.subarray(payloadStart(first)));
  return size && { isKey: true, ...size };
}

/** Of the lowest spatial layer: none is shown again (a bit), and its type (two) is 0. */
const isKeyFrame = (frame: Uint8Array): boolean =>
  spatialLayerOf(frame) === 0 && u8(frame, payloadStart(frame) ?? 0) >> 5 === 0;

/** Largest size of the sequence's pictures (5.5): that of the highest spatial layer. */
function sequenceSize(header: Uint8Array): { width: number; height: number } | undefined {
  const reader = new BitReader(header);
  const profile = reader.bits(3);
  reader.flag(); // a still picture
  const isReduced = reader.flag();
  if (isReduced) reader.bits(5);
  else readOperatingPoints(reader);
  const [widthBits, heightBits] = [reader.bits(4) + 1, reader.bits(4) + 1];
  const [width, height] = [reader.bits(widthBits) + 1, reader.bits(heightBits) + 1];
  return reader.ok && profile === 0 ? { width, height } : undefined;
}

/** Reads timing and all operating points of a sequence header (5.5.1); the level and tier of the first. */
export function readOperatingPoints(reader: BitReader): { readonly level: number; readonly tier: number } {
  let delayBits: number | undefined;
  if (reader.flag()) {
    reader.bits(32); // units of time
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
