// Publishes our own tracks: encodes, announces and mutes them, applies the demand for layers, and publishes them again
// after a rejoin.

import { asClientError, type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import {
  isErrorCode,
  limits,
  type RtpParameters,
  rtpParametersToWire,
  type Track as TrackInfo,
  trackToWire,
  type wire,
} from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import { LocalTrackPublication } from '../tracks/local-publication.ts';
import type { LocalTrack, SenderBinding } from '../tracks/local-track.ts';
import type { TrackPublishOptions } from '../types.ts';
import { applyLayerDemand } from './layer-demand.ts';
import { type ProduceRequest, planProduce } from './produce-plan.ts';
import { Renditions } from './renditions.ts';
import { type Announce, Sender } from './sender.ts';
import type { MediaSession } from './session.ts';

export interface PublishingPorts {
  /** Resolves with the session's media as soon as there is any; rejects when the room is left. */
  media(): Promise<MediaSession>;
  request(body: Body): Promise<ServerFrame>;
  post(body: Body): boolean;
  roomSize(): number;
  published(publication: LocalTrackPublication): void;
  unpublished(publication: LocalTrackPublication): void;
  failed(track: LocalTrack, error: MeridianClientError): void;
}
interface Sending {
  readonly publication: LocalTrackPublication;
  readonly sender: Sender;
  readonly renditions: Renditions;
  readonly accepted: Promise<void>;
  /** Time of our own last mute or unmute. The service's mutes count only `echoSettleMs` later. */
  localChangeMs: number;
  /** Whether the track is muted, by the latest message of the service. */
  mutedByService: boolean;
}

const attemptsMax = 3; // if the socket is lost between Publish and its answer, the track is sent again under a new id
const echoSettleMs = 1500;
const connectionLostCodes = new Set(['SOCKET_LOST', 'NOT_CONNECTED', 'REQUEST_TIMEOUT']);

export class Publishing {
  readonly #ports: PublishingPorts;
  readonly #sending = new Map<LocalTrack, Sending>();
  /** Tracks of a lost session, to be published again in the next. */
  readonly #lostPublications = new Map<LocalTrack, LocalTrackPublication>();
  readonly #publishing = new Set<LocalTrack>();
  /** Unfinished producers; a move waits for them and includes their tracks. */
  readonly #producing = new Set<Promise<unknown>>();
  #moveDemands = new Map<string, number>();
  /** Serialises changes of encodings: getParameters and setParameters must not interleave. */
  #encodingQueue: Promise<void> = Promise.resolve();

  constructor(ports: PublishingPorts) {
    this.#ports = ports;
  }

  get hasUnmutedTrack(): boolean {
    return [...this.#sending.keys()].some((track) => !track.isMuted);
  }

  /** Publishes a track; rejects like LocalParticipant.publishTrack. */
  async publish(track: LocalTrack, options: TrackPublishOptions): Promise<LocalTrackPublication> {
    if (track.mediaStreamTrack.readyState === 'ended') throw new MeridianClientError('TRACK_ENDED');
    // A track that another room publishes cannot be shared: a mute would reach one of the two rooms only.
    if (track.isBound || this.#publishing.has(track)) throw new MeridianClientError('TRACK_EXISTS');
    if (this.#senders().length + this.#publishing.size >= limits.tracksPerParticipantMax)
      throw new MeridianClientError('TRACK_LIMIT');
    this.#publishing.add(track);
    try {
      return await this.#publishWithRetries(track, options, 1, undefined);
    } catch (error) {
      const failure = asClientError(error, 'PUBLISH_FAILED');
      this.#ports.failed(track, failure);
      throw failure;
    } finally {
      this.#publishing.delete(track);
    }
  }

  /** Takes a track out of the room and informs the service. */
  async unpublish(publication: LocalTrackPublication): Promise<void> {
    this.#forget(publication.track);
    this.#ports.unpublished(publication);
    await this.#requestIfConnected({ unpublish: { trackId: publication.trackId } });
  }

  /** Handles a track that the service took away (an administrator, a lost node, a tenant that sends too much). */
  onRemoved(trackId: string, reason = ''): void {
    const sending = this.#find(trackId);
    if (sending === undefined) return;
    const { track } = sending.publication;
    this.#forget(track);
    this.#ports.unpublished(sending.publication);
    if (reason === 'QUOTA_EXCEEDED') this.#ports.failed(track, new MeridianClientError(reason));
  }

  /**
   * Handles a mute by the service, or the echo of our own change. Since echoes come late, it counts only when our own
   * changes have settled. The participant may unmute the track again.
   */
  mutedByService(trackId: string, muted: boolean): void {
    const sending = this.#find(trackId);
    if (sending === undefined) return;
    sending.mutedByService = muted;
    const { localChangeMs: ownChangeMs } = sending;
    const waitMs = Math.max(0, ownChangeMs + echoSettleMs - performance.now());
    setTimeout(() => {
      // The times are not compared with the clock, because a timer may fire early by a part of a millisecond.
      const isStale = sending.localChangeMs !== ownChangeMs;
      const { track } = sending.publication;
      if (!isStale && sending.mutedByService && !track.isMuted && this.#sending.get(track) === sending)
        void track.mute();
    }, waitMs);
  }

  /** Starts or ends a rendition. Rejects only with unexpected errors; the service gets a refusal for the others. */
  async renditionRequest(trackId: string, mimeType: string, isWanted: boolean): Promise<void> {
    await this.#find(trackId)?.renditions.want(mimeType, isWanted);
  }

  /**
   * Stops encodings above the layer (−1: all) until they are watched. `isForMove`: the demand comes from the new node
   * of a move, and counts when the move is made.
   */
  demand(trackId: string, maxSpatialLayer: number, isForMove: boolean): void {
    const sender = this.#senders().find((one) => one.trackId === trackId);
    if (sender?.producer.kind !== 'video') return;
    if (isForMove) {
      this.#moveDemands.set(trackId, maxSpatialLayer);
      return;
    }
    this.#find(trackId)?.publication.setDemandedLayer(maxSpatialLayer);
    const { producer } = sender;
    // the producer may have closed meanwhile
    this.#encodingQueue = this.#encodingQueue
      .then(() => applyLayerDemand(producer, maxSpatialLayer))
      .catch(() => undefined);
  }

  /**
   * Sends all tracks over the transports of a move as well, until `settleMove`. Resolves when the service has accepted
   * all, with true if there were any; rejects when one fails.
   */
  async moveTo(media: MediaSession, moveId: string): Promise<boolean> {
    await Promise.allSettled(this.#producing);
    const allSenders = this.#senders(); // senders under way are complete by now
    const send = async (sender: Sender): Promise<void> => {
      const { accepted, announce } = this.#announcementOf({ trackId: sender.trackId }, moveId);
      await sender.produceBeside(media, announce, accepted);
    };
    await Promise.all(allSenders.map(send));
    return allSenders.length > 0;
  }

  /**
   * Ends a move. If it is made, the new producers replace the old, which close with their transport; else they close.
   */
  settleMove(made: boolean): void {
    for (const { sender, renditions, publication } of this.#sending.values()) {
      if (sender.settle(made)) publication.setDemandedLayer(undefined);
      for (const rendition of renditions.senders) rendition.settle(made);
    }
    const demands = this.#moveDemands;
    this.#moveDemands = new Map();
    if (made) for (const [trackId, layer] of demands) this.demand(trackId, layer, false);
  }

  /** Keeps the publications for `republish`. A `publish` under way tries again by itself. */
  mediaGone(): void {
    for (const [track, { publication, sender, renditions }] of [...this.#sending]) {
      publication.setDemandedLayer(undefined);
      sender.gone();
      renditions.gone();
      this.#sending.delete(track);
      if (this.#publishing.has(track)) continue;
      this.#lostPublications.set(track, publication);
      track.bind(this.#absentBinding(track));
    }
  }

  async republish(): Promise<void> {
    const lost = [...this.#lostPublications];
    const results = await Promise.allSettled(
      lost.map(([track, publication]) => this.#republishOne(track, publication)),
    );
    for (const [index, result] of results.entries()) {
      const [track, publication] = lost[index] ?? [];
      if (result.status === 'fulfilled' || track === undefined || publication === undefined) continue;
      const error = asClientError(result.reason, 'PUBLISH_FAILED');
      if (connectionLostCodes.has(error.code)) continue; // the session is lost: the next rejoin publishes the track
      this.#lostPublications.delete(track);
      this.#ports.failed(track, error);
      this.#ports.unpublished(publication);
    }
  }

  resync(): void {
    for (const { publication } of this.#sending.values()) {
      this.#ports.post({ setTrackMuted: { trackId: publication.trackId, muted: publication.isMuted } });
    }
  }

  close(): void {
    for (const track of [...this.#sending.keys(), ...this.#lostPublications.keys()]) track.bind(undefined);
    for (const { sender, renditions } of this.#sending.values()) {
      sender.close();
      renditions.close();
    }
    this.#sending.clear();
    this.#lostPublications.clear();
  }

  async #publishWithRetries(
    track: LocalTrack,
    options: TrackPublishOptions,
    attempt: number,
    staleId: string | undefined,
  ): Promise<LocalTrackPublication> {
    const sending = await this.#produce(track, options, undefined);
    // The answer to the last attempt was lost, so the service may have a track that will never get a packet.
    if (staleId !== undefined) this.#ports.post({ unpublish: { trackId: staleId } });
    try {
      await sending.accepted;
    } catch (error) {
      const failure = asClientError(error, 'PUBLISH_FAILED');
      if (this.#sending.get(track) === sending) this.#forget(track);
      if (!connectionLostCodes.has(failure.code) || attempt >= attemptsMax) throw failure;
      return this.#publishWithRetries(track, options, attempt + 1, sending.publication.trackId);
    }
    this.#ports.published(sending.publication);
    return sending.publication;
  }

  async #republishOne(track: LocalTrack, publication: LocalTrackPublication): Promise<void> {
    // A muted camera is closed, and is published when it opens again (#absentBinding).
    if (track.mediaStreamTrack.readyState === 'ended') return;
    const sending = await this.#produce(track, publication.options, publication);
    try {
      await sending.accepted;
    } catch (error) {
      if (this.#sending.get(track) === sending) this.#forget(track);
      this.#lostPublications.set(track, publication);
      throw error;
    }
  }

  async #produce(
    track: LocalTrack,
    options: TrackPublishOptions,
    existing: LocalTrackPublication | undefined,
  ): Promise<Sending> {
    const { sender, row, accepted } = await this.#createSender({ track, publish: options });
    const publication = existing ?? new LocalTrackPublication({ row, track, options });
    if (existing !== undefined) this.#changeId(existing, row);
    const sending: Sending = {
      publication,
      sender,
      renditions: this.#renditionsOf({ track, publish: options, derivedFrom: row }),
      accepted,
      localChangeMs: Number.NEGATIVE_INFINITY,
      mutedByService: false,
    };
    this.#sending.set(track, sending);
    this.#lostPublications.delete(track);
    track.bind(this.#binding(sending));
    return sending;
  }

  #renditionsOf(of: { track: LocalTrack; publish: TrackPublishOptions; derivedFrom: TrackInfo }): Renditions {
    const { trackId } = of.derivedFrom;
    return new Renditions({
      send: (codec) => this.#createSender({ ...of, publish: { ...of.publish, codec } }),
      ended: (rendition) => this.#requestIfConnected({ unpublish: { trackId: rendition } }),
      refuse: (mimeType, { code }) => {
        if (connectionLostCodes.has(code)) return;
        const refused = { trackId, mimeType, code: isErrorCode(code) ? code : 'INTERNAL' };
        this.#ports.post({ renditionRefused: refused });
      },
    });
  }

  /** Makes a sender when the session has media. `accepted` resolves when the service has accepted the track. */
  async #createSender(
    request: Pick<ProduceRequest, 'track' | 'publish' | 'derivedFrom'>,
  ): Promise<{ sender: Sender; row: TrackInfo; accepted: Promise<void> }> {
    const media = await this.#ports.media();
    const roomSize = this.#ports.roomSize();
    const { row, options } = planProduce({ preparation: media.preparation, ...request, roomSize });
    const { accepted, announce } = this.#announcementOf(trackToWire(row));
    const senderPromise = Sender.make(media, request.track, options, announce);
    this.#producing.add(senderPromise);
    try {
      return { sender: await senderPromise, row, accepted };
    } finally {
      this.#producing.delete(senderPromise);
    }
  }

  /** Returns a function that announces a track; `accepted` settles with the service's answer. */
  #announcementOf(track: wire.TrackInfo.$Properties, moveId = ''): { accepted: Promise<void>; announce: Announce } {
    const accepted = Promise.withResolvers<void>();
    accepted.promise.catch(() => undefined); // the sender awaits it; no unhandled rejection if it fails earlier
    const announce = (rtp: types.RtpParameters): void => {
      const publish = { track, rtpParameters: rtpParametersToWire(rtp as RtpParameters), moveId };
      this.#ports.request({ publish }).then(() => accepted.resolve(), accepted.reject);
    };
    return { accepted: accepted.promise, announce };
  }

  #changeId(publication: LocalTrackPublication, row: TrackInfo): void {
    this.#ports.unpublished(publication);
    publication.update(row);
    this.#ports.published(publication);
  }

  #binding(sending: Sending): SenderBinding {
    return {
      replace: async (next) => {
        for (const sender of [sending.sender, ...sending.renditions.senders]) await sender.replace(next);
      },
      mutedChanged: (muted) => {
        sending.localChangeMs = performance.now();
        void this.#requestIfConnected({ setTrackMuted: { trackId: sending.publication.trackId, muted } });
      },
      stats: () => sending.sender.producer.getStats(),
    };
  }

  /** Returns the binding of a track without a sender, between two sessions. Publishes a camera that opens again. */
  #absentBinding(track: LocalTrack): SenderBinding {
    return {
      replace: async (next) => {
        if (next !== null && this.#lostPublications.has(track)) track.once('replaced', () => void this.republish());
      },
      mutedChanged: () => undefined,
      stats: () => Promise.reject(new MeridianClientError('TRACK_NOT_PUBLISHED')),
    };
  }

  /** Returns false when the session was lost, which makes the message pointless. Rejects with any other refusal. */
  async #requestIfConnected(body: Body): Promise<boolean> {
    try {
      await this.#ports.request(body);
      return true;
    } catch (error) {
      const { code } = asClientError(error, 'INTERNAL');
      if (code === 'TRACK_UNKNOWN') return true;
      if (!connectionLostCodes.has(code) && code !== 'CONNECTION_CLOSED') throw error;
      return false;
    }
  }

  #senders(): Sender[] {
    return [...this.#sending.values()].flatMap(({ sender, renditions }) => [sender, ...renditions.senders]);
  }

  #find(trackId: string): Sending | undefined {
    return [...this.#sending.values()].find((sending) => sending.publication.trackId === trackId);
  }

  #forget(track: LocalTrack): void {
    this.#sending.get(track)?.sender.close();
    this.#sending.get(track)?.renditions.close();
    this.#sending.delete(track);
    this.#lostPublications.delete(track);
    track.bind(undefined);
  }
}
