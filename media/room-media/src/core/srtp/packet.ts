// What can be read of SRTP and SRTCP datagrams without a key (RFC 3711, 3.1 and 3.4; suite AES_CM_128_HMAC_SHA1_80).

import { u8, u16, u32 } from '../rtp/bytes.ts';
import { datagramKind } from '../rtp/packet.ts';

export const TAG_BYTES = 10;
/** After the encrypted part of SRTCP: whether it is encrypted (1 bit), and the index (31 bits). */
export const SRTCP_INDEX_BYTES = 4;
const RTP_HEADER_BYTES = 12;
/** What SRTCP never encrypts: the first packet's header and SSRC. */
export const RTCP_CLEAR_BYTES = 8;
/** The shortest of both: an RTP header without payload, or the clear part of RTCP with its index; and the tag. */
const DATAGRAM_BYTES_MIN = RTP_HEADER_BYTES + TAG_BYTES;
/** No datagram over an ordinary network is longer. */
export const DATAGRAM_BYTES_MAX = 2048;

export interface SrtpDatagram {
  readonly kind: 'rtp' | 'rtcp';
  /** Of RTCP that of the first packet's sender. */
  readonly ssrc: number;
}

/** Undefined for what cannot be SRTP: other protocols, other versions, too short, too long. Costs next to nothing. */
export function readSrtp(datagram: Uint8Array): SrtpDatagram | undefined {
  if (datagram.length < DATAGRAM_BYTES_MIN || datagram.length > DATAGRAM_BYTES_MAX) return undefined;
  const kind = datagramKind(datagram);
  return kind === undefined ? undefined : { kind, ssrc: u32(datagram, kind === 'rtp' ? 8 : 4) };
}

/** Of an authentic SRTP packet: header, CSRCs and extension, which are not encrypted. Undefined if they do not fit. */
export function clearBytesOf(datagram: Uint8Array): number | undefined {
  const flags = u8(datagram, 0);
  const end = datagram.length - TAG_BYTES;
  let clear = RTP_HEADER_BYTES + 4 * (flags & 0x0f);
  if ((flags & 0x10) !== 0) clear += clear + 4 > end ? 4 : 4 + 4 * u16(datagram, clear + 2);
  return clear > end ? undefined : clear;
}

/** The 31 bits of an SRTCP packet's index. */
export const srtcpIndexOf = (datagram: Uint8Array): number =>
  u32(datagram, datagram.length - TAG_BYTES - SRTCP_INDEX_BYTES) & 0x7fff_ffff;

/** Whether the sender has encrypted an SRTCP packet, and not only signed it. */
export const isSrtcpEncrypted = (datagram: Uint8Array): boolean =>
  (u8(datagram, datagram.length - TAG_BYTES - SRTCP_INDEX_BYTES) & 0x80) !== 0;
