// Publishes our own tracks by one TrackPublisher each, and handles the demand for layers, moves and lost sessions.

import { MeridianClientError } from '@meridian/client';
import { isErrorCode, limits } from '@meridian/protocol';
import { highestOf, type LayerDemand } from '../core/layer-demand.ts';
import type { LocalTrackPublication, PublishedTrack } from '../tracks/local-publication.ts';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { TrackPublishOptions, TrackSource } from '../types.ts';
import { applyLayerDemand } from './layer-demand.ts';
import type { Sender } from './sender.ts';
import type { MediaSession } from './session.ts';
import { announcement, TrackPublisher, type TrackPublisherPorts } from './track-publisher.ts';
import { Withdrawals } from './withdrawals.ts';

export type PublishingPorts = TrackPublisherPorts;

export class Publishing {
  readonly #ports: PublishingPorts;
  readonly #publishers = new Map<LocalTrack, TrackPublisher>();
  readonly #withdrawals: Withdrawals;
  #moveDemands = new Map<string, LayerDemand>();
  /** Serialises changes of encodings: getParameters and setParameters must not interleave. */
  #encodingQueue: Promise<void> = Promise.resolve();

  constructor(ports: PublishingPorts) {
    this.#ports = ports;
    this.#withdrawals = new Withdrawals(ports);
  }

  get hasUnmutedTrack(): boolean {
    return [...this.#publishers].some(([track, { trackId }]) => trackId !== undefined && !track.isMuted);
  }

  /** Publishes a track; rejects like LocalParticipant.publishTrack. */
  async publish(track: LocalTrack, options: TrackPublishOptions): Promise<LocalTrackPublication> {
    if (track.hasEnded) throw new MeridianClientError('TRACK_ENDED');
    // A track that another room publishes cannot be shared: a mute would reach one of the two rooms only.
    if (track.isBound) throw new MeridianClientError('TRACK_EXISTS');
    const waiting = [...this.#publishers.values()].filter(({ trackId }) => trackId === undefined);
    if (this.#senders().length + waiting.length >= limits.tracksPerParticipantMax)
      throw new MeridianClientError('TRACK_LIMIT');
    const publisher = new TrackPublisher({
      track,
      options,
      ports: this.#ports,
      withdraw: (trackId) => this.#withdrawals.withdraw(trackId),
      ended: () => void this.#publishers.delete(track),
    });
    this.#publishers.set(track, publisher);
    return await publisher.start();
  }

  /** Takes a track out of the room, even while it is being published, and informs the service. */
  async unpublish(track: LocalTrack): Promise<void> {
    await this.#publishers.get(track)?.end(new MeridianClientError('TRACK_NOT_PUBLISHED'));
  }

  /** Returns the track that is published, or is being published, with this MediaStreamTrack or from this source. */
  find(of: MediaStreamTrack | LocalTrack | TrackSource): PublishedTrack | undefined {
    for (const [track, publisher] of this.#publishers) {
      const isIt = track === of || track.mediaStreamTrack === of || track.sourceTrack === of;
      const { source, firstPublication: publication } = publisher;
      if (isIt || source === of) return { track, source, publication };
    }
    return undefined;
  }

  /** Handles a track that the service took away (an administrator, a lost node, a tenant that sends too much). */
  onRemoved(trackId: string, reason = ''): void {
    const found = this.#find(trackId);
    if (found === undefined) return;
    const { track, publisher } = found;
    publisher.removed(new MeridianClientError(isErrorCode(reason) ? reason : 'TRACK_NOT_PUBLISHED'));
    if (reason === 'QUOTA_EXCEEDED') this.#ports.failed(track, new MeridianClientError(reason));
  }

  /** Takes the mute of our own track from the roster: that of our request, or one by the service. */
  observeMuted(trackId: string, muted: boolean): void {
    this.#find(trackId)?.publisher.observeMuted(muted);
  }

  /** Starts or ends a rendition. Rejects only with unexpected errors; the service gets a refusal for the others. */
  async renditionRequest(trackId: string, mimeType: string, isWanted: boolean): Promise<void> {
    await this.#find(trackId)?.publisher.renditions?.want(mimeType, isWanted);
  }

  /**
   * Sends only the demanded layers until more are watched. `isForMove`: the demand comes from the new node of a move,
   * and counts when the move is made.
   */
  demand(trackId: string, demand: LayerDemand, isForMove: boolean): void {
    const { producer, plan } = this.#senders().find((one) => one.trackId === trackId) ?? {};
    if (producer === undefined || plan === undefined) return;
    if (isForMove) {
      this.#moveDemands.set(trackId, demand);
      return;
    }
    this.#find(trackId)?.publisher.publication?.setDemandedLayer(highestOf(demand.spatialLayers));
    // the producer may have closed meanwhile
    this.#encodingQueue = this.#encodingQueue
      .then(() => applyLayerDemand(producer, plan, demand))
      .catch(() => undefined);
  }

  /**
   * Sends all tracks over the transports of a move as well, until `settleMove`. Resolves when the service has accepted
   * all, with true if there were any; rejects when one fails.
   */
  async moveTo(media: MediaSession, moveId: string): Promise<boolean> {
    await Promise.all(this.#senders().map(({ opened }) => opened));
    const openSenders = this.#senders().filter(({ producer }) => producer !== undefined);
    const send = async (sender: Sender): Promise<void> => {
      const { trackId } = sender;
      const { accepted, announce } = announcement((rtpParameters) =>
        this.#ports.request({ publish: { track: { trackId }, rtpParameters, moveId } }),
      );
      await sender.produceBeside(media, announce, accepted);
    };
    await Promise.all(openSenders.map(send));
    return openSenders.length > 0;
  }

  /**
   * Ends a move. If it is made, the new producers replace the old, which close with their transport; else they close.
   */
  settleMove(made: boolean): void {
    for (const publisher of [...this.#publishers.values()]) publisher.settleMove(made);
    const demands = this.#moveDemands;
    this.#moveDemands = new Map();
    if (made) for (const [trackId, demand] of demands) this.demand(trackId, demand, false);
  }

  /** Ends what is sent in a session that is over. Each track is published again when there is another session. */
  mediaGone(): void {
    this.#withdrawals.clear();
    for (const publisher of [...this.#publishers.values()]) publisher.mediaGone();
  }

  /** Sends what the service may have missed while the connection was lost, when the roster is up to date again. */
  resync(): void {
    this.#withdrawals.resync();
    for (const publisher of [...this.#publishers.values()]) publisher.resync();
  }

  /** Publishes what the session lacks; called when it takes tracks. */
  publishMissing(): void {
    for (const publisher of [...this.#publishers.values()]) publisher.publishIfMissing();
  }

  /** Ends with the room. A publish under way rejects with this error. */
  close(error: MeridianClientError): void {
    this.#withdrawals.clear();
    for (const publisher of [...this.#publishers.values()]) publisher.close(error);
  }

  #senders(): Sender[] {
    return [...this.#publishers.values()].flatMap(({ senders }) => senders);
  }

  #find(trackId: string): { readonly track: LocalTrack; readonly publisher: TrackPublisher } | undefined {
    for (const [track, publisher] of this.#publishers) if (publisher.trackId === trackId) return { track, publisher };
    return undefined;
  }
}
