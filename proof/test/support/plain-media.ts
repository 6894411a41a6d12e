// A plain RTP endpoint with real media: ffmpeg's output leaves from a fixed address; arriving streams are counted and
// decoded by ffmpeg.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const outgoingStreams = {
  video: { ssrc: 0x11111111, payloadType: 101, mimeType: 'video/VP8', clockRate: 90_000 },
  audio: { ssrc: 0x22222222, payloadType: 111, mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
} as const;
const reportEveryMs = 1000;

export interface Address {
  readonly ip: string;
  readonly port: number;
}
export interface IncomingStream {
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  readonly payloadType: number;
  /** Default: VP8 or Opus. */
  readonly mimeType?: string;
}

const boundSocket = async (ip: string): Promise<Socket> => {
  const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, ip);
  await once(socket, 'listening');
  return socket;
};
const portOf = (socket: Socket): number => (socket.address() as AddressInfo).port;

/** Returns a receiver report about one stream (RFC 3550, 6.4.2), as a receiver without media of its own sends it. */
function receiverReport(about: number, highestSeq: number): Buffer {
  const report = Buffer.alloc(32);
  report[0] = 0x81;
  report[1] = 201;
  report.writeUInt16BE(7, 2);
  report.writeUInt32BE(0x33333333, 4);
  report.writeUInt32BE(about, 8);
  report.writeUInt32BE(highestSeq, 16);
  return report;
}

/** Returns a request for a key frame of one stream (RFC 4585, 6.3.1). */
function pictureLossIndication(about: number): Buffer {
  const loss = Buffer.alloc(12);
  loss[0] = 0x81;
  loss[1] = 206;
  loss.writeUInt16BE(2, 2);
  loss.writeUInt32BE(0x33333333, 4);
  loss.writeUInt32BE(about, 8);
  return loss;
}

const isRtcp = (datagram: Buffer): boolean => (datagram[1] ?? 0) >= 192 && (datagram[1] ?? 0) <= 223;

export class PlainMedia {
  readonly address: Address;
  readonly #socket: Socket;
  readonly #folder = mkdtempSync(join(tmpdir(), 'plain-'));
  readonly #children: ChildProcess[] = [];
  readonly #sockets: Socket[] = [];
  readonly #received = new Map<number, { packets: number; highestSeq: number }>();
  readonly #decoders = new Map<number, { kind: IncomingStream['kind']; port: number }>();
  readonly #decoded = { audio: 0, video: 0 };
  #reports: NodeJS.Timeout | undefined;
  #remote: Address | undefined;

  private constructor(socket: Socket, ip: string) {
    this.#socket = socket;
    this.address = { ip, port: portOf(socket) };
    socket.on('message', (datagram) => this.#take(datagram));
  }

  static async open(ip = '127.0.0.1'): Promise<PlainMedia> {
    return new PlainMedia(await boundSocket(ip), ip);
  }

  packetsOf(ssrc: number): number {
    return this.#received.get(ssrc)?.packets ?? 0;
  }
  /** Frames of video and milliseconds of sound that ffmpeg has decoded so far. */
  get decoded(): Readonly<{ audio: number; video: number }> {
    return this.#decoded;
  }

  /** Sets the media node's address for this endpoint, and starts receiver reports to it. */
  connect(remote: Address): void {
    this.#remote = remote;
    this.#reports ??= setInterval(() => {
      for (const [ssrc, { highestSeq }] of this.#received) this.#send(receiverReport(ssrc, highestSeq));
      // The first key frame may have arrived before ffmpeg listened.
      for (const [ssrc, { kind }] of this.#decoders)
        if (kind === 'video' && this.#decoded.video === 0) this.#send(pictureLossIndication(ssrc));
    }, reportEveryMs);
  }

  /** Sends a moving test picture and a tone, as `outgoingStreams` describes them, until the end. */
  async sendTestMedia(): Promise<void> {
    const relay = await boundSocket('127.0.0.1');
    this.#sockets.push(relay);
    relay.on('message', (datagram) => {
      if (!isRtcp(datagram)) this.#send(datagram);
    });
    const to = (name: 'audio' | 'video'): string[] => {
      const { payloadType, ssrc } = outgoingStreams[name];
      const url = `rtp://127.0.0.1:${portOf(relay)}?pkt_size=1200`;
      return ['-f', 'rtp', '-payload_type', String(payloadType), '-ssrc', String(ssrc | 0), url];
    };
    this.#run([
      ...[
        '-re',
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=320x240:rate=15',
        '-re',
        '-f',
        'lavfi',
        '-i',
        'sine=frequency=440:sample_rate=48000',
      ],
      ...[
        '-map',
        '0:v',
        '-c:v',
        'libvpx',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-b:v',
        '400k',
        '-g',
        '15',
        ...to('video'),
      ],
      ...['-map', '1:a', '-c:a', 'libopus', '-ac', '2', '-b:a', '48k', ...to('audio')],
    ]);
  }

  /** Starts to decode these streams. Called once, when they are known. */
  async decode(streams: readonly IncomingStream[]): Promise<void> {
    for (const stream of streams) {
      const probe = await boundSocket('127.0.0.1');
      const port = portOf(probe);
      probe.close();
      await once(probe, 'close');
      const file = join(this.#folder, `${stream.kind}.sdp`);
      const coding = stream.mimeType?.split('/')[1] ?? (stream.kind === 'audio' ? 'opus' : 'VP8');
      const map = stream.kind === 'audio' ? `${coding}/48000/2` : `${coding}/90000`;
      const lines = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
      lines.push(
        `m=${stream.kind} ${port} RTP/AVP ${stream.payloadType}`,
        `a=rtpmap:${stream.payloadType} ${map}`,
        ...(coding === 'H264' ? [`a=fmtp:${stream.payloadType} packetization-mode=1`] : []),
        'a=rtcp-mux',
        '',
      );
      writeFileSync(file, lines.join('\n'));
      const child = this.#run([
        ...[
          '-protocol_whitelist',
          'file,udp,rtp',
          '-analyzeduration',
          '0',
          '-i',
          file,
          '-f',
          'null',
          '-progress',
          'pipe:1',
          '-',
        ],
      ]);
      child.stdout?.on('data', (text: Buffer) => {
        const wanted = stream.kind === 'video' ? /frame=\s*(\d+)/g : /out_time_ms=\s*(\d+)/g;
        for (const [, count] of text.toString().matchAll(wanted))
          this.#decoded[stream.kind] = Number(count) / (stream.kind === 'video' ? 1 : 1000);
      });
      this.#decoders.set(stream.ssrc, { kind: stream.kind, port });
    }
  }

  close(): void {
    clearInterval(this.#reports);
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
    for (const socket of [this.#socket, ...this.#sockets.splice(0)]) {
      try {
        socket.close();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(args: readonly string[]): ChildProcess {
    const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#children.push(child);
    return child;
  }

  #send(datagram: Buffer): void {
    if (this.#remote !== undefined) this.#socket.send(datagram, this.#remote.port, this.#remote.ip);
  }

  #take(datagram: Buffer): void {
    if (isRtcp(datagram)) return;
    const ssrc = datagram.readUInt32BE(8);
    const one = this.#received.get(ssrc) ?? { packets: 0, highestSeq: 0 };
    this.#received.set(ssrc, one);
    one.packets += 1;
    one.highestSeq = datagram.readUInt16BE(2);
    const decoder = this.#decoders.get(ssrc);
    if (decoder !== undefined) this.#socket.send(datagram, decoder.port, '127.0.0.1');
  }
}
