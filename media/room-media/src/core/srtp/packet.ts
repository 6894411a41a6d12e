// Reads the unencrypted parts of SRTP and SRTCP datagrams (RFC 3711, 3.1 and 3.4; suite AES_CM_128_HMAC_SHA1_80).

import { u8, u16, u32 } from '../rtp/bytes.ts';
import { datagramKind } from '../rtp/packet.ts';

export const TAG_BYTES = 10;
/** Trailer of SRTCP after the encrypted part: an encryption flag (1 bit) and the index (31 bits). */
export const SRTCP_INDEX_BYTES = 4;
const RTP_HEADER_BYTES = 12;
/** Unencrypted part of SRTCP: the first packet's header and SSRC. */
export const RTCP_CLEAR_BYTES = 8;
/** Shortest datagram of both kinds: an RTP header without payload, or RTCP's clear part and index; plus the tag. */
const DATAGRAM_BYTES_MIN = RTP_HEADER_BYTES + TAG_BYTES;
/** No datagram over an ordinary network is longer. */
export const DATAGRAM_BYTES_MAX = 2048;

export interface SrtpDatagram {
  readonly kind: 'rtp' | 'rtcp';
  /** For RTCP, the sender of the first packet. */
  readonly ssrc: number;
}

/** Classifies a datagram cheaply. Returns undefined for other protocols and versions, and for impossible lengths. */
export function readSrtp(datagram: Uint8Array): SrtpDatagram | undefined {
  if (datagram.length < DATAGRAM_BYTES_MIN || datagram.length > DATAGRAM_BYTES_MAX) return undefined;
  const kind = datagramKind(datagram);
  return kind === undefined ? undefined : { kind, ssrc: u32(datagram, kind === 'rtp' ? 8 : 4) };
}

/** Returns the length of an authentic packet's unencrypted part; undefined if that exceeds the packet. */
export function clearBytesOf(datagram: Uint8Array): number | undefined {
  const flags = u8(datagram, 0);
  const end = datagram.length - TAG_BYTES;
  let clear = RTP_HEADER_BYTES + 4 * (flags & 0x0f);
  if ((flags & 0x10) !== 0) clear += clear + 4 > end ? 4 : 4 + 4 * u16(datagram, clear + 2);
  return clear > end ? undefined : clear;
}

export const srtcpIndexOf = (datagram: Uint8Array): number =>
  u32(datagram, datagram.length - TAG_BYTES - SRTCP_INDEX_BYTES) & 0x7fff_ffff;

/** Returns whether the sender encrypted an SRTCP packet; otherwise it is only signed. */
export const isSrtcpEncrypted = (datagram: Uint8Array): boolean =>
  (u8(datagram, datagram.length - TAG_BYTES - SRTCP_INDEX_BYTES) & 0x80) !== 0;
