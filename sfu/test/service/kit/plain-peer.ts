// The remote side of a plain endpoint: one UDP socket for RTP and RTCP.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { type RtpCapabilities, routerConstant, type wire } from '@meridian/protocol';

/**
 * Capabilities of a program that decodes Opus and VP8 without transport-cc and REMB: its bandwidth is not estimated.
 */
export const plainCapabilities: RtpCapabilities = {
  codecs: (routerConstant.capabilities.codecs ?? [])
    .filter(({ mimeType }) => /^(audio\/opus|video\/vp8)$/i.test(mimeType))
    .map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type }) => type === 'nack' || type === 'ccm'),
    })),
  headerExtensions: [],
};

export interface Received {
  readonly ssrc: number;
  readonly payload: Buffer;
}

export class PlainPeer {
  readonly ip: string;
  readonly received: Received[] = [];
  /** Allowed bitrate by the latest REMB; 0: unlimited; undefined: no REMB yet. */
  limitBps: number | undefined;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.ip = socket.address().address;
    socket.on('message', (packet) => {
      const isRtcp = (packet[1] ?? 0) >= 192 && (packet[1] ?? 0) <= 223;
      if (!isRtcp) this.received.push({ ssrc: packet.readUInt32BE(8), payload: payloadOf(packet) });
      else this.limitBps = rembBitrateOf(packet) ?? this.limitBps;
    });
  }

  static async open(ip = '127.0.0.1'): Promise<PlainPeer> {
    const socket = createSocket(isIPv6(ip) ? 'udp6' : 'udp4');
    socket.bind(0, ip);
    await once(socket, 'listening');
    return new PlainPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }
  get endpoint(): wire.Endpoint.$Properties {
    return { plain: { ip: this.ip, port: this.port } };
  }
  packetsOf(ssrc: number | null | undefined): Received[] {
    return this.received.filter((packet) => packet.ssrc === ssrc);
  }
  send(packet: Buffer, to: wire.TransportInfo.$Properties | null | undefined): void {
    this.#socket.send(packet, to?.plain?.port ?? 0, to?.plain?.ip ?? '');
  }
  close(): void {
    this.#socket.close();
  }
}

/** Returns the bitrate of a REMB (RTCP 206/15): 6 bits of exponent, 18 of mantissa. */
function rembBitrateOf(packet: Buffer): number | undefined {
  for (let at = 0; at + 4 <= packet.length; at += 4 * (packet.readUInt16BE(at + 2) + 1)) {
    if (packet[at + 1] !== 206 || ((packet[at] ?? 0) & 0x1f) !== 15) continue;
    const word = packet.readUInt32BE(at + 16) & 0xff_ff_ff;
    return (word & 0x3_ff_ff) * 2 ** (word >> 18);
  }
  return undefined;
}

/** Returns the payload without header, contributing sources and extensions. */
function payloadOf(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  const sources = 12 + 4 * (first & 0x0f);
  const extension = first & 0x10 ? 4 + 4 * packet.readUInt16BE(sources + 2) : 0;
  return packet.subarray(sources + extension);
}

/** Builds an empty receiver report (RFC 3550, 6.4.2), the only RTCP of a receiver without sources. */
export function receiverReport(): Buffer {
  const report = Buffer.alloc(8);
  report[0] = 0x80;
  report[1] = 201;
  report.writeUInt16BE(1, 2);
  report.writeUInt32BE(0x33333333, 4);
  return report;
}
