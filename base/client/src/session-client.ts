// A stay of a participant, for programs with their own media or none: gateway, recorder, load generator, tests. It has
// the connection, the roster and typed requests; it resumes by itself after a lost socket, and rejoins when the session
// or its media is lost. RTP is up to the caller.
import {
  boardFromWire,
  type Endpoint,
  type ErrorCode,
  endpointToWire,
  participantFromWire,
  postFromWire,
  type RtpCapabilities,
  type RtpParameters,
  reactionsFromWire,
  rosterEventFromWire,
  rosterViewFromWire,
  routerConstant,
  rtpCapabilitiesToWire,
  rtpParametersToWire,
  sourceFromWire,
  type Track,
  trackToWire,
  viewersFromWire,
  type wire,
} from '@meridian/protocol';
import { Candidates } from './connection/candidates.ts';
import { type Announcement, Connection, type ConnectionPorts, moveLeft } from './connection/connection.ts';
import {
  lobbyOf,
  placementAt,
  placementOf,
  type SubscriptionRow,
  snapshotOfJoined,
  subscriptionRow,
} from './connection/convert.ts';
import type { JoinParts } from './connection/join.ts';
import type { Body, ServerFrame } from './connection/socket.ts';
import type { SocketSource } from './connection/socket-source.ts';
import { Throttle } from './connection/throttle.ts';
import { type PostsChange, RoomPosts } from './core/room-posts.ts';
import { Roster, type RosterDifference } from './core/roster.ts';
import { Emitter } from './emitter.ts';
import { asClientError, errorFromWire, MeridianClientError } from './errors.ts';
import type { SessionEventMap, SessionJoined, SessionMove } from './session-events.ts';
import type { Placement, TokenSource } from './types.ts';

export interface SessionClientOptions {
  /** Source of its sockets (`socketsOf`), which only this client uses and closes, or entry addresses. */
  readonly sockets: SocketSource | readonly string[];
  readonly token: TokenSource;
  /** Name of the program, for logs: `recorder/1.0`. */
  readonly sdk: string;
  /** RTP capabilities of the program; default: all that the service knows. */
  readonly capabilities?: RtpCapabilities;
  /** Without an endpoint nothing is sent in that direction. */
  readonly sendEndpoint?: Endpoint;
  readonly recvEndpoint?: Endpoint;
  /** True: nothing is received until updateSubscription requests it. Default false: all tracks are. */
  readonly manualSubscribe?: boolean;
  /** Protocol of the media, such as `rtmp`; accepted only from gateways and recorders over their links. */
  readonly protocol?: string;
  /** Development only: replaces the place of the client's address. */
  readonly fromCity?: string;
  /** Returns whether media flows: then a session survives minutes without a signaling node. Default: false. */
  hasMedia?(): boolean;
  /** Resolves when tracks are published at the new node as well, with the move's id. Without it moves are declined. */
  prepareMove?(move: SessionMove): Promise<void>;
  /** A first join is not retried: `connect` rejects with its error. Default false. */
  readonly isOnce?: boolean;
  /** Shared by clients that act together; default: its own. */
  readonly throttle?: Throttle;
}

export class SessionClient extends Emitter<SessionEventMap> {
  readonly #o: SessionClientOptions;
  readonly #connection: Connection;
  readonly #first = Promise.withResolvers<SessionJoined>();
  readonly roster = new Roster();
  readonly posts = new RoomPosts();
  #joined: SessionJoined | undefined;
  #changes: readonly RosterDifference[] = [];
  #move: wire.MoveParticipant.$Properties | undefined;
  #silentNodeId = '';

  constructor(o: SessionClientOptions) {
    super();
    this.#o = o;
    this.#first.promise.catch(() => undefined); // the caller of connect() gets the error
    const sockets = 'open' in o.sockets ? o.sockets : new Candidates({ entryUrls: o.sockets, fromCity: o.fromCity });
    const throttle = o.throttle ?? new Throttle(performance.now());
    this.#connection = new Connection({ sockets, token: o.token, throttle, isOnce: o.isOnce, ports: this.#ports() });
  }

  /** Last answer to a join, with its placement kept up to date; undefined before the first. */
  get session(): SessionJoined | undefined {
    return this.#joined;
  }
  /** Round trip of the signaling socket; 0 when unknown, and over links. */
  get signalRttMs(): number {
    return this.#connection.signalRttMs;
  }

  /** Joins, once, with retries where they may help; resolves with the first `joined`, or rejects. */
  connect(): Promise<SessionJoined> {
    this.#connection.open();
    return this.#first.promise;
  }

  leave(): void {
    this.#connection.close('CLIENT_INITIATED');
  }

  /** Replaces a session whose media is lost beyond repair, perhaps at another node. */
  mediaLost(error: MeridianClientError): void {
    this.#connection.mediaLost(error);
  }

  /** Replaces the session like `mediaLost`; the first try asks for another media node, since this one is silent. */
  nodeSilent(error: MeridianClientError): void {
    this.#silentNodeId = this.#joined?.placement.nodeId ?? '';
    this.mediaLost(error);
  }

  /** Publishes a track of the send transport; `moveId`: again, over that of a move. Rejects like `request`. */
  async publish(track: Omit<Track, 'nodeId'>, rtpParameters: RtpParameters, moveId = ''): Promise<void> {
    const row = trackToWire({ ...track, nodeId: '' });
    await this.request({ publish: { track: row, rtpParameters: rtpParametersToWire(rtpParameters), moveId } });
  }
  async unpublish(trackId: string): Promise<void> {
    await this.request({ unpublish: { trackId } });
  }
  async setTrackMuted(trackId: string, muted: boolean): Promise<void> {
    await this.request({ setTrackMuted: { trackId, muted } });
  }
  async refuseRendition(trackId: string, mimeType: string, code: ErrorCode): Promise<void> {
    await this.request({ renditionRefused: { trackId, mimeType, code } });
  }
  async updateSubscription(update: wire.UpdateSubscription.$Properties): Promise<void> {
    await this.request({ updateSubscription: update });
  }
  /** Reports consumers that are set up: they begin with a key frame. */
  async subscriptionsReady(consumerIds: readonly string[]): Promise<void> {
    await this.request({ subscriptionsReady: { consumerIds: [...consumerIds] } });
  }
  /** Sends data to all others, or only to `destinationSessionIds`. A lossy message may be dropped without an error. */
  async sendData(data: wire.SendData.$Properties): Promise<void> {
    if (data.lossy === true) this.#connection.postLossy({ sendData: data });
    else await this.request({ sendData: data });
  }
  async updateSelf(change: wire.UpdateSelf.$Properties): Promise<void> {
    await this.request({ updateSelf: change });
  }
  /** Sends an act of a host (docs/rooms.md). Rejects with NOT_PERMITTED, PARTICIPANT_UNKNOWN, …, and like `request`. */
  async act(act: wire.RoomAct.$Properties): Promise<void> {
    await this.request({ act });
  }
  /** Sends the fingerprint of a transport that was joined without one. */
  async connectTransport(transportId: string, fingerprint: wire.DtlsFingerprint.$Properties): Promise<void> {
    await this.request({ connectTransport: { transportId, fingerprint } });
  }
  /** Returns the rates of our tracks at the media node, in bit/s by track id. */
  async trackBitratesBps(): Promise<ReadonlyMap<string, number>> {
    const { ownTrackStats } = await this.request({ askTrackStats: {} });
    return new Map(ownTrackStats?.tracks?.map(({ trackId, bitrateBps }) => [trackId ?? '', bitrateBps ?? 0]));
  }
  /** Sends any other request. Rejects with the service's error, NOT_CONNECTED, or like SignalSocket.request. */
  request(body: Body): Promise<ServerFrame> {
    return this.#connection.request(body);
  }
  /** Sends a message without an answer; returns false without a session. */
  post(body: Body): boolean {
    return this.#connection.post(body);
  }

  #ports(): ConnectionPorts {
    return {
      joinParts: async () => this.#joinParts(),
      hasMedia: () => this.#o.hasMedia?.() ?? false,
      startMedia: (joined) => this.#take(joined),
      stopMedia: () => {
        this.#move = undefined;
      },
      adopt: (joined) => this.#adopt(joined),
      prepareMove: (move) => this.#prepareMove(move),
      settleMove: (made) => this.#settleMove(made),
      frame: (frame) => this.#frame(frame),
      waiting: (waiting) => this.emit('waiting', waiting),
      rejoinFailed: (error) => this.emit('rejoinFailed', error),
      announce: (what) => this.#announce(what),
      stateChanged: () => undefined,
      ended: (reason, error) => {
        this.#first.reject(error ?? new MeridianClientError('CONNECTION_CLOSED'));
        this.emit('disconnected', reason, error);
      },
    };
  }

  #joinParts(): JoinParts {
    const silentNodeId = this.#silentNodeId;
    this.#silentNodeId = '';
    const { sdk, capabilities, sendEndpoint, recvEndpoint, manualSubscribe, protocol, fromCity } = this.#o;
    return {
      sdk,
      routerVersion: routerConstant.version,
      recvRtpCapabilities: rtpCapabilitiesToWire(capabilities ?? routerConstant.capabilities),
      ...(sendEndpoint && { sendEndpoint: endpointToWire(sendEndpoint) }),
      ...(recvEndpoint && { recvEndpoint: endpointToWire(recvEndpoint) }),
      manualSubscribe: manualSubscribe ?? false,
      protocol: protocol ?? '',
      silentNodeId,
      fromCity: fromCity ?? '',
    };
  }

  #take(joined: wire.Joined): void {
    const isFirst = this.#joined === undefined;
    this.#joined = {
      sessionId: joined.sessionId,
      room: joined.room,
      resumed: joined.resumed,
      isElsewhere: joined.isElsewhere,
      placement: placementOf(joined, this.#joined?.placement),
      sendTransport: joined.sendTransport ?? undefined,
      recvTransport: joined.recvTransport ?? undefined,
      subscriptions: this.#subscriptions(joined.subscriptions),
    };
    this.#changes = this.roster.replace(snapshotOfJoined(joined));
    const posts = (joined.posts ?? []).map(postFromWire);
    const change = this.posts.joined(joined.roomInfo?.sid ?? '', posts, boardFromWire(joined.board));
    if (!isFirst) this.#emitPosts(change);
  }

  /** Takes over a resumed session, which may be at another node when the socket was lost during a move. */
  #adopt(joined: wire.Joined): void {
    const { sendTransport, recvTransport } = joined;
    this.#settleMove(isSame(this.#move, { sendTransport, recvTransport }));
    const isKnown = isSame(this.#joined, { sendTransport, recvTransport });
    this.#take(joined);
    if (!isKnown) this.#connection.mediaLost(new MeridianClientError('MEDIA_FAILED', 'the move was taken back'));
  }

  #announce(what: Announcement): void {
    if (what === 'signalReconnecting' || what === 'reconnecting') {
      this.emit('interrupted', what === 'reconnecting');
      return;
    }
    if (this.#joined === undefined) return;
    this.#first.resolve(this.#joined);
    this.emit('joined', this.#joined);
    if (what === 'reconnected') this.#emitRoster(this.#changes);
  }

  async #prepareMove(move: wire.MoveParticipant.$Properties): Promise<void> {
    this.#move = move;
    if (this.#o.prepareMove === undefined) throw new MeridianClientError('MEDIA_FAILED', 'this client does not move');
    await this.#o.prepareMove({
      moveId: move.moveId ?? '',
      sendTransport: move.sendTransport ?? undefined,
      recvTransport: move.recvTransport ?? undefined,
      subscriptions: this.#subscriptions(move.subscriptions),
    });
  }

  #settleMove(isMade: boolean): void {
    const [move, joined] = [this.#move, this.#joined];
    this.#move = undefined;
    if (move === undefined || joined === undefined) return;
    if (!isMade) {
      this.emit('moveGivenUp');
      return;
    }
    const placement: Placement = placementAt(joined.placement, move.node ?? {}, move.decisionId ?? '');
    const transports = {
      sendTransport: move.sendTransport ?? undefined,
      recvTransport: move.recvTransport ?? undefined,
    };
    this.#joined = { ...joined, ...transports, placement };
    this.emit('moved', placement);
  }

  /** Handles a frame that answers no request, and ignores one of a later version. */
  #frame(frame: ServerFrame): void {
    if (frame.roomEvents) this.#roomEvents(frame.roomEvents);
    else if (frame.rosterSnapshot) this.#snapshot(frame.rosterSnapshot);
    else if (frame.roomViewers) this.#emitRoster(this.roster.watched(viewersFromWire(frame.roomViewers)));
    else if (frame.subscriptionsAdded) this.#subscriptionsAdded(frame.subscriptionsAdded);
    else if (frame.subscriptionRemoved) {
      const { consumerId, trackId, reason } = frame.subscriptionRemoved;
      this.emit('subscriptionRemoved', consumerId ?? '', trackId ?? '', reason ?? '');
    } else if (frame.subscriptionState) this.#subscriptionState(frame.subscriptionState);
    else if (frame.layerDemand) {
      const { trackId, maxSpatialLayer, moveId, catchUp } = frame.layerDemand;
      this.emit('layerDemand', trackId ?? '', maxSpatialLayer ?? 0, moveId ?? '', catchUp ?? 0);
    } else if (frame.renditionRequest) {
      const { trackId, mimeType, isWanted } = frame.renditionRequest;
      this.emit('renditionRequest', trackId ?? '', mimeType ?? '', isWanted ?? false);
    } else if (frame.dataReceived) this.#data(frame.dataReceived);
    else if (frame.trackMoved) this.#trackMoved(frame.trackMoved);
    else if (frame.moveDone?.code === moveLeft) this.emit('oldNodeLeft');
    else if (frame.transportChanged) this.#transportChanged(frame.transportChanged);
    else if (frame.lobby) this.emit('lobbyChanged', lobbyOf(frame.lobby));
    else if (frame.unmuteAsked)
      this.emit('unmuteAsked', sourceFromWire(frame.unmuteAsked.source), frame.unmuteAsked.byIdentity ?? '');
    else if (frame.posts) this.#emitPosts(this.posts.take(postsChangeOf(frame.posts)));
    else if (frame.board) this.#emitBoard(this.posts.takeBoard(boardFromWire(frame.board)));
    else if (frame.reactions) this.#emitBoard(this.posts.takeReactions(reactionsFromWire(frame.reactions.totals)));
    else if (frame.rightsChanged) this.emit('rightsChanged', participantFromWire(frame.rightsChanged.self ?? {}));
  }

  #roomEvents({ roomEpoch, events }: wire.RoomEvents.$Properties): void {
    this.#emitRoster(this.roster.apply(roomEpoch ?? 0, (events ?? []).map(rosterEventFromWire)));
  }

  #snapshot(snapshot: wire.RosterSnapshot.$Properties): void {
    const { selfSessionId } = this.roster;
    this.#emitRoster(this.roster.replace({ ...rosterViewFromWire(snapshot), selfSessionId }));
  }

  #emitRoster(changes: readonly RosterDifference[]): void {
    if (changes.length > 0) this.emit('rosterChanged', changes);
  }

  #emitPosts(change: PostsChange): void {
    if (change.added.length + change.removedIds.length > 0) this.emit('posts', change);
  }

  #emitBoard(isChanged: boolean): void {
    if (isChanged) this.emit('board', this.posts.board);
  }

  /** Converts subscriptions; an unreadable one is emitted as failed and left out. */
  #subscriptions(list: wire.Subscription.$Properties[] | null | undefined): SubscriptionRow[] {
    return (list ?? []).flatMap((subscription) => {
      try {
        return [subscriptionRow(subscription)];
      } catch (error) {
        const failure = asClientError(error, 'RTP_PARAMETERS_INVALID');
        this.emit('subscriptionFailed', subscription.trackId ?? '', failure);
        return [];
      }
    });
  }

  #subscriptionsAdded({ subscriptions, failed }: wire.SubscriptionsAdded.$Properties): void {
    for (const { trackId, code, message } of failed ?? [])
      this.emit('subscriptionFailed', trackId ?? '', errorFromWire({ code: code ?? '', message: message ?? '' }));
    const rows = this.#subscriptions(subscriptions);
    if (rows.length > 0) this.emit('subscriptionsAdded', rows);
  }

  #subscriptionState(state: wire.SubscriptionState.$Properties): void {
    this.emit('subscriptionChanged', {
      consumerId: state.consumerId ?? '',
      trackId: state.trackId ?? '',
      producerPaused: state.producerPaused ?? false,
      spatialLayer: state.spatialLayer ?? undefined,
      temporalLayer: state.temporalLayer ?? undefined,
      pausedReason: state.pausedReason ?? '',
    });
  }

  #data(data: wire.DataReceived.$Properties): void {
    this.emit('data', {
      sessionId: data.sessionId ?? '',
      identity: data.identity ?? '',
      payload: data.payload ?? new Uint8Array(),
      topic: data.topic ?? '',
      lossy: data.lossy ?? false,
      wallMs: data.wallMs ?? 0,
    });
  }

  #trackMoved(moved: wire.TrackMoved.$Properties): void {
    const [row] = this.#subscriptions(moved.subscription == null ? [] : [moved.subscription]);
    if (row === undefined) return;
    const trackEpoch = moved.trackEpoch ?? row.trackEpoch;
    this.emit('subscriptionMoved', { ...row, trackEpoch }, moved.oldConsumerId ?? '');
  }

  #transportChanged({ transportId, state }: wire.TransportChanged.$Properties): void {
    const id = transportId ?? '';
    this.emit('transportChanged', id, state ?? '');
    const isOver = state === 'closed' || state === 'failed';
    if (isOver && (id === this.#joined?.sendTransport?.id || id === this.#joined?.recvTransport?.id))
      this.#connection.mediaLost(new MeridianClientError('MEDIA_FAILED', `the media node says: transport ${state}`));
  }
}

const postsChangeOf = ({ posts, removedIds, omitted }: wire.Posts.$Properties): PostsChange => ({
  added: (posts ?? []).map(postFromWire),
  removedIds: removedIds ?? [],
  omitted: omitted ?? 0,
});

interface Transports {
  readonly sendTransport?: wire.TransportInfo.$Properties | null | undefined;
  readonly recvTransport?: wire.TransportInfo.$Properties | null | undefined;
}
function isSame(a: Transports | undefined, b: Transports): boolean {
  if (a === undefined) return false;
  const idsOf = ({ sendTransport, recvTransport }: Transports): string =>
    JSON.stringify([sendTransport?.id ?? '', recvTransport?.id ?? '']);
  return idsOf(a) === idsOf(b);
}
