// Our media node under measurement: agent and worker, as deployed. The agent's processor time counts.
import process from 'node:process';
import {
  call,
  routerConstant,
  rpc,
  rtpCapabilitiesToWire,
  rtpParametersFromWire,
  rtpParametersToWire,
  wire,
} from '@meridian/protocol';
import { BenchCentre, signalingId } from '../capacity/centre.ts';
import type { LightClients, Trace } from '../capacity/clients.ts';
import { BenchNode } from '../capacity/media-node.ts';
import { extensionId, levelExtension, opus, rpcDeadlineMs, transportCc, vp8 } from '../capacity/rooms.ts';
import type { ForwardServer, ServerPlace, StartServer } from './server.ts';
import { sendMedia } from './trace.ts';

const firstSsrc = 1000;
/** More than the one core that the node has: the load may fill the core, and no session is to be refused for that. */
const cpuCores = 4;

interface Attached {
  readonly sessionId: string;
  readonly receives: number;
  readonly sends: number | undefined;
}

interface Kind {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether the pipe of a relay leads through pathd. */
  readonly hasPathd?: boolean;
}
const ours: Kind = { name: 'Meridian', env: {} };
/** All patches of the worker are switched off. */
const stock: Kind = { name: 'Meridian with a stock worker', env: { MERIDIAN_WORKER_OFF: 'all' } };

export const startOurs: StartServer = (place) => OurNode.start(place, ours);
export const startStock: StartServer = (place) => OurNode.start(place, stock);
/** Start two nodes, as the product installs them or not: the second one has the subscribers. */
export const startOurRelay: StartServer = (place) => OurNode.startRelay(place, { ...ours, hasPathd: true });
export const startDirectRelay: StartServer = (place) => OurNode.startRelay(place, ours);
export const startStockRelay: StartServer = (place) => OurNode.startRelay(place, stock);
export const startStockPathdRelay: StartServer = (place) => OurNode.startRelay(place, { ...stock, hasPathd: true });

export class OurNode implements ForwardServer {
  /** Node of the publishers, which is measured, and the one of the subscribers, which may be the same. */
  readonly #node: BenchNode;
  readonly #far: BenchNode;
  readonly #centre: BenchCentre;
  readonly #name: string;
  readonly #tracks = new Map<string, string[]>();
  #suite = 'no client yet';
  #sessions = 0;
  #ssrc = firstSsrc;

  static async start(place: ServerPlace, { name, env, hasPathd }: Kind): Promise<OurNode> {
    const centre = await BenchCentre.open(place.controller);
    try {
      const node = await BenchNode.start({ cpu: place.cpu, cpuCores, place, env, centre, ...pathdOf(hasPathd) });
      return new OurNode({ node, far: node, centre, name });
    } catch (error) {
      await centre.close();
      throw error;
    }
  }

  static async startRelay(place: ServerPlace, kind: Kind): Promise<OurNode> {
    const own = await OurNode.start(place, kind);
    try {
      const { name, env, hasPathd } = kind;
      const { far } = place;
      const centre = own.#centre;
      const second = { id: 'sfu-far', cpu: far.cpu, cpuCores, place: far, env, centre, ...pathdOf(hasPathd) };
      return new OurNode({ node: own.#node, centre: own.#centre, far: await BenchNode.start(second), name });
    } catch (error) {
      await own.close();
      throw error;
    }
  }

  private constructor(o: { node: BenchNode; far: BenchNode; centre: BenchCentre; name: string }) {
    this.#node = o.node;
    this.#far = o.far;
    this.#centre = o.centre;
    this.#name = o.name;
  }

  get title(): string {
    return `${this.#name}, ${this.#suite}`;
  }

  pids(): readonly number[] {
    return this.#node.pids();
  }

  farPids(): readonly number[] {
    return this.#far === this.#node ? [] : this.#far.pids();
  }

  async publish(clients: LightClients, o: { room: string; video: boolean; trace: Trace }): Promise<string> {
    const index = this.#tracks.size;
    const { sessionId, sends } = await this.#attach(clients, this.#node, { room: o.room, canPublish: true });
    if (sends === undefined) throw new Error('a publisher has no transport');
    const video = o.video ? await this.#produce(o.room, sessionId, 'video') : undefined;
    const audio = await this.#produce(o.room, sessionId, 'audio');
    this.#tracks.set(sessionId, [...(video === undefined ? [] : [video.trackId]), audio.trackId]);
    const level = { levelExtensionId: levelExtension.id };
    sendMedia(clients, sends, { index, trace: o.trace, video, audio: { ...audio, ...level } });
    return sessionId;
  }

  async subscribe(clients: LightClients, o: { room: string; publishers: readonly string[] }): Promise<void> {
    const room = refOf(o.room);
    const { sessionId, receives } = await this.#attach(clients, this.#far, { room: o.room, canPublish: false });
    const wanted = o.publishers.flatMap((publisherSessionId) =>
      (this.#tracks.get(publisherSessionId) ?? []).map((trackId) => ({
        trackId,
        publisherSessionId,
        carrierNodeId: this.#node.id,
        originNodeId: this.#node.id,
        ...(this.#far === this.#node ? {} : { grant: this.#grant(room.roomKey, trackId) }),
      })),
    );
    const deadline = { deadlineMs: rpcDeadlineMs };
    const request = { room, sessionId, subscriptions: wanted };
    const { subscriptions, failed } = await call(this.#far.signaling, rpc.subscribeTracks, request, deadline);
    if (failed.length > 0) throw new Error(`a subscription failed: ${failed[0]?.code} ${failed[0]?.message}`);
    for (const { kind, rtpParameters } of subscriptions) {
      const ssrc = rtpParametersFromWire(rtpParameters).encodings?.[0]?.ssrc;
      if (ssrc === undefined) throw new Error('a consumer has no SSRC');
      clients.expect(receives, { ssrc, kind: kind === wire.MediaKind.MEDIA_KIND_VIDEO ? 'video' : 'audio' });
    }
    const consumerIds = subscriptions.map(({ consumerId }) => consumerId ?? '');
    await call(this.#far.signaling, rpc.resumeConsumers, { room, sessionId, consumerIds }, deadline);
  }

  async close(): Promise<void> {
    await this.#far.close();
    await this.#node.close();
    await this.#centre.close();
  }

  #grant(roomKey: string, trackId: string): wire.Grant.$Properties {
    return this.#centre.grant({ roomKey, trackId, pullerNodeId: this.#far.id, servingNodeId: this.#node.id });
  }

  async #attach(
    clients: LightClients,
    node: BenchNode,
    { room, canPublish }: { room: string; canPublish: boolean },
  ): Promise<Attached> {
    this.#sessions += 1;
    const sessionId = `PA_${String(this.#sessions).padStart(16, '0')}`;
    const endpoint = { webrtc: { fingerprint: { algorithm: 'sha-256', value: clients.fingerprint } } };
    const session = {
      participant: { sessionId, identity: sessionId, signalingId, canPublish, canSubscribe: true },
      recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
      decisionId: '',
    };
    const { sendTransport, recvTransport } = await call(
      node.signaling,
      rpc.attachSession,
      { room: refOf(room), session, sendEndpoint: endpoint, recvEndpoint: endpoint, subscriptions: [] },
      { deadlineMs: rpcDeadlineMs },
    );
    const transportCcId = extensionId(transportCc);
    const attached = {
      sessionId,
      receives: clients.connect(recvTransport ?? {}, { sends: false, transportCcId }),
      sends: canPublish ? clients.connect(sendTransport ?? {}, { sends: true, transportCcId: 0 }) : undefined,
    };
    await clients.connected();
    this.#suite = clients.endOf(attached.receives).suite;
    return attached;
  }

  async #produce(
    room: string,
    sessionId: string,
    kind: 'video' | 'audio',
  ): Promise<{ ssrc: number; payloadType: number; trackId: string }> {
    const ssrc = this.#ssrc;
    this.#ssrc += 1;
    const trackId = `TR_${String(ssrc).padStart(12, '0')}`;
    const rtp = kind === 'video' ? vp8([ssrc]) : opus([ssrc]);
    const track = {
      trackId,
      kind: kind === 'video' ? wire.MediaKind.MEDIA_KIND_VIDEO : wire.MediaKind.MEDIA_KIND_AUDIO,
    };
    const request = { room: refOf(room), sessionId, track, rtpParameters: rtpParametersToWire(rtp) };
    await call(this.#node.signaling, rpc.produce, request, { deadlineMs: rpcDeadlineMs });
    return { ssrc, payloadType: rtp.codecs[0]?.payloadType ?? 0, trackId };
  }
}

/** Throws when pathd is wanted, but the set-up has built none. */
function pathdOf(isWanted = false): { pathdBin?: string } {
  if (!isWanted) return {};
  const pathdBin = process.env['MERIDIAN_PATHD_BIN'] ?? 'none';
  if (pathdBin === 'none') throw new Error('The relay needs pathd: install gcc.');
  return { pathdBin };
}

const refOf = (room: string) =>
  ({ roomKey: `bench/${room}`, ownerId: signalingId, epoch: 1 }) satisfies wire.RoomRef.$Properties;
