// Parses and builds RTCP packets (RFC 3550, 6; RFC 4585, 6; RFC 5104, 4.3.1), compound or single (RFC 5506).
import { assert } from '@meridian/protocol';
import { u8, u16, u24, u32 } from './bytes.ts';

/** No datagram over an ordinary network is longer; this bounds the memory of a parsed datagram. */
const maxDatagramBytes = 2048;
/** Counts of report blocks, chunks and sources have 5 bits. */
export const maxReports = 31;
const maxTextBytes = 255;

const packetType = { sr: 200, rr: 201, sdes: 202, bye: 203, rtpFeedback: 205, payloadFeedback: 206 } as const;
const feedback = { nack: 1, pli: 1, fir: 4 } as const;
const cnameItem = 1;
const blockBytes = 24;

/** Time in NTP's format: seconds since 1900 and a fraction in units of 2^-32 s. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

export interface ReportBlock {
  readonly ssrc: number;
  /** Fraction of the packets expected since the last report, in 1/256. */
  readonly fractionLost: number;
  /** Signed, 24 bits. */
  readonly cumulativeLost: number;
  /** 32 bits: wraps of the sequence number, then the number. */
  readonly highestSequence: number;
  /** In ticks of the payload's clock. */
  readonly jitter: number;
  /** Middle 32 bits of the last sender report's NTP time, and its age in units of 2^-16 s; 0 for none. */
  readonly lastSr: number;
  readonly delaySinceLastSr: number;
}

export interface SenderReport {
  readonly type: 'sr';
  readonly ssrc: number;
  readonly ntp: NtpTime;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

export type RtcpPacket =
  | SenderReport
  | { readonly type: 'rr'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly type: 'sdes'; readonly names: readonly { readonly ssrc: number; readonly cname: string }[] }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[] }
  | { readonly type: 'pli'; readonly senderSsrc: number; readonly mediaSsrc: number }
  | {
      readonly type: 'fir';
      readonly senderSsrc: number;
      readonly requests: readonly { readonly ssrc: number; readonly sequenceNumber: number }[];
    }
  | {
      readonly type: 'nack';
      readonly senderSsrc: number;
      readonly mediaSsrc: number;
      /** 16 bits each, in the order of the packets. */
      readonly sequenceNumbers: readonly number[];
    };

const ntpEpochMs = 2_208_988_800_000;

export function ntpOf(unixMs: number): NtpTime {
  const ms = unixMs + ntpEpochMs;
  const seconds = Math.floor(ms / 1000);
  const fraction = Math.floor(((ms - seconds * 1000) / 1000) * 2 ** 32);
  return { seconds: seconds >>> 0, fraction: fraction >>> 0 };
}

/** Returns milliseconds; the origin is arbitrary, so only differences of one sender are meaningful. */
export const ntpMsOf = (ntp: NtpTime): number => ntp.seconds * 1000 + (ntp.fraction / 2 ** 32) * 1000;

/** Returns the middle 32 bits, by which report blocks name a sender report. */
export const shortNtp = (ntp: NtpTime): number => (((ntp.seconds & 0xffff) << 16) | (ntp.fraction >>> 16)) >>> 0;

/** Parses a datagram; skips other types. Any wrong length makes it garbage, which gives undefined. */
export function parseRtcp(datagram: Uint8Array): RtcpPacket[] | undefined {
  if (datagram.length > maxDatagramBytes) return undefined;
  const packets: RtcpPacket[] = [];
  let at = 0;
  do {
    if (at + 4 > datagram.length || u8(datagram, at) >>> 6 !== 2) return undefined;
    const end = at + 4 * (1 + u16(datagram, at + 2));
    if (end > datagram.length) return undefined;
    const body = unpadded(datagram.subarray(at + 4, end), (u8(datagram, at) & 0x20) !== 0);
    if (body === undefined) return undefined;
    const packet = parseBody(u8(datagram, at + 1), u8(datagram, at) & 0x1f, body);
    if (packet === undefined) return undefined;
    if (packet !== 'other') packets.push(packet);
    at = end;
  } while (at < datagram.length);
  return packets;
}

function unpadded(body: Uint8Array, isPadded: boolean): Uint8Array | undefined {
  if (!isPadded) return body;
  const padding = body.length === 0 ? 0 : u8(body, body.length - 1);
  if (padding === 0 || padding % 4 !== 0 || padding > body.length) return undefined;
  return body.subarray(0, body.length - padding);
}

/** Returns undefined for a body that is too short for its counts, 'other' for an unused type. */
function parseBody(type: number, count: number, body: Uint8Array): RtcpPacket | 'other' | undefined {
  switch (type) {
    case packetType.sr:
      return senderReport(count, body);
    case packetType.rr: {
      const reports = reportBlocks(count, body, 4);
      return reports && { type: 'rr', ssrc: u32(body, 0), reports };
    }
    case packetType.sdes:
      return sourceDescription(count, body);
    case packetType.bye:
      if (body.length < 4 * count) return undefined;
      return { type: 'bye', ssrcs: Array.from({ length: count }, (_, index) => u32(body, 4 * index)) };
    case packetType.rtpFeedback:
      return count === feedback.nack ? negativeAcknowledgement(body) : 'other';
    case packetType.payloadFeedback:
      return payloadFeedback(count, body);
    default:
      return 'other';
  }
}

function senderReport(count: number, body: Uint8Array): SenderReport | undefined {
  const reports = reportBlocks(count, body, 24);
  return (
    reports && {
      type: 'sr',
      ssrc: u32(body, 0),
      ntp: { seconds: u32(body, 4), fraction: u32(body, 8) },
      rtpTimestamp: u32(body, 12),
      packetCount: u32(body, 16),
      octetCount: u32(body, 20),
      reports,
    }
  );
}

function reportBlocks(count: number, body: Uint8Array, start: number): ReportBlock[] | undefined {
  if (body.length < start + count * blockBytes) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * blockBytes;
    return {
      ssrc: u32(body, at),
      fractionLost: u8(body, at + 4),
      cumulativeLost: (u24(body, at + 5) << 8) >> 8,
      highestSequence: u32(body, at + 8),
      jitter: u32(body, at + 12),
      lastSr: u32(body, at + 16),
      delaySinceLastSr: u32(body, at + 20),
    };
  });
}

/** Parses chunks: a source, items of {type, length, text}, a zero, and zeros up to the next word. */
function sourceDescription(count: number, body: Uint8Array): RtcpPacket | undefined {
  const names: { ssrc: number; cname: string }[] = [];
  let at = 0;
  for (let chunk = 0; chunk < count; chunk++) {
    if (at + 4 > body.length) return undefined;
    const ssrc = u32(body, at);
    at += 4;
    while (at < body.length && u8(body, at) !== 0) {
      if (at + 2 > body.length) return undefined;
      const end = at + 2 + u8(body, at + 1);
      if (end > body.length) return undefined;
      if (u8(body, at) === cnameItem) names.push({ ssrc, cname: new TextDecoder().decode(body.subarray(at + 2, end)) });
      at = end;
    }
    if (at >= body.length) return undefined;
    at = 4 * Math.floor(at / 4) + 4;
  }
  return { type: 'sdes', names };
}

/** Parses NACK entries: a packet and a mask of the 16 packets after it. */
function negativeAcknowledgement(body: Uint8Array): RtcpPacket | undefined {
  if (body.length < 12) return undefined;
  const sequenceNumbers: number[] = [];
  for (let at = 8; at + 4 <= body.length; at += 4) {
    const first = u16(body, at);
    const mask = u16(body, at + 2);
    sequenceNumbers.push(first);
    for (let bit = 0; bit < 16; bit++) if ((mask & (1 << bit)) !== 0) sequenceNumbers.push((first + bit + 1) & 0xffff);
  }
  return { type: 'nack', senderSsrc: u32(body, 0), mediaSsrc: u32(body, 4), sequenceNumbers };
}

function payloadFeedback(format: number, body: Uint8Array): RtcpPacket | 'other' | undefined {
  if (body.length < 8) return undefined;
  const senderSsrc = u32(body, 0);
  if (format === feedback.pli) return { type: 'pli', senderSsrc, mediaSsrc: u32(body, 4) };
  if (format !== feedback.fir) return 'other';
  if (body.length < 16 || body.length % 8 !== 0) return undefined;
  const requests: { ssrc: number; sequenceNumber: number }[] = [];
  for (let at = 8; at < body.length; at += 8) requests.push({ ssrc: u32(body, at), sequenceNumber: u8(body, at + 4) });
  return { type: 'fir', senderSsrc, requests };
}

/** Builds one datagram of these packets, in order. A packet holds at most `maxReports` blocks, names or sources. */
export function serialiseRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const bytes: number[] = [];
  for (const packet of packets) {
    const { type, count, body } = bodyOf(packet);
    assert(count <= maxReports && body.length % 4 === 0, 'an RTCP packet holds 31 entries at most');
    bytes.push((2 << 6) | count, type, ...be16(body.length / 4), ...body);
  }
  return Uint8Array.from(bytes);
}

const be16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value)];

function bodyOf(packet: RtcpPacket): { type: number; count: number; body: number[] } {
  switch (packet.type) {
    case 'sr': {
      const { ntp, rtpTimestamp, packetCount, octetCount, reports } = packet;
      const fields = [packet.ssrc, ntp.seconds, ntp.fraction, rtpTimestamp, packetCount, octetCount].flatMap(be32);
      return { type: packetType.sr, count: reports.length, body: [...fields, ...reports.flatMap(blockOf)] };
    }
    case 'rr': {
      const body = [...be32(packet.ssrc), ...packet.reports.flatMap(blockOf)];
      return { type: packetType.rr, count: packet.reports.length, body };
    }
    case 'sdes':
      return { type: packetType.sdes, count: packet.names.length, body: packet.names.flatMap(chunkOf) };
    case 'bye':
      return { type: packetType.bye, count: packet.ssrcs.length, body: packet.ssrcs.flatMap(be32) };
    case 'pli': {
      const body = [...be32(packet.senderSsrc), ...be32(packet.mediaSsrc)];
      return { type: packetType.payloadFeedback, count: feedback.pli, body };
    }
    case 'fir': {
      const requests = packet.requests.flatMap((one) => [...be32(one.ssrc), one.sequenceNumber & 0xff, 0, 0, 0]);
      const body = [...be32(packet.senderSsrc), ...be32(0), ...requests];
      return { type: packetType.payloadFeedback, count: feedback.fir, body };
    }
    case 'nack': {
      const entries = nackEntries(packet.sequenceNumbers);
      const body = [...be32(packet.senderSsrc), ...be32(packet.mediaSsrc), ...entries];
      return { type: packetType.rtpFeedback, count: feedback.nack, body };
    }
  }
}

const blockOf = (block: ReportBlock): number[] => [
  ...be32(block.ssrc),
  block.fractionLost & 0xff,
  ...be32(block.cumulativeLost).slice(1),
  ...[block.highestSequence, block.jitter, block.lastSr, block.delaySinceLastSr].flatMap(be32),
];

function chunkOf({ ssrc, cname }: { ssrc: number; cname: string }): number[] {
  const text = new TextEncoder().encode(cname);
  assert(text.length <= maxTextBytes, 'a CNAME has 255 bytes at most');
  const items = [cnameItem, text.length, ...text, 0];
  while (items.length % 4 !== 0) items.push(0);
  return [...be32(ssrc), ...items];
}

function nackEntries(sequenceNumbers: readonly number[]): number[] {
  const entries: { first: number; mask: number }[] = [];
  for (const sequenceNumber of sequenceNumbers) {
    const last = entries.at(-1);
    const distance = last === undefined ? 0 : (sequenceNumber - last.first) & 0xffff;
    if (last !== undefined && distance >= 1 && distance <= 16) last.mask |= 1 << (distance - 1);
    else entries.push({ first: sequenceNumber, mask: 0 });
  }
  return entries.flatMap(({ first, mask }) => [...be16(first), ...be16(mask)]);
}
