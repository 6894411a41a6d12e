// Connects the parts behind a Room: connection, media, roster and participants. One engine per connect().

import {
  type Announcement,
  asClientError,
  type Body,
  Candidates,
  Connection,
  type ConnectionPorts,
  type ConnState,
  type EchoTime,
  type Emitter,
  explanationOf,
  type JoinParts,
  type Lobby,
  MeridianClientError,
  placementAt,
  placementOf,
  report,
  type ServerFrame,
  snapshotOfJoined,
  Throttle,
} from '@meridian/client';
import {
  type AllowedSubscriber,
  chatTopic,
  clientProtocols,
  type Participant as ParticipantRow,
  routerConstant,
  subscribersToWire,
  type wire,
} from '@meridian/protocol';
import type { TakenPreparations } from './ahead.ts';
import { encodeChat } from './chat.ts';
import { PreferenceSender } from './connection/preference-sender.ts';
import { SiteTimer } from './connection/site-timer.ts';
import type { LayerPreference } from './core/layers.ts';
import { CrowdMembership } from './crowd.ts';
import type { RoomEventMap } from './events.ts';
import { Inbound } from './inbound.ts';
import { applyRights, releaseForbidden } from './local-rights.ts';
import { AdaptiveStream } from './media/adaptive.ts';
import { browserDevice } from './media/browser-device.ts';
import { FlowWatch } from './media/flow-watch.ts';
import { MediaMove } from './media/move.ts';
import type { Playback } from './media/playback.ts';
import { endpointsOf, type Preparation, prepare } from './media/preparation.ts';
import { Publishing } from './media/publishing.ts';
import { MediaSession } from './media/session.ts';
import { StatsReporter } from './media/stats-reporter.ts';
import { Subscribing } from './media/subscribing.ts';
import type { LocalParticipant } from './participants/local-participant.ts';
import { Posts } from './posts.ts';
import { RosterView } from './roster-view.ts';
import type { Rpc } from './rpc.ts';
import type {
  ChatMessage,
  ConnectionState,
  ConnectOptions,
  DataPublishOptions,
  DisconnectReason,
  JoinTimings,
  Placement,
  PlacementExplanation,
  RoomOptions,
  StatsSummary,
  TokenSource,
} from './types.ts';
import { sdkVersion } from './version.ts';

export interface EngineOptions {
  readonly entryUrls: readonly string[];
  readonly token: TokenSource;
  readonly connect: ConnectOptions;
  readonly ahead: TakenPreparations;
  readonly room: RoomOptions;
  readonly local: LocalParticipant;
  readonly events: Pick<Emitter<RoomEventMap>, 'emit'>;
  readonly stateChanged: (state: ConnectionState) => void;
  readonly ended: (reason: DisconnectReason, error: MeridianClientError | undefined) => void;
  readonly playback: Pick<Playback, 'watch'>;
  readonly rpc: Pick<Rpc, 'onMessage' | 'participantLeft'>;
}

const mediaFailuresMax = 3;
const emptyLobby: Lobby = { waiters: [], more: 0 };
/** Limits attempts to connect. All rooms of the page share it, because they use the same service. */
const throttle = new Throttle(performance.now());

export class Engine {
  readonly #o: EngineOptions;
  readonly #connection: Connection;
  readonly #roster: RosterView;
  readonly #inbound: Inbound;
  readonly crowd: CrowdMembership;
  readonly #stats = new StatsReporter({
    send: (stats) => this.#connection.post({ stats }),
    device: () => browserDevice(),
  });
  readonly #flow = new FlowWatch({
    expected: () => this.#subscribing.expectsMedia,
    sends: () => this.#publishing.hasUnmutedTrack,
    changed: (interrupted) => this.#o.events.emit(interrupted ? 'mediaInterrupted' : 'mediaResumed'),
  });
  readonly #publishing: Publishing;
  readonly #subscribing: Subscribing;
  readonly #adaptive: AdaptiveStream | undefined;
  readonly #preferences = new PreferenceSender({
    send: (trackId, preference) => this.#postPreference(trackId, preference),
    now: () => performance.now(),
  });
  readonly #closing = Promise.withResolvers<never>();
  /** Current move between two media nodes; it keeps the old transports until the old node has released us. */
  #move: MediaMove | undefined;
  #ready = Promise.withResolvers<MediaSession>();
  #isReady = false;
  #preparation: Promise<Preparation> | undefined;
  #prepared: Preparation | undefined;
  #media: MediaSession | undefined;
  /**
   * Steps that precede the announcement (`#announce`) of the new session to the page: ICE begun, subscriptions set up.
   * Undefined when the session has no subscriptions, or has been announced.
   */
  #firstMedia: readonly Promise<void>[] | undefined;
  #pendingAnnouncement: Announcement | undefined;
  /** Frames that came meanwhile: a tenth of a second of them at most. */
  #waitingFrames: ServerFrame[] = [];
  #placement: Placement | undefined;
  #room = '';
  readonly posts: Posts;
  #lobby = emptyLobby;
  #subscribers: readonly AllowedSubscriber[] | undefined;
  /** Number of sessions in a row whose media failed before it was ever connected. */
  #mediaFailureCount = 0;
  #ended = false;

  constructor(o: EngineOptions) {
    this.#o = o;
    this.#closing.promise.catch(() => undefined); // callers that wait get the rejection; there may be none
    const { entryUrls, token, ahead } = o;
    const candidates = new Candidates({ entryUrls, fromCity: o.connect.fromCity, ahead });
    const sendEchoTimes = (times: readonly EchoTime[]): boolean =>
      this.#connection.post({ echoTimes: { times: [...times] } });
    const sites = new SiteTimer(() => candidates.list, sendEchoTimes);
    this.#connection = new Connection({ sockets: candidates, token, throttle, sites, ports: this.#connectionPorts() });
    this.#adaptive = (o.room.adaptiveStream ?? true) ? new AdaptiveStream() : undefined;
    const request = (body: Body): Promise<ServerFrame> => this.#connection.request(body);
    const post = (body: Body): boolean => this.#connection.post(body);
    this.#publishing = new Publishing({
      media: () => this.#whenReady(),
      request,
      post,
      after: (delayMs, task) => void setTimeout(task, delayMs),
      published: (publication) => {
        o.local.addPublication(publication);
        o.events.emit('localTrackPublished', publication, o.local);
      },
      unpublished: (publication) => {
        o.local.removePublication(publication.trackId);
        o.events.emit('localTrackUnpublished', publication, o.local);
      },
      failed: (track, error) => o.events.emit('localTrackPublicationFailed', track, error, o.local),
    });
    this.#subscribing = new Subscribing({
      post,
      find: (trackId) => this.#roster.find(trackId),
      subscribed: (track, found) => {
        o.playback.watch(track);
        found.participant.applyVolume(track);
        this.#adaptive?.watch(track, found.publication);
        o.events.emit('trackSubscribed', track, found.publication, found.participant);
      },
      unsubscribed: (track, found) => {
        this.#adaptive?.unwatch(track);
        this.#preferences.drop(track.trackId);
        if (found !== undefined) o.events.emit('trackUnsubscribed', track, found.publication, found.participant);
      },
      moved: (track, found) => o.events.emit('trackMoved', track, found.publication, found.participant),
      failed: (trackId, error) => this.#inbound.subscriptionFailed(trackId, error),
    });
    this.#roster = this.#makeRoster();
    this.crowd = new CrowdMembership({
      events: o.events,
      isWanted: o.connect.crowd ?? false,
      isSignalingOnly: o.connect.receive === false,
      isAskedFirst: o.connect.stage === 'ask',
      joinAgain: () => this.#connection.joinAgain(),
    });
    this.posts = new Posts({
      events: o.events,
      request: (body) => this.request(body),
      post: (body) => this.#connection.post(body),
      self: () => o.local,
    });
    this.#inbound = new Inbound({
      crowd: this.crowd,
      events: o.events,
      roster: this.#roster,
      publishing: this.#publishing,
      subscribing: this.#subscribing,
      dynacast: o.room.dynacast ?? true,
      rpc: o.rpc,
      ownsTransport: (transportId) => this.#media?.has(transportId) === true,
      lobby: (lobby) => this.#setLobby(lobby),
      posts: (frame) => this.posts.handleFrame(frame),
      rights: (self) => this.#rightsChanged(self),
      leftOldNode: () => this.#move?.closeOld(),
      mediaLost: (error) => this.#connection.mediaLost(error),
      inBackground: (work) => this.#inBackground(work),
    });
  }

  get connectionState(): ConnectionState {
    return publicState(this.#connection.state);
  }
  get roster(): RosterView {
    return this.#roster;
  }
  get publishing(): Publishing {
    return this.#publishing;
  }
  get placement(): Placement | undefined {
    return this.#placement;
  }
  get roomName(): string {
    return this.#room;
  }
  get lobby(): Lobby {
    return this.#lobby;
  }
  get timings(): JoinTimings {
    return this.#connection.timings;
  }
  get statsSummary(): StatsSummary | undefined {
    const measured = this.#stats.measured;
    return measured && { ...measured, signalRttMs: this.#connection.signalRttMs };
  }

  /** Opens the connection; resolves when joined, rejects with the reason of the failure. */
  async open(): Promise<void> {
    this.#connection.open();
    await this.#whenReady();
  }

  close(reason: DisconnectReason, error?: MeridianClientError): void {
    this.#connection.close(reason, error);
  }

  /** Tries to reconnect at once. `isNewNetwork`: the network has changed, so an attempt under way is useless. */
  reconnectNow(isNewNetwork: boolean): void {
    this.#connection.nudge(isNewNetwork);
  }

  recordEvent(kind: string, source: string, detail: string): void {
    this.#stats.recordEvent(kind, source, detail);
  }

  request(body: Body): Promise<ServerFrame> {
    return this.#connection.request(body);
  }

  /** Rejects like Room.explainPlacement. */
  async explainPlacement(): Promise<PlacementExplanation> {
    const decisionId = this.#placement?.decisionId;
    if (decisionId === undefined) throw new MeridianClientError('NOT_CONNECTED');
    if (decisionId === '') throw new MeridianClientError('DECISION_UNKNOWN', 'placed without the scheduling centre');
    const { placementExplained } = await this.#connection.request({ explainPlacement: { decisionId } });
    return explanationOf(decisionId, placementExplained);
  }

  /** Rejects like LocalParticipant.publishData. */
  async sendData(payload: Uint8Array, options: DataPublishOptions): Promise<void> {
    const destinationSessionIds = (options.destinationIdentities ?? []).map((identity) => {
      const sessionId = this.#roster.participants.get(identity)?.sessionId;
      if (sessionId === undefined) throw new MeridianClientError('PARTICIPANT_UNKNOWN', identity);
      return sessionId;
    });
    await this.sendDataTo(destinationSessionIds, payload, options);
  }

  /** Sends to these sessions, or to all if the list is empty. Rejects like LocalParticipant.publishData. */
  async sendDataTo(
    destinationSessionIds: string[],
    payload: Uint8Array,
    { topic = '', reliable }: Pick<DataPublishOptions, 'topic' | 'reliable'>,
  ): Promise<void> {
    const lossy = reliable === false;
    const sendData = { payload, topic, lossy, destinationSessionIds };
    if (lossy) this.#connection.postLossy({ sendData });
    else await this.#connection.request({ sendData });
  }

  /** Sets who may subscribe; undefined: all. Rejects like LocalParticipant.setTrackSubscriptionPermissions. */
  async setSubscribers(allowed: readonly AllowedSubscriber[] | undefined): Promise<void> {
    await this.#connection.request({ setSubscribers: { subscribers: subscribersToWire(allowed) } });
    this.#subscribers = allowed;
  }

  async sendChat(text: string): Promise<ChatMessage> {
    const { message, payload } = encodeChat(text, crypto.randomUUID(), Date.now());
    await this.sendData(payload, { topic: chatTopic });
    this.#o.events.emit('chatMessage', message, this.#o.local);
    return message;
  }

  /** Resolves with the session's media as soon as there is a session; rejects when the room is left. */
  #whenReady(): Promise<MediaSession> {
    return Promise.race([this.#ready.promise, this.#closing.promise]);
  }

  /** Makes publishing wait until `#resolveReady`. */
  #resetReady(): void {
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#ready = Promise.withResolvers();
  }

  #resolveReady(media: MediaSession): void {
    this.#isReady = true;
    this.#ready.resolve(media);
  }

  #makeRoster(): RosterView {
    return new RosterView({
      events: this.#o.events,
      local: this.#o.local,
      control: {
        setSubscribed: (trackId, subscribed) => this.#setSubscribed(trackId, subscribed),
        sendPreference: (trackId, preference) => this.#preferences.put(trackId, preference),
        now: () => performance.now(),
      },
      autoSubscribe: () => this.#o.connect.autoSubscribe ?? true,
      onLeft: (sessionId) => this.#o.rpc.participantLeft(sessionId),
      onPublished: (trackId) => this.#subscribing.publicationAdded(trackId),
      beforeUnpublish: (trackId) => this.#subscribing.drop(trackId),
      ownTrackRemoved: (trackId, reason) => {
        releaseForbidden(this.#o.local, trackId);
        this.#publishing.onRemoved(trackId, reason);
      },
      ownTrackMuted: (trackId, muted) => this.#publishing.observeMuted(trackId, muted),
    });
  }

  #connectionPorts(): ConnectionPorts {
    return {
      joinParts: () => this.#joinParts(),
      hasMedia: () => this.#media?.hasMedia ?? false,
      startMedia: (joined) => this.#startMedia(joined),
      stopMedia: (final) => this.#stopMedia(final),
      adopt: (joined) => this.#adopt(joined),
      prepareMove: (move) => this.#prepareMove(move),
      settleMove: (made) => this.#settleMove(made),
      frame: (frame) => {
        // The announcement precedes all events of the room.
        if (this.#pendingAnnouncement === undefined) this.#inbound.frame(frame);
        else this.#waitingFrames.push(frame);
      },
      waiting: (waiting) => this.#o.events.emit('waiting', waiting),
      announce: (what) => this.#announce(what),
      stateChanged: (state) => this.#stateChanged(state),
      quality: () => this.#stats.sinceJoin,
      ended: (reason, error) => this.#end(reason, error),
    };
  }

  /** Returns the parts of a Join. All Joins of this room carry the same certificates, so a rejoin makes no new ones. */
  async #joinParts(): Promise<JoinParts> {
    this.#preparation ??= this.#o.ahead.media?.catch(() => prepare()) ?? prepare();
    const prepared = await this.#preparation;
    this.#prepared = prepared;
    const { connect } = this.#o;
    const { crowd } = this;
    const { sendEndpoint, recvEndpoint } = endpointsOf(prepared);
    return {
      sdk: `web/${sdkVersion}`,
      clientProtocol: clientProtocols.callsInParts,
      routerVersion: routerConstant.version,
      recvRtpCapabilities: prepared.capabilities,
      sendEndpoint: crowd.isWanted ? null : sendEndpoint,
      recvEndpoint: crowd.isSignalingOnly ? null : recvEndpoint,
      warm: this.#o.ahead.warm !== undefined,
      crowd: crowd.isWanted,
      manualSubscribe: !(connect.autoSubscribe ?? true),
      fromCity: connect.fromCity ?? '',
    };
  }

  #startMedia(joined: wire.Joined): void {
    const preparation = this.#prepared;
    if (preparation === undefined) throw new MeridianClientError('INTERNAL', 'joined without preparation');
    const isFirst = this.#placement === undefined;
    const media = new MediaSession({
      preparation,
      transports: joined,
      warm: this.#o.ahead.warm?.media?.take(joined),
      request: (body) => this.#connection.request(body),
      connected: () => {
        this.#mediaFailureCount = 0;
        this.#closeTrial();
      },
      failed: (error) => this.#mediaFailed(error),
    });
    this.#o.ahead.warm?.close();
    this.#media = media;
    this.#applyJoined(joined);
    this.crowd.onJoined(joined, isFirst);
    this.#roster.replace(snapshotOfJoined(joined), !isFirst);
    const rows = this.#inbound.subscriptions(joined.subscriptions);
    const receiving = this.#subscribing.begin(media, rows);
    // Its end takes the browser's time, which belongs to the media that is on its way.
    if (rows.length === 0) this.#closeTrial();
    this.#firstMedia = rows.length === 0 ? undefined : [media.iceStarted, receiving];
    this.#inBackground(receiving);
    this.#stats.start(media);
    this.#flow.start(media);
  }

  #closeTrial(): void {
    this.#o.ahead.media?.then(
      ({ trial }) => trial?.close(),
      () => undefined, // a failed preparation has opened nothing
    );
  }

  /** Rejoins, but gives up after `mediaFailuresMax` sessions without media, when a rejoin does not help. */
  #mediaFailed(error: MeridianClientError): void {
    this.#mediaFailureCount += 1;
    if (this.#mediaFailureCount >= mediaFailuresMax) this.#connection.close(error.code, error);
    else this.#connection.mediaLost(error);
  }

  /** Sets up all media at another media node; publishing waits for the end of the move. */
  async #prepareMove(move: wire.MoveParticipant.$Properties): Promise<void> {
    const preparation = this.#prepared;
    if (preparation === undefined || this.#media === undefined)
      throw new MeridianClientError('INTERNAL', 'a move without a session');
    this.#move?.close();
    this.#resetReady();
    this.#move = new MediaMove({
      move,
      preparation,
      request: (body) => this.#connection.request(body),
      publishing: this.#publishing,
      subscribing: this.#subscribing,
      failed: (error) => this.#mediaFailed(error),
    });
    await this.#move.prepare(this.#inbound.subscriptions(move.subscriptions));
  }

  #settleMove(isMade: boolean): void {
    const [move, oldMedia] = [this.#move, this.#media];
    if (move === undefined || oldMedia === undefined || move.isSettled) return;
    move.finishPreparation(isMade ? oldMedia : undefined);
    if (isMade) {
      this.#media = move.media;
      this.#stats.continueWith(move.media);
      this.#flow.start(move.media);
      this.#applyMove(move.node, move.decisionId);
    } else this.#move = undefined;
    this.#resolveReady(this.#media ?? oldMedia);
  }

  #applyMove(node: wire.Place.$Properties, decisionId: string): void {
    if (this.#placement === undefined) return;
    this.#placement = placementAt(this.#placement, node, decisionId);
    this.#o.events.emit('moved', this.#placement);
    this.#o.events.emit('placementChanged', this.#placement);
  }

  /** Adopts a resumed session, which may be at another node if a move was under way when the socket was lost. */
  #adopt(joined: wire.Joined): void {
    const transportId = joined.sendTransport?.id ?? '';
    this.#settleMove(this.#move?.media.has(transportId) === true);
    if (this.#move?.isLeaving(transportId)) {
      this.#connection.mediaLost(new MeridianClientError('MEDIA_FAILED', 'the move was taken back'));
      return;
    }
    this.#stats.resumed();
    this.#applyJoined(joined);
    this.#roster.replace(snapshotOfJoined(joined), true);
    this.#inBackground(this.#subscribing.reconcile(this.#inbound.subscriptions(joined.subscriptions)));
    this.#publishing.resync();
    this.#preferences.flush();
    this.#media?.signalingBack();
  }

  #applyJoined(joined: wire.Joined): void {
    this.#room = joined.room;
    const previousPlacement = this.#placement;
    const placement = placementOf(joined, previousPlacement);
    this.#placement = placement;
    this.posts.joined(joined, previousPlacement === undefined);
    this.#setLobby(emptyLobby); // the service sends the waiting participants again
    if (previousPlacement !== undefined && JSON.stringify(previousPlacement) !== JSON.stringify(placement))
      this.#o.events.emit('placementChanged', placement);
  }

  #setLobby(lobby: Lobby): void {
    if (lobby.waiters.length === 0 && this.#lobby.waiters.length === 0) return;
    this.#lobby = lobby;
    this.#o.events.emit('lobbyChanged', lobby.waiters);
  }

  #rightsChanged(self: ParticipantRow): void {
    const { local, events } = this.#o;
    applyRights(local, self, (trackId) => this.#publishing.onRemoved(trackId));
    if (!self.admin) this.#setLobby(emptyLobby);
    events.emit('rightsChanged', local.permissions, self.role);
  }

  #stopMedia(final: boolean): void {
    this.#stats.stop();
    this.#flow.stop();
    this.#preferences.close();
    this.#subscribing.mediaGone();
    this.#publishing.mediaGone();
    this.#move?.close();
    this.#move = undefined;
    this.#media?.close();
    this.#media = undefined;
    if (final) this.#subscribing.close();
  }

  /**
   * Announces new media when the browser begins to look for a path: the page's reaction keeps the main thread busy, and
   * the browser needs that thread first.
   */
  #announce(what: Announcement): void {
    this.#announcePending();
    const firstMedia = this.#firstMedia;
    this.#firstMedia = undefined;
    // Only tracks of an earlier session are published before the event; the first connect() publishes after it.
    if (what === 'reconnected') this.#resumePublishing();
    if (firstMedia === undefined || (what !== 'connected' && what !== 'reconnected')) {
      this.#announceNow(what);
      return;
    }
    this.#pendingAnnouncement = what;
    for (const step of firstMedia) this.#inBackground(step.then(() => this.#announcePending()));
  }

  #announcePending(): void {
    const what = this.#pendingAnnouncement;
    this.#pendingAnnouncement = undefined;
    if (what === undefined) return;
    this.#announceNow(what);
    for (const frame of this.#waitingFrames.splice(0)) this.#inbound.frame(frame);
  }

  #announceNow(what: Announcement): void {
    if (what === 'connected') this.#resumePublishing();
    this.#o.events.emit(what);
  }

  #resumePublishing(): void {
    const media = this.#media;
    if (media === undefined) return;
    if (this.#subscribers === undefined) this.#republish(media);
    else this.#inBackground(this.#publishRestricted(media));
  }

  /** Restricts subscribers before anything is published, because a new session is open to all again. */
  async #publishRestricted(media: MediaSession): Promise<void> {
    try {
      await this.setSubscribers(this.#subscribers);
    } catch (cause) {
      const error = asClientError(cause, 'INTERNAL');
      // The connection is lost again; the next reconnection sets the restriction.
      if (error.code === 'SOCKET_LOST' || error.code === 'NOT_CONNECTED') return;
      // Without the right to publish we have no subscribers to restrict.
      if (error.code !== 'NOT_PERMITTED') {
        this.#connection.mediaLost(error);
        return;
      }
    }
    this.#republish(media);
  }

  #republish(media: MediaSession): void {
    if (media !== this.#media) return;
    this.#resolveReady(media);
    this.#publishing.publishMissing();
  }

  #stateChanged(state: ConnState): void {
    if (state === 'resuming' || state === 'rejoining') this.#resetReady();
    this.#o.stateChanged(publicState(state));
  }

  #end(reason: DisconnectReason, error: MeridianClientError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pendingAnnouncement = undefined;
    this.#waitingFrames = [];
    this.#closeTrial();
    this.#o.ahead.warm?.close();
    const cause = error ?? new MeridianClientError('CONNECTION_CLOSED');
    this.#closing.reject(cause);
    this.#subscribing.close();
    this.#publishing.close(cause);
    this.#adaptive?.close();
    this.#preferences.close();
    this.#roster.clear();
    this.posts.close();
    this.#o.ended(reason, error);
  }

  #setSubscribed(trackId: string, subscribed: boolean): void {
    if (!subscribed) this.#subscribing.drop(trackId);
    const update = { trackId, subscribed, paused: false, priority: 0 };
    this.#connection.request({ updateSubscription: update }).catch((error: unknown) => {
      this.#inbound.subscriptionFailed(trackId, asClientError(error, 'INTERNAL'));
    });
  }

  #postPreference(trackId: string, preference: LayerPreference): boolean {
    const update = {
      trackId,
      subscribed: true,
      paused: preference.paused,
      ...(preference.spatialLayer === undefined ? {} : { spatialLayer: preference.spatialLayer }),
      ...(preference.temporalLayer === undefined ? {} : { temporalLayer: preference.temporalLayer }),
      priority: 0,
    };
    return this.#connection.post({ updateSubscription: update });
  }

  /** Reports a failure of `work` to the page, unless the room has been left. */
  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#ended) report(error);
    });
  }
}

function publicState(state: ConnState): ConnectionState {
  const table: Record<ConnState, ConnectionState> = {
    disconnected: 'disconnected',
    entering: 'connecting',
    opening: 'connecting',
    joining: 'connecting',
    connected: 'connected',
    resuming: 'signalReconnecting',
    rejoining: 'reconnecting',
    preparing: 'connected',
    moving: 'connected',
    closed: 'disconnected',
  };
  return table[state];
}
