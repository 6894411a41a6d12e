// Parses and builds RTP packets (RFC 3550, 5.1). Any host can send garbage, which gives undefined.
import { assert } from '@meridian/protocol';
import { putU16, putU32, u8, u16, u32 } from './bytes.ts';

const headerBytes = 12;
const versionBits = 2 << 6;
const paddingBit = 0x20;
const extensionBit = 0x10;
const csrcMask = 0x0f;
const markerBit = 0x80;
/** Profile of one-byte header extensions (RFC 8285, 4.2). */
const oneByteProfile = 0xbede;

export interface RtpPacket {
  /** 0 to 127. */
  readonly payloadType: number;
  readonly marker: boolean;
  /** 16 bits. */
  readonly sequenceNumber: number;
  /** 32 bits, in ticks of the payload's clock. */
  readonly timestamp: number;
  readonly ssrc: number;
  /** View of the parsed datagram, without padding; empty in packets that only probe. */
  readonly payload: Uint8Array;
}

/**
 * Classifies a datagram of a port with RTP and RTCP (RFC 5761, 4: packet types 192 to 223 are RTCP). Returns undefined
 * for other protocols and versions.
 */
export function datagramKind(datagram: Uint8Array): 'rtp' | 'rtcp' | undefined {
  if (datagram.length < 4 || (u8(datagram, 0) & 0xc0) !== versionBits) return undefined;
  const type = u8(datagram, 1);
  return type >= 192 && type <= 223 ? 'rtcp' : 'rtp';
}

/** Parses a packet; skips CSRCs and header extensions. Returns undefined for garbage. */
export function parseRtp(datagram: Uint8Array): RtpPacket | undefined {
  if (datagram.length < headerBytes || datagramKind(datagram) !== 'rtp') return undefined;
  const flags = u8(datagram, 0);
  let start = headerBytes + 4 * (flags & csrcMask);
  if ((flags & extensionBit) !== 0) {
    if (start + 4 > datagram.length) return undefined;
    start += 4 + 4 * u16(datagram, start + 2);
  }
  let end = datagram.length;
  if ((flags & paddingBit) !== 0) {
    const padding = u8(datagram, end - 1);
    if (padding === 0) return undefined;
    end -= padding;
  }
  if (start > end) return undefined;
  const type = u8(datagram, 1);
  return {
    payloadType: type & 0x7f,
    marker: (type & markerBit) !== 0,
    sequenceNumber: u16(datagram, 2),
    timestamp: u32(datagram, 4),
    ssrc: u32(datagram, 8),
    payload: datagram.subarray(start, end),
  };
}

/** Builds a datagram, with `extension` (a whole block, as `midExtension` returns) if given. Copies the payload. */
export function serialiseRtp(packet: RtpPacket, extension?: Uint8Array): Uint8Array {
  const start = headerBytes + (extension?.length ?? 0);
  const datagram = new Uint8Array(start + packet.payload.length);
  datagram[0] = versionBits | (extension === undefined ? 0 : extensionBit);
  datagram[1] = (packet.payloadType & 0x7f) | (packet.marker ? markerBit : 0);
  putU16(datagram, 2, packet.sequenceNumber);
  putU32(datagram, 4, packet.timestamp);
  putU32(datagram, 8, packet.ssrc);
  if (extension !== undefined) datagram.set(extension, headerBytes);
  datagram.set(packet.payload, start);
  return datagram;
}

/**
 * Builds a header extension block with a media section's id (RFC 8843, 15) as its only element: `id` (1 to 14) from the
 * router's capabilities, `mid` of 1 to 16 ASCII characters.
 */
export function midExtension(id: number, mid: string): Uint8Array {
  assert(id >= 1 && id <= 14, 'a one-byte header extension has an id from 1 to 14');
  assert(/^[\x21-\x7e]{1,16}$/.test(mid), 'a mid has 1 to 16 ASCII characters');
  const wordCount = Math.ceil((1 + mid.length) / 4);
  const block = new Uint8Array(4 + 4 * wordCount);
  putU16(block, 0, oneByteProfile);
  putU16(block, 2, wordCount);
  block[4] = (id << 4) | (mid.length - 1);
  for (let at = 0; at < mid.length; at++) block[5 + at] = mid.charCodeAt(at);
  return block;
}
