// Parses VP9 in RTP (RFC 9628) and the beginning of pictures (VP9 bitstream specification, 6.2 and annex B).
import { joined, u8, u16 } from './bytes.ts';
import type { PictureFormat, PictureHead } from './pictures.ts';

/** First byte of the payload descriptor (4.2): which fields follow, and whether the packet begins or ends a frame. */
const pictureIdBit = 0x80;
const predictedBit = 0x40;
const layerBit = 0x20;
const flexibleBit = 0x10;
const beginBit = 0x08;
const endBit = 0x04;
const structureBit = 0x02;
const longIdBit = 0x80;
const moreReferencesBit = 0x01;
const referencesMax = 3;

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Descriptor {
  readonly bytes: number;
  readonly spatialLayer: number;
  readonly beginsFrame: boolean;
  readonly endsFrame: boolean;
  /** Size of each spatial layer, if present. */
  readonly sizes: readonly Size[] | undefined;
}

/**
 * Assembles a picture from the frames of its spatial layers, low to high. Several frames form a superframe, of which a
 * decoder shows the last.
 */
export const vp9: PictureFormat = (payloads) => {
  const frames: { readonly spatialLayer: number; readonly parts: Uint8Array[] }[] = [];
  let sizes: readonly Size[] | undefined;
  let isOpen = false;
  for (const payload of payloads) {
    const descriptor = descriptorOf(payload);
    if (descriptor === undefined || descriptor.beginsFrame === isOpen) return undefined;
    const { spatialLayer } = descriptor;
    const last = frames.at(-1);
    if (descriptor.beginsFrame) {
      if (last !== undefined && spatialLayer <= last.spatialLayer) return undefined;
      frames.push({ spatialLayer, parts: [] });
    } else if (spatialLayer !== last?.spatialLayer) return undefined;
    frames.at(-1)?.parts.push(payload.subarray(descriptor.bytes));
    sizes ??= descriptor.sizes;
    isOpen = !descriptor.endsFrame;
  }
  const coded = frames.map(({ parts }) => joined(parts));
  const head = coded[0] && headOf(coded[0]);
  if (isOpen || head === undefined) return undefined;
  const layers = (frames.at(-1)?.spatialLayer ?? 0) + 1;
  return { head: head.isKey ? { ...head, ...sizes?.[layers - 1] } : head, layers, data: superframe(coded) };
};

function descriptorOf(payload: Uint8Array): Descriptor | undefined {
  const first = u8(payload, 0);
  const has = (bit: number): boolean => (first & bit) !== 0;
  let at = 1;
  if (has(pictureIdBit)) at += (u8(payload, at) & longIdBit) === 0 ? 1 : 2;
  let spatialLayer = 0;
  if (has(layerBit)) {
    spatialLayer = (u8(payload, at) >> 1) & 7;
    at += has(flexibleBit) ? 1 : 2; // TL0PICIDX.
  }
  if (has(flexibleBit) && has(predictedBit)) {
    let references = 1;
    while ((u8(payload, at) & moreReferencesBit) !== 0) {
      references += 1;
      at += 1;
      if (references > referencesMax) return undefined;
    }
    at += 1;
  }
  const structure = has(structureBit) ? structureOf(payload, at) : { end: at, sizes: undefined };
  if (structure === undefined) return undefined;
  const { end: bytes, sizes } = structure;
  // A payload that ends within its descriptor returns here too, because reads beyond its end are 0.
  if (bytes >= payload.length) return undefined;
  return { bytes, spatialLayer, beginsFrame: has(beginBit), endsFrame: has(endBit), sizes };
}

/** Parses the scalability structure at `at` (4.2.1); its end may lie beyond the payload. */
function structureOf(payload: Uint8Array, at: number): { end: number; sizes: readonly Size[] | undefined } | undefined {
  const first = u8(payload, at);
  const layers = (first >> 5) + 1;
  const [hasSizes, hasGroup] = [(first & 0x10) !== 0, (first & 0x08) !== 0];
  let end = at + 1;
  const sizes: Size[] = [];
  for (let layer = 0; hasSizes && layer < layers; layer += 1) {
    const size = { width: u16(payload, end), height: u16(payload, end + 2) };
    if (size.width === 0 || size.height === 0) return undefined;
    sizes.push(size);
    end += 4;
  }
  const pictures = hasGroup ? u8(payload, end) : 0;
  if (hasGroup) end += 1;
  for (let picture = 0; picture < pictures; picture += 1) end += 1 + ((u8(payload, end) >> 2) & 3);
  return { end, sizes: hasSizes ? sizes : undefined };
}

/** Two bits that begin each frame. */
const frameMarker = 2;
/** 49 83 42 behind the first byte of a key frame. */
const syncCode = [0x49, 0x83, 0x42] as const;
const keyHeadBytes = 10;
/** RGB, which profile 0 does not have. */
const rgb = 7;

/** Parses a head of profile 0: 8 bits, 4:2:0. */
function headOf(frame: Uint8Array): PictureHead | undefined {
  const first = u8(frame, 0);
  const [marker, profile] = [first >> 6, (first >> 4) & 3];
  const [isExisting, isInter] = [(first & 8) !== 0, (first & 4) !== 0];
  if (frame.length === 0 || marker !== frameMarker || profile !== 0) return undefined;
  if (isExisting || isInter) return { isKey: false };
  const isCode = syncCode.every((byte, at) => u8(frame, 1 + at) === byte);
  if (frame.length < keyHeadBytes || !isCode || u8(frame, 4) >> 5 === rgb) return undefined;
  // Three bits of colour space and one of range precede the sizes minus 1.
  const side = (at: number): number => (((u16(frame, at) << 4) | (u8(frame, at + 2) >> 4)) & 0xffff) + 1;
  return { isKey: true, width: side(4), height: side(6) };
}

/** Appends the index of frame ends for decoders (annex B); returns a single frame unchanged. */
function superframe(frames: readonly Uint8Array[]): Uint8Array {
  const [only] = frames;
  if (only !== undefined && frames.length === 1) return only;
  const sizeBytes = 4;
  const marker = 0xc0 | ((sizeBytes - 1) << 3) | (frames.length - 1);
  const index = new Uint8Array(2 + sizeBytes * frames.length).fill(marker);
  const view = new DataView(index.buffer);
  for (const [at, { length }] of frames.entries()) view.setUint32(1 + sizeBytes * at, length, true);
  return joined([...frames, index]);
}
