// Viewers of the layers benchmark without a browser: light clients that join a room of the cloud, choose layers and
// count bytes. The width of their picture is that of the spatial layer that the media node reports.
import { once } from 'node:events';
import { decodeServerFrame, rtpParametersFromWire, wire } from '@meridian/protocol';
import { WebSocket } from 'ws';
import { joinMessage, token } from '../../../signaling/test/service/rig/client.ts';
import type { TestCloud } from '../../test/support/cloud.ts';
import { LightClients, type Tally } from '../capacity/clients.ts';
import { extensionId, transportCc } from '../capacity/rooms.ts';
import { ask } from '../join-storm/our-cloud.ts';
import type { Region, View, Viewer, ViewerSight } from './viewer.ts';

const clientCpu = 1;

/** Keys of the signaling nodes' configurations, with which each light viewer has an address of its own. */
export const lightViewerConfigs = {
  'sig-fra': { trustedProxies: ['127.0.0.1/32'] },
  'sig-sgp': { trustedProxies: ['127.0.0.1/32'] },
};

export class LightViewers {
  readonly #cloud: TestCloud;
  readonly #clients: LightClients;
  #joined = 0;
  #tallies: ReadonlyMap<number, Tally> = new Map();

  static async start(cloud: TestCloud): Promise<LightViewers> {
    return new LightViewers(cloud, await LightClients.start({ cpu: clientCpu }));
  }

  private constructor(cloud: TestCloud, clients: LightClients) {
    this.#cloud = cloud;
    this.#clients = clients;
  }

  /** Joins a room whose publisher is there. `widths`: of its spatial layers. */
  async join(o: { room: string; region: Region; widths: readonly number[] }): Promise<LightViewer> {
    this.#joined += 1;
    const { key, secret } = this.#cloud.secrets().devKey;
    const accessToken = await token({ room: o.room, identity: `light-${this.#joined}`, key, secret, expiresInS: 3600 });
    const url = `${this.#cloud.entryUrl(o.region).replace('http', 'ws')}/v1/rtc`;
    const headers = { 'x-forwarded-for': `10.0.${this.#joined >> 8}.${this.#joined & 255}` };
    const socket = new WebSocket(url, { perMessageDeflate: false, headers });
    await once(socket, 'open');
    const recvEndpoint = { webrtc: { fingerprint: { algorithm: 'sha-256', value: this.#clients.fingerprint } } };
    const join = joinMessage(accessToken, { sendEndpoint: null, recvEndpoint, fromCity: o.region });
    const { joined } = await ask(socket, { requestId: 1, join });
    const subscription = joined?.subscriptions?.find(({ kind }) => kind === wire.MediaKind.MEDIA_KIND_VIDEO);
    const ssrc = rtpParametersFromWire(subscription?.rtpParameters ?? {}).encodings?.[0]?.ssrc;
    if (!joined || !subscription || ssrc === undefined) throw new Error('the answer to the Join names no picture');
    const transport = this.#clients.connect(joined.recvTransport ?? {}, {
      sends: false,
      transportCcId: extensionId(transportCc),
    });
    this.#clients.expect(transport, { ssrc, kind: 'video' });
    const trackId = subscription.trackId ?? '';
    const tally = (): Tally => this.#tallies.get(transport) ?? { receivedBytes: 0, answeredBytes: 0 };
    const viewer = new LightViewer({ socket, region: o.region, trackId, widths: o.widths, tally });
    const consumerIds = [subscription.consumerId ?? ''];
    await Promise.all([
      ask(socket, { requestId: 2, subscriptionsReady: { consumerIds } }),
      this.#clients.up(transport),
    ]);
    return viewer;
  }

  /** Takes the counts that the viewers' sights show. */
  async count(): Promise<void> {
    this.#tallies = await this.#clients.tally();
  }

  close(): Promise<void> {
    return this.#clients.close();
  }
}

export class LightViewer implements Viewer {
  readonly region: Region;
  readonly #socket: WebSocket;
  readonly #trackId: string;
  readonly #tally: () => Tally;
  #width = 0;
  #requests = 2;

  constructor(o: {
    socket: WebSocket;
    region: Region;
    trackId: string;
    widths: readonly number[];
    tally: () => Tally;
  }) {
    this.region = o.region;
    this.#socket = o.socket;
    this.#trackId = o.trackId;
    this.#tally = o.tally;
    this.#socket.on('message', (bytes: Buffer) => {
      const { subscriptionState } = decodeServerFrame(bytes);
      if (subscriptionState?.trackId !== this.#trackId) return;
      this.#width = o.widths[subscriptionState.spatialLayer ?? -1] ?? 0;
    });
    this.#socket.on('error', () => this.#socket.terminate());
  }

  async show(view: View): Promise<void> {
    this.#requests += 1;
    const layers = view === 'thumb' ? { spatialLayer: 0, temporalLayer: 1 } : {};
    const updateSubscription = { trackId: this.#trackId, subscribed: true, ...layers };
    await ask(this.#socket, { requestId: this.#requests, updateSubscription });
  }

  sight(): Promise<ViewerSight> {
    return Promise.resolve({ width: this.#width, nowMs: performance.now(), ...this.#tally() });
  }

  /** Leaves the room. */
  async close(): Promise<void> {
    this.#socket.close();
    await Promise.resolve();
  }
}
