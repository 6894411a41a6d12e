// The public face: what an application holds. No protocol, no retry, no device code; it hands everything on.

import {
  asClientError,
  crowdPeopleOf,
  Emitter,
  fetchCandidates,
  MeridianClientError,
  openCandidate,
  readToken,
} from '@meridian/client';
import { emptyBoard, emptyParticipant } from '@meridian/protocol';
import { RoomActs } from './acts.ts';
import { Ahead } from './ahead.ts';
import { BreakOuts } from './break-outs.ts';
import { runCheck } from './check/run.ts';
import type { CheckOptions, CheckReport } from './check/types.ts';
import { SiteTimer } from './connection/site-timer.ts';
import { Engine } from './engine.ts';
import type { RoomEventMap } from './events.ts';
import { listDevices } from './media/devices.ts';
import { Playback } from './media/playback.ts';
import { isBrowserSupported, prepareAhead } from './media/preparation.ts';
import { OwnTracks } from './own-tracks.ts';
import { watchPage } from './page-watch.ts';
import { LocalParticipant, type LocalPort } from './participants/local-participant.ts';
import type { Participant } from './participants/participant.ts';
import type { RemoteParticipant } from './participants/remote-participant.ts';
import { Rpc, type RpcHandler } from './rpc.ts';
import type {
  Board,
  BreakOut,
  ConnectionState,
  ConnectOptions,
  CrowdHand,
  CrowdPeople,
  DisconnectReason,
  JoinTimings,
  Placement,
  PlacementExplanation,
  Post,
  PostOptions,
  PrepareOptions,
  RoomKind,
  RoomOptions,
  RoomRecording,
  Route,
  StatsSummary,
  TokenSource,
  TrackSource,
  Waiter,
} from './types.ts';

/**
 * What an administrator may do to others, and to the room. Each rejects with NOT_PERMITTED, PARTICIPANT_UNKNOWN,
 * TRACK_UNKNOWN or NOT_CONNECTED.
 */
export interface RoomAdmin {
  /** Removes a participant; the same token does not come back for a minute. */
  kick(identity: string, reason?: string): Promise<void>;
  /** Mutes one track of a participant (default: the microphone). Only the participant itself can unmute it. */
  muteParticipant(identity: string, source?: TrackSource): Promise<void>;
  /**
   * Sets `room.metadata` for everybody; at most 16 KiB (REQUEST_INVALID). `expectedVersion`: only while
   * `room.metadataVersion` is this, else VERSION_CONFLICT; without it the last one to set it has it.
   */
  updateRoomMetadata(metadata: string, o?: { expectedVersion?: number }): Promise<void>;
}

export class Room extends Emitter<RoomEventMap> {
  readonly localParticipant: LocalParticipant;
  readonly performAdmin: RoomAdmin;
  /** What hosts do in the room, and everybody with the own hand. */
  readonly acts: RoomActs;
  readonly #options: RoomOptions;
  readonly #playback = new Playback({
    changed: (canPlay) => this.emit('audioPlaybackStatusChanged', canPlay),
    outputFailed: (error) => this.emit('mediaDevicesError', error, 'audiooutput'),
  });
  readonly #activeDevices = new Map<MediaDeviceKind, string>();
  readonly #ahead = new Ahead({
    prepareMedia: prepareAhead,
    fetchCandidates: ({ entryUrls, fromCity }, signal) => fetchCandidates(entryUrls, { fromCity, signal }),
    openSocket: (candidates, signal) => openCandidate(candidates, signal),
    timeSites: (candidates, token) => {
      const timer = new SiteTimer(
        () => candidates,
        () => false,
      ); // the Join tells what is known by then
      timer.begin(() => readToken(token));
      return timer;
    },
    now: () => performance.now(),
  });
  readonly #ownTracks: OwnTracks;
  readonly #breakOuts: BreakOuts<Room>;
  /** Of the last connect(). */
  #connectedTo: { readonly entryUrls: readonly string[]; readonly fromCity: string | undefined } = {
    entryUrls: [],
    fromCity: undefined,
  };
  readonly #rpc = new Rpc({
    send: async (sessionId, topic, payload) => await this.#connected().sendDataTo([sessionId], payload, { topic }),
    sessionOf: (identity) => this.remoteParticipants.get(identity)?.sessionId,
  });
  #engine: Engine | undefined;
  #state: ConnectionState = 'disconnected';
  #pageWatch: AbortController | undefined;

  constructor(options: RoomOptions = {}) {
    super();
    this.#options = options;
    this.localParticipant = new LocalParticipant({
      row: { ...emptyParticipant, tracks: [] },
      port: this.#localPort(),
      options,
    });
    this.#ownTracks = new OwnTracks({
      events: this,
      options,
      local: () => this.localParticipant,
      unpublish: async (publication) => await this.#engine?.publishing.unpublish(publication),
      deviceGone: (kind) => void this.#activeDevices.delete(kind),
    });
    this.#breakOuts = new BreakOuts({
      main: this,
      makeRoom: () => new Room(options),
      request: async (body) => await this.#connected().request(body),
      entryUrls: () => this.#connectedTo.entryUrls,
      fromCity: () => this.#connectedTo.fromCity,
      nowWallMs: () => Date.now(),
    });
    this.acts = new RoomActs({
      request: async (body) => await this.#connected().request(body),
    });
    this.performAdmin = {
      kick: async (identity, reason) => {
        const { sessionId } = this.#remote(identity);
        await this.#connected().request({ kick: { sessionId, reason: reason ?? '' } });
      },
      muteParticipant: async (identity, source = 'microphone') => {
        const participant = this.#remote(identity);
        const publication = participant.getTrackPublication(source);
        if (publication === undefined) throw new MeridianClientError('TRACK_UNKNOWN', `${identity} has no ${source}`);
        await this.#connected().request({
          muteParticipant: { sessionId: participant.sessionId, trackId: publication.trackId },
        });
      },
      updateRoomMetadata: async (metadata, { expectedVersion } = {}) => {
        await this.#connected().request({ updateRoom: { metadata, expectedVersion: expectedVersion ?? null } });
      },
    };
  }

  /** Whether this browser can take part. */
  static get isSupported(): boolean {
    return isBrowserSupported();
  }

  /** Devices of a kind, or all. Rejects with DEVICE_*. */
  static getLocalDevices(kind?: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
    return listDevices(kind);
  }

  /**
   * Tries, before a meeting and without entering it, camera and microphone, the way to the service, and media by UDP,
   * TCP and TLS to the media node that a call would have; measures what can be sent and received. Any token that may
   * join will do. Under 20 s, except while a person is asked for a device; what it opens is closed when it settles.
   * Whatever is found is in the report. Rejects with TOKEN_*, NOT_PERMITTED, FENCE_CONFLICT, ARGUMENT_INVALID,
   * CITY_UNKNOWN, and with CONNECT_ABORTED when `options.signal` gives it up.
   */
  static async check(
    entryUrl: string | readonly string[],
    token: TokenSource,
    options: CheckOptions = {},
  ): Promise<CheckReport> {
    return await runCheck(addressesOf(entryUrl), token, options);
  }

  get state(): ConnectionState {
    return this.#state;
  }
  /** The room's name, as the service says it; '' before the connection. */
  get name(): string {
    return this.#engine?.roomName ?? '';
  }
  /** What an administrator has written down for everybody in the room; '' before anybody does. */
  get metadata(): string {
    return this.#engine?.roster.roster.info.metadata ?? '';
  }
  /** One more with every change of `metadata`; 0 before the first. */
  get metadataVersion(): number {
    return this.#engine?.roster.roster.info.version ?? 0;
  }
  /** Of this life of the room, from its first person until it is over; '' before the connection. */
  get sid(): string {
    return this.#engine?.roster.roster.info.sid ?? '';
  }
  /** Only hosts and cohosts can come in. */
  get isLocked(): boolean {
    return this.#engine?.roster.roster.info.locked ?? false;
  }
  /** Participants that come wait until a host lets them in. */
  get hasLobby(): boolean {
    return this.#engine?.roster.roster.info.lobby ?? false;
  }
  /** Identities that everybody sees large, the first largest. */
  get spotlight(): readonly string[] {
    return this.#engine?.roster.roster.info.spotlight ?? [];
  }
  /** What is recorded of the room, or waits for a recorder: every participant sees it. */
  get recordings(): readonly RoomRecording[] {
    return this.#engine?.roster.recordings ?? [];
  }
  /** Rooms beside this one, for some of its participants (docs/rooms.md, "Break-out rooms"). */
  get breakOuts(): readonly BreakOut[] {
    return this.#engine?.roster.breakOuts ?? [];
  }
  /** The one that we belong to. */
  get ownBreakOut(): BreakOut | undefined {
    return this.breakOuts.find(({ identities }) => identities.includes(this.localParticipant.identity));
  }
  /** The room of the break-out that we are in, beside this one. */
  get breakOutRoom(): Room | undefined {
    return this.#breakOuts.room;
  }
  /** Of a booked meeting its title; '': none. */
  get title(): string {
    return this.#engine?.roster.roster.info.title ?? '';
  }
  /** The booked end, milliseconds since 1970; 0: none. */
  get endsAtMs(): number {
    return this.#engine?.roster.roster.info.endsWallMs ?? 0;
  }
  /** The participants that wait in front of the room, longest first, for hosts and cohosts; a hundred at most. */
  get waiters(): readonly Waiter[] {
    return this.#engine?.lobby.waiters ?? [];
  }
  /** The number of all that wait, for hosts and cohosts. */
  get waiterCount(): number {
    const lobby = this.#engine?.lobby;
    return lobby === undefined ? 0 : lobby.waiters.length + lobby.more;
  }
  /**
   * How many watch by gateways, by protocol (`hls`), whether they are participants or not; and of the crowd of a show
   * by WebRTC (`webrtc`), and with signaling alone (`show`), who play by a gateway too.
   */
  get viewers(): ReadonlyMap<string, number> {
    return this.#engine?.roster.roster.viewers ?? new Map();
  }
  /** `show`: a stage and a crowd; '': a meeting. */
  get kind(): RoomKind {
    return this.#engine?.roster.roster.info.kind ?? '';
  }
  /** We watch a show without being a participant. */
  get isCrowd(): boolean {
    return this.#engine?.crowd.isIn ?? false;
  }
  /** Who of the crowd would like to be on the stage, longest first, for hosts and cohosts; a hundred at most. */
  get crowdHands(): readonly CrowdHand[] {
    return this.#engine?.crowd.hands.hands ?? [];
  }
  /** The last posts, oldest first; 500 at most (docs/shows.md). */
  get posts(): readonly Post[] {
    return this.#engine?.posts.list ?? [];
  }
  /** Questions, polls, and totals of reactions. */
  get board(): Board {
    return this.#engine?.posts.board ?? emptyBoard;
  }
  /** The others, by identity. */
  get remoteParticipants(): ReadonlyMap<string, RemoteParticipant> {
    return this.#engine?.roster.participants ?? new Map();
  }
  /** The participants that speak now, loudest first; ourselves too. */
  get activeSpeakers(): readonly Participant[] {
    return this.#engine?.roster.speakers ?? [];
  }
  /** Where the scheduling centre put us. */
  get placement(): Placement | undefined {
    return this.#engine?.placement;
  }
  /** How the last connect() went, step by step. */
  get joinTimings(): JoinTimings | undefined {
    return this.#engine?.timings;
  }
  /** False while the browser waits for a user gesture before it plays sound. */
  get canPlaybackAudio(): boolean {
    return this.#playback.canPlay;
  }

  /**
   * Does ahead what connect() to the same address needs: device, certificates, the entry's answer (good for a minute);
   * with `token` also round trips to the instances near by, which go on in the background. With `openSocket` also a
   * socket, kept for 4 s and opened at most twice a minute: call it so when the user is about to join. Resolves when
   * all is done or has failed and never rejects: connect() does what is missing, and reports what is wrong. What the
   * service itself refuses for good (CITY_UNKNOWN) is resolved with: connect() would reject with it, and for a minute
   * nothing more is asked ahead. Idempotent; ended by connect(), which takes it over, and disconnect().
   */
  async prepareConnection(
    entryUrl: string | readonly string[],
    options: PrepareOptions = {},
  ): Promise<MeridianClientError | undefined> {
    if (this.#engine !== undefined) return undefined;
    const target = { entryUrls: addressesOf(entryUrl), fromCity: options.fromCity };
    return await this.#ahead.prepare(target, { openSocket: options.openSocket ?? false, token: options.token });
  }

  /**
   * Connects and joins; resolves when the room is joined. `entryUrl` is the http(s) address of any signaling host, or
   * several to try one after another. A token function is asked for a fresh token before every attempt. In front of a
   * room that a host has to let us into it goes on as long as that takes: the event `Waiting` says so, and
   * disconnect() ends it. Rejects with TOKEN_*, ROOM_FULL, ROOM_LOCKED, NOT_ADMITTED, ENTRY_UNREACHABLE, SOCKET_FAILED,
   * ALREADY_CONNECTED, …
   */
  async connect(entryUrl: string | readonly string[], token: TokenSource, options: ConnectOptions = {}): Promise<void> {
    if (this.#engine !== undefined) throw new MeridianClientError('ALREADY_CONNECTED');
    options.signal?.throwIfAborted();
    const entryUrls = addressesOf(entryUrl);
    this.#connectedTo = { entryUrls, fromCity: options.fromCity };
    const engine = new Engine({
      entryUrls,
      token,
      connect: options,
      ahead: this.#ahead.take({ entryUrls, fromCity: options.fromCity }),
      room: this.#options,
      local: this.localParticipant,
      events: this,
      stateChanged: (state) => this.#setState(state),
      ended: (reason, error) => this.#ended(engine, reason, error),
      playback: this.#playback,
      rpc: this.#rpc,
    });
    this.#engine = engine;
    this.#watchPage(engine);
    const abort = (): void => engine.close('CONNECT_ABORTED', new MeridianClientError('CONNECT_ABORTED'));
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      // The devices open while the connection is made; their failures are events, for the room is joined without
      // them.
      this.#ownTracks.openWanted(options, () => engine === this.#engine);
      await engine.open();
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  }

  /**
   * Leaves at once; idempotent. Camera and microphone are stopped unless the room was made with
   * stopLocalTracksOnDisconnect false.
   */
  async disconnect(): Promise<void> {
    this.#ahead.cancel();
    this.#engine?.close('CLIENT_INITIATED');
  }

  /** Devices of a kind, or all. Rejects with DEVICE_*. */
  getDevices(kind?: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
    return listDevices(kind);
  }

  /** Uses another camera, microphone or loudspeaker, now and from now on. Rejects with DEVICE_*. */
  async switchActiveDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    if (kind === 'audiooutput') {
      await this.#playback.useOutput(deviceId);
    } else {
      const source = kind === 'videoinput' ? 'camera' : 'microphone';
      await this.localParticipant.getTrackPublication(source)?.track.switchDevice(deviceId);
      this.localParticipant.useDevice(kind, deviceId);
    }
    this.#activeDevices.set(kind, deviceId);
    this.emit('activeDeviceChanged', kind, deviceId);
    void this.#noteDevice(kind, deviceId);
  }

  /** The device chosen by switchActiveDevice, or the one in use. */
  getActiveDevice(kind: MediaDeviceKind): string | undefined {
    const source = kind === 'videoinput' ? 'camera' : 'microphone';
    const inUse =
      kind === 'audiooutput' ? undefined : this.localParticipant.getTrackPublication(source)?.track.deviceId;
    return this.#activeDevices.get(kind) ?? inUse;
  }

  /** Plays the sound that the browser held back; call it in a click. Resolves with canPlaybackAudio. */
  async startAudio(): Promise<boolean> {
    return await this.#playback.start();
  }

  /** Ourselves or another; undefined: no participant of that identity is here. */
  getParticipantByIdentity(identity: string): Participant | undefined {
    const { localParticipant } = this;
    return localParticipant.identity === identity && identity !== ''
      ? localParticipant
      : this.remoteParticipants.get(identity);
  }

  /**
   * Others may call this method of ours (LocalParticipant.performRpc); in place of one of that name. Stays over
   * connections. What `handler` throws fails the call: an RpcError with its code, anything else as ApplicationError.
   * Throws ARGUMENT_INVALID.
   */
  registerRpcMethod(method: string, handler: RpcHandler): void {
    this.#rpc.register(method, handler);
  }

  /** Idempotent. */
  unregisterRpcMethod(method: string): void {
    this.#rpc.unregister(method);
  }

  /**
   * Posts to all; resolves with the post. Rejects with REQUEST_INVALID, NOT_PERMITTED (also while posts are muted),
   * POST_REFUSED, RATE_LIMITED or OVERLOADED (`retryAfterMs`), QUOTA_EXCEEDED, NOT_CONNECTED.
   */
  async sendPost(post: PostOptions): Promise<Post> {
    return await this.#connected().posts.send(post);
  }

  /** Counts a reaction, for all to see; those of 0.3 s are sent together. Nothing happens without a connection. */
  react(name = 'like'): void {
    this.#engine?.posts.react(name);
  }

  /**
   * For a question of `room.board`, once. Rejects with POST_UNKNOWN; OUT_OF_ORDER when it has been answered;
   * QUOTA_EXCEEDED when the room takes no more votes.
   */
  async voteQuestion(postId: string): Promise<void> {
    await this.#connected().request({ sendVote: { postId } });
  }

  /**
   * Options of a poll by number from 0, in place of those before; none: the vote is taken back. Rejects with
   * OUT_OF_ORDER when it is closed; QUOTA_EXCEEDED when the room takes no more votes.
   */
  async votePoll(pollId: string, options: readonly number[]): Promise<void> {
    await this.#connected().request({ sendVote: { pollId, options: [...options] } });
  }

  /**
   * Enters a break-out of `room.breakOuts` that we belong to (hosts and cohosts: any), in place of another. Resolves
   * with its room, which is a room as this one; camera and microphone are on there if they are on here, unless
   * `options` says otherwise. Until `breakOutEnded` what we publish here is muted, and no media are received here;
   * what is muted there when it ends stays muted here. Our attribute `breakout` is its name.
   * Rejects with BREAK_OUT_CLOSED, NOT_PERMITTED, NOT_CONNECTED, and as connect().
   */
  async enterBreakOut(breakOutId: string, options: ConnectOptions = {}): Promise<Room> {
    this.#connected();
    return await this.#breakOuts.enter(breakOutId, options);
  }

  /** Back from the break-out; idempotent. */
  async leaveBreakOut(): Promise<void> {
    await this.#breakOuts.leave();
  }

  /** The route of each remote participant's media to us. */
  routes(): Route[] {
    const own = this.placement?.nodeId ?? '';
    return [...this.remoteParticipants.values()].map((participant) => ({
      identity: participant.identity,
      nodes: participant.nodeId === own ? [own] : [participant.nodeId, own],
    }));
  }

  /**
   * Why we were placed where we are: asked of the scheduling centre, which writes the explanation when it is asked
   * (after a move, those of the move). A decision stays as it is, so once is enough; more than a few times a minute
   * rejects with RATE_LIMITED. Rejects with DECISION_UNKNOWN when it is too old, or was made without the centre; with
   * CENTRE_UNREACHABLE while the centre is away; with NOT_CONNECTED.
   */
  async explainPlacement(): Promise<PlacementExplanation> {
    return await this.#connected().explainPlacement();
  }

  /** Of the crowd: says to the hosts that we would like to be on the stage, or no more. QUOTA_EXCEEDED. */
  async raiseHand(raised = true): Promise<void> {
    await this.#connected().request({ raiseHand: { raised } });
  }

  /**
   * Onto the stage, to which a host has called us (`ConnectOptions.stage`): joins anew as a participant, while what
   * plays goes on; the event `CrowdChanged` says that we are there. Who was not called stays in the crowd. Nothing
   * happens on the stage. Throws NOT_CONNECTED.
   */
  goOnStage(): void {
    this.#connected().crowd.goOnStage();
  }

  /** Off the stage: we watch again. Rejects with REQUEST_INVALID for hosts, and in a room that is no show. */
  async leaveStage(): Promise<void> {
    await this.acts.stage(this.localParticipant.identity, false);
  }

  /**
   * People of the crowd whose names begin with `prefix`, a page at a time, for hosts and cohosts: `after` is `next` of
   * the page before. Rejects with NOT_PERMITTED, NOT_CONNECTED.
   */
  async crowdPeople(o: { prefix?: string; after?: string; limit?: number } = {}): Promise<CrowdPeople> {
    const { prefix = '', after = '', limit = 0 } = o;
    const { crowdPeople } = await this.#connected().request({ crowdPage: { prefix, afterIdentity: after, limit } });
    return crowdPeopleOf(crowdPeople);
  }

  /** What was measured in the last two seconds; undefined before the first measurement. */
  getStatsSummary(): StatsSummary | undefined {
    return this.#engine?.statsSummary;
  }

  #connected(): Engine {
    if (this.#engine === undefined) throw new MeridianClientError('NOT_CONNECTED');
    return this.#engine;
  }

  #remote(identity: string): RemoteParticipant {
    const participant = this.remoteParticipants.get(identity);
    if (participant === undefined) throw new MeridianClientError('PARTICIPANT_UNKNOWN', identity);
    return participant;
  }

  #localPort(): LocalPort {
    return {
      publish: async (track, options) =>
        this.#connected().publishing.publish(
          this.#ownTracks.watch(track),
          this.localParticipant.publishOptions(options),
        ),
      unpublish: async (publication) => this.#connected().publishing.unpublish(publication),
      sendData: async (payload, options) => this.#connected().sendData(payload, options),
      performRpc: (call) => this.#rpc.perform(call),
      sendChat: async (text) => this.#connected().sendChat(text),
      updateSelf: async (change) => {
        await this.#connected().request({ updateSelf: change });
      },
      setSubscribers: async (allowed) => this.#connected().setSubscribers(allowed),
      deviceFailed: (error, kind) => this.emit('mediaDevicesError', error, kind),
    };
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('connectionStateChanged', state);
  }

  #ended(engine: Engine, reason: DisconnectReason, error: MeridianClientError | undefined): void {
    if (engine !== this.#engine) return;
    this.#engine = undefined;
    this.#pageWatch?.abort();
    this.#pageWatch = undefined;
    this.#playback.clear();
    for (const publication of [...this.localParticipant.trackPublications.values()]) {
      this.localParticipant.removePublication(publication.trackId);
      if (this.#options.stopLocalTracksOnDisconnect ?? true) publication.track.stop();
      this.emit('localTrackUnpublished', publication, this.localParticipant);
    }
    this.#setState('disconnected');
    this.emit('disconnected', reason, error);
  }

  /** Neither the timer of a reconnection nor two missed pings are waited for when the network or the page is back. */
  #watchPage(engine: Engine): void {
    this.#pageWatch?.abort();
    this.#pageWatch = new AbortController();
    const ports = {
      gone: () => engine.close('PAGE_HIDDEN'),
      back: (anew: boolean) => engine.nudge(anew),
      devicesChanged: () => this.#devicesChanged(),
      happened: (kind: string, detail: string) => engine.happened(kind, '', detail),
    };
    watchPage(ports, this.#pageWatch.signal);
  }

  /** For the statistics: another device is used, by its label. */
  async #noteDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    const devices = await listDevices(kind).catch(() => []);
    const label = devices.find((device) => device.deviceId === deviceId)?.label ?? '';
    this.#engine?.happened('device', deviceWords[kind], label);
  }

  #devicesChanged(): void {
    this.emit('mediaDevicesChanged');
    this.#keepOutput().catch((error: unknown) =>
      this.emit('mediaDevicesError', asClientError(error, 'DEVICE_FAILED'), 'audiooutput'),
    );
  }

  /** A loudspeaker that was unplugged plays nothing: sound goes on where the system says. */
  async #keepOutput(): Promise<void> {
    const { output } = this.#playback;
    if (output === '' || output === 'default') return;
    const present = await listDevices('audiooutput');
    if (present.some((device) => device.deviceId === output) || output !== this.#playback.output) return;
    await this.switchActiveDevice('audiooutput', '');
  }
}

const deviceWords = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'speaker' } as const;

/**
 * Pages without types take it from a query or a form, where it may be missing: then there are none, which connect()
 * refuses by name. One without a host is of the page's own.
 */
const addressesOf = (entryUrl: string | readonly string[] | undefined | null): readonly string[] =>
  (typeof entryUrl === 'string' ? [entryUrl] : (entryUrl ?? [])).map(absolute);

/** What is no address at all stays as it is; connect() says so. */
function absolute(url: string): string {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    return url;
  }
}
