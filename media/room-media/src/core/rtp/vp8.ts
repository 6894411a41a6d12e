// Parses VP8 in RTP (RFC 7741) and the beginning of pictures (RFC 6386, 9.1).
import { joined, u8 } from './bytes.ts';
import type { PictureFormat, PictureHead } from './pictures.ts';

/** Payload descriptor (4.2): extended control bits, start of a partition, and its index. */
const extendedBit = 0x80;
const startBit = 0x10;
const partitionMask = 0x07;
/** Extension bits: picture id, TL0PICIDX, and TID and KEYIDX, which share a byte. */
const pictureIdBit = 0x80;
const tl0Bit = 0x40;
const tidOrKeyMask = 0x30;
const longIdBit = 0x80;

interface Descriptor {
  readonly bytes: number;
  readonly beginsPicture: boolean;
}

/** Only the first packet may begin a picture. */
export const vp8: PictureFormat = (payloads) => {
  const parts: Uint8Array[] = [];
  for (const [at, payload] of payloads.entries()) {
    const descriptor = descriptorOf(payload);
    if (descriptor === undefined || descriptor.beginsPicture !== (at === 0)) return undefined;
    parts.push(payload.subarray(descriptor.bytes));
  }
  const data = joined(parts);
  const head = headOf(data);
  return head && { head, layers: 1, data };
};

function descriptorOf(payload: Uint8Array): Descriptor | undefined {
  const first = u8(payload, 0);
  let bytes = 1;
  if ((first & extendedBit) !== 0) {
    const extension = u8(payload, 1);
    bytes = 2;
    if ((extension & pictureIdBit) !== 0) bytes += (u8(payload, bytes) & longIdBit) === 0 ? 1 : 2;
    if ((extension & tl0Bit) !== 0) bytes += 1;
    if ((extension & tidOrKeyMask) !== 0) bytes += 1;
  }
  // A payload that ends within its descriptor returns here too, because reads beyond its end are 0.
  if (bytes >= payload.length) return undefined;
  return { bytes, beginsPicture: (first & startBit) !== 0 && (first & partitionMask) === 0 };
}

const frameTagBytes = 3;
/** The tag, the start code 9d 01 2a, and two sizes of 14 bits with a scale each. */
const keyHeadBytes = 10;

function headOf(picture: Uint8Array): PictureHead | undefined {
  if (picture.length < frameTagBytes) return undefined;
  const isKey = (u8(picture, 0) & 1) === 0;
  if (!isKey) return { isKey };
  const isCode = u8(picture, 3) === 0x9d && u8(picture, 4) === 0x01 && u8(picture, 5) === 0x2a;
  const width = u8(picture, 6) | ((u8(picture, 7) & 0x3f) << 8);
  const height = u8(picture, 8) | ((u8(picture, 9) & 0x3f) << 8);
  if (picture.length < keyHeadBytes || !isCode || width === 0 || height === 0) return undefined;
  return { isKey, width, height };
}
