// Participants of the benchmark's rooms, as their media node sends them to a recorder: RTP in the clear, each with a
// VP8 picture of 1.2 Mbit/s and Opus. Nothing is encoded or sealed, so that they cost little beside the recorder.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { RtpParameters } from '@meridian/protocol';
import { ntpOf, serialiseRtcp } from '@meridian/room-media/core';

const PICTURE_KBPS = 1200;
const PICTURES_PER_S = 30;
/** A key frame comes each second and has the size of so many other pictures. */
const KEY_SIZE = 4;
const SOUND_MS = 20;
/** Opus at 48 kbit/s. */
const SOUND_BYTES = 120;
const PAYLOAD_BYTES_MAX = 1150;
/** Interval at which frames that are due are sent. */
const BEAT_MS = 5;
const REPORT_MS = 1000;
const RTP_HEADER_BYTES = 12;
const BUFFER_BYTES = 1_048_576;

export type Kind = 'audio' | 'video';

interface Form {
  readonly payloadType: number;
  readonly clockRate: number;
  readonly frameMs: number;
  /** Payloads of each frame, which repeat after the last. */
  readonly frames: readonly (readonly Uint8Array[])[];
}

const forms: Readonly<Record<Kind, Form>> = {
  video: { payloadType: 96, clockRate: 90_000, frameMs: 1000 / PICTURES_PER_S, frames: pictures() },
  audio: { payloadType: 111, clockRate: 48_000, frameMs: SOUND_MS, frames: [[filled(SOUND_BYTES, 0x78)]] },
};

/** Bits per second of a participant's frames. */
export const personKbps = PICTURE_KBPS + (SOUND_BYTES * 8) / SOUND_MS;

interface Stream {
  readonly kind: Kind;
  readonly ssrc: number;
  readonly to: { readonly ip: string; readonly port: number };
  readonly beginMs: number;
  frames: number;
  packets: number;
  bytes: number;
  nextSequence: number;
}

export class Publishers {
  readonly #socket: Socket;
  readonly #streams = new Map<number, Stream>();
  readonly #beat: NodeJS.Timeout;
  readonly #reports: NodeJS.Timeout;
  #isStopped = false;
  #dueMs = performance.now();
  #latestMs = 0;

  static async open(): Promise<Publishers> {
    const socket = createSocket({
      type: 'udp4',
      sendBufferSize: BUFFER_BYTES,
      // The destination is always an IP address; Node's own lookup would delay each datagram by a turn.
      lookup: (address, _options, found) => found(null, address, 4),
    });
    const isListening = once(socket, 'listening');
    socket.bind(0, '127.0.0.1');
    await isListening;
    return new Publishers(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#beat = setInterval(() => this.#sendDue(), BEAT_MS);
    this.#reports = setInterval(() => this.#report(), REPORT_MS);
  }

  /** Address from which media comes. */
  get address(): { readonly ip: string; readonly port: number } {
    return { ip: '127.0.0.1', port: this.#socket.address().port };
  }
  get frames(): number {
    return [...this.#streams.values()].reduce((sum, { frames }) => sum + frames, 0);
  }
  /** Longest time by which this process sent too late: above some 50 ms the machine lacked time. */
  get lateMsMax(): number {
    return this.#latestMs;
  }

  /** Sends a stream from its first key frame on; a stream that has begun goes on to the new address. */
  begin(kind: Kind, ssrc: number, to: Stream['to']): void {
    const known = this.#streams.get(ssrc);
    const beginMs = performance.now();
    const begun = { kind, ssrc, to, beginMs, frames: 0, packets: 0, bytes: 0, nextSequence: ssrc & 0xff };
    this.#streams.set(ssrc, known === undefined ? begun : Object.assign({}, known, { to }));
  }

  /** Sends nothing more; reports go on. */
  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#beat);
  }

  close(): void {
    this.stop();
    clearInterval(this.#reports);
    this.#socket.close();
  }

  #sendDue(): void {
    if (this.#isStopped) return;
    const nowMs = performance.now();
    this.#latestMs = Math.max(this.#latestMs, nowMs - this.#dueMs);
    this.#dueMs = nowMs + BEAT_MS;
    for (const stream of this.#streams.values()) {
      const { frames, frameMs } = forms[stream.kind];
      while (stream.beginMs + stream.frames * frameMs <= nowMs) {
        const payloads = frames[stream.frames % frames.length] ?? [];
        for (const [at, payload] of payloads.entries()) this.#send(stream, payload, at === payloads.length - 1);
        stream.frames += 1;
      }
    }
  }

  #send(stream: Stream, payload: Uint8Array, isLast: boolean): void {
    const { payloadType } = forms[stream.kind];
    const datagram = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
    datagram[0] = 0x80;
    datagram[1] = payloadType | (isLast ? 0x80 : 0);
    datagram.writeUInt16BE(stream.nextSequence & 0xffff, 2);
    datagram.writeUInt32BE(timestampOf(stream, stream.frames), 4);
    datagram.writeUInt32BE(stream.ssrc, 8);
    datagram.set(payload, RTP_HEADER_BYTES);
    stream.nextSequence += 1;
    stream.packets += 1;
    stream.bytes += payload.length;
    this.#socket.send(datagram, stream.to.port, stream.to.ip);
  }

  #report(): void {
    const wallMs = performance.timeOrigin + performance.now();
    for (const stream of this.#streams.values()) {
      const { kind, ssrc, to, beginMs, packets: packetCount, bytes: octetCount } = stream;
      const frames = (performance.now() - beginMs) / forms[kind].frameMs;
      if (frames < 0) continue;
      const times = { ntp: ntpOf(wallMs), rtpTimestamp: timestampOf(stream, frames) };
      const report = { type: 'sr' as const, ssrc, packetCount, octetCount, reports: [] };
      this.#socket.send(serialiseRtcp([Object.assign(report, times)]), to.port, to.ip);
    }
  }
}

/** Returns the parameters of a stream as a media node sends it. */
export function rtpOf(kind: Kind, ssrc: number): RtpParameters {
  const { payloadType, clockRate } = forms[kind];
  const codec = { payloadType, clockRate, parameters: {}, rtcpFeedback: [{ type: 'nack' }] };
  return {
    mid: kind,
    codecs: [
      kind === 'video'
        ? Object.assign(codec, { mimeType: 'video/VP8' })
        : Object.assign(codec, { mimeType: 'audio/opus', channels: 2 }),
    ],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname: `c${ssrc}`, reducedSize: true },
  };
}

const timestampOf = ({ kind }: Stream, frames: number): number => {
  const { clockRate, frameMs } = forms[kind];
  return Math.round((frames * frameMs * clockRate) / 1000) >>> 0;
};

/** Returns a second of VP8 in packets: a payload descriptor each (RFC 7741), and the head of a picture (RFC 6386). */
function pictures(): Uint8Array[][] {
  const unitBytes = (PICTURE_KBPS * 1000) / 8 / (PICTURES_PER_S - 1 + KEY_SIZE);
  return Array.from({ length: PICTURES_PER_S }, (_, at) => {
    const isKey = at === 0;
    const picture = filled(Math.round(unitBytes * (isKey ? KEY_SIZE : 1)), at);
    picture.set(isKey ? [0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01] : [0x11, 0x02, 0x00]);
    const count = Math.ceil(picture.length / PAYLOAD_BYTES_MAX);
    const partBytes = Math.ceil(picture.length / count);
    return Array.from({ length: count }, (_part, part) => {
      const bytes = picture.subarray(part * partBytes, (part + 1) * partBytes);
      return Uint8Array.from([part === 0 ? 0x10 : 0x00, ...bytes]);
    });
  });
}

function filled(bytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at === 0 ? seed : (at * 31 + seed * 7 + (at >> 8)) & 0xff));
}
