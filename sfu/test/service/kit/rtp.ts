// Synthetic RTP packets with the parts of Opus and VP8 that a router reads.
import { catchUpRid, type RtpParameters } from '@meridian/protocol';

export function rtpPacket(o: {
  payloadType: number;
  seq: number;
  timestamp: number;
  ssrc: number;
  payload: Buffer;
  marker?: boolean;
}): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = o.payloadType | (o.marker ? 0x80 : 0);
  header.writeUInt16BE(o.seq & 0xffff, 2);
  header.writeUInt32BE(o.timestamp >>> 0, 4);
  header.writeUInt32BE(o.ssrc, 8);
  return Buffer.concat([header, o.payload]);
}

/** A recognisable payload, which a tap finds wherever it is not encrypted. */
export const secret = 'THE-PLAINTEXT-OF-THIS-CALL';

export const opusParameters = (ssrc: number): RtpParameters => ({
  mid: `a${ssrc % 1e6}`,
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48000,
      channels: 2,
      parameters: { useinbandfec: 1 },
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
  encodings: [{ ssrc }],
  rtcp: { cname: `cname${ssrc}`, reducedSize: true },
});
/** Parameters of a gateway's encoder: one encoding, and catch-up streams (ADR 0026) for later viewers. */
export const encoderParameters = (ssrc: number, catchUps: readonly number[]): RtpParameters => {
  const original = vp8Parameters([ssrc]);
  const catchUpEncodings = catchUps.map((one) => ({ ssrc: one, rid: catchUpRid }));
  return { ...original, encodings: [...(original.encodings ?? []), ...catchUpEncodings] };
};
export const vp8Parameters = (ssrcs: number[]): RtpParameters => ({
  mid: `v${(ssrcs[0] ?? 0) % 1e6}`,
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
    },
  ],
  headerExtensions: [],
  encodings: ssrcs.map((ssrc) => ({ ssrc, ...(ssrcs.length > 1 ? { scalabilityMode: 'L1T3' } : {}) })),
  rtcp: { cname: `cname${ssrcs[0]}`, reducedSize: true },
});
/** Parameters of an SVC stream with three spatial layers. */
export const vp9Parameters = (ssrc: number): RtpParameters => {
  const { codecs, ...rest } = vp8Parameters([ssrc]);
  const vp9 = { mimeType: 'video/VP9', parameters: { 'profile-id': 0 } };
  return {
    ...rest,
    codecs: codecs.map((codec) => ({ ...codec, ...vp9 })),
    encodings: [{ ssrc, scalabilityMode: 'L3T3_KEY' }],
  };
};

export const opusPacket = (ssrc: number, seq: number): Buffer =>
  rtpPacket({ payloadType: 111, seq, timestamp: seq * 960, ssrc, payload: Buffer.from(`${secret}-${seq}`) });

/** A frame in a single packet: payload descriptor with a 15-bit picture id, then the VP8 header's key-frame bit. */
export function vp8Packet(ssrc: number, seq: number, keyFrame: boolean, bytes = 0): Buffer {
  const descriptor = Buffer.from([0x90, 0x80, 0x80 | ((seq >> 8) & 0x7f), seq & 0xff]);
  const frame = keyFrame
    ? Buffer.from([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00])
    : Buffer.from([0x11, 0x02, 0x00]);
  const start = Buffer.concat([descriptor, frame, Buffer.from(secret)]);
  const payload = Buffer.concat([start, Buffer.alloc(Math.max(0, bytes - start.length))]);
  return rtpPacket({ payloadType: 96, seq, timestamp: seq * 3000, ssrc, payload, marker: true });
}

/** A frame in a single packet that names its temporal layer, by which none of a higher layer is needed. */
export function vp8LayeredPacket(ssrc: number, seq: number, keyFrame: boolean, temporalLayer: number): Buffer {
  const plain = vp8Packet(ssrc, seq, keyFrame);
  const [start, end] = [plain.subarray(0, 16), plain.subarray(16)];
  const packet = Buffer.concat([start, Buffer.from([seq & 0xff, (temporalLayer << 6) | 0x20]), end]);
  packet[13] = 0xe0; // with picture id, number of the lowest layer, and layer
  return packet;
}
/** Reads a packet of `vp8LayeredPacket`. */
export function readVp8(packet: Buffer): { picture: number; temporalLayer: number } {
  const at = payloadStart(packet);
  return { picture: packet.readUInt16BE(at + 2) & 0x7fff, temporalLayer: packet.readUInt8(at + 5) >> 6 };
}

/**
 * Packets of one picture of an SVC stream, one a spatial layer. A key frame tells the number of layers. Usually
 * every second picture is of temporal layer 1. The payload of layer n has at least `bytes` times 2 to the power of n.
 */
export function vp9Picture(
  ssrc: number,
  picture: number,
  keyFrame: boolean,
  layerCount = 3,
  temporalLayer = picture % 2,
  bytes = 0,
): Buffer[] {
  return Array.from({ length: layerCount }, (_, spatialLayer) => {
    const hasStructure = keyFrame && spatialLayer === 0;
    // picture id, predicted, layers, begin and end of a frame, structure
    const flags = 0x80 | (keyFrame ? 0 : 0x40) | 0x20 | 0x0c | (hasStructure ? 2 : 0);
    const layers = (temporalLayer << 5) | 0x10 | (spatialLayer << 1) | (keyFrame && spatialLayer > 0 ? 1 : 0);
    const descriptor = Buffer.from([flags, 0x80 | ((picture >> 8) & 0x7f), picture & 0xff, layers, picture >> 1]);
    const structure = Buffer.from(hasStructure ? [(layerCount - 1) << 5] : []);
    const start = Buffer.concat([descriptor, structure, Buffer.from(secret)]);
    return rtpPacket({
      payloadType: 96,
      seq: 3 * picture + spatialLayer,
      timestamp: picture * 3000,
      ssrc,
      payload: Buffer.concat([start, Buffer.alloc(Math.max(0, bytes * 2 ** spatialLayer - start.length))]),
      marker: spatialLayer === layerCount - 1,
    });
  });
}
/** Reads a packet of `vp9Picture`. */
export function readVp9(packet: Buffer): {
  seq: number;
  marker: boolean;
  picture: number;
  spatialLayer: number;
  temporalLayer: number;
} {
  const at = payloadStart(packet);
  const layers = packet.readUInt8(at + 3);
  return {
    seq: packet.readUInt16BE(2),
    marker: (packet.readUInt8(1) & 0x80) !== 0,
    picture: packet.readUInt16BE(at + 1) & 0x7fff,
    spatialLayer: (layers >> 1) & 7,
    temporalLayer: layers >> 5,
  };
}
const payloadStart = (packet: Buffer): number =>
  12 + 4 * (packet.readUInt8(0) & 15) + (packet.readUInt8(0) & 0x10 ? extensionBytes(packet) : 0);
const extensionBytes = (packet: Buffer): number => 4 + 4 * packet.readUInt16BE(12 + 4 * (packet.readUInt8(0) & 15) + 2);

/** Counts key-frame requests (PLI: RTCP 206/1, FIR: 206/4) in compound RTCP packets. */
export function keyFrameRequests(packets: readonly Buffer[]): number {
  let count = 0;
  for (const packet of packets) {
    for (let at = 0; at + 4 <= packet.length; at += 4 * (packet.readUInt16BE(at + 2) + 1)) {
      const format = (packet[at] ?? 0) & 0x1f;
      if (packet[at + 1] === 206 && (format === 1 || format === 4)) count += 1;
    }
  }
  return count;
}
