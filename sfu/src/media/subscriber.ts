// Subscriptions of sessions, and the pulls behind them.
import { errorInfoOf, limits, MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { ConsumerEvents, Engine } from '../engine.ts';
import { CatchUps } from './catch-ups.ts';
import { Moves } from './moves.ts';
import type { PullTable } from './pulls.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { ConsumerPreferences, Outbox, SubscribeResult, SubscriptionView, TrackRequest } from './shapes.ts';
import { Subscription } from './subscription.ts';
import type { CatchUpStream, NodeTrack } from './track.ts';

export interface SubscriberPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  readonly pulls: PullTable;
  readonly outbox: Outbox;
  engine(): Engine;
  isServed(track: NodeTrack): boolean;
  endServing(track: NodeTrack, reason: string): void;
}

export class Subscriber {
  readonly #ports: SubscriberPorts;
  readonly moves: Moves;
  readonly catchUps: CatchUps;
  /** Unfinished subscriptions by (session, track); a repeated request gets the same promise. */
  readonly #subscribing = new Map<string, Promise<SubscriptionView>>();

  constructor(ports: SubscriberPorts) {
    this.#ports = ports;
    this.moves = new Moves({
      ...ports,
      consume: async (session, track, preferences) => {
        const subscription = await this.#consume(session, track, preferences);
        await startPlain(session, subscription);
        return subscription;
      },
      unsubscribe: (session, trackId) => this.unsubscribe(session, trackId),
    });
    this.catchUps = new CatchUps({
      ...ports,
      consume: async (session, { track, preferences }) => {
        const subscription = await this.#consume(session, track, preferences);
        await startPlain(session, subscription);
        return subscription;
      },
    });
  }

  /**
   * Subscribes a session to tracks, all at once. Failures are in the result; nothing rejects. `opened`: the session's
   * transports, while they are being created; tracks of other nodes are pulled meanwhile.
   */
  async subscribe(
    session: Session,
    requests: readonly TrackRequest[],
    opened: Promise<void> = Promise.resolve(),
  ): Promise<SubscribeResult> {
    const result: SubscribeResult = { subscriptions: [], failed: [] };
    const subscribeTo = async (request: TrackRequest): Promise<void> => {
      try {
        result.subscriptions.push(await this.#subscribeOne(session, request, opened));
      } catch (error) {
        const { code, message } = errorInfoOf(error);
        if (code === 'INTERNAL')
          this.#ports.log.error({ ...session.at, trackId: request.trackId, err: error }, 'subscribe failed');
        result.failed.push({ trackId: request.trackId, code, message });
      }
    };
    await Promise.all(requests.slice(0, limits.subscriptionsPerParticipantMax).map(subscribeTo));
    for (const { trackId } of requests.slice(limits.subscriptionsPerParticipantMax)) {
      result.failed.push({ trackId, code: 'TRACK_LIMIT', message: 'too many subscriptions' });
    }
    return result;
  }

  unsubscribe(session: Session, trackId: string): void {
    this.#removeSubscription(session, trackId, (subscription) => subscription.close());
    this.#ports.rooms.get(session.roomKey)?.members.unsubscribe(session.sessionId, trackId);
    this.#ports.pulls.find(session.roomKey, trackId)?.unwant(session.sessionId);
  }

  /** Unsubscribes; a non-empty reason is sent to the client. */
  end(session: Session, trackId: string, reason: string): void {
    const consumerId = session.subscriptions.get(trackId)?.consumer.id;
    this.unsubscribe(session, trackId);
    if (reason !== '' && consumerId !== undefined)
      this.#ports.outbox.consumerClosed(session.signalingId, session.at, { consumerId, trackId, reason });
  }

  unsubscribeAll(session: Session, reason: string): void {
    for (const trackId of [...session.subscriptions.keys()]) this.end(session, trackId, reason);
  }

  async update(session: Session, trackId: string, preferences: ConsumerPreferences): Promise<void> {
    const subscription = session.subscriptions.get(trackId);
    if (subscription === undefined) throw new MeridianError('TRACK_UNKNOWN');
    const oldSubscriptions = [this.moves.oldOf(session, trackId), this.catchUps.oldOf(session, trackId)];
    await Promise.all([subscription, ...oldSubscriptions].map((one) => one?.update(preferences)));
  }

  /**
   * Starts the consumers for which the client is ready. Skips unknown ids, whose consumers may just have ended. Does
   * nothing before the transport is connected: `resumeAll` starts the consumers then, since a key frame sent earlier
   * would be lost and delay the next one.
   */
  async resume(session: Session, consumerIds: readonly string[]): Promise<void> {
    if (!session.recvConnected) return;
    const wanted = new Set(consumerIds.slice(0, limits.subscriptionsPerParticipantMax));
    const found = [...session.subscriptions.values()].filter(({ consumer }) => wanted.has(consumer.id));
    await Promise.all(found.map((subscription) => this.#start(session, subscription)));
  }

  /** Closes the old consumer of a subscriber that plays the new one. A late or repeated call does nothing. */
  async commit(session: Session, trackId: string, oldConsumerId: string): Promise<void> {
    if (this.catchUps.oldOf(session, trackId)?.consumer.id === oldConsumerId) this.catchUps.end(session, trackId);
    else await this.moves.commit(session, trackId, oldConsumerId);
  }

  /** Starts all consumers that wait for the receive transport, each with a key frame. */
  async resumeAll(session: Session): Promise<void> {
    const waiting = [...session.subscriptions.values()].filter(({ ready }) => !ready);
    await Promise.all(waiting.map((subscription) => this.#start(session, subscription)));
  }

  async #start(session: Session, subscription: Subscription): Promise<void> {
    await subscription.start();
    await this.catchUps.addOriginal(session, subscription);
  }

  views(session: Session): SubscriptionView[] {
    return [...session.subscriptions.values()].map((subscription) => subscription.view());
  }

  /** Ends the subscriptions of a track; their consumers close with the producer. */
  trackEnded(room: Room, track: NodeTrack, sessionIds: Iterable<string>, reason: string): void {
    for (const sessionId of sessionIds) {
      const session = room.members.sessions.get(sessionId)?.media;
      const subscription = session?.subscriptions.get(track.trackId);
      if (session === undefined || subscription === undefined) continue;
      this.#removeSubscription(session, track.trackId, (gone) => gone.forget());
      const { trackId } = track;
      this.#ports.outbox.consumerClosed(session.signalingId, session.at, {
        consumerId: subscription.consumer.id,
        trackId,
        reason,
      });
    }
  }

  reportScore(room: Room, track: NodeTrack): void {
    for (const sessionId of room.members.tracks.get(track.trackId)?.subscribers ?? []) {
      const session = room.members.sessions.get(sessionId)?.media;
      const subscription = session?.subscriptions.get(track.trackId);
      if (session === undefined || subscription?.track !== track) continue;
      this.#ports.outbox.consumerChanged(session.signalingId, session.at, subscription.state());
    }
  }

  sessionEnded(session: Session): void {
    for (const trackId of [...session.subscriptions.keys()]) {
      this.#removeSubscription(session, trackId, (subscription) => subscription.forget());
      this.#ports.pulls.find(session.roomKey, trackId)?.unwant(session.sessionId);
    }
  }

  #subscribeOne(session: Session, request: TrackRequest, opened: Promise<void>): Promise<SubscriptionView> {
    const existing = session.subscriptions.get(request.trackId);
    if (existing !== undefined) return Promise.resolve(existing.view());
    const key = `${session.sessionId}\n${request.trackId}`;
    const pending =
      this.#subscribing.get(key) ??
      this.#createSubscription(session, request, opened).finally(() => this.#subscribing.delete(key));
    this.#subscribing.set(key, pending);
    return pending;
  }

  async #createSubscription(session: Session, request: TrackRequest, opened: Promise<void>): Promise<SubscriptionView> {
    if (!session.participant.canSubscribe) throw new MeridianError('NOT_PERMITTED');
    const room = this.#ports.rooms.get(session.roomKey);
    if (room === undefined) throw new MeridianError('SESSION_UNKNOWN');
    const { trackId, paused, spatialLayer, temporalLayer } = request;
    const knownTrack = room.members.tracks.get(trackId);
    try {
      const track = knownTrack?.origin ? knownTrack.media : await this.#pullTrack(room, session, request);
      await opened;
      if (session.closed) throw new MeridianError('SESSION_UNKNOWN');
      const preferences = { paused, spatialLayer, temporalLayer, priority: 0 };
      const catchUp = track.nextCatchUp();
      const isPrepared = session.hasPrepared(catchUp?.producerId ?? track.producer.id);
      const subscription = await this.#consume(session, track, preferences, catchUp);
      const recorded = room.members.subscribe(session.sessionId, trackId);
      if (!recorded.ok) {
        subscription.close();
        throw new MeridianError(recorded.code);
      }
      session.subscriptions.set(trackId, subscription);
      await startPlain(session, subscription);
      // The client has negotiated a prepared consumer, by the answer with which its transport was connected.
      if (isPrepared && session.recvConnected) await this.#start(session, subscription);
      return subscription.view();
    } catch (error) {
      this.#ports.pulls.find(room.key, trackId)?.unwant(session.sessionId);
      throw error;
    }
  }

  #pullTrack(room: Room, session: Session, request: TrackRequest): Promise<NodeTrack> {
    const { trackId, carrierNodeId: carrierId, carrierUrl, grant } = request;
    const current = this.#ports.pulls.find(room.key, trackId);
    if (current !== undefined) return current.want(session.sessionId);
    if (carrierId === '' || carrierId === this.#ports.nodeId) throw new MeridianError('TRACK_UNKNOWN');
    if (grant === undefined) throw new MeridianError('GRANT_MISSING');
    const epoch = room.members.nextTrackEpoch(trackId);
    const { key: roomKey, fence } = room;
    return this.#ports.pulls
      .begin({ roomKey, fence, trackId, carrierId, carrierUrl, grant, epoch })
      .want(session.sessionId);
  }

  async #consume(
    session: Session,
    track: NodeTrack,
    preferences: ConsumerPreferences,
    catchUp?: CatchUpStream,
  ): Promise<Subscription> {
    const producerId = catchUp?.producerId ?? track.producer.id;
    const { capabilities } = session.info;
    const slot: { subscription?: Subscription } = {};
    const events = this.#events(session, slot);
    const consumer =
      session.takePrepared(producerId, events) ?? (await session.recv.consume({ producerId, capabilities, events }));
    if (session.closed || track.closed) {
      consumer.close();
      throw new MeridianError(session.closed ? 'SESSION_UNKNOWN' : 'TRACK_UNKNOWN');
    }
    const canDoWithout =
      catchUp === undefined &&
      (consumer.layerKind === 'simulcast' || (consumer.layerKind === 'svc' && this.#ports.engine().followsKeyPictures));
    const { clock } = this.#ports;
    const subscription = new Subscription({ track, consumer, preferences, catchUp, clock, canDoWithout });
    slot.subscription = subscription;
    if (preferences.spatialLayer !== undefined || preferences.temporalLayer !== undefined)
      await subscription.applyLayers();
    return subscription;
  }

  #events(session: Session, made: { subscription?: Subscription }): ConsumerEvents {
    const changed = (): void => {
      const { subscription } = made;
      if (subscription === undefined || session.subscriptions.get(subscription.trackId) !== subscription) return;
      this.#ports.outbox.consumerChanged(session.signalingId, session.at, subscription.state());
    };
    const layers = (): void => {
      made.subscription?.layersChanged();
      changed();
    };
    const closed = (): void => {
      const { subscription } = made;
      subscription?.forget();
      if (subscription === undefined || session.subscriptions.get(subscription.trackId) !== subscription) return;
      // The track was replaced while the subscription was being made, so the client must forget the consumer.
      const { trackId, consumer } = subscription;
      this.unsubscribe(session, trackId);
      this.#ports.outbox.consumerClosed(session.signalingId, session.at, {
        consumerId: consumer.id,
        trackId,
        reason: 'the track ended',
      });
    };
    return { closed, producerPaused: changed, score: changed, layers };
  }

  #removeSubscription(session: Session, trackId: string, dispose: (subscription: Subscription) => void): void {
    const subscription = session.subscriptions.get(trackId);
    if (subscription === undefined) return;
    session.subscriptions.delete(trackId);
    dispose(subscription);
    this.moves.gone(session, trackId);
    this.catchUps.end(session, trackId);
  }
}

/** Starts a consumer of a plain transport at once, because its receiver has no connection to wait for. */
async function startPlain(session: Session, subscription: Subscription): Promise<void> {
  if (session.recv.kind === 'plain') await subscription.start();
}
