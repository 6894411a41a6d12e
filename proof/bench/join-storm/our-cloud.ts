// Our services under a storm of joins: a whole cloud in a network namespace. Its centre, a signaling node and its media
// nodes count. Every client has a WebSocket of its own and, behind a proxy that the signaling node trusts, its own
// address.
import { once } from 'node:events';
import {
  decodeServerFrame,
  encodeClientFrame,
  rtpParametersFromWire,
  rtpParametersToWire,
  wire,
} from '@meridian/protocol';
import { WebSocket } from 'ws';
import { joinMessage, token } from '../../../signaling/test/service/rig/client.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import type { LightClients, Trace } from '../capacity/clients.ts';
import { extensionId, levelExtension, opus, transportCc, vp8 } from '../capacity/rooms.ts';
import type { ForwardServer, ServerPlace } from '../forward/server.ts';
import { sendMedia } from '../forward/trace.ts';

/** The far media node takes people when the near one is full. */
const counted = ['centre', 'sig-fra', 'sfu-fra-1', 'sfu-sgp-1'];
/** Memory of an installation: `npm start` gives its many processes 1 MB for short-lived objects. */
const installedNodeArgs = ['--max-semi-space-size=16'];
/** More than the one core that all processes share: the media nodes are to refuse no session while it is busy. */
const claimedCores = 8;
const answerLimitMs = 20_000;
const firstSsrc = 1000;

type Answer = wire.ServerFrame;

export class OurCloud implements ForwardServer {
  readonly title = 'Meridian: centre, signaling node and media node';
  readonly #cloud: TestCloud;
  readonly #place: ServerPlace;
  readonly #sockets: WebSocket[] = [];
  #people = 0;
  #ssrc = firstSsrc;

  /** `nodeArgs`: options of the Node of the processes that count. */
  static async start(place: ServerPlace, nodeArgs: readonly string[]): Promise<OurCloud> {
    const ofEach = [...installedNodeArgs, ...nodeArgs];
    const cores = { cpuCores: claimedCores };
    const trusted = { trustedProxies: [`${place.controller}/32`] };
    const cloud = await TestCloud.start({
      prefix: ['ip', 'netns', 'exec', place.namespace, 'taskset', '-c', String(place.cpu)],
      extraArgs: [
        ...['--public-address', place.control, '--media-address', place.address, '--log-level', 'warn'],
        ...['--process-configs', JSON.stringify({ 'sig-fra': trusted, 'sfu-fra-1': cores, 'sfu-sgp-1': cores })],
        ...['--process-node-args', JSON.stringify(Object.fromEntries(counted.map((id) => [id, ofEach])))],
      ],
    });
    return new OurCloud(cloud, place);
  }

  private constructor(cloud: TestCloud, place: ServerPlace) {
    this.#cloud = cloud;
    this.#place = place;
  }

  pids(): readonly number[] {
    return counted.map((id) => this.#cloud.pid(id));
  }

  async publish(clients: LightClients, o: { room: string; video: boolean; trace: Trace }): Promise<string> {
    const index = this.#people;
    const endpoint = { webrtc: { fingerprint: { algorithm: 'sha-256', value: clients.fingerprint } } };
    const { socket, joined } = await this.#join(o.room, { sendEndpoint: endpoint, recvEndpoint: null });
    const transport = clients.connect(joined.sendTransport ?? {}, { sends: true, transportCcId: 0 });
    await clients.up(transport);
    const publish = async (kind: 'video' | 'audio'): Promise<{ ssrc: number; payloadType: number }> => {
      const ssrc = this.#ssrc++;
      const rtp = kind === 'video' ? vp8([ssrc]) : opus([ssrc]);
      const track = {
        trackId: `TR_${String(ssrc).padStart(12, '0')}`,
        kind: kind === 'video' ? wire.MediaKind.MEDIA_KIND_VIDEO : wire.MediaKind.MEDIA_KIND_AUDIO,
      };
      await ask(socket, { requestId: ssrc, publish: { track, rtpParameters: rtpParametersToWire(rtp) } });
      return { ssrc, payloadType: rtp.codecs[0]?.payloadType ?? 0 };
    };
    const video = o.video ? await publish('video') : undefined;
    const audio = Object.assign(await publish('audio'), { levelExtensionId: levelExtension.id });
    sendMedia(clients, transport, { index, trace: o.trace, video, audio });
    return joined.sessionId;
  }

  /** Joins the room, whose publishers have to be there; the client receives all of them. */
  async subscribe(clients: LightClients, o: { room: string }): Promise<void> {
    const endpoint = { webrtc: { fingerprint: { algorithm: 'sha-256', value: clients.fingerprint } } };
    const { socket, joined } = await this.#join(o.room, { sendEndpoint: null, recvEndpoint: endpoint });
    if (joined.subscriptions.length === 0) throw new Error('the answer to the Join names no track');
    const transportCcId = extensionId(transportCc);
    const transport = clients.connect(joined.recvTransport ?? {}, { sends: false, transportCcId });
    for (const { kind, rtpParameters } of joined.subscriptions) {
      const ssrc = rtpParametersFromWire(rtpParameters).encodings?.[0]?.ssrc;
      if (ssrc === undefined) throw new Error('a consumer has no SSRC');
      clients.expect(transport, { ssrc, kind: kind === wire.MediaKind.MEDIA_KIND_VIDEO ? 'video' : 'audio' });
    }
    const consumerIds = joined.subscriptions.map(({ consumerId }) => consumerId ?? '');
    await Promise.all([ask(socket, { requestId: 2, subscriptionsReady: { consumerIds } }), clients.up(transport)]);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    // A process that the storm does not count may die on a busy machine: no figure depends on it.
    const died = this.#cloud.takeUnexpectedDeaths().find((death) => counted.some((id) => death.startsWith(`${id} `)));
    await this.#cloud.stop();
    if (died !== undefined) throw new Error(died);
  }

  async #join(room: string, endpoints: wire.Join.$Properties): Promise<{ socket: WebSocket; joined: wire.Joined }> {
    const number = this.#people++;
    const { key, secret } = this.#cloud.secrets().devKey;
    const accessToken = await token({ room, identity: `person-${number}`, key, secret });
    const url = `ws://${this.#place.control}:${7880 + this.#cloud.portOffset}/v1/rtc`;
    const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    const socket = new WebSocket(url, { perMessageDeflate: false, headers: { 'x-forwarded-for': address } });
    this.#sockets.push(socket);
    await once(socket, 'open', { signal: AbortSignal.timeout(answerLimitMs) });
    const join = joinMessage(accessToken, { ...endpoints, fromCity: 'frankfurt' });
    const { joined } = await ask(socket, { requestId: 1, join });
    if (joined == null) throw new Error('the Join got another answer');
    return { socket, joined: joined as wire.Joined };
  }
}

/** Sends a request. Rejects with the code of a refusal, and when the socket ends before the answer. */
export async function ask(socket: WebSocket, frame: Parameters<typeof encodeClientFrame>[0]): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const take = (bytes: Buffer): void => {
    const answer = decodeServerFrame(bytes);
    if (answer.replyTo !== frame.requestId) return;
    if (answer.error) reject(new Error(`${answer.error.code}: ${answer.error.message}`));
    else resolve(answer);
  };
  const end = (code: number): void => reject(new Error(`the socket closed with ${code}`));
  const limit = setTimeout(() => reject(new Error('the signaling node did not answer')), answerLimitMs);
  socket.on('message', take).once('close', end).on('error', reject);
  try {
    socket.send(encodeClientFrame(frame));
    return await promise;
  } finally {
    clearTimeout(limit);
    socket
      .off('message', take)
      .off('close', end)
      .off('error', reject)
      .on('error', () => socket.terminate());
  }
}
