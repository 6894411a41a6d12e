// Controls one meeting at a time: joins with the public SDK, turns SDK events into actions of the view model, and
// executes the components' requests.
import { type LocalTrack, Room, type TokenSource } from '@meridian/sdk-web';
import { type Failure, type FailureReference, pauseBeforeRetryMs } from '../core/failure.ts';
import { goesToMainRoom, type HostAct, refusalOf } from '../core/hosting.ts';
import { initialMeeting, type MeetingAction, type MeetingState, mainRoomOf, reduceMeeting } from '../core/meeting.ts';
import { isEndCode } from '../core/messages/failures.ts';
import type { DeviceKind } from '../core/model.ts';
import type { PageQuery, ShowLinkKind } from '../core/query.ts';
import { encodeReaction, type Reaction, reactionTopic } from '../core/reactions.ts';
import type { ShowPlayerPorts } from '../show/show-player.ts';
import type { MeetingActions, SoundTests } from '../ui/actions.ts';
import { BreakOutRooms, type EnteredBreakOut } from './break-outs.ts';
import { listDevices } from './devices.ts';
import { Effects } from './effects.ts';
import { codeOf, type Fault, faultOf } from './failure.ts';
import { perform } from './hosting.ts';
import { InviteLink } from './invite-link.ts';
import type { JoinLink, LinkGrant } from './join-link.ts';
import { JoinTokens } from './join-tokens.ts';
import { LobbyPreparation, placeOf } from './lobby-preparation.ts';
import { Notices } from './notices.ts';
import { OwnMediaControl } from './own-media.ts';
import { fetchPageConfig, type PageConfig, PageError } from './page-config.ts';
import { storeName } from './page-memory.ts';
import { PanelFeeds, STATS_MS } from './panel-feeds.ts';
import { sendPrivately } from './private-chat.ts';
import { bindRoom, type RoomListener } from './room-binding.ts';
import { ShowRoom } from './show-room.ts';
import { hostingOf, placementOf, rosterOf } from './snapshot.ts';
import { playTestSound, tryMicrophone } from './sound-test.ts';
import { Store } from './store.ts';

export interface JoinOptions {
  room: string;
  name: string;
  /** Password of the link; '' if none. */
  password?: string;
  camera: boolean;
  microphone: boolean;
  deviceIds: Readonly<Record<DeviceKind, string>>;
}

/** Devices with which a person goes onto the stage of a show. */
export type StageDevices = Pick<JoinOptions, 'camera' | 'microphone' | 'deviceIds'>;

interface Connection {
  entryUrl: string;
  token: TokenSource;
  cityOption: { fromCity?: string };
  options: JoinOptions;
  attempt: number;
  config: PageConfig;
}

/** Codes after which another entry host is tried. */
const ENTRY_CODES: ReadonlySet<string> = new Set(['ENTRY_UNREACHABLE', 'ENTRY_INVALID', 'SOCKET_FAILED']);

export class MeetingController implements MeetingActions {
  readonly store: Store<MeetingState>;
  readonly #query: PageQuery;
  readonly #link: JoinLink | undefined;
  readonly #notices = new Notices({ state: () => this.store.get(), dispatch: (action) => this.dispatch(action) });
  readonly #invite: InviteLink;
  readonly #lobby: LobbyPreparation;
  readonly #ownMedia: OwnMediaControl;
  readonly effects = new Effects({
    tracks: () => [...this.previewTracks(), ...this.#localTracks()],
    stopped: (part, code) => {
      if (this.#room === undefined) return; // the lobby shows the problem itself
      const how = code === 'EFFECT_TOO_SLOW' ? 'slow' : 'failed';
      this.#notices.toast({ tone: 'warning', message: { key: `toast.${how}.${part}` } });
    },
  });
  /** Devices open outside a meeting; the page sets this function. */
  previewTracks: () => readonly LocalTrack[] = () => [];
  readonly #panels = new PanelFeeds({
    room: () => this.#room,
    state: () => this.store.get(),
    dispatch: (action) => this.dispatch(action),
    config: () => this.config(),
    fromCity: (config) => placeOf(config, this.#query).fromCity,
    freshToken: () => this.#freshToken(),
  });
  readonly show = new ShowRoom({
    room: () => this.#main,
    attempt: (action) => this.#attemptAction(action, this.#main),
  });
  readonly #breakOuts = new BreakOutRooms({
    main: () => this.#main,
    dispatch: (action) => this.dispatch(action),
    showBreakOut: (room, of) => this.#showBreakOut(room, of),
    showMain: () => this.#showMain(),
    failed: (code) => this.#notices.showFailure(code),
  });
  readonly playPorts: ShowPlayerPorts = {
    config: () => this.config(),
    token: () => this.#freshToken(),
    room: () => this.#main?.name ?? '',
    fromCity: (config) => placeOf(config, this.#query).fromCity,
    realTimeViewers: () => this.#main?.viewers.get('webrtc') ?? 0,
  };
  /** Devices to open when the person comes onto the stage of a show. */
  #stageDevices: StageDevices | undefined;
  readonly #tokens: JoinTokens;
  #config: Promise<PageConfig> | undefined;
  #main: Room | undefined;
  /** The shown room: the main room, or a break-out of it. */
  #room: Room | undefined;
  #unbind: (() => void) | undefined;
  #unbindBreakOut: (() => void) | undefined;
  #attempt = 0;
  /** Failures since the last join. */
  #failures = 0;
  #lastOptions: JoinOptions | undefined;
  /** Whether the meeting mutes everyone on entry. */
  #startMuted = false;
  /** User's name as last set in this meeting. */
  #ownName: string | undefined;
  readonly #scheduledRosters = new Set<Room>();
  #statsTimer: ReturnType<typeof setInterval> | undefined;

  /** `link`: the link that opened the page, which names the room. */
  constructor(query: PageQuery, room: string, link?: JoinLink) {
    this.#query = query;
    this.#link = link;
    this.#tokens = new JoinTokens({ query, link, fetched: (token) => void this.#lobby.tokenKnown(token) });
    this.#lobby = new LobbyPreparation(query, {
      isInLobby: () => this.store.get().phase.name === 'lobby',
      makeRoom: () => this.#makeRoom(),
      config: () => this.config(),
      tokens: this.#tokens,
      refused: (code) => this.dispatch({ type: 'joinRefused', code }),
    });
    this.#invite = new InviteLink(query, link, {
      room: () => this.#main,
      state: () => this.store.get(),
      dispatch: (action) => {
        if (this.#main !== undefined) this.#dispatchOf(this.#main, action);
      },
      freshToken: () => this.#freshToken(),
      notices: this.#notices,
    });
    this.store = new Store(initialMeeting(room));
    this.#ownMedia = new OwnMediaControl({
      room: () => this.#room,
      state: () => this.store.get().own,
      dispatch: this.dispatch,
      changed: () => {
        this.rosterChanged();
        this.devicesChanged();
      },
    });
  }

  readonly dispatch = (action: MeetingAction): void => {
    this.store.set(reduceMeeting(this.store.get(), action));
    this.#notices.stateChanged();
    this.#panels.stateChanged();
  };

  /**
   * Returns the configuration from the page's server, fetched once, and again after a failure. Rejects with PageError.
   */
  config(): Promise<PageConfig> {
    this.#config ??= fetchPageConfig().catch((error: unknown) => {
      this.#config = undefined;
      throw error;
    });
    return this.#config;
  }

  /**
   * Prefetches what a join needs, for the room and name in the lobby ('' if invalid). Refusals of the service show at
   * once; other failures show when joining.
   */
  readonly prepare = (room: string, name: string): void => void this.#lobby.prepare({ room, name }, false);

  /** Opens a socket for a few seconds, since the user is about to press the button. */
  readonly expectJoin = (): void => void this.#lobby.prepare(undefined, true);

  /** Joins; failures return to the lobby with their code. A later call of `join` or `leave` cancels an earlier join. */
  async join(options: JoinOptions): Promise<void> {
    if (this.#room !== undefined || this.store.get().phase.name === 'connecting') return;
    const attempt = ++this.#attempt;
    this.#lastOptions = options;
    this.#ownName = undefined;
    this.dispatch({ type: 'connecting', room: options.room });
    try {
      const config = await this.config();
      await this.#connectAnywhere(config, options, attempt);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const failure = this.#failureAfter(faultOf(error));
      this.#closeRooms();
      this.dispatch({ type: 'joinFailed', ...failure });
      if (failure.code === 'INTERNAL') console.error(error);
    }
  }

  /** Number of attempts to join, and of returns to the lobby. */
  get attempts(): number {
    return this.#attempt;
  }

  /** Options of the last attempt to join, with the devices that were on when the call ended. */
  get lastOptions(): JoinOptions | undefined {
    return this.#lastOptions;
  }

  readonly rejoin = (): void => {
    const options = this.#lastOptions;
    if (options !== undefined) void this.join({ ...options, name: this.#ownName ?? options.name });
  };

  readonly leave = (): void => void this.#main?.disconnect();

  /** Cancels joining, or leaves the page of an ended meeting. */
  readonly backToLobby = (): void => {
    this.#attempt++;
    this.#failures = 0;
    this.#closeRooms();
    this.dispatch({ type: 'lobby' });
  };

  readonly toggleMicrophone = (): void => void this.#ownMedia.toggle('microphone');
  readonly toggleCamera = (): void => void this.#ownMedia.toggle('camera');
  readonly toggleShare = (): void => void this.#ownMedia.toggle('screen');

  readonly sendChat = async (text: string): Promise<boolean> => {
    const { chatTo } = this.store.get();
    return await this.#attemptAction(async (room) => {
      if (chatTo === undefined) await room.localParticipant.sendChatMessage(text);
      else this.dispatch({ type: 'chat', line: await sendPrivately(room, chatTo, text), nowMs: performance.now() });
    });
  };

  readonly rename = async (identity: string, name: string): Promise<boolean> => {
    const before = this.#ownName;
    const isOwn = identity === this.#room?.localParticipant.identity;
    if (isOwn) this.#ownName = name;
    const change = async ({ acts, localParticipant }: Room): Promise<void> => {
      if (isOwn && this.#tokens.mayRename) await localParticipant.setName(name);
      else await acts.updateParticipant(identity, { name });
    };
    let isDone = await this.#attemptAction(change);
    // The name must change in the break-out and in the main room, to which the person returns.
    if (isDone && this.#room !== this.#main) isDone = await this.#attemptAction(change, this.#main);
    if (isOwn && isDone) storeName(name);
    else if (isOwn) this.#ownName = before;
    return isDone;
  };

  readonly host = (act: HostAct): void => {
    const room = goesToMainRoom(act) ? this.#main : this.#room;
    const isDone = this.#attemptAction(
      (one) => perform(one, act),
      room,
      (code) => this.#actRefused(act, code),
    );
    if (act.do !== 'remove') return;
    this.dispatch({ type: 'removing', identity: act.identity });
    void isDone.then((done) => {
      if (!done) this.dispatch({ type: 'removing' });
    });
  };

  readonly enterBreakOut = (breakOutId: string): void => void this.#breakOuts.enter(breakOutId);
  readonly leaveBreakOut = (): void => void this.#breakOuts.leave();

  readonly react = (reaction: Reaction): void => {
    void this.#attemptAction(async (room) => {
      const options = { topic: reactionTopic, reliable: false };
      await room.localParticipant.publishData(encodeReaction(reaction), options);
      const { sessionId } = room.localParticipant;
      this.dispatch({ type: 'reaction', sessionId, reaction, nowMs: performance.now() });
    });
  };

  readonly answerUnmute = (agreed: boolean): void => {
    const { unmuteAsked } = this.store.get();
    this.dispatch({ type: 'unmuteAnswered' });
    if (agreed && unmuteAsked !== undefined) void this.#ownMedia.switchTo(unmuteAsked.source, true);
  };

  readonly soundTests: SoundTests = {
    playSound: () => playTestSound(this.#room?.getActiveDevice('audiooutput') ?? ''),
    tryMicrophone: (o) =>
      tryMicrophone({
        ...o,
        open: () => this.#ownMedia.openMicrophone(),
        outputId: this.#room?.getActiveDevice('audiooutput') ?? '',
      }),
  };

  readonly selectDevice = (kind: DeviceKind, deviceId: string): void => {
    void this.#selectDevice(kind, deviceId);
  };

  readonly retryExplanation = (): void => {
    const decisionId = this.store.get().placement?.decisionId ?? '';
    if (decisionId !== '') void this.#panels.explain(decisionId);
  };

  readonly retryAddresses = (): void => void this.#panels.showAddresses();

  readonly copyText = async (text: string): Promise<boolean> => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      console.info('The browser did not copy:', error);
      this.#notices.toast({ tone: 'warning', message: { key: 'streaming.copyFailed' } });
      return false;
    }
  };

  readonly startAudio = (): void => {
    void this.#attemptAction(async (room) => void (await room.startAudio()));
  };

  readonly copyLink = (): void => void this.#invite.copy();
  readonly copyShowLink = (kind: ShowLinkKind): void => void this.#invite.copyShowLink(kind);

  /** Maps a room's events to actions; while a break-out is shown, the main room's events change only its own state. */
  #listenerOf(room: Room): RoomListener {
    const isShown = (): boolean => room === this.#room;
    const ifShown = (act: () => void) => (): void => {
      if (isShown()) act();
    };
    return {
      dispatch: (action) => this.#dispatchOf(room, action),
      rosterChanged: () => this.#rosterChanged(room),
      showChanged: () => this.#showChanged(room),
      placementKnown: ifShown(this.placementKnown),
      devicesChanged: ifShown(this.devicesChanged),
      deviceOpened: (track) => this.effects.opened(track),
      reconnected: () => this.#reconnected(room),
      hasAccount: this.#link?.ownMeeting !== undefined,
      ownNameChanged: this.ownNameChanged,
      // When a break-out ends, the SDK reports the reason after the page shows the main room again.
      roomEnded: (reason, error) => (room === this.#main ? this.roomEnded(reason, error) : this.#showMain()),
      chat: () => (isShown() ? this.store.get() : mainRoomOf(this.store.get())).chat,
      // While the user enters a break-out, the SDK mutes published tracks; this must not look like a host's act.
      isSwitching: (part) => this.#ownMedia.isSwitching(part) || this.store.get().entering !== undefined,
    };
  }

  #dispatchOf(room: Room, action: MeetingAction): void {
    this.dispatch(room === this.#room ? action : { type: 'ofMain', action });
  }

  #showBreakOut(room: Room, { breakOutId, name, microphone, camera }: EnteredBreakOut): void {
    const deviceOf = (kind: DeviceKind): string => this.#main?.getActiveDevice(kind) ?? '';
    this.#unbindBreakOut?.();
    this.#ownMedia.reset();
    this.#room = room;
    this.dispatch({ type: 'breakOutEntered', breakOutId, name });
    this.#unbindBreakOut = bindRoom(room, this.#listenerOf(room));
    this.dispatch({ type: 'hosting', hosting: hostingOf(room) });
    this.#roomShown(room);
    void this.#openDevices(room, {
      microphone,
      camera,
      deviceIds: {
        audioinput: deviceOf('audioinput'),
        videoinput: deviceOf('videoinput'),
        audiooutput: deviceOf('audiooutput'),
      },
    });
  }

  #showMain(): void {
    const main = this.#main;
    if (main === undefined || main === this.#room) return;
    this.#unbindBreakOut?.();
    this.#unbindBreakOut = undefined;
    this.#ownMedia.reset();
    this.#room = main;
    this.dispatch({ type: 'breakOutLeft' });
    this.#roomShown(main);
  }

  #roomShown(room: Room): void {
    this.placementKnown();
    this.#rosterChanged(room);
    this.devicesChanged();
  }

  readonly rosterChanged = (): void => {
    if (this.#room !== undefined) this.#rosterChanged(this.#room);
  };

  /** Schedules one roster update for many events. */
  #rosterChanged(room: Room): void {
    if (this.#scheduledRosters.has(room)) return;
    this.#scheduledRosters.add(room);
    queueMicrotask(() => {
      this.#scheduledRosters.delete(room);
      if (room !== this.#room && room !== this.#main) return;
      this.#dispatchOf(room, { type: 'roster', participants: rosterOf(room) });
      this.#dispatchOf(room, { type: 'viewers', viewers: room.viewers });
      this.#ownMedia.show();
    });
  }

  /** Shows the user's place in a show. On the stage, opens the devices that the user chose for it. */
  #showChanged(room: Room): void {
    this.#dispatchOf(room, {
      type: 'show',
      show: room.isCrowd ? 'crowd' : room.kind === 'show' ? 'stage' : undefined,
    });
    const devices = this.#stageDevices;
    if (room.isCrowd || devices === undefined) return;
    this.#stageDevices = undefined;
    void this.#openDevices(room, this.#withMutedStart(devices));
  }

  /** Accepts a host's invitation onto the stage of a show. */
  readonly goOnStage = (devices: StageDevices): void => {
    this.#stageDevices = devices;
    this.show.answerStage(true);
  };

  /** Shows the session's placement. The SDK has the first one at connection, without an event. */
  readonly placementKnown = (): void => {
    const placement = this.#room?.placement;
    if (placement === undefined) return;
    this.dispatch({ type: 'placement', placement: placementOf(placement), nowMs: performance.now() });
  };

  /** Tells the user of a new name, unless the user set it. */
  readonly ownNameChanged = (name: string): void => {
    const { phase } = this.store.get();
    if (name === this.#ownName || phase.name !== 'meeting' || phase.reconnecting) return;
    this.#ownName = name;
    this.#notices.toast({ tone: 'info', message: { key: 'toast.renamed', values: { name } } });
  };

  /** Sets the user's name again, since a participant that rejoins gets the token's name. */
  #reconnected(room: Room): void {
    const { identity, name } = room.localParticipant;
    if (this.#ownName === undefined || this.#ownName === name || !this.#tokens.mayRename) return;
    void this.rename(identity, this.#ownName);
  }

  readonly devicesChanged = (): void => void this.#refreshDevices();

  readonly roomEnded = (reason: string, error: Error | undefined): void => {
    const { phase, own } = this.store.get();
    if (phase.name !== 'meeting') return; // `join` reports its own failures
    if (this.#lastOptions !== undefined) {
      this.#lastOptions = { ...this.#lastOptions, camera: own.camera !== 'off', microphone: own.microphone !== 'off' };
    }
    const fault = error === undefined ? { code: reason, retryAfterMs: 0, requestId: '' } : faultOf(error);
    const failure = this.#failureAfter(fault);
    this.#closeRooms();
    this.dispatch({ type: 'ended', ...failure });
  };

  /** Adds what identifies a failure, and when the page tries again. Call it before the rooms close. */
  #failureAfter({ retryAfterMs, requestId, ...fault }: Fault): Failure {
    const failures = this.#failures;
    if (!isEndCode(fault.code)) this.#failures += 1;
    const pauseMs = pauseBeforeRetryMs(fault.code, { failures, retryAfterMs }, Math.random());
    const reference: FailureReference = {
      room: this.#main?.name || (this.#lastOptions?.room ?? ''),
      sessionId: this.#main?.localParticipant.sessionId ?? '',
      decisionId: this.#main?.placement?.decisionId ?? '',
      requestId,
      atWallMs: Date.now(),
    };
    return { ...fault, ...(pauseMs !== undefined && { retryInMs: pauseMs }), reference };
  }

  async #connectAnywhere(config: PageConfig, options: JoinOptions, attempt: number): Promise<void> {
    const token = await this.#tokens.source(config, options, (grant) => {
      if (attempt === this.#attempt) this.#applyGrant(grant);
    });
    const cityOption = placeOf(config, this.#query);
    for (const [at, entryUrl] of config.entryUrls.entries()) {
      if (attempt !== this.#attempt) return;
      try {
        await this.#connect({ entryUrl, token, cityOption, options, attempt, config });
        return;
      } catch (error) {
        const last = at === config.entryUrls.length - 1;
        if (last || attempt !== this.#attempt || !ENTRY_CODES.has(codeOf(error))) throw error;
        this.#closeRooms();
      }
    }
  }

  /** Shows the meeting that the link names, before the join. */
  #applyGrant(grant: LinkGrant): void {
    const { title, meeting } = grant;
    this.#invite.setGrant(grant);
    this.#startMuted = meeting?.muteOnEntry === true;
    this.dispatch({ type: 'connecting', room: title, ...(meeting !== undefined && { times: meeting }) });
  }

  async #freshToken(): Promise<string> {
    const options = this.#lastOptions;
    if (options === undefined) throw new PageError('TOKEN_MISSING'); // never joined
    return await this.#tokens.fresh(options);
  }

  #makeRoom(): Room {
    const { codec } = this.#query;
    return new Room({
      adaptiveStream: true,
      dynacast: true,
      videoCaptureDefaults: { processor: this.effects.maker('background') },
      audioCaptureDefaults: { processor: this.effects.maker('noise') },
      ...(codec === undefined ? {} : { publishDefaults: { codec } }),
    });
  }

  async #connect(o: Connection): Promise<void> {
    const room = this.#lobby.takeRoom();
    this.#main = room;
    this.#room = room;
    window.meridian = { room };
    const unbinds = [bindRoom(room, this.#listenerOf(room)), this.show.bind(room), this.#breakOuts.bind(room)];
    this.#unbind = () => {
      for (const unbind of unbinds) unbind();
    };
    if (!(await this.#watchShow(room, o))) {
      const connecting = room.connect(o.entryUrl, o.token, o.cityOption);
      // Devices open in parallel; the join does not depend on them.
      void this.#openDevices(room, this.#withMutedStart(o.options));
      await connecting;
    }
    if (o.attempt !== this.#attempt) return; // the join was cancelled, which has dropped the room
    this.#failures = 0;
    const devToken = this.#query.token === undefined && this.#link === undefined;
    const gateways = o.config.gatewayUrls.length > 0;
    this.dispatch({ type: 'joined', devToken, gateways, mayRename: this.#tokens.mayRename });
    this.#showChanged(room);
    this.#invite.show(o.config, room);
    this.#invite.showShowLinks(o.config, room);
    if (this.#query.isShow && room.localParticipant.permissions.admin && room.kind !== 'show')
      this.host({ do: 'show', on: true });
    if (o.options.microphone && this.#startMuted)
      this.#notices.toast({ tone: 'info', message: { key: 'toast.startMuted' } });
    this.#roomShown(room);
    this.#statsTimer = setInterval(() => this.#showRtt(), STATS_MS);
  }

  /**
   * Joins a show's crowd with signaling only; the page plays the show. Returns false if the person joins as a
   * participant, or the room is no show.
   */
  async #watchShow(room: Room, { entryUrl, token, cityOption }: Connection): Promise<boolean> {
    if (!this.#query.isViewer && !this.#tokens.onlyWatches) return false;
    try {
      await room.connect(entryUrl, token, { ...cityOption, crowd: true, receive: false, stage: 'ask' });
      return true;
    } catch (error) {
      if (codeOf(error) !== 'REQUEST_INVALID') throw error;
      return false;
    }
  }

  async #openDevices(room: Room, options: StageDevices): Promise<void> {
    for (const kind of ['audioinput', 'videoinput'] as const) {
      if (options.deviceIds[kind] !== '') await room.switchActiveDevice(kind, options.deviceIds[kind]);
    }
    if (room !== this.#room) return;
    const { audiooutput } = options.deviceIds;
    if (audiooutput !== '') void this.#selectDevice('audiooutput', audiooutput);
    if (options.microphone) void this.#ownMedia.switchTo('microphone', true);
    if (options.camera) void this.#ownMedia.switchTo('camera', true);
  }

  #withMutedStart({ camera, microphone, deviceIds }: StageDevices): StageDevices {
    return { camera, microphone: microphone && !this.#startMuted, deviceIds };
  }

  #localTracks(): LocalTrack[] {
    const publications = this.#room?.localParticipant.trackPublications.values() ?? [];
    return [...publications].map(({ track }) => track);
  }

  #closeRooms(): void {
    clearInterval(this.#statsTimer);
    this.#statsTimer = undefined;
    this.#unbind?.();
    this.#unbind = undefined;
    this.#unbindBreakOut?.();
    this.#unbindBreakOut = undefined;
    void this.#main?.disconnect();
    if (this.#main !== undefined) this.effects.callEnded();
    this.#main = undefined;
    this.#room = undefined;
    this.#invite.reset();
    this.#ownMedia.reset();
  }

  #showRtt(): void {
    const stats = this.#room?.getStatsSummary();
    if (stats !== undefined && stats.rttMs > 0) this.dispatch({ type: 'rtt', rttMs: Math.round(stats.rttMs) });
  }

  async #refreshDevices(): Promise<void> {
    const room = this.#room;
    if (room === undefined) return;
    const active = (kind: DeviceKind): string => room.getActiveDevice(kind) ?? '';
    const selected = {
      audioinput: active('audioinput'),
      videoinput: active('videoinput'),
      audiooutput: active('audiooutput'),
    };
    this.dispatch({ type: 'devices', devices: await listDevices(selected) });
  }

  async #selectDevice(kind: DeviceKind, deviceId: string): Promise<void> {
    await this.#attemptAction((room) => room.switchActiveDevice(kind, deviceId));
    await this.#refreshDevices();
  }

  /** Says why an act of a host was refused; offers separate tracks to a host who may not record one video. */
  #actRefused(act: HostAct, code: string): void {
    const key = refusalOf(act, code);
    if (key === undefined) this.#notices.showFailure(code);
    else this.#notices.toast({ tone: 'warning', message: { key } });
    if (key === 'toast.onlyTracks' && this.store.get().dialog !== 'record')
      this.dispatch({ type: 'dialog', dialog: 'record' });
  }

  async #attemptAction(
    action: (room: Room) => Promise<void>,
    room = this.#room,
    onRefused = (code: string): void => this.#notices.showFailure(code),
  ): Promise<boolean> {
    if (room === undefined) return false;
    try {
      await action(room);
      return true;
    } catch (error) {
      onRefused(codeOf(error));
      return false;
    }
  }
}
