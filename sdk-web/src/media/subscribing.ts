// Received tracks: consumers, RemoteTracks, moves between media nodes.
//
// - Case 1, Joined: all consumers are set up together (mediasoup-client makes one offer and answer of concurrent
//   calls). The media node resumes them by itself when DTLS is up.
// - Case 2, later consumers: the media node waits for SubscriptionsReady.
// - Case 3, TrackMoved: the new consumer is set up beside the old one. After its first decoded frame (at once when
//   nothing is sent) it replaces the old one inside the same RemoteTrack and elements. The old one closes, and we send
//   TrackMoveDone.
// - Case 3b, we move to another node: all consumers are set up on the new transports beside the old ones, and play
//   unseen. When the service reports the move as made, they replace the old ones at once, and each old one closes when
//   its successor is heard or seen.
// - Case 4, a rejoin: tracks wait for a consumer of the same track id; tracks without one are unsubscribed.
// - Case 5, a subscription comes before its track is in the roster: it waits for the publication.

import { asClientError, type Body, MeridianClientError, type SubscriptionRow } from '@meridian/client';
import { limits } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import type { RemoteParticipant } from '../participants/remote-participant.ts';
import type { RemoteTrackPublication } from '../tracks/remote-publication.ts';
import { RemoteTrack } from '../tracks/remote-track.ts';
import { firstMedia } from './first-media.ts';
import type { MediaSession } from './session.ts';

export interface FoundPublication {
  readonly publication: RemoteTrackPublication;
  readonly participant: RemoteParticipant;
}
export interface SubscribingPorts {
  post(body: Body): boolean;
  find(trackId: string): FoundPublication | undefined;
  subscribed(track: RemoteTrack, found: FoundPublication): void;
  unsubscribed(track: RemoteTrack, found: FoundPublication | undefined): void;
  moved(track: RemoteTrack, found: FoundPublication): void;
  failed(trackId: string, error: MeridianClientError): void;
}
interface Received {
  readonly row: SubscriptionRow;
  readonly consumer: types.Consumer;
}

const moveDeadlineMs = 4500; // the media node drops the old consumer after 5 s
// The media node drops a catch-up stream's consumer after 40 s, since the next key frame may be that far away.
const catchUpDeadlineMs = 39_000;

export class Subscribing {
  readonly #ports: SubscribingPorts;
  readonly #received = new Map<string, Received>();
  readonly #tracks = new Map<string, RemoteTrack>();
  /** Consumers being set up, so that a removal that overtakes them is noticed. */
  readonly #pendingConsumers = new Map<string, { readonly media: MediaSession; readonly trackId: string }>();
  /** Consumers over the transports of a move, by track id; undefined without a move. */
  #move: { readonly media: MediaSession; readonly received: Map<string, Received> } | undefined;
  #media: MediaSession | undefined;

  constructor(ports: SubscribingPorts) {
    this.#ports = ports;
  }

  track(trackId: string): RemoteTrack | undefined {
    return this.#tracks.get(trackId);
  }

  /** True when a camera or microphone should be arriving. A shared screen does not count, since it may stand still. */
  get expectsMedia(): boolean {
    return [...this.#received.values()].some(({ row, consumer }) => {
      const publication = this.#ports.find(row.trackId)?.publication;
      if (publication === undefined || consumer.closed || row.producerPaused) return false;
      const isLiveSource = publication.source === 'camera' || publication.source === 'microphone';
      return isLiveSource && !publication.isMuted && !publication.preference.paused && publication.pausedReason === '';
    });
  }

  /** Begins a session with all its subscriptions at once. Tracks of a lost session that are not among them end. */
  async begin(media: MediaSession, rows: readonly SubscriptionRow[]): Promise<void> {
    this.#media = media;
    const wantedTrackIds = new Set(rows.map((row) => row.trackId));
    for (const trackId of [...this.#tracks.keys()]) if (!wantedTrackIds.has(trackId)) this.#end(trackId);
    const [prepared, others] = [true, false].map((wanted) =>
      rows.filter(({ consumerId }) => media.isPrepared(consumerId) === wanted),
    );
    // The media node starts the prepared consumers by itself.
    await Promise.all([this.#consume(media, prepared ?? []), this.#consume(media, others ?? [], media.isWarm)]);
    media.closeUnclaimed();
  }

  /**
   * Sets up consumers on the new transports (case 3b), until `settleMove`. Resolves with true if there are any.
   */
  async moveTo(media: MediaSession, rows: readonly SubscriptionRow[]): Promise<boolean> {
    const received = new Map<string, Received>();
    this.#move = { media, received };
    await Promise.all(
      rows.map(async (row) => {
        const consumer = await this.#setUp(media, row);
        if (consumer === undefined) return;
        if (media.closed || !this.#pendingConsumers.delete(row.consumerId)) consumer.close();
        else received.set(row.trackId, { row, consumer });
      }),
    );
    return received.size > 0;
  }

  /** Resolves when all expected media on the new transports plays, or after the deadline. */
  async whenMovedMediaPlays(deadlineMs: number): Promise<void> {
    const all = [...(this.#move?.received.values() ?? [])];
    await Promise.all(
      all.map(({ row, consumer }) => (this.#isSilent(row) ? undefined : firstMedia(consumer, deadlineMs))),
    );
  }

  /** Ends a move: if it is made, its consumers replace the old ones; else they close. */
  settleMove(made: boolean): void {
    const move = this.#move;
    this.#move = undefined;
    if (move === undefined) return;
    if (made) this.#media = move.media;
    for (const received of move.received.values()) {
      if (!made) received.consumer.close();
      else if (!received.consumer.closed) void this.#feedTrack(received, true);
    }
  }

  async add(rows: readonly SubscriptionRow[]): Promise<void> {
    const media = this.#media;
    if (media === undefined) return;
    const newRows = rows.filter((row) => this.#received.get(row.trackId)?.row.consumerId !== row.consumerId);
    const consumerIds = await this.#consume(media, newRows);
    if (consumerIds.length > 0) this.#ports.post({ subscriptionsReady: { consumerIds } });
  }

  /** Applies the list after a resume: consumers that it lacks are gone at the node. Ignores an empty list. */
  async reconcile(rows: readonly SubscriptionRow[]): Promise<void> {
    if (rows.length > 0) {
      const listed = new Set(rows.map((row) => row.consumerId));
      for (const [trackId, { row }] of [...this.#received]) if (!listed.has(row.consumerId)) this.#end(trackId);
    }
    await this.add(rows);
  }

  /** Handles a consumer that the service ended. A consumer replaced by a move meanwhile is no longer ours. */
  removed(consumerId: string, trackId: string): void {
    this.#pendingConsumers.delete(consumerId);
    const moving = this.#move?.received.get(trackId);
    if (moving?.row.consumerId === consumerId) {
      moving.consumer.close();
      this.#move?.received.delete(trackId);
    }
    if (this.#received.get(trackId)?.row.consumerId === consumerId) this.#end(trackId);
  }

  drop(trackId: string): void {
    this.#end(trackId);
  }

  /** Announces the subscription that waited for this publication. */
  publicationAdded(trackId: string): void {
    const received = this.#received.get(trackId);
    if (received !== undefined && this.#ports.find(trackId)?.publication.track === undefined) this.#announce(received);
  }

  /** Returns false for a consumer of a move, which does not play yet. */
  setProducerPaused(consumerId: string, trackId: string, producerPaused: boolean): boolean {
    const moving = this.#move?.received.get(trackId);
    if (moving?.row.consumerId === consumerId) {
      this.#move?.received.set(trackId, { ...moving, row: { ...moving.row, producerPaused } });
      return false;
    }
    const received = this.#received.get(trackId);
    if (received !== undefined) this.#received.set(trackId, { ...received, row: { ...received.row, producerPaused } });
    return true;
  }

  /** Replaces the consumer of a track (case 3). */
  async move(row: SubscriptionRow, oldConsumerId: string): Promise<void> {
    const isOfMove = this.#move?.received.get(row.trackId)?.row.consumerId === oldConsumerId;
    const media = isOfMove ? this.#move?.media : this.#media;
    const current = (): Received | undefined =>
      (this.#move !== undefined && this.#move.media === media ? this.#move.received : this.#received).get(row.trackId);
    const previous = current();
    // A consumer of the same epoch replaces one that began with a catch-up stream.
    const isNewer = (than: Received | undefined): boolean =>
      than === undefined ||
      than.row.trackEpoch < row.trackEpoch ||
      (than.row.trackEpoch === row.trackEpoch && than.row.consumerId === oldConsumerId);
    if (media === undefined || !isNewer(previous)) return;
    const deadlineMs = previous?.row.trackEpoch === row.trackEpoch ? catchUpDeadlineMs : moveDeadlineMs;
    const consumer = await this.#setUp(media, row);
    if (consumer === undefined) return;
    this.#ports.post({ subscriptionsReady: { consumerIds: [row.consumerId] } });
    const found = this.#ports.find(row.trackId);
    if (!this.#isSilent(row)) await firstMedia(consumer, deadlineMs);
    const currentReceived = current();
    if (
      media.closed ||
      !this.#pendingConsumers.delete(row.consumerId) ||
      (previous !== undefined && currentReceived === undefined) ||
      !isNewer(currentReceived)
    ) {
      consumer.close();
      return;
    }
    if (this.#move?.media === media) {
      this.#move.received.set(row.trackId, { row, consumer });
      currentReceived?.consumer.close();
    } else await this.#feedTrack({ row, consumer }, true);
    this.#ports.post({ trackMoveDone: { trackId: row.trackId, oldConsumerId, trackEpoch: row.trackEpoch } });
    const track = this.#tracks.get(row.trackId);
    if (track !== undefined && found !== undefined) this.#ports.moved(track, found);
  }

  /** Drops the consumers with the media session; tracks stay and wait for the next one (case 4). */
  mediaGone(): void {
    this.#media = undefined;
    this.#move = undefined;
    this.#received.clear();
    this.#pendingConsumers.clear();
  }

  close(): void {
    this.mediaGone();
    for (const trackId of [...this.#tracks.keys()]) this.#end(trackId);
  }

  /**
   * Sets consumers up; returns the ids of those that succeed. A failure is reported and does not block the rest.
   * `isReported`: the media node learns of them at once.
   */
  async #consume(media: MediaSession, rows: readonly SubscriptionRow[], isReported = false): Promise<string[]> {
    const consumers = rows.map((row) => this.#setUp(media, row));
    // The page's reaction to the tracks would delay the report.
    if (isReported) {
      const consumerIds = (await Promise.all(consumers)).flatMap((consumer) => consumer?.id ?? []);
      if (consumerIds.length > 0) this.#ports.post({ subscriptionsReady: { consumerIds } });
    }
    const ready = await Promise.all(
      rows.map(async (row, at): Promise<string[]> => {
        const consumer = await consumers[at];
        if (consumer === undefined) return [];
        await media.iceStarted;
        if (media.closed || !this.#pendingConsumers.delete(row.consumerId)) {
          consumer.close();
          return [];
        }
        void this.#feedTrack({ row, consumer }, false);
        return [row.consumerId];
      }),
    );
    return ready.flat();
  }

  async #setUp(media: MediaSession, row: SubscriptionRow): Promise<types.Consumer | undefined> {
    if (this.#isFull(media, row.trackId)) {
      this.#ports.failed(
        row.trackId,
        new MeridianClientError('TRACK_LIMIT', `at most ${limits.subscriptionsPerParticipantMax} subscriptions`),
      );
      return undefined;
    }
    this.#pendingConsumers.set(row.consumerId, { media, trackId: row.trackId });
    try {
      return await media.consume(row);
    } catch (error) {
      this.#pendingConsumers.delete(row.consumerId);
      const unsupported = (error as { name?: unknown }).name === 'UnsupportedError';
      if (!media.closed)
        this.#ports.failed(row.trackId, asClientError(error, unsupported ? 'CODEC_UNSUPPORTED' : 'MEDIA_FAILED'));
      return undefined;
    }
  }

  /** Returns true when a consumer for this track would exceed the limit. A replacement does not count as one more. */
  #isFull(media: MediaSession, trackId: string): boolean {
    const received = this.#move?.media === media ? this.#move.received : this.#received;
    const pendingHere = [...this.#pendingConsumers.values()].filter((one) => one.media === media);
    const addedCount = pendingHere.filter((one) => !received.has(one.trackId)).length + (received.has(trackId) ? 0 : 1);
    return Math.max(pendingHere.length + 1, received.size + addedCount) > limits.subscriptionsPerParticipantMax;
  }

  #isSilent(row: SubscriptionRow): boolean {
    const publication = this.#ports.find(row.trackId)?.publication;
    return (
      row.producerPaused ||
      publication?.isMuted === true ||
      publication?.preference.paused === true ||
      (publication?.pausedReason ?? '') !== ''
    );
  }

  /**
   * Feeds the track from a consumer, and closes the previous one. `isOverlapping`: both play, so the previous one
   * closes, and the call resolves, only when it is neither heard nor seen any more.
   */
  async #feedTrack(received: Received, isOverlapping: boolean): Promise<void> {
    const { trackId } = received.row;
    const previous = this.#received.get(trackId);
    this.#received.set(trackId, received);
    const track = this.#tracks.get(trackId);
    if (track === undefined) {
      this.#announce(received);
    } else {
      const changed = track.feedFrom(received.consumer, isOverlapping);
      this.#ports.find(trackId)?.publication.resetPreference();
      if (isOverlapping) await changed;
    }
    previous?.consumer.close();
  }

  #announce(received: Received): void {
    const { trackId } = received.row;
    const found = this.#ports.find(trackId);
    if (found === undefined) return; // case 5: publicationKnown comes back here
    const track = new RemoteTrack({ trackId, source: found.publication.source, consumer: received.consumer });
    track.setMutedState(found.publication.isMuted);
    this.#tracks.set(trackId, track);
    found.publication.setTrack(track);
    this.#ports.subscribed(track, found);
  }

  #end(trackId: string): void {
    this.#received.get(trackId)?.consumer.close();
    this.#received.delete(trackId);
    const track = this.#tracks.get(trackId);
    if (track === undefined) return;
    this.#tracks.delete(trackId);
    const found = this.#ports.find(trackId);
    // This precedes the removal of elements, so that the node is not asked to pause an ended track.
    found?.publication.setTrack(undefined);
    this.#ports.unsubscribed(track, found); // the page removes its elements itself: track.detach() returns them
    track.detach();
    track.emit('ended');
  }
}
