// The media node: serves the requests of signaling nodes and of neighbours (other media nodes) with one engine. When
// the engine's worker dies, all sessions, tracks and pipes are lost. The node informs the signaling nodes and owners of
// its rooms, and starts a new worker under a new incarnation.
import {
  emptyRetainedRoom,
  type Fingerprint,
  isInFence,
  limits,
  MeridianError,
  mayPublish,
  type Participant,
  partsOfRoomKey,
  type RetainedRoom,
  type RtpParameters,
  type Track,
} from '@meridian/protocol';
import { type PipeEnd, refuseSession } from '../core/index.ts';
import type { Engine, IceParameters, TransportState } from '../engine.ts';
import type { ChannelRelay } from './channel-relay.ts';
import type { DataRelay } from './data-relay.ts';
import type { Departures } from './departures.ts';
import { type EndingParts, endAll, endSession, endTrack } from './endings.ts';
import type { LeaseVerifier } from './lease-verifier.ts';
import type { PipeHub } from './pipes.ts';
import { preparableTracks } from './preparable-tracks.ts';
import type { PublishBudgets } from './publish-budgets.ts';
import type { Publisher } from './publisher.ts';
import type { Pull, PullTable } from './pulls.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Serving } from './serving.ts';
import { type Prepared, Session, type SessionPorts, tracksOf } from './session.ts';
import { type MeasuredSession, measureSessions, sessionsMeasuredMax } from './session-measurements.ts';
import type {
  AdoptedSession,
  AttachRequest,
  CarriedState,
  ConsumerPreferences,
  GrantShape,
  Outbox,
  PulledTrack,
  RoomRef,
  RoomSnapshot,
  SubscribeResult,
  TrackRequest,
  Transports,
} from './shapes.ts';
import { SharedCapabilities } from './shared-capabilities.ts';
import type { SignalingNodes } from './signaling-nodes.ts';
import { SilenceDetector } from './silence-detector.ts';
import type { Subscriber } from './subscriber.ts';
import type { NodeTrack } from './track.ts';
import { WarmTransports } from './warm-transports.ts';
import { type NodePorts, wireParts } from './wiring.ts';
import type { WorkerLife } from './worker-life.ts';

/** Share of the node's consumers above which it keeps no transports of clients that have not joined. */
const warmLoadMax = 0.75;

export interface Neighbour {
  readonly id: string;
  readonly region: string;
}

export class MediaNode implements EndingParts {
  readonly #ports: NodePorts;
  readonly outbox: Outbox;
  readonly rooms: Rooms;
  readonly leaseVerifier: LeaseVerifier;
  readonly signalingNodes: SignalingNodes;
  readonly pulls: PullTable;
  readonly serving: Serving;
  readonly pipes: PipeHub;
  readonly subscriber: Subscriber;
  readonly publisher: Publisher;
  readonly data: DataRelay;
  readonly channels: ChannelRelay;
  readonly departures: Departures;
  readonly publishBudgets: PublishBudgets;
  readonly warm: WarmTransports;
  readonly #silences: SilenceDetector;
  readonly #workerLife: WorkerLife;
  readonly #sharedCapabilities = new SharedCapabilities();
  #closed = false;
  #draining = false;

  constructor(ports: NodePorts) {
    const parts = wireParts(ports);
    this.#ports = ports;
    this.#workerLife = parts.worker;
    this.outbox = parts.outbox;
    this.rooms = parts.rooms;
    this.leaseVerifier = parts.leaseVerifier;
    this.signalingNodes = parts.signalingNodes;
    this.pulls = parts.pulls;
    this.serving = parts.serving;
    this.pipes = parts.pipes;
    this.subscriber = parts.subscriber;
    this.publisher = parts.publisher;
    this.data = parts.data;
    this.channels = parts.channels;
    this.departures = parts.departures;
    this.publishBudgets = parts.publishBudgets;
    const { clock, log, neighbours } = ports;
    const { pulls, pipes } = parts;
    this.warm = new WarmTransports({
      clock,
      engine: () => this.engine,
      hasRoom: () => this.#hasRoomForWarm(),
      tracksIn: (roomKey) => preparableTracks(this.rooms.get(roomKey), pulls),
    });
    this.#silences = new SilenceDetector({
      clock,
      log,
      neighbours,
      pulls,
      pipes,
      onDoubtful: (pull) => this.#reportDoubtful(pull),
    });
  }

  /** Throws WORKER_DIED while there is no engine. */
  get engine(): Engine {
    return this.#workerLife.engine;
  }
  get hasWorker(): boolean {
    return this.#workerLife.hasWorker;
  }
  get draining(): boolean {
    return this.#draining;
  }
  set draining(on: boolean) {
    this.#draining = on;
    if (on) this.warm.dropAll();
  }
  /** Changes with every worker, because nothing of the previous worker is left. */
  get incarnation(): string {
    return this.#workerLife.incarnation;
  }
  /** `secondHomes`: sessions that are moving in or out (docs/design/moves.md). */
  get counts(): { sessions: number; secondHomes: number; producers: number; consumers: number } {
    let producers = 0;
    let consumers = this.serving.size;
    let secondHomes = 0;
    for (const { members } of this.rooms.all()) producers += members.tracks.size;
    for (const session of this.rooms.sessions.values()) {
      consumers += session.subscriptions.size;
      if (!session.isHome) secondHomes += 1;
    }
    return { sessions: this.rooms.sessions.size, secondHomes, producers, consumers };
  }

  async start(): Promise<void> {
    await this.#workerLife.start();
    this.#silences.start();
  }

  /**
   * Throws PLACEMENT_STALE when a newer instance of the centre places for the region. `regionEpoch`: epoch of the
   * instance that placed the session; 0: the leading centre placed it.
   */
  checkPlacementEpoch(regionEpoch: number): void {
    const currentEpoch = this.#ports.regionEpoch?.() ?? 0;
    if (regionEpoch > 0 && regionEpoch < currentEpoch)
      throw new MeridianError(
        'PLACEMENT_STALE',
        `placed under epoch ${regionEpoch} of the region; ${currentEpoch} is obeyed`,
      );
  }

  /**
   * Attaches a session; a second attach of the same id replaces the first. Rejects with FENCED_OUT, FENCE_CONFLICT (the
   * room is on this node with another fence) and the codes of `refuseSession`.
   */
  async attach(request: AttachRequest): Promise<Transports & SubscribeResult> {
    const { room: ref, session: info } = request;
    if (!isInFence(info.fence, this.#ports.region)) throw new MeridianError('FENCED_OUT');
    this.rooms.acceptLease(ref);
    const { sessionId } = info.participant;
    const earlier = this.rooms.sessions.get(sessionId);
    const refused = refuseSession({
      draining: this.draining,
      serving: this.hasWorker,
      sessions: this.rooms.sessions.size,
      rooms: this.rooms.size,
      roomKnown: this.rooms.get(ref.roomKey) !== undefined,
      consumers: this.counts.consumers,
      consumersMax: this.#ports.consumersMax(),
      subscriptionsWanted: request.trackRequests.length,
      replaces: earlier !== undefined,
    });
    if (refused !== undefined) throw new MeridianError(refused);
    this.warm.yieldToSessions();
    // The signaling node of the earlier attach is not informed, because the session lives on.
    if (earlier !== undefined) endSession(this, earlier);
    this.#dropLingeringRoom(ref.roomKey, info.fence);
    const room = this.rooms.ensure(ref, info.fence);
    const capabilities = this.#sharedCapabilities.share(info.capabilities);
    const session = new Session(ref, { ...info, capabilities });
    this.rooms.addSession(room, session);
    this.publishBudgets.limit(partsOfRoomKey(ref.roomKey)?.tenant ?? '', request.publishLimit);
    const opened = this.#open(session, request);
    const subscribing = this.subscriber.subscribe(session, request.trackRequests, opened);
    try {
      await opened;
    } catch (error) {
      endSession(this, session);
      throw error;
    }
    const subscribed = await subscribing;
    session.closeUnclaimed();
    this.#ports.onAttached(info.decisionId);
    return { ...session.describe(), ...subscribed };
  }

  async #open(session: Session, request: AttachRequest): Promise<void> {
    const onTransportState: SessionPorts['onTransportState'] = (...event) => this.#onTransportState(...event);
    const { sessionId, signalingId } = session;
    const warm = request.warm ? this.warm.take(signalingId, { ...request, sessionId }) : undefined;
    if (warm !== undefined) session.openWarm(warm, { onTransportState });
    else
      await session.open(this.engine, request, {
        onTransportState,
        onChannel: (...sent) => this.channels.fromClient(...sent),
        onChannelStray: (...sent) => this.channels.chargeStrayBytes(...sent),
      });
  }

  #hasRoomForWarm(): boolean {
    const { sessions, consumers } = this.counts;
    return (
      this.hasWorker &&
      !this.draining &&
      sessions + this.warm.size < limits.sessionsPerNodeMax &&
      consumers + this.warm.consumers < this.#ports.consumersMax() * warmLoadMax
    );
  }

  /** Drops a room that lingers here after its end when it begins again with another fence. */
  #dropLingeringRoom(roomKey: string, fence: string): void {
    const room = this.rooms.get(roomKey);
    if (room === undefined || room.fence === fence || room.members.sessions.size > 0) return;
    for (const { media } of [...room.members.tracks.values()])
      endTrack(this, room, media, 'the room has started again', false);
  }

  adopt(
    signalingNode: { id: string; region: string },
    ref: RoomRef,
    sessionId: string,
    resumeKey: string,
  ): AdoptedSession {
    const session = this.signalingNodes.adopt(signalingNode, ref, sessionId, resumeKey);
    const room = this.rooms.get(ref.roomKey);
    return {
      ...session.describe(),
      session: session.info,
      subscriptions: this.subscriber.views(session),
      tracks: room === undefined ? [] : tracksOf(this.#publishedTracks(room, sessionId)),
    };
  }

  /**
   * Detaches a session; idempotent. Rejects with NOT_PERMITTED for another signaling node's session, and for a session
   * that has been adopted since the given `adoption`, even by another connection of the same node. With `gently`, for a
   * session that has moved, resolves when no subscriber gets its tracks from this node (departures.ts).
   */
  async detach(
    signalingId: string,
    o: { roomKey: string; sessionId: string; adoption?: number | undefined; gently?: boolean },
  ): Promise<void> {
    const session = this.rooms.sessions.get(o.sessionId);
    if (session === undefined || session.roomKey !== o.roomKey) return;
    if (session.signalingId !== signalingId)
      throw new MeridianError('NOT_PERMITTED', `the session belongs to ${session.signalingId}`);
    if (o.adoption !== undefined && o.adoption < session.info.adoption)
      throw new MeridianError('NOT_PERMITTED', 'the session has been adopted since');
    if (o.gently === true) await this.departures.begin(session);
    else endSession(this, session);
  }

  /** Applies changed rights: ends media that the participant may no longer send or receive. */
  update(signalingId: string, ref: RoomRef, changed: Participant): void {
    const session = this.signalingNodes.claimSession(signalingId, ref, changed.sessionId);
    session.update(changed);
    const room = this.rooms.get(ref.roomKey);
    if (room === undefined) return;
    for (const [trackId, { info, producer }] of [...session.prepared]) {
      if (mayPublish(changed, info)) continue;
      producer.close();
      session.prepared.delete(trackId);
    }
    for (const track of this.#publishedTracks(room, session.sessionId))
      if (!mayPublish(changed, track.info)) endTrack(this, room, track, 'NOT_PERMITTED', false);
    if (!changed.canSubscribe) this.subscriber.unsubscribeAll(session, 'NOT_PERMITTED');
  }

  /** Makes this node the home of a moving session; returns the tracks that it publishes here. Repeatable. */
  settle(signalingId: string, ref: RoomRef, sessionId: string): Track[] {
    const session = this.signalingNodes.claimSession(signalingId, ref, sessionId);
    const room = this.rooms.get(ref.roomKey);
    if (room === undefined) throw new MeridianError('SESSION_UNKNOWN');
    if (session.info.moving) {
      session.markSettled();
      this.publisher.settle(room, session);
    }
    return tracksOf(this.#publishedTracks(room, sessionId));
  }

  produce(signalingId: string, ref: RoomRef, sessionId: string, track: Track, rtp: RtpParameters): Promise<Track> {
    return this.publisher.produce(this.signalingNodes.claimSession(signalingId, ref, sessionId), track, rtp);
  }

  closeTrack(signalingId: string, ref: RoomRef, sessionId: string, trackId: string, reason: string): void {
    const prepared = this.#preparedTrack(signalingId, ref, sessionId, trackId);
    if (prepared !== undefined) {
      prepared.session.prepared.delete(trackId);
      prepared.producer.close();
      return;
    }
    const { room, track } = this.#publishedTrack(signalingId, ref, sessionId, trackId);
    endTrack(this, room, track, reason === '' ? 'unpublished' : reason, false);
  }

  trackStats(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
  ): Promise<{ readonly trackId: string; readonly bitrateBps: number }[]> {
    this.signalingNodes.claimSession(signalingId, ref, sessionId);
    const room = this.rooms.get(ref.roomKey);
    const tracks = room === undefined ? [] : this.#publishedTracks(room, sessionId);
    return Promise.all(
      tracks.map(async ({ trackId, producer }) => ({ trackId, bitrateBps: Math.round(await producer.bitrateBps()) })),
    );
  }

  measureSessions(signalingId: string, sessionIds: readonly string[]): Promise<MeasuredSession[]> {
    const sessions = sessionIds.slice(0, sessionsMeasuredMax).flatMap((sessionId) => {
      const session = this.rooms.sessions.get(sessionId);
      return session?.signalingId === signalingId && !session.closed ? [session] : [];
    });
    return measureSessions(sessions, ({ roomKey, sessionId }) => {
      const room = this.rooms.get(roomKey);
      return room === undefined ? [] : this.#publishedTracks(room, sessionId);
    });
  }

  async pauseTrack(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    trackId: string,
    paused: boolean,
  ): Promise<void> {
    const prepared = this.#preparedTrack(signalingId, ref, sessionId, trackId);
    if (prepared === undefined)
      await this.#publishedTrack(signalingId, ref, sessionId, trackId).track.setPaused(paused);
    else await prepared.setPaused(paused);
  }

  subscribe(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    requests: readonly TrackRequest[],
  ): Promise<SubscribeResult> {
    return this.subscriber.subscribe(this.signalingNodes.claimSession(signalingId, ref, sessionId), requests);
  }

  unsubscribe(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    { trackId, reason }: { readonly trackId: string; readonly reason: string },
  ): void {
    this.subscriber.end(this.signalingNodes.claimSession(signalingId, ref, sessionId), trackId, reason);
  }

  updateConsumer(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    trackId: string,
    preferences: ConsumerPreferences,
  ): Promise<void> {
    return this.subscriber.update(this.signalingNodes.claimSession(signalingId, ref, sessionId), trackId, preferences);
  }

  resumeConsumers(signalingId: string, ref: RoomRef, sessionId: string, consumerIds: readonly string[]): Promise<void> {
    return this.subscriber.resume(this.signalingNodes.claimSession(signalingId, ref, sessionId), consumerIds);
  }

  commitMove(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    trackId: string,
    oldConsumerId: string,
  ): Promise<void> {
    return this.subscriber.commit(
      this.signalingNodes.claimSession(signalingId, ref, sessionId),
      trackId,
      oldConsumerId,
    );
  }

  /** Rejects with TRANSPORT_UNKNOWN, and like `ClientTransport.connect`. */
  async connectTransport(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    o: { transportId: string; fingerprint: Fingerprint },
  ): Promise<void> {
    await this.signalingNodes.claimSession(signalingId, ref, sessionId).transport(o.transportId).connect(o.fingerprint);
  }

  restartTransport(signalingId: string, ref: RoomRef, sessionId: string, transportId: string): Promise<IceParameters> {
    return this.signalingNodes.claimSession(signalingId, ref, sessionId).transport(transportId).restartIce();
  }

  /**
   * Pulls a track from another carrier; `allowPresentCarrier` also from another producer of the present carrier.
   */
  async repull(ref: RoomRef, request: TrackRequest, allowPresentCarrier: boolean): Promise<void> {
    this.rooms.acceptLease(ref);
    const room = this.rooms.get(ref.roomKey);
    if (room === undefined) throw new MeridianError('TRACK_UNKNOWN');
    const track = room.members.tracks.get(request.trackId);
    // A pipe consumer is bound to its producer for life, so a move would cut off the nodes that pull from here.
    if (track !== undefined && !track.origin && this.serving.pullersOf(track.media).length > 0) {
      throw new MeridianError('OUT_OF_ORDER', 'other nodes pull the track from here: move them first');
    }
    await this.subscriber.moves.begin(room, request, allowPresentCarrier);
  }

  /**
   * Stores the owner's copy of a room's info and policy, for its next owner. Ignores a room without a session on this
   * node, and an owner whose lease the node has not seen; the node asks for the copy when that changes (rooms.ts).
   */
  storeRoomCopy(ownerId: string, { roomKey, epoch }: RoomRef, copy: Pick<RetainedRoom, 'info' | 'policy'>): void {
    const book = this.rooms.get(roomKey)?.members;
    if (book === undefined || book.sessions.size === 0) return;
    if (book.lease.ownerId === ownerId && book.lease.epoch === epoch) book.retain(copy);
  }

  snapshot(ref: RoomRef): RoomSnapshot {
    this.rooms.acceptLease(ref);
    const book = this.rooms.get(ref.roomKey)?.members;
    const sessions = [...(book?.sessions.values() ?? [])].map(({ media, publishes }) => ({
      session: media.info,
      tracks: [...publishes].flatMap((trackId) => book?.tracks.get(trackId)?.media.info ?? []),
      attached: media.orphanTimer === undefined,
      hasMedia: media.hasMedia,
    }));
    return {
      sessions,
      highestEpoch: this.rooms.leaseOf(ref.roomKey)?.epoch ?? ref.epoch,
      kept: book?.retained ?? emptyRetainedRoom,
      served: this.serving.servedTracksIn(ref.roomKey),
    };
  }

  /** Throws FENCED_OUT when one of the two nodes is outside the fence. */
  acceptPipe(neighbour: Neighbour, fence: string, remote: PipeEnd): Promise<PipeEnd> {
    if (!isInFence(fence, neighbour.region) || !isInFence(fence, this.#ports.region))
      throw new MeridianError('FENCED_OUT');
    return this.pipes.accept(neighbour.id, fence, remote);
  }

  servePull(
    { id, region }: Neighbour,
    o: { roomKey: string; trackId: string; grant: GrantShape | undefined },
  ): Promise<PulledTrack> {
    return this.serving.pull(id, { ...o, region });
  }

  /** Applies a carrier's report on a track; tells the carrier to stop a track that this node does not pull. */
  applyCarriedState(remoteId: string, o: CarriedState): void {
    const pulls = this.pulls
      .pullsFrom(remoteId, o.roomKey, o.trackId)
      .filter((pull) => pull.matchesEpoch(o.trackEpoch));
    if (pulls.length === 0 && !o.closed) this.#ports.neighbours.unpull(remoteId, o);
    for (const pull of pulls) {
      if (o.closed) pull.onEndedAtCarrier(o.trackEpoch, o.reason === '' ? 'the track ended' : o.reason);
      else if (o.doubtful) this.#reportDoubtful(pull);
      else {
        pull.setPaused(o.paused);
        pull.setScore(o.score);
        pull.setHeld(o.held ?? '');
        pull.setShared(o.shared ?? false);
      }
    }
  }

  /** Sends this node's state to a neighbour whose link is up again, because the neighbour missed changes without it. */
  async neighbourLinked(remoteId: string): Promise<void> {
    if (!(await this.pipes.confirm(remoteId))) return;
    this.serving.reportAll(remoteId);
    for (const { track, request, servedEpoch: trackEpoch } of this.pulls.pullsFrom(remoteId)) {
      if (track !== undefined)
        this.#ports.outbox.demand(remoteId, { ...request, trackEpoch, level: track.requestedLevel });
    }
  }

  /** Returns the nodes with a pipe, even half open, or a pull that waits for a pipe. */
  neighbourIds(): ReadonlySet<string> {
    return new Set([...this.pipes.remoteIds, ...this.pulls.carriers]);
  }

  /**
   * Asks the owners for other carriers of all tracks pulled from an unreachable neighbour; its media may still flow.
   */
  neighbourDoubtful(remoteId: string): void {
    for (const pull of this.pulls.pullsFrom(remoteId)) this.#reportDoubtful(pull);
  }

  #reportDoubtful(pull: Pull): void {
    pull.reportDoubtful();
    if (pull.track !== undefined) this.serving.reportDoubtful(pull.track);
  }

  neighbourLost(remoteId: string, reason: string): void {
    this.pipes.dropAll(remoteId, reason);
    for (const pull of this.pulls.pullsFrom(remoteId)) pull.end('lost', reason);
  }

  close(cause: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#silences.close();
    this.warm.dropAll();
    endAll(this, 'SHUTTING_DOWN');
    this.departures.close();
    this.data.close();
    this.channels.close();
    this.#workerLife.close(cause);
  }

  #publishedTrack(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    trackId: string,
  ): { room: Room; track: NodeTrack } {
    this.signalingNodes.claimSession(signalingId, ref, sessionId);
    const room = this.rooms.get(ref.roomKey);
    const entry = room?.members.tracks.get(trackId);
    if (room === undefined || entry === undefined || !entry.origin || entry.publisherSessionId !== sessionId) {
      throw new MeridianError('TRACK_UNKNOWN');
    }
    return { room, track: entry.media };
  }

  #publishedTracks(room: Room, sessionId: string): NodeTrack[] {
    const published = [...(room.members.sessions.get(sessionId)?.publishes ?? [])];
    return published.flatMap((trackId) => room.members.tracks.get(trackId)?.media ?? []);
  }

  #preparedTrack(
    signalingId: string,
    ref: RoomRef,
    sessionId: string,
    trackId: string,
  ): (Prepared & { session: Session; setPaused(paused: boolean): Promise<void> }) | undefined {
    const session = this.signalingNodes.claimSession(signalingId, ref, sessionId);
    const prepared = session.prepared.get(trackId);
    if (prepared === undefined) return undefined;
    const setPaused = async (paused: boolean): Promise<void> => {
      prepared.info = { ...prepared.info, muted: paused };
      await prepared.producer.setPaused(paused);
    };
    return { ...prepared, session, setPaused };
  }

  #onTransportState(session: Session, transportId: string, state: TransportState): void {
    if (session.closed) return;
    this.#ports.outbox.transportState(session.signalingId, session.at, { transportId, state });
    if (isAbandoned(session)) {
      endSession(this, session, 'SESSION_UNKNOWN');
      return;
    }
    if (state !== 'connected' || session.recvId !== transportId) return;
    this.subscriber.resumeAll(session).catch((error: unknown) => {
      this.#ports.log.warn({ ...session.at, err: error }, 'a consumer did not start');
    });
  }
}

/**
 * Returns true when the signaling node is lost and the client has closed its transports. A client never closes a plain
 * transport: its silence counts instead (core/session-lease.ts).
 */
const isAbandoned = (session: Session): boolean =>
  session.orphanTimer !== undefined && session.transports.every(({ state }) => state === 'closed');
