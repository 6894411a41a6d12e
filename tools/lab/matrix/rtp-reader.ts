// What a native app plays: RTP that has been opened, on one port, given to ffmpeg stream by stream.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '../../../test/support/plain-media.ts';
import type { Sight } from '../../support/clock/measure.ts';
import { FfmpegReader, lowDelay } from './ffmpeg-reader.ts';
import { RtpRoute } from './rtp-route.ts';

export interface RtpStream {
  readonly kind: 'audio' | 'video';
  readonly ssrc: number;
  readonly payloadType: number;
}

/** Until there is a picture, one is asked for this often, and ffmpeg learns again what the sender has reported. */
const askEveryMs = 300;
const isRtcp = (datagram: Buffer): boolean => (datagram[1] ?? 0) >= 192 && (datagram[1] ?? 0) <= 223;

/** Those of a compound packet, which may be about several streams: ffmpeg would take all for the stream of its port. */
function senderReports(compound: Buffer): Buffer[] {
  const reports: Buffer[] = [];
  for (let at = 0; at + 8 <= compound.length; ) {
    const next = at + 4 * (1 + compound.readUInt16BE(at + 2));
    if (compound[at + 1] === 200) reports.push(compound.subarray(at, next));
    at = next;
  }
  return reports;
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

export class RtpReader {
  readonly #socket: Socket;
  readonly #routes: { readonly kind: RtpStream['kind']; readonly port: number; readonly route: RtpRoute }[] = [];
  #listed: () => readonly RtpStream[] = () => [];
  /**
   * The last sender report of each stream, by SSRC. ffmpeg pairs streams by them, and misses those that come before it
   * listens; the next one of sound comes 5 s later.
   */
  readonly #reports = new Map<number, Buffer>();
  /** Streams that others have followed. */
  readonly #past = new Set<number>();
  #remote: Address | undefined;
  #reader: FfmpegReader | undefined;
  #asking: NodeJS.Timeout | undefined;

  static async open(): Promise<RtpReader> {
    return new RtpReader(await bound());
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (datagram) => {
      if (datagram.length < 12) return;
      if (!isRtcp(datagram)) this.#giveMedia(datagram);
      for (const report of isRtcp(datagram) ? senderReports(datagram) : []) {
        const ssrc = report.readUInt32BE(4);
        this.#reports.set(ssrc, report);
        this.#giveReport(ssrc, report);
      }
    });
  }

  /** Where RTP and RTCP are taken. */
  get address(): Address {
    return { ip: '127.0.0.1', port: this.#socket.address().port };
  }

  /** Where RTCP is sent to. */
  connect(remote: Address): void {
    this.#remote = remote;
  }

  /**
   * H.264 and Opus, one stream each; another one that `listed` names goes on in the place of that of its kind. Called
   * once.
   */
  async play(streams: readonly RtpStream[], listed: () => readonly RtpStream[] = () => streams): Promise<void> {
    this.#listed = listed;
    const lines = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    for (const { kind, ssrc, payloadType } of streams) {
      const probe = await bound();
      const { port } = probe.address();
      probe.close();
      await once(probe, 'close');
      this.#routes.push({ kind, port, route: new RtpRoute(ssrc) });
      lines.push(`m=${kind} ${port} RTP/AVP ${payloadType}`);
      if (kind === 'audio') lines.push(`a=rtpmap:${payloadType} opus/48000/2`);
      else lines.push(`a=rtpmap:${payloadType} H264/90000`, `a=fmtp:${payloadType} packetization-mode=1`);
    }
    const reader = new FfmpegReader([...lowDelay, '-protocol_whitelist', 'pipe,udp,rtp', '-f', 'sdp', '-i', 'pipe:0']);
    reader.input.end(`${lines.join('\r\n')}\r\n`);
    this.#reader = reader;
    this.#asking = setInterval(() => {
      for (const [ssrc, report] of this.#reports) this.#giveReport(ssrc, report);
      if (this.sight().pictures.length > 0) clearInterval(this.#asking);
      else this.#ask(streams);
    }, askEveryMs);
  }

  sight(): Sight {
    return this.#reader?.sight() ?? { pictures: [], bursts: [] };
  }
  get said(): string {
    return this.#reader?.said ?? 'no stream';
  }

  /** Call it once. */
  close(): void {
    clearInterval(this.#asking);
    this.#reader?.stop();
    this.#socket.close();
  }

  #giveMedia(datagram: Buffer): void {
    const ssrc = datagram.readUInt32BE(8);
    const kind = this.#listed().find((stream) => stream.ssrc === ssrc)?.kind;
    const found = this.#routes.find(({ route }) => route.ssrc === ssrc);
    const to = found ?? this.#routes.find((one) => one.kind === kind && !this.#past.has(ssrc));
    if (to === undefined) return;
    if (found === undefined) {
      this.#past.add(to.route.ssrc);
      to.route.follow(datagram);
    }
    to.route.packet(datagram);
    this.#socket.send(datagram, to.port, '127.0.0.1');
  }

  #giveReport(ssrc: number, report: Buffer): void {
    const to = this.#routes.find(({ route }) => route.ssrc === ssrc);
    if (to === undefined) return;
    const copy = Buffer.from(report);
    to.route.report(copy);
    this.#socket.send(copy, to.port, '127.0.0.1');
  }

  /** Picture loss (RFC 4585, 6.3.1). */
  #ask(streams: readonly RtpStream[]): void {
    for (const { kind, ssrc } of streams) {
      if (kind !== 'video' || this.#remote === undefined) continue;
      const loss = Buffer.from('81ce00020000000000000000', 'hex');
      loss.writeUInt32BE(ssrc, 8);
      this.#socket.send(loss, this.#remote.port, this.#remote.ip);
    }
  }
}
