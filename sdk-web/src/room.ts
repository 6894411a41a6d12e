// The public object of an application. It delegates everything, and has no code for protocol, retries or devices.

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
import { Preparations } from './ahead.ts';
import { BreakOuts } from './break-outs.ts';
import { runCheck } from './check/run.ts';
import type { CheckOptions, CheckReport } from './check/types.ts';
import { SiteTimer } from './connection/site-timer.ts';
import { Engine } from './engine.ts';
import type { RoomEventMap } from './events.ts';
import { LocalTracksWatcher } from './local-tracks-watcher.ts';
import { listDevices } from './media/devices.ts';
import { Playback } from './media/playback.ts';
import { isBrowserSupported, prepareAhead } from './media/preparation.ts';
import { warm } from './media/warm.ts';
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

/** Acts of an administrator. Each rejects with NOT_PERMITTED, PARTICIPANT_UNKNOWN, TRACK_UNKNOWN or NOT_CONNECTED. */
export interface RoomAdmin {
  /** Removes a participant; the same token is refused for a minute. */
  kick(identity: string, reason?: string): Promise<void>;
  /** Mutes one track of a participant (default: the microphone). Only the participant itself can unmute it. */
  muteParticipant(identity: string, source?: TrackSource): Promise<void>;
  /**
   * Sets `room.metadata` for all; at most 16 KiB, else REQUEST_INVALID. With `expectedVersion`, rejects with
   * VERSION_CONFLICT unless `room.metadataVersion` is this; without it, the last writer wins.
   */
  updateRoomMetadata(metadata: string, o?: { expectedVersion?: number }): Promise<void>;
}

export class Room extends Emitter<RoomEventMap> {
  readonly localParticipant: LocalParticipant;
  readonly performAdmin: RoomAdmin;
  /** Acts of hosts and cohosts, and our own hand. */
  readonly acts: RoomActs;
  readonly #options: RoomOptions;
  readonly #playback = new Playback({
    changed: (canPlay) => this.emit('audioPlaybackStatusChanged', canPlay),
    outputFailed: (error) => this.emit('mediaDevicesError', error, 'audiooutput'),
  });
  readonly #activeDevices = new Map<MediaDeviceKind, string>();
  readonly #preparations = new Preparations({
    prepareMedia: prepareAhead,
    fetchCandidates: ({ entryUrls, fromCity }, signal) => fetchCandidates(entryUrls, { fromCity, signal }),
    openSocket: (candidates, signal) => openCandidate(candidates, signal),
    timeSites: (candidates, token) => {
      const timer = new SiteTimer(
        () => candidates,
        () => false,
      ); // the Join reports the times known by then
      timer.timeEntrySites(() => readToken(token));
      return timer;
    },
    warm,
    now: () => performance.now(),
  });
  readonly #ownTracks: LocalTracksWatcher;
  readonly #breakOuts: BreakOuts<Room>;
  #target: { readonly entryUrls: readonly string[]; readonly fromCity: string | undefined } = {
    entryUrls: [],
    fromCity: undefined,
  };
  readonly #rpc = new Rpc({
    send: async (sessionId, topic, payload) => await this.#connected().sendDataTo([sessionId], payload, { topic }),
    participant: (identity) => this.remoteParticipants.get(identity),
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
    this.#ownTracks = new LocalTracksWatcher({
      events: this,
      options,
      local: () => this.localParticipant,
      unpublish: async (track) => await this.#engine?.publishing.unpublish(track),
      deviceGone: (kind) => void this.#activeDevices.delete(kind),
    });
    this.#breakOuts = new BreakOuts({
      main: this,
      makeRoom: () => new Room(options),
      request: async (body) => await this.#connected().request(body),
      entryUrls: () => this.#target.entryUrls,
      fromCity: () => this.#target.fromCity,
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

  /** True when this browser can take part in a room. */
  static get isSupported(): boolean {
    return isBrowserSupported();
  }

  /** Returns the devices of a kind, or all. Rejects with DEVICE_*. */
  static getLocalDevices(kind?: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
    return listDevices(kind);
  }

  /**
   * Checks, before a meeting and without entering it: camera and microphone, the connection to the service, and media
   * by UDP, TCP and TLS to the media node that a call would get, with the rates that can be sent and received. Accepts
   * any token that may join. Takes under 20 s, except while the user is asked for a device, and closes everything that
   * it opens. All findings are in the report. Rejects with TOKEN_*, NOT_PERMITTED, FENCE_CONFLICT, ARGUMENT_INVALID,
   * CITY_UNKNOWN, and with CONNECT_ABORTED after `options.signal`.
   */
  static async check(
    entryUrl: string | readonly string[],
    token: TokenSource,
    options: CheckOptions = {},
  ): Promise<CheckReport> {
    return await runCheck(entryUrlsOf(entryUrl), token, options);
  }

  get state(): ConnectionState {
    return this.#state;
  }
  /** Name of the room from the service; '' before the connection. */
  get name(): string {
    return this.#engine?.roomName ?? '';
  }
  /** Text that an administrator has set for the room; '' by default. */
  get metadata(): string {
    return this.#engine?.roster.roster.info.metadata ?? '';
  }
  /** Number of changes of `metadata`. */
  get metadataVersion(): number {
    return this.#engine?.roster.roster.info.version ?? 0;
  }
  /** Id of this life of the room, from its first participant until its end; '' before the connection. */
  get sid(): string {
    return this.#engine?.roster.roster.info.sid ?? '';
  }
  /** When true, only hosts and cohosts can join. */
  get isLocked(): boolean {
    return this.#engine?.roster.roster.info.locked ?? false;
  }
  /** When true, participants wait until a host admits them. */
  get hasLobby(): boolean {
    return this.#engine?.roster.roster.info.lobby ?? false;
  }
  /** Identities that all participants see large, the first largest. */
  get spotlight(): readonly string[] {
    return this.#engine?.roster.roster.info.spotlight ?? [];
  }
  /** Recordings of the room that run or wait for a recorder, visible to every participant. */
  get recordings(): readonly RoomRecording[] {
    return this.#engine?.roster.recordings ?? [];
  }
  /** Break-out rooms of this room (docs/rooms.md, "Break-out rooms"). */
  get breakOuts(): readonly BreakOut[] {
    return this.#engine?.roster.breakOuts ?? [];
  }
  /** The break-out to which we are assigned. */
  get ownBreakOut(): BreakOut | undefined {
    return this.breakOuts.find(({ identities }) => identities.includes(this.localParticipant.identity));
  }
  /** The `Room` of the break-out that we are in, besides this one. */
  get breakOutRoom(): Room | undefined {
    return this.#breakOuts.room;
  }
  /** Title of a booked meeting; '': none. */
  get title(): string {
    return this.#engine?.roster.roster.info.title ?? '';
  }
  /** Booked end, milliseconds since 1970; 0: none. */
  get endsAtMs(): number {
    return this.#engine?.roster.roster.info.endsWallMs ?? 0;
  }
  /** Participants that wait in the lobby, longest wait first, for hosts and cohosts; at most a hundred. */
  get waiters(): readonly Waiter[] {
    return this.#engine?.lobby.waiters ?? [];
  }
  /** Number of all waiting participants, for hosts and cohosts. */
  get waiterCount(): number {
    const lobby = this.#engine?.lobby;
    return lobby === undefined ? 0 : lobby.waiters.length + lobby.more;
  }
  /**
   * Numbers of viewers by protocol. Viewers at gateways count by their protocol (`hls`), participants included. In the
   * crowd of a show, viewers by WebRTC count as `webrtc`, and viewers without media, who play from a gateway, as
   * `show`.
   */
  get viewers(): ReadonlyMap<string, number> {
    return this.#engine?.roster.roster.viewers ?? new Map();
  }
  /** `show`: a stage and a crowd; '': a meeting. */
  get kind(): RoomKind {
    return this.#engine?.roster.roster.info.kind ?? '';
  }
  /** True when we watch a show without being a participant. */
  get isCrowd(): boolean {
    return this.#engine?.crowd.isIn ?? false;
  }
  /**
   * Viewers of the crowd with a raised hand, longest first, for hosts and cohosts; at most a hundred.
   */
  get crowdHands(): readonly CrowdHand[] {
    return this.#engine?.crowd.hands.hands ?? [];
  }
  /** Latest posts, oldest first; at most 500 (docs/shows.md). */
  get posts(): readonly Post[] {
    return this.#engine?.posts.list ?? [];
  }
  /** Questions, polls, and totals of reactions. */
  get board(): Board {
    return this.#engine?.posts.board ?? emptyBoard;
  }
  /** Remote participants by identity. */
  get remoteParticipants(): ReadonlyMap<string, RemoteParticipant> {
    return this.#engine?.roster.participants ?? new Map();
  }
  /** Participants that speak now, loudest first; ourselves included. */
  get activeSpeakers(): readonly Participant[] {
    return this.#engine?.roster.speakers ?? [];
  }
  /** Where the scheduling centre has placed us. */
  get placement(): Placement | undefined {
    return this.#engine?.placement;
  }
  /** Durations of the steps of the last connect(). */
  get joinTimings(): JoinTimings | undefined {
    return this.#engine?.timings;
  }
  /** False while the browser waits for a user gesture before it plays audio. */
  get canPlaybackAudio(): boolean {
    return this.#playback.canPlay;
  }

  /**
   * Prepares a later connect() to the same address: device, certificates, and the entry's answer, which stays valid for
   * a minute. With `token` it also measures round trips to nearby instances, in the background, and connects to the
   * media node for a minute (`warm`). With `openSocket` it also opens a socket for 4 s: use it when the user is about
   * to join. A socket opens at most twice a minute. Resolves when all is done or has failed; never rejects, because
   * connect() does the rest and reports errors. Resolves with a permanent refusal of the service (CITY_UNKNOWN), with
   * which connect() would reject; nothing more is prepared then for a minute. Idempotent; connect(), which takes the
   * preparation over, and disconnect() end it.
   */
  async prepareConnection(
    entryUrl: string | readonly string[],
    options: PrepareOptions = {},
  ): Promise<MeridianClientError | undefined> {
    if (this.#engine !== undefined) return undefined;
    const target = { entryUrls: entryUrlsOf(entryUrl), fromCity: options.fromCity };
    const { openSocket = false, token, warm = true } = options;
    return await this.#preparations.prepare(target, { openSocket, token, warm: warm && mayWarm() });
  }

  /**
   * Connects and joins; resolves when the room is joined. `entryUrl` is the http(s) address of any signaling host, or
   * several to try one after another. A token function is called for a fresh token before every attempt. In a lobby it
   * waits for the host without a limit, and emits `Waiting`; disconnect() ends the wait. Rejects with TOKEN_*,
   * ROOM_FULL, ROOM_LOCKED, NOT_ADMITTED, ENTRY_UNREACHABLE, SOCKET_FAILED, ALREADY_CONNECTED, …
   */
  async connect(entryUrl: string | readonly string[], token: TokenSource, options: ConnectOptions = {}): Promise<void> {
    if (this.#engine !== undefined) throw new MeridianClientError('ALREADY_CONNECTED');
    options.signal?.throwIfAborted();
    const entryUrls = entryUrlsOf(entryUrl);
    this.#target = { entryUrls, fromCity: options.fromCity };
    const engine = new Engine({
      entryUrls,
      token,
      connect: options,
      ahead: this.#preparations.take({ entryUrls, fromCity: options.fromCity }),
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
      // The devices open while the connection is made; their failures are events, because the room is joined without
      // them.
      this.#ownTracks.openInitial(options, () => engine === this.#engine);
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
    this.#preparations.cancel();
    this.#engine?.close('CLIENT_INITIATED');
  }

  /** Returns the devices of a kind, or all. Rejects with DEVICE_*. */
  getDevices(kind?: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
    return listDevices(kind);
  }

  /** Uses another camera, microphone or loudspeaker from now on. Rejects with DEVICE_*. */
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
    void this.#recordDevice(kind, deviceId);
  }

  /** Returns the device chosen by switchActiveDevice, or the one in use. */
  getActiveDevice(kind: MediaDeviceKind): string | undefined {
    const source = kind === 'videoinput' ? 'camera' : 'microphone';
    const inUse =
      kind === 'audiooutput' ? undefined : this.localParticipant.getTrackPublication(source)?.track.deviceId;
    return this.#activeDevices.get(kind) ?? inUse;
  }

  /** Plays the audio that the browser has blocked; to be called in a click. Resolves with canPlaybackAudio. */
  async startAudio(): Promise<boolean> {
    return await this.#playback.start();
  }

  /** Returns ourselves or a remote participant; undefined when no participant has that identity. */
  getParticipantByIdentity(identity: string): Participant | undefined {
    const { localParticipant } = this;
    return localParticipant.identity === identity && identity !== ''
      ? localParticipant
      : this.remoteParticipants.get(identity);
  }

  /**
   * Lets others call this method of ours (LocalParticipant.performRpc); replaces a method of that name. Survives
   * reconnections. An error of `handler` fails the call: an RpcError with its code, any other as ApplicationError.
   * Throws ARGUMENT_INVALID.
   */
  registerRpcMethod(method: string, handler: RpcHandler): void {
    this.#rpc.register(method, handler);
  }

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

  /** Counts a reaction for all to see; reactions within 0.3 s are sent together. Does nothing without a connection. */
  react(name = 'like'): void {
    this.#engine?.posts.react(name);
  }

  /**
   * Votes for a question of `room.board`, once. Rejects with POST_UNKNOWN; OUT_OF_ORDER when it has been answered;
   * QUOTA_EXCEEDED when the room accepts no more votes.
   */
  async voteQuestion(postId: string): Promise<void> {
    await this.#connected().request({ sendVote: { postId } });
  }

  /**
   * Votes for options of a poll, numbered from 0, in place of our earlier vote; an empty list takes the vote back.
   * Rejects with OUT_OF_ORDER when the poll is closed; QUOTA_EXCEEDED when the room accepts no more votes.
   */
  async votePoll(pollId: string, options: readonly number[]): Promise<void> {
    await this.#connected().request({ sendVote: { pollId, options: [...options] } });
  }

  /**
   * Enters our break-out of `room.breakOuts` (hosts and cohosts: any), and leaves another. Resolves with its own
   * `Room`. Camera and microphone are on there if they are on here, unless `options` says otherwise. Until
   * `breakOutEnded` our tracks here are muted, and no media is received here; sources that are muted there at the end
   * stay muted here. Our attribute `breakout` has the break-out's name. Rejects with BREAK_OUT_CLOSED, NOT_PERMITTED,
   * NOT_CONNECTED, and like connect().
   */
  async enterBreakOut(breakOutId: string, options: ConnectOptions = {}): Promise<Room> {
    this.#connected();
    return await this.#breakOuts.enter(breakOutId, options);
  }

  /** Leaves the break-out; idempotent. */
  async leaveBreakOut(): Promise<void> {
    await this.#breakOuts.leave();
  }

  /** Returns the route of each remote participant's media to us. */
  routes(): Route[] {
    const ownNodeId = this.placement?.nodeId ?? '';
    return [...this.remoteParticipants.values()].map((participant) => ({
      identity: participant.identity,
      nodes: participant.nodeId === ownNodeId ? [ownNodeId] : [participant.nodeId, ownNodeId],
    }));
  }

  /**
   * Asks the scheduling centre why it placed us where we are now. The explanation of a decision does not change, so one
   * call per placement is enough. Rejects with RATE_LIMITED after a few calls a minute; with DECISION_UNKNOWN when the
   * decision is too old, or was made without the centre; with CENTRE_UNREACHABLE while the centre is away; with
   * NOT_CONNECTED.
   */
  async explainPlacement(): Promise<PlacementExplanation> {
    return await this.#connected().explainPlacement();
  }

  /**
   * For a viewer of the crowd: raises or lowers our hand, which asks the hosts for a place on the stage. Rejects with
   * QUOTA_EXCEEDED.
   */
  async raiseHand(raised = true): Promise<void> {
    await this.#connected().request({ raiseHand: { raised } });
  }

  /**
   * Goes onto the stage after a host's call (`ConnectOptions.stage`): joins again as a participant while the playback
   * continues, and emits `CrowdChanged` on arrival. Without a call we stay in the crowd. Does nothing on the stage.
   * Throws NOT_CONNECTED.
   */
  goOnStage(): void {
    this.#connected().crowd.goOnStage();
  }

  /** Leaves the stage for the crowd. Rejects with REQUEST_INVALID for hosts, and in a room that is not a show. */
  async leaveStage(): Promise<void> {
    await this.acts.stage(this.localParticipant.identity, false);
  }

  /**
   * Returns a page of the viewers of the crowd whose names begin with `prefix`, for hosts and cohosts. `after` is
   * `next` of the previous page. Rejects with NOT_PERMITTED, NOT_CONNECTED.
   */
  async crowdPeople(o: { prefix?: string; after?: string; limit?: number } = {}): Promise<CrowdPeople> {
    const { prefix = '', after = '', limit = 0 } = o;
    const { crowdPeople } = await this.#connected().request({ crowdPage: { prefix, afterIdentity: after, limit } });
    return crowdPeopleOf(crowdPeople);
  }

  /** Returns the measurements of the last two seconds; undefined before the first. */
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
      unpublish: async (track) => this.#connected().publishing.unpublish(track),
      findTrack: (of) => this.#engine?.publishing.find(of),
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

  /** Reconnects as soon as the network or the page is back, without the wait for a timer or for two missed pings. */
  #watchPage(engine: Engine): void {
    this.#pageWatch?.abort();
    this.#pageWatch = new AbortController();
    const ports = {
      gone: () => engine.close('PAGE_HIDDEN'),
      onResumed: (isNewNetwork: boolean) => engine.reconnectNow(isNewNetwork),
      devicesChanged: () => this.#devicesChanged(),
      recordEvent: (kind: string, detail: string) => engine.recordEvent(kind, '', detail),
    };
    watchPage(ports, this.#pageWatch.signal);
  }

  async #recordDevice(kind: MediaDeviceKind, deviceId: string): Promise<void> {
    const devices = await listDevices(kind).catch(() => []);
    const label = devices.find((device) => device.deviceId === deviceId)?.label ?? '';
    this.#engine?.recordEvent('device', deviceNames[kind], label);
  }

  #devicesChanged(): void {
    this.emit('mediaDevicesChanged');
    this.#checkOutput().catch((error: unknown) =>
      this.emit('mediaDevicesError', asClientError(error, 'DEVICE_FAILED'), 'audiooutput'),
    );
  }

  /** Falls back to the system's default when the chosen loudspeaker was unplugged. */
  async #checkOutput(): Promise<void> {
    const { output } = this.#playback;
    if (output === '' || output === 'default') return;
    const outputDevices = await listDevices('audiooutput');
    if (outputDevices.some((device) => device.deviceId === output) || output !== this.#playback.output) return;
    await this.switchActiveDevice('audiooutput', '');
  }
}

const deviceNames = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'speaker' } as const;

/**
 * Returns the addresses as a list; an address without a host is relative to the page. An empty list is refused later.
 */
const entryUrlsOf = (entryUrl: string | readonly string[] | undefined | null): readonly string[] =>
  (typeof entryUrl === 'string' ? [entryUrl] : (entryUrl ?? [])).map(absoluteUrl);

/** Leaves an invalid address as it is; connect() reports it. */
function absoluteUrl(url: string): string {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    return url;
  }
}

/** A hidden page, or a browser that saves data, connects no transports before the join. */
const mayWarm = (): boolean =>
  document.visibilityState !== 'hidden' &&
  (navigator as { connection?: { saveData?: boolean } }).connection?.saveData !== true;
