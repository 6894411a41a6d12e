// Packets of RTP (RFC 3550) with header extensions (RFC 8285), written and read byte by byte.

export interface Extension {
  readonly id: number;
  readonly value: Buffer;
}

/** Writes a packet; `paddingBytes` includes the count in the last one. */
export function writePacket(o: {
  readonly payloadType: number;
  readonly seq: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  readonly payload: Buffer;
  readonly contributors?: readonly number[];
  readonly extensions?: readonly Extension[];
  readonly paddingBytes?: number;
}): Buffer {
  const { contributors = [], extensions = [], paddingBytes = 0 } = o;
  const header = Buffer.alloc(12 + 4 * contributors.length);
  header[0] = 0x80 | (paddingBytes > 0 ? 0x20 : 0) | (extensions.length > 0 ? 0x10 : 0) | contributors.length;
  header[1] = (o.marker ? 0x80 : 0) | o.payloadType;
  header.writeUInt16BE(o.seq & 0xffff, 2);
  header.writeUInt32BE(o.timestamp >>> 0, 4);
  header.writeUInt32BE(o.ssrc, 8);
  for (const [at, one] of contributors.entries()) header.writeUInt32BE(one, 12 + 4 * at);
  const padding = Buffer.alloc(paddingBytes);
  if (paddingBytes > 0) padding[paddingBytes - 1] = paddingBytes;
  return Buffer.concat([header, ...(extensions.length > 0 ? [extensionBlock(extensions)] : []), o.payload, padding]);
}

function extensionBlock(extensions: readonly Extension[]): Buffer {
  const isOneByte = extensions.every(({ id, value }) => id < 15 && value.length > 0 && value.length <= 16);
  const items = extensions.map(({ id, value }) => {
    const head = isOneByte ? [(id << 4) | (value.length - 1)] : [id, value.length];
    return Buffer.concat([Buffer.from(head), value]);
  });
  const bytes = items.reduce((sum, { length }) => sum + length, 0);
  const words = Math.ceil(bytes / 4);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(isOneByte ? 0xbede : 0x1000, 0);
  head.writeUInt16BE(words, 2);
  return Buffer.concat([head, ...items, Buffer.alloc(4 * words - bytes)]);
}

/** Calls `found` with the id and the place of each extension of a packet. */
export function eachExtension(packet: Buffer, found: (id: number, start: number, end: number) => void): void {
  if ((packet.readUInt8(0) & 0x10) === 0) return;
  const at = 12 + 4 * (packet.readUInt8(0) & 15);
  const isOneByte = packet.readUInt16BE(at) === 0xbede;
  const blockEnd = payloadStart(packet);
  for (let next = at + 4; next < blockEnd; ) {
    const first = packet.readUInt8(next);
    const id = isOneByte ? first >> 4 : first;
    if (id === 0) {
      next += 1;
      continue;
    }
    const start = next + (isOneByte ? 1 : 2);
    next = start + (isOneByte ? (first & 15) + 1 : packet.readUInt8(next + 1));
    found(id, start, next);
  }
}

/** Returns where the payload of a packet begins. */
export function payloadStart(packet: Buffer): number {
  const at = 12 + 4 * (packet.readUInt8(0) & 15);
  return (packet.readUInt8(0) & 0x10) === 0 ? at : at + 4 + 4 * packet.readUInt16BE(at + 2);
}

/** Returns whether a datagram is RTCP, which shares the port (RFC 5761). */
export const isRtcp = (datagram: Buffer): boolean => datagram.readUInt8(1) >= 192 && datagram.readUInt8(1) <= 223;

/** Returns a sender report (RFC 3550, 6.4.1) that maps a timestamp to a time in milliseconds of the NTP era. */
export function senderReport(o: { ssrc: number; ntpMs: number; timestamp: number; packets: number }): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  report.writeUInt32BE(o.ssrc, 4);
  report.writeUInt32BE(Math.floor(o.ntpMs / 1000) >>> 0, 8);
  report.writeUInt32BE(Math.floor(((o.ntpMs % 1000) / 1000) * 2 ** 32) >>> 0, 12);
  report.writeUInt32BE(o.timestamp >>> 0, 16);
  report.writeUInt32BE(o.packets, 20);
  return report;
}

/** Returns a NACK (RFC 4585, 6.2.1) for `seq` and those of the 16 after it whose bits are set. */
export function nack(ssrc: number, seq: number, bits: number): Buffer {
  const packet = Buffer.alloc(16);
  packet[0] = 0x81;
  packet[1] = 205;
  packet.writeUInt16BE(3, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(ssrc, 8);
  packet.writeUInt16BE(seq & 0xffff, 12);
  packet.writeUInt16BE(bits & 0xffff, 14);
  return packet;
}

const senderReportType = 200;
const senderReportBytes = 28;

/** Returns the counts of the sender reports in an RTCP datagram, which may be of several packets. */
export function senderReports(datagram: Buffer): { ssrc: number; packets: number; bytes: number }[] {
  const reports: { ssrc: number; packets: number; bytes: number }[] = [];
  for (let at = 0; at + senderReportBytes <= datagram.length; at += 4 * (datagram.readUInt16BE(at + 2) + 1)) {
    if (datagram.readUInt8(at + 1) !== senderReportType) continue;
    const [ssrc, packets, bytes] = [4, 20, 24].map((from) => datagram.readUInt32BE(at + from)) as [
      number,
      number,
      number,
    ];
    reports.push({ ssrc, packets, bytes });
  }
  return reports;
}
