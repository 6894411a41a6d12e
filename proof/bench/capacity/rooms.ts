// Rooms in which two people speak with camera and microphone and eight only watch; everybody receives both speakers.
import {
  call,
  type RtpParameters,
  routerConstant,
  rpc,
  rtpCapabilitiesToWire,
  rtpParametersFromWire,
  rtpParametersToWire,
  wire,
} from '@meridian/protocol';
import { signalingId } from './centre.ts';
import type { LightClients } from './clients.ts';
import { type BenchNode, nodeId } from './media-node.ts';

export const speakersPerRoom = 2;
export const viewersPerRoom = 8;
export const sessionsPerRoom = speakersPerRoom + viewersPerRoom;
export const consumersPerRoom = 2 * (viewersPerRoom * speakersPerRoom + speakersPerRoom * (speakersPerRoom - 1));

const framesPerSecond = 30;
/**
 * VP8 in three layers with a key frame of four times the size every 2 s: 0.1 and 0.4 Mbit/s, and the top layer in
 * packets of 1200 bytes.
 */
const videoLayers = (topKbps: number): { packetsPerFrame: number; packetBytes: number }[] => [
  { packetsPerFrame: 1, packetBytes: 400 },
  { packetsPerFrame: 2, packetBytes: 800 },
  { packetsPerFrame: Math.max(1, Math.round((topKbps * 1000) / (8 * 1200 * framesPerSecond))), packetBytes: 1200 },
];
/** Opus at 64 kbit/s in packets of 20 ms. */
const audio = { packetsPerFrame: 1, packetBytes: 172 };
export const levelExtension = { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 6 };
export const transportCc = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
/** Length of a frame, over which the phases of cameras are spread evenly, so that rooms do not send in step. */
const frameMs = 33;
const phaseStepMs = 7;
export const rpcDeadlineMs = 15_000;

interface Attached {
  readonly sessionId: string;
  readonly receives: number;
  readonly sends: number | undefined;
}
interface Track {
  readonly trackId: string;
  readonly publisherSessionId: string;
}

export class BenchRooms {
  readonly #node: BenchNode;
  readonly #clients: LightClients;
  readonly #attached: { ref: wire.RoomRef.$Properties; sessions: Attached[] }[] = [];
  readonly #videoKbps: number;
  #sessions = 0;
  #tracks = 0;
  #ssrc = 1000;
  #filled = 0;

  constructor(o: { node: BenchNode; clients: LightClients; videoKbps: number }) {
    this.#node = o.node;
    this.#clients = o.clients;
    this.#videoKbps = o.videoKbps;
  }

  get count(): number {
    return this.#filled;
  }

  /**
   * Attaches and connects the sessions of so many rooms, without media. Sessions come first, since above its claim the
   * node refuses sessions, but not subscriptions.
   */
  async attachUpTo(rooms: number): Promise<void> {
    while (this.#attached.length < rooms) await this.#attachRoom();
  }

  async fillUpTo(rooms: number): Promise<void> {
    await this.attachUpTo(rooms);
    for (; this.#filled < rooms; this.#filled += 1) await this.#fill(this.#filled);
  }

  async #attachRoom(): Promise<void> {
    const ref = { roomKey: `bench/room-${this.#attached.length}`, ownerId: signalingId, epoch: 1 };
    const sessions = await Promise.all(
      Array.from({ length: sessionsPerRoom }, (_, index) => this.#attach(ref, index < speakersPerRoom)),
    );
    await this.#clients.connected();
    this.#attached.push({ ref, sessions });
  }

  async #attach(ref: wire.RoomRef.$Properties, isSpeaker: boolean): Promise<Attached> {
    this.#sessions += 1;
    const sessionId = `PA_${String(this.#sessions).padStart(16, '0')}`;
    const endpoint = { webrtc: { fingerprint: { algorithm: 'sha-256', value: this.#clients.fingerprint } } };
    const session = {
      participant: { sessionId, identity: sessionId, signalingId, canPublish: isSpeaker, canSubscribe: true },
      recvRtpCapabilities: rtpCapabilitiesToWire(routerConstant.capabilities),
      decisionId: '',
    };
    const { sendTransport, recvTransport } = await call(
      this.#node.signaling,
      rpc.attachSession,
      { room: ref, session, sendEndpoint: endpoint, recvEndpoint: endpoint, subscriptions: [] },
      { deadlineMs: rpcDeadlineMs },
    );
    const transportCcId = extensionId(transportCc);
    return {
      sessionId,
      receives: this.#clients.connect(recvTransport ?? {}, { sends: false, transportCcId }),
      sends: isSpeaker ? this.#clients.connect(sendTransport ?? {}, { sends: true, transportCcId: 0 }) : undefined,
    };
  }

  async #fill(index: number): Promise<void> {
    const room = this.#attached[index];
    if (room === undefined) throw new Error(`room ${index} is not attached`);
    const tracks: Track[] = [];
    for (const speaker of room.sessions) {
      if (speaker.sends !== undefined) tracks.push(...(await this.#publishTracks(room.ref, speaker, speaker.sends)));
    }
    for (const session of room.sessions) await this.#watch(room.ref, session, tracks);
  }

  async #publishTracks(ref: wire.RoomRef.$Properties, { sessionId }: Attached, transport: number): Promise<Track[]> {
    const phaseMs = (this.#tracks * phaseStepMs) % frameMs;
    const published: Track[] = [];
    for (const kind of ['video', 'audio'] as const) {
      this.#tracks += 1;
      const trackId = `TR_${String(this.#tracks).padStart(12, '0')}`;
      const layers = kind === 'video' ? videoLayers(this.#videoKbps) : [audio];
      const ssrcs = layers.map((_, layer) => this.#ssrc + layer);
      this.#ssrc += layers.length;
      const rtp = kind === 'video' ? vp8(ssrcs) : opus(ssrcs);
      const track = {
        trackId,
        kind: kind === 'video' ? wire.MediaKind.MEDIA_KIND_VIDEO : wire.MediaKind.MEDIA_KIND_AUDIO,
      };
      await call(
        this.#node.signaling,
        rpc.produce,
        { room: ref, sessionId, track, rtpParameters: rtpParametersToWire(rtp) },
        { deadlineMs: rpcDeadlineMs },
      );
      for (const [layer, { packetsPerFrame, packetBytes }] of layers.entries()) {
        this.#clients.publish(transport, {
          ssrc: ssrcs[layer] ?? 0,
          kind,
          payloadType: rtp.codecs[0]?.payloadType ?? 0,
          packetsPerFrame,
          packetBytes,
          levelExtensionId: kind === 'audio' ? levelExtension.id : 0,
          phaseMs: phaseMs + layer,
        });
      }
      published.push({ trackId, publisherSessionId: sessionId });
    }
    return published;
  }

  async #watch(
    ref: wire.RoomRef.$Properties,
    { sessionId, receives }: Attached,
    tracks: readonly Track[],
  ): Promise<void> {
    const othersTracks = tracks.filter(({ publisherSessionId }) => publisherSessionId !== sessionId);
    const { subscriptions, failed } = await call(
      this.#node.signaling,
      rpc.subscribeTracks,
      {
        room: ref,
        sessionId,
        subscriptions: othersTracks.map((track) => ({ ...track, carrierNodeId: nodeId, originNodeId: nodeId })),
      },
      { deadlineMs: rpcDeadlineMs },
    );
    if (failed.length > 0) throw new Error(`a subscription failed: ${failed[0]?.code} ${failed[0]?.message}`);
    for (const { kind, rtpParameters } of subscriptions) {
      const ssrc = rtpParametersFromWire(rtpParameters).encodings?.[0]?.ssrc;
      if (ssrc === undefined) throw new Error('a consumer has no SSRC');
      this.#clients.expect(receives, { ssrc, kind: kind === wire.MediaKind.MEDIA_KIND_VIDEO ? 'video' : 'audio' });
    }
    const consumerIds = subscriptions.map(({ consumerId }) => consumerId ?? '');
    await call(
      this.#node.signaling,
      rpc.resumeConsumers,
      { room: ref, sessionId, consumerIds },
      { deadlineMs: rpcDeadlineMs },
    );
  }
}

export function extensionId(uri: string): number {
  const found = routerConstant.capabilities.headerExtensions?.find((extension) => extension.uri === uri);
  if (found === undefined) throw new Error(`the router has no ${uri}`);
  return found.preferredId;
}

export const vp8 = (ssrcs: readonly number[]): RtpParameters => ({
  mid: `v${ssrcs[0]}`,
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
    },
  ],
  headerExtensions: [],
  encodings: ssrcs.map((ssrc) => ({ ssrc, scalabilityMode: 'L1T1' })),
  rtcp: { cname: `c${ssrcs[0]}`, reducedSize: true },
});
export const opus = (ssrcs: readonly number[]): RtpParameters => ({
  mid: `a${ssrcs[0]}`,
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1 },
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [levelExtension],
  encodings: ssrcs.map((ssrc) => ({ ssrc })),
  rtcp: { cname: `c${ssrcs[0]}`, reducedSize: true },
});
