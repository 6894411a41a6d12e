// Streams of all codecs that a router forwards, each with the descriptors from which a router picks layers, and the
// faults of a network: loss with repair, duplicates, changed order, late copies, padding. A seed gives the same packets
// again.
import { type Rng, seededRng } from '@meridian/runtime';
import type { types } from 'mediasoup';
import { type Extension, senderReport, writePacket } from './rtp.ts';

export interface Source {
  readonly name: string;
  readonly kind: types.MediaKind;
  readonly rtpParameters: types.RtpParameters;
  /** Highest layers; 0 without layers. */
  readonly layers: { readonly spatial: number; readonly temporal: number };
  /** Returns the datagrams of the next 33 ms. */
  next(): Buffer[];
}

/** Ids of the sender, which differ from the router's. */
const ids = { mid: 9, absSendTime: 3, transportCc: 4, audioLevel: 1, orientation: 7, descriptor: 12, playoutDelay: 2 };
const uris: Readonly<Record<keyof typeof ids, types.RtpHeaderExtensionUri>> = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  orientation: 'urn:3gpp:video-orientation',
  descriptor: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
};
const audioExtensions = ['mid', 'absSendTime', 'audioLevel'] as const;
const videoExtensions = ['mid', 'absSendTime', 'transportCc', 'orientation', 'descriptor', 'playoutDelay'] as const;

const videoFeedback: types.RtcpFeedback[] = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'transport-cc' },
];
const payloadTypes = { 'audio/opus': 111, 'video/VP8': 96, 'video/VP9': 98, 'video/H264': 102, 'video/AV1': 45 };
type MimeType = keyof typeof payloadTypes;
const codecParameters: Partial<Record<MimeType, Record<string, string | number>>> = {
  'video/VP9': { 'profile-id': 0 },
  'video/H264': { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
};

/** Codecs of the router under comparison. */
export const routerCodecs: types.RouterRtpCodecCapability[] = Object.keys(payloadTypes).map((mimeType) =>
  mimeType === 'audio/opus'
    ? { kind: 'audio', mimeType, clockRate: 48_000, channels: 2 }
    : { kind: 'video', mimeType, clockRate: 90_000, parameters: codecParameters[mimeType as MimeType] ?? {} },
);

function parametersOf(o: {
  mimeType: MimeType;
  ssrcs: readonly number[];
  rtx?: boolean;
  mode?: string;
}): types.RtpParameters {
  const { mimeType, ssrcs, rtx = false, mode } = o;
  const isAudio = mimeType === 'audio/opus';
  const payloadType = payloadTypes[mimeType];
  return {
    mid: `s${ssrcs[0]}`,
    codecs: [
      {
        mimeType,
        payloadType,
        clockRate: isAudio ? 48_000 : 90_000,
        ...(isAudio ? { channels: 2 } : {}),
        parameters: codecParameters[mimeType] ?? (isAudio ? { useinbandfec: 1, usedtx: 1 } : {}),
        rtcpFeedback: isAudio ? [{ type: 'transport-cc' }] : videoFeedback,
      },
      ...(rtx
        ? [{ mimeType: 'video/rtx', payloadType: payloadType + 1, clockRate: 90_000, parameters: { apt: payloadType } }]
        : []),
    ],
    headerExtensions: (isAudio ? audioExtensions : videoExtensions).map((name) => ({ uri: uris[name], id: ids[name] })),
    encodings: ssrcs.map((ssrc) => ({
      ssrc,
      ...(rtx ? { rtx: { ssrc: ssrc + 1 } } : {}),
      // A worker takes a stream of simulcast for dead after 1.5 s without packets, or 5 s with DTX. A busy machine
      // stalls.
      ...(mode === undefined ? {} : { scalabilityMode: mode, dtx: ssrcs.length > 1 }),
    })),
    rtcp: { cname: `cname${ssrcs[0]}`, reducedSize: true },
  };
}

/** Packets of a stream: their numbers, and the extensions that a browser writes. */
class Stream {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly #random: Rng;
  readonly #isAudio: boolean;
  #seq: number;
  sent = 0;
  constructor(o: { ssrc: number; payloadType: number; isAudio: boolean; random: Rng }) {
    this.ssrc = o.ssrc;
    this.payloadType = o.payloadType;
    this.#isAudio = o.isAudio;
    this.#random = o.random;
    this.#seq = o.random.int(0x10000);
  }
  packet(o: {
    timestamp: number;
    marker: boolean;
    payload: Buffer;
    extensions?: readonly Extension[];
    paddingBytes?: number;
  }): Buffer {
    const random = this.#random;
    this.sent += 1;
    this.#seq += 1;
    const own: Extension[] = this.#isAudio
      ? [
          { id: ids.mid, value: Buffer.from(`s${this.ssrc}`) },
          { id: ids.audioLevel, value: Buffer.from(random.bytes(1)) },
          { id: ids.absSendTime, value: Buffer.from(random.bytes(3)) },
        ]
      : [
          { id: ids.absSendTime, value: Buffer.from(random.bytes(3)) },
          { id: ids.transportCc, value: Buffer.from(random.bytes(2)) },
          ...(o.marker ? [{ id: ids.orientation, value: Buffer.from([random.int(4)]) }] : []),
          ...(random.int(50) === 0 ? [{ id: ids.playoutDelay, value: Buffer.from(random.bytes(3)) }] : []),
        ];
    const contributors = random.int(200) === 0 ? [random.int(2 ** 31), random.int(2 ** 31)] : [];
    const all = [...own, ...(o.extensions ?? [])];
    const extensions = random.int(100) === 0 ? [] : all;
    return writePacket({
      ...o,
      payloadType: this.payloadType,
      seq: this.#seq,
      ssrc: this.ssrc,
      contributors,
      extensions: (o.extensions ?? []).length > 0 ? all : extensions,
    });
  }
}

/** Returns the sizes of the packets of one frame: equal but the last, as browsers split frames. */
function sizes(random: Rng, isKey: boolean): number[] {
  const count = 1 + random.int(isKey ? 6 : 3);
  const each = 60 + random.int(1040);
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? 30 + random.int(each - 30) : each));
}
const temporalOf = (frame: number, layers: number): number =>
  layers === 1 ? 0 : layers === 2 ? frame % 2 : ([0, 2, 1, 2][frame % 4] ?? 0);
const keyEvery = 24;

class Opus implements Source {
  readonly name = 'opus';
  readonly kind = 'audio';
  readonly layers = { spatial: 0, temporal: 0 };
  readonly rtpParameters: types.RtpParameters;
  readonly #stream: Stream;
  readonly #random: Rng;
  #at = 0;
  constructor(ssrc: number, random: Rng) {
    this.rtpParameters = parametersOf({ mimeType: 'audio/opus', ssrcs: [ssrc] });
    this.#random = random;
    this.#stream = new Stream({ ssrc, payloadType: 111, isAudio: true, random });
  }
  next(): Buffer[] {
    return [0, 1].map(() => {
      this.#at += 1;
      const isSilent = this.#at % 100 > 80;
      const payload = isSilent ? Buffer.from([0x78]) : Buffer.from(this.#random.bytes(40 + this.#random.int(120)));
      return this.#stream.packet({ timestamp: 960 * this.#at, marker: this.#at % 100 === 1, payload });
    });
  }
}

/** Payload of one packet of a frame. */
interface FramePart {
  readonly frame: number;
  readonly isKey: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly spatial: number;
  readonly temporal: number;
}
type Describe = (part: FramePart) => { readonly head: Buffer; readonly extensions?: readonly Extension[] };

/** VP8's payload descriptor (RFC 7741) with 15 bits of picture id, then the first byte of the frame. */
const vp8: Describe = ({ frame, isKey, isFirst, temporal }) => ({
  head: Buffer.from([
    0x80 | (isFirst ? 0x10 : 0) | (temporal === 2 ? 0x20 : 0),
    0xf0,
    0x80 | ((frame >> 8) & 0x7f),
    frame & 0xff,
    (frame >> 2) & 0xff,
    (temporal << 6) | ((frame >> 2) % 32),
    isKey ? 0x10 : 0x11,
  ]),
});
/** VP9's payload descriptor (RFC 9628) in the mode that is not flexible. */
const vp9: Describe = ({ frame, isKey, isFirst, isLast, spatial, temporal }) => ({
  head: Buffer.from([
    0xa0 | (isKey ? 0 : 0x40) | (isFirst ? 0x08 : 0) | (isLast ? 0x04 : 0),
    0x80 | ((frame >> 8) & 0x7f),
    frame & 0xff,
    (temporal << 5) | 0x10 | (spatial << 1) | (spatial > 0 ? 1 : 0),
    (frame >> 2) & 0xff,
  ]),
});
/** H.264 (RFC 6184): a STAP-A with the parameter sets begins a key frame, FU-As bring the rest. */
const h264: Describe = ({ isKey, isFirst, isLast }) => ({
  head:
    isKey && isFirst
      ? Buffer.from([0x78, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 0, 3, 0x68, 0xce, 0x3c, 0, 40, 0x65])
      : isFirst && isLast
        ? Buffer.from([0x61])
        : Buffer.from([0x7c, (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | (isKey ? 5 : 1)]),
});

const av1Layers = { spatial: 2, temporal: 2 };
const av1Templates = (av1Layers.spatial + 1) * (av1Layers.temporal + 1);
/** AV1's dependency descriptor: each key frame brings the structure of 9 templates and 9 decode targets. */
const av1: Describe = ({ frame, isKey, isFirst, isLast, spatial, temporal }) => {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let at = count - 1; at >= 0; at -= 1) bits.push((value >> at) & 1);
  };
  put(isFirst ? 1 : 0, 1);
  put(isLast ? 1 : 0, 1);
  put(spatial * (av1Layers.temporal + 1) + temporal, 6);
  put(frame & 0xffff, 16);
  if (isKey && isFirst && spatial === 0) {
    put(0b10000, 5);
    put(0, 6);
    put(av1Templates - 1, 5);
    for (let at = 1; at < av1Templates; at += 1) put(at % (av1Layers.temporal + 1) === 0 ? 2 : 1, 2);
    put(3, 2);
    for (let at = 0; at < av1Templates * av1Templates; at += 1) put(2, 2);
    for (let at = 0; at < av1Templates; at += 1) put(0, 1);
    put(0, 3);
  } else if (isFirst) {
    put(0b01000, 5);
    put((1 << av1Templates) - 1, av1Templates);
  }
  const value = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) value[at >> 3] = (value[at >> 3] ?? 0) | (bit << (7 - (at & 7)));
  return { head: Buffer.from([isFirst ? 0x10 : 0x90]), extensions: [{ id: ids.descriptor, value }] };
};

interface VideoOptions {
  readonly name: string;
  readonly mimeType: MimeType;
  readonly describe: Describe;
  readonly random: Rng;
  readonly ssrcs: readonly number[];
  readonly layers: { readonly spatial: number; readonly temporal: number };
  readonly mode?: string;
  readonly rtx?: boolean;
  /** Faults of a network that a router sees; a stream with layers keeps its packets, since loss moves its score. */
  readonly isLossy?: boolean;
}

class Video implements Source {
  readonly name: string;
  readonly kind = 'video';
  readonly rtpParameters: types.RtpParameters;
  readonly layers: { readonly spatial: number; readonly temporal: number };
  readonly #o: VideoOptions;
  readonly #streams: readonly Stream[];
  readonly #bases: readonly number[];
  readonly #late: { atFrame: number; packet: Buffer }[] = [];
  #frame = 0;
  #rtxSeq: number;
  constructor(o: VideoOptions) {
    this.#o = o;
    this.name = o.name;
    this.layers = o.layers;
    this.rtpParameters = parametersOf(o);
    const payloadType = payloadTypes[o.mimeType];
    this.#streams = o.ssrcs.map((ssrc) => new Stream({ ssrc, payloadType, isAudio: false, random: o.random }));
    this.#bases = o.ssrcs.map(() => o.random.int(2 ** 32));
    this.#rtxSeq = o.random.int(0x10000);
  }
  next(): Buffer[] {
    const { random, layers } = this.#o;
    const frame = this.#frame;
    this.#frame += 1;
    const isKey = frame % keyEvery === 0;
    const temporal = isKey ? 0 : temporalOf(frame % keyEvery, layers.temporal + 1);
    const isSimulcast = this.#streams.length > 1;
    const packets = this.#streams.flatMap((stream, at) => {
      const timestamp = ((this.#bases[at] ?? 0) + 3000 * frame) >>> 0;
      const report = { ssrc: stream.ssrc, ntpMs: 3.9e12 + (frame * 1000) / 30, timestamp, packets: stream.sent };
      const spatials = isSimulcast ? 1 : layers.spatial + 1;
      const parts = Array.from({ length: spatials }, (_, spatial) =>
        this.#frameOf(stream, { frame, isKey, temporal, spatial, timestamp, isTop: spatial === spatials - 1 }),
      ).flat();
      return frame % 15 === 1 ? [senderReport(report), ...parts] : parts;
    });
    const padded = !isKey && random.int(10) === 0 ? [...packets, this.#paddingOnly(frame)] : packets;
    return this.#faulty(padded, frame);
  }
  #frameOf(
    stream: Stream,
    o: { frame: number; isKey: boolean; temporal: number; spatial: number; timestamp: number; isTop: boolean },
  ): Buffer[] {
    const { random, describe } = this.#o;
    const all = sizes(random, o.isKey);
    return all.map((size, at) => {
      const part = { ...o, isFirst: at === 0, isLast: at === all.length - 1 };
      const { head, extensions } = describe(part);
      const payload = Buffer.concat([head, random.bytes(size)]);
      return stream.packet({
        timestamp: o.timestamp,
        marker: part.isLast && o.isTop,
        payload,
        ...(extensions === undefined ? {} : { extensions }),
        ...(random.int(40) === 0 ? { paddingBytes: 4 } : {}),
      });
    });
  }
  #paddingOnly(frame: number): Buffer {
    const at = this.#o.random.int(this.#streams.length);
    const stream = this.#streams[at] as Stream;
    const timestamp = ((this.#bases[at] ?? 0) + 3000 * frame) >>> 0;
    return stream.packet({ timestamp, marker: false, payload: Buffer.alloc(0), paddingBytes: 255 });
  }
  #faulty(packets: Buffer[], frame: number): Buffer[] {
    const { random, isLossy = false } = this.#o;
    const out: Buffer[] = [];
    for (const packet of packets) {
      const fault = random.int(100);
      if (isLossy && fault === 0) this.#late.push({ atFrame: frame + 1 + random.int(3), packet: this.#rtxOf(packet) });
      else if (isLossy && fault === 1) this.#late.push({ atFrame: frame + 2 + random.int(40), packet });
      else out.push(packet);
      if (fault === 2) out.push(packet);
      else if (fault === 3 && out.length > 1) out.splice(-2, 0, ...out.splice(-1));
    }
    const due = this.#late.filter(({ atFrame }) => atFrame <= frame);
    for (const one of due) this.#late.splice(this.#late.indexOf(one), 1);
    return [...out, ...due.map(({ packet }) => packet)];
  }
  /** Returns the repair of a lost packet (RFC 4588); without RTX the packet itself, as a repeat. */
  #rtxOf(packet: Buffer): Buffer {
    if (this.#o.rtx !== true || (packet.readUInt8(0) & 0x30) !== 0x10 || packet.readUInt8(1) === 200) return packet;
    const words = packet.readUInt16BE(12 + 4 * (packet.readUInt8(0) & 15) + 2);
    const start = 16 + 4 * (packet.readUInt8(0) & 15) + 4 * words;
    const rtx = Buffer.concat([packet.subarray(0, start), packet.subarray(2, 4), packet.subarray(start)]);
    this.#rtxSeq += 1;
    rtx[1] = (rtx.readUInt8(1) & 0x80) | (payloadTypes[this.#o.mimeType] + 1);
    rtx.writeUInt16BE(this.#rtxSeq & 0xffff, 2);
    rtx.writeUInt32BE(rtx.readUInt32BE(8) + 1, 8);
    return rtx;
  }
}

/** Returns one source of each kind; the same seed gives the same packets. */
export function allSources(seed: number): Source[] {
  const random = seededRng(`sources ${seed}`);
  const flat = { spatial: 0, temporal: 0 };
  const threeByThree = { spatial: 2, temporal: 2 };
  const video = (o: Omit<VideoOptions, 'random'>): Source => new Video({ ...o, random });
  return [
    new Opus(100_000, random),
    video({
      name: 'vp8',
      mimeType: 'video/VP8',
      describe: vp8,
      ssrcs: [110_000],
      layers: flat,
      rtx: true,
      isLossy: true,
    }),
    video({ name: 'h264', mimeType: 'video/H264', describe: h264, ssrcs: [120_000], layers: flat, isLossy: true }),
    video({
      name: 'vp8 simulcast',
      mimeType: 'video/VP8',
      describe: vp8,
      ssrcs: [130_000, 130_010, 130_020],
      layers: threeByThree,
      mode: 'L1T3',
    }),
    video({
      name: 'h264 simulcast',
      mimeType: 'video/H264',
      describe: h264,
      ssrcs: [140_000, 140_010],
      layers: { spatial: 1, temporal: 0 },
      mode: 'L1T1',
    }),
    video({ name: 'vp9', mimeType: 'video/VP9', describe: vp9, ssrcs: [150_000], layers: threeByThree, mode: 'L3T3' }),
    video({
      name: 'vp9 key',
      mimeType: 'video/VP9',
      describe: vp9,
      ssrcs: [160_000],
      layers: threeByThree,
      mode: 'L3T3_KEY',
    }),
    video({ name: 'av1', mimeType: 'video/AV1', describe: av1, ssrcs: [170_000], layers: threeByThree, mode: 'L3T3' }),
  ];
}
