// A native client by UDP between plain RTP (`PlainMedia`) and a gateway. It has SRTP and SSRCs of its own, retransmits
// packets on request, and requests the packets that it has missed.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SrtpPeer } from '../../../media/room-media/test/support/srtp-peer.ts';
import type { TestCloud } from './cloud.ts';
import type { Address, PlainMedia } from './plain-media.ts';

type Region = 'frankfurt' | 'singapore';

export interface UdpStream {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly trackId: string;
  readonly mimeType: string;
  readonly clockRate: number;
  readonly muted: boolean;
}
export interface UdpView {
  readonly id: string;
  readonly version: number;
  readonly address: Address;
  readonly rtcpSsrc: number;
  readonly srtp: {
    readonly suite: string;
    readonly sendKey: string;
    readonly recvKey?: string;
    readonly feedbackKey?: string;
  };
  readonly publish: { readonly video?: UdpStream; readonly audio?: UdpStream };
  readonly participants: readonly { readonly identity: string }[];
  readonly receive: readonly (UdpStream & { readonly kind: 'audio' | 'video'; readonly identity: string })[];
}

const url = (cloud: TestCloud, region: Region, path = ''): string =>
  `http://127.0.${region === 'frankfurt' ? 1 : 2}.8:${7890 + cloud.portOffset}/v1/udp${path}`;

export async function openUdp(
  cloud: TestCloud,
  region: Region,
  o: { readonly room: string; readonly identity: string; readonly request: object },
): Promise<UdpView> {
  const response = await fetch(url(cloud, region), {
    method: 'POST',
    headers: { authorization: `Bearer ${await cloud.token(o.room, o.identity)}`, 'content-type': 'application/json' },
    body: JSON.stringify(o.request),
  });
  if (!response.ok) throw new Error(`udp: HTTP ${response.status} ${await response.text()}`);
  return (await response.json()) as UdpView;
}

export async function closeUdp(cloud: TestCloud, region: Region, id: string): Promise<void> {
  await fetch(url(cloud, region, `/${id}`), { method: 'DELETE' });
}

/** Mutes or unmutes what the client publishes. */
export async function muteUdp(cloud: TestCloud, region: Region, id: string, kind: 'video' | 'audio', muted: boolean) {
  const response = await fetch(url(cloud, region, `/${id}`), {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ [kind]: { muted } }),
  });
  if (!response.ok) throw new Error(`mute: HTTP ${response.status} ${await response.text()}`);
}

export async function fetchUdpView(
  cloud: TestCloud,
  region: Region,
  id: string,
  query = '',
): Promise<UdpView | string> {
  const response = await fetch(url(cloud, region, `/${id}${query}`));
  const body = (await response.json()) as UdpView & { code: string };
  return response.ok ? body : body.code;
}

const kinds: Readonly<Record<number, 'video' | 'audio'>> = { 101: 'video', 111: 'audio' };
const isRtcp = (datagram: Buffer): boolean => (datagram[1] ?? 0) >= 192 && (datagram[1] ?? 0) <= 223;
const HISTORY_MAX = 2000;
/** The client drops one of so many packets, in each direction. */
const LOST_EVERY = 100;

type Media = Pick<PlainMedia, 'address' | 'connect'>;

export class UdpClient {
  view: UdpView;
  /** Packets retransmitted on request (`out`), and received after a request (`in`). */
  readonly repaired = { out: 0, in: 0 };
  readonly #cloud: TestCloud;
  readonly #region: Region;
  readonly #media: Media;
  readonly #mediaSocket: Socket;
  #gatewaySocket: Socket;
  readonly #sendPeer: SrtpPeer;
  #in:
    | { readonly keys: string; readonly streams: SrtpPeer | undefined; readonly feedback: SrtpPeer | undefined }
    | undefined;
  readonly #history = new Map<string, Buffer>();
  readonly #missing = new Set<string>();
  readonly #highest = new Map<number, number>();
  #sentCount = 0;
  #receivedCount = 0;
  #isClosed = false;

  static async open(
    cloud: TestCloud,
    region: Region,
    o: { readonly room: string; readonly identity: string; readonly request: object; readonly media: Media },
  ): Promise<UdpClient> {
    const view = await openUdp(cloud, region, o);
    const near = createSocket('udp4');
    near.bind(0, '127.0.0.1');
    await once(near, 'listening');
    const client = new UdpClient(cloud, region, view, o.media, near);
    await client.rebind();
    o.media.connect({ ip: '127.0.0.1', port: near.address().port });
    void client.#follow();
    return client;
  }

  private constructor(cloud: TestCloud, region: Region, view: UdpView, media: Media, near: Socket) {
    this.#cloud = cloud;
    this.#region = region;
    this.view = view;
    this.#media = media;
    this.#mediaSocket = near;
    this.#gatewaySocket = near;
    this.#sendPeer = new SrtpPeer(view.srtp.sendKey);
    near.on('message', (datagram) => this.#onMediaDatagram(datagram));
  }

  /** Continues from another port, as behind a restarted router. */
  async rebind(): Promise<void> {
    const before = this.#gatewaySocket;
    const far = createSocket('udp4');
    far.bind(0, '127.0.0.1');
    await once(far, 'listening');
    far.on('message', (datagram) => this.#onGatewayDatagram(datagram));
    this.#gatewaySocket = far;
    if (before !== this.#mediaSocket) before.close();
    const report = Buffer.from('80c9000100000000', 'hex');
    report.writeUInt32BE(this.view.rtcpSsrc, 4);
    this.#toGateway(this.#sendPeer.sealRtcp(report));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await closeUdp(this.#cloud, this.#region, this.view.id);
    this.#mediaSocket.close();
    this.#gatewaySocket.close();
  }

  async #follow(): Promise<void> {
    while (!this.#isClosed) {
      const view = await fetchUdpView(this.#cloud, this.#region, this.view.id, `?after=${this.view.version}`);
      if (typeof view === 'string') return;
      this.view = view;
    }
  }

  #onMediaDatagram(datagram: Buffer): void {
    if (isRtcp(datagram)) {
      datagram.writeUInt32BE(this.view.rtcpSsrc, 4);
      this.#toGateway(this.#sendPeer.sealRtcp(datagram));
      return;
    }
    const kind = kinds[(datagram[1] ?? 0) & 127];
    const stream = kind === undefined ? undefined : this.view.publish[kind];
    if (stream === undefined) return;
    datagram[1] = ((datagram[1] ?? 0) & 128) | stream.payloadType;
    datagram.writeUInt32BE(stream.ssrc, 8);
    const sealed = this.#sendPeer.sealRtp(datagram);
    this.#history.set(`${stream.ssrc} ${datagram.readUInt16BE(2)}`, sealed);
    const [oldest] = this.#history.keys();
    if (this.#history.size > HISTORY_MAX && oldest !== undefined) this.#history.delete(oldest);
    this.#sentCount += 1;
    if (this.#sentCount % LOST_EVERY !== 0) this.#toGateway(sealed);
  }

  #onGatewayDatagram(datagram: Buffer): void {
    const { recvKey = '', feedbackKey = '' } = this.view.srtp;
    if (this.#in?.keys !== recvKey + feedbackKey) {
      const [streams, feedback] = [recvKey, feedbackKey].map((key) => (key === '' ? undefined : new SrtpPeer(key)));
      this.#in = { keys: recvKey + feedbackKey, streams, feedback };
    }
    if (!isRtcp(datagram)) this.#onRtp(this.#in.streams?.openRtp(datagram));
    else if (this.view.receive.every(({ ssrc }) => ssrc !== datagram.readUInt32BE(4)))
      this.#onFeedback(this.#in.feedback?.openRtcp(datagram));
    else this.#sendToMedia(this.#in.streams?.openRtcp(datagram));
  }

  #onRtp(packet: Buffer | undefined): void {
    if (packet === undefined) return;
    const [ssrc, sequence] = [packet.readUInt32BE(8), packet.readUInt16BE(2)];
    if (this.#missing.delete(`${ssrc} ${sequence}`)) this.repaired.in += 1;
    else {
      this.#receivedCount += 1;
      if (this.#receivedCount % LOST_EVERY === 0) return;
      const highest = this.#highest.get(ssrc) ?? sequence;
      const step = (((sequence - highest) & 0xffff) << 16) >> 16;
      if (step > 1 && step < 20) this.#sendNack(ssrc, (highest + 1) & 0xffff, step - 1);
      if (step >= 0) this.#highest.set(ssrc, sequence);
    }
    this.#sendToMedia(packet);
  }

  #sendToMedia(datagram: Buffer | undefined): void {
    if (datagram === undefined || this.#isClosed) return;
    const { ip, port } = this.#media.address;
    this.#mediaSocket.send(datagram, port, ip);
  }

  /** Sends a NACK (RFC 4585, 6.2.1) for `count` packets. */
  #sendNack(ssrc: number, first: number, count: number): void {
    const nack = Buffer.from('81cd0003000000000000000000000000', 'hex');
    nack.writeUInt32BE(this.view.rtcpSsrc, 4);
    nack.writeUInt32BE(ssrc, 8);
    nack.writeUInt16BE(first, 12);
    nack.writeUInt16BE((1 << Math.min(16, count - 1)) - 1, 14);
    for (let at = 0; at < Math.min(17, count); at++) this.#missing.add(`${ssrc} ${(first + at) & 0xffff}`);
    this.#toGateway(this.#sendPeer.sealRtcp(nack));
  }

  #onFeedback(compound: Buffer | undefined): void {
    for (
      let at = 0;
      compound !== undefined && at + 4 <= compound.length;
      at += 4 * (1 + compound.readUInt16BE(at + 2))
    ) {
      if (compound[at] !== 0x81 || compound[at + 1] !== 205) continue;
      const ssrc = compound.readUInt32BE(at + 8);
      for (
        let bit = -1, first = compound.readUInt16BE(at + 12), mask = compound.readUInt16BE(at + 14);
        bit < 16;
        bit++
      ) {
        const wanted = bit < 0 || (mask & (1 << bit)) !== 0;
        const sealed = wanted ? this.#history.get(`${ssrc} ${(first + bit + 1) & 0xffff}`) : undefined;
        if (sealed === undefined) continue;
        this.repaired.out += 1;
        this.#toGateway(sealed);
      }
    }
  }

  #toGateway(datagram: Buffer): void {
    const { ip, port } = this.view.address;
    if (!this.#isClosed) this.#gatewaySocket.send(datagram, port, ip);
  }
}
