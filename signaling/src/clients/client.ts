// One client connection: runs the session table (core/session.ts) and carries out its effects. The only place where a
// session awaits.
import type { TokenOrigin } from '@meridian/node-shell';
import {
  type Access,
  type ClientBody,
  decodeWith,
  type ErrorCode,
  encodeServerFrame,
  errorInfoOf,
  limits,
  Machine,
  MeridianError,
  note,
  type Participant,
  participantKeptKeys,
  participantsDiffer,
  participantToWire,
  plainText,
  type Rights,
  type RoomDifference,
  rpc,
  wire,
} from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import {
  asShown,
  type Measured,
  type RenditionNeed,
  route,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  sessionTable,
} from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { ClientSocket, ClientSocketHandlers, Opener, ServerMessage } from '../ports.ts';
import { admit, leaveRoom } from './admission.ts';
import { atHomes } from './at-homes.ts';
import { attach, detach, isElsewhere } from './attaching.ts';
import type { ClientContext, LocalSession, MoveOrder } from './context.ts';
import type { CrowdViewer } from './crowd.ts';
import { iceServersFor } from './ice-servers.ts';
import { type JoinedSession, staysOnHost } from './join.ts';
import { joinedFrame } from './joined-frame.ts';
import { Lane } from './lane.ts';
import type { LocalRoom } from './local-room.ts';
import { type LaneName, laneOf, requests } from './requests.ts';
import type { RoomMember } from './room-member.ts';
import { SessionMove } from './session-move.ts';
import { SessionQuality } from './session-quality.ts';
import type { SessionRecord } from './session-record.ts';
import { Subscriptions } from './subscriptions.ts';
import { type Ending, Talk } from './talk.ts';
import type { WaitingClient } from './waiting.ts';

export interface ClientOptions {
  context: ClientContext;
  socket: ClientSocket;
  clientIp: string;
  /** The gateway or recorder that opened it; absent: the client itself. */
  opener?: Opener;
  /** Called once the client has shown a valid token. False: the service takes no client more. */
  prove(): boolean;
  /** The socket is gone for good. */
  onGone(): void;
}

/** Reasons of a participant's end for which its client does not come back. */
const finalReasons = [
  'KICKED',
  'DUPLICATE_IDENTITY',
  'ROOM_ENDED',
  'RECORDING_ENDED',
  'RECORDING_ELSEWHERE',
  'STAGE_LEFT',
] as const;
/** Keys of a participant whose change its client hears of by `RightsChanged`. */
const rightKeys = ['role', 'canPublish', 'publishSources', 'canSubscribe', 'canPublishData', 'admin'] as const;

/** States in which nothing that the socket says matters any more. */
const deaf: ReadonlySet<SessionState> = new Set(['adrift', 'leaving', 'closed', 'detached']);

export class ClientSession implements LocalSession, RoomMember, CrowdViewer, ClientSocketHandlers {
  readonly #context: ClientContext;
  readonly talk: Talk;
  readonly clientIp: string;
  readonly opener: Opener | undefined;
  fromCity = '';
  readonly #prove: () => boolean;
  readonly #onGone: () => void;
  readonly #machine: Machine<SessionState, SessionEvent, SessionEffect, Ending>;
  readonly #lanes: Record<LaneName, Lane> = {
    publish: new Lane(bounds.laneMax),
    subscribe: new Lane(bounds.laneMax),
    other: new Lane(bounds.laneMax),
  };
  #authTimer: Timer | undefined;
  #graceTimer: Timer | undefined;
  #joinFrame: { requestId: number; join: wire.Join.$Properties; startedMs: number } | undefined;
  /** Its Join takes up no session and is no check of the connection. */
  #isNewcomer = false;
  /** Of the Join: what a media node has to know of this client, should the session be moved. */
  #media: wire.Join.$Properties | undefined;
  /** Its opener has its media ready for the present host alone. */
  #isOnHost = false;
  /** The connection ends before it has joined. */
  readonly #joinOver = new AbortController();
  #move: SessionMove | undefined;
  #access: Access | undefined;
  origin: TokenOrigin | undefined;
  #joined: JoinedSession | undefined;
  /** This session as its media node and the client know it. */
  #known: Participant | undefined;
  #subscriptions: Subscriptions | undefined;
  /** What the owner said of renditions before the client knew that it has joined: by track and codec. */
  readonly #earlyNeeds = new Map<string, wire.RenditionWanted.$Properties>();
  readonly #quality: SessionQuality;
  #record: SessionRecord | undefined;
  /** The session is this connection's: it counts as one that was here when it ends. */
  #isIn = false;
  /** As its Join says. */
  sdk = '';
  /** Why the session ends, when that is known before it has ended. */
  #leaving: string | undefined;
  /** Round trip by the client's own pings, 0 before the first. */
  rttMs = 0;

  constructor(o: ClientOptions) {
    this.#context = o.context;
    this.talk = new Talk(o.context, o.socket);
    this.#quality = new SessionQuality(o.context, () => this.#joined);
    this.clientIp = o.clientIp;
    this.opener = o.opener;
    this.#prove = o.prove;
    this.#onGone = o.onGone;
    this.#machine = new Machine<SessionState, SessionEvent, SessionEffect, Ending>({
      table: sessionTable,
      initial: 'opened',
      apply: (effect, ending) => this.#effects[effect](ending),
    });
    this.#authTimer = o.context.clock.after(limits.authDeadlineMs, () =>
      this.#end('authTimeout', { code: 'AUTH_TIMEOUT', message: '' }),
    );
  }

  get state(): SessionState {
    return this.#machine.state;
  }
  get sessionId(): string {
    return this.#joined?.sessionId ?? '';
  }
  get nodeId(): string {
    return this.#joined?.nodeId ?? '';
  }
  get room(): LocalRoom {
    if (this.#joined === undefined) throw new MeridianError('OUT_OF_ORDER');
    return this.#joined.room;
  }
  get roomKey(): string {
    return this.#joined?.room.roomKey ?? '';
  }
  get adoption(): number {
    return this.#joined?.adoption ?? 0;
  }
  get fence(): string {
    return this.#joined?.fence ?? '';
  }
  get needs(): readonly RenditionNeed[] {
    return this.#subscriptions?.needs ?? [];
  }
  get quality(): SessionQuality['shown'] {
    return this.#quality.shown;
  }
  get identity(): string {
    return this.#access?.identity ?? '';
  }
  get name(): string {
    return this.#access?.name ?? '';
  }
  get isCrowd(): boolean {
    return this.#joined?.isCrowd ?? false;
  }
  get mayPost(): boolean {
    return this.#access?.rights.canPublishData ?? false;
  }
  get canUpdateOwnMetadata(): boolean {
    return this.#access?.rights.canUpdateOwnMetadata ?? false;
  }
  get joinedWallMs(): number {
    return this.#joined?.self.joinedWallMs ?? 0;
  }
  get subscriptions(): Subscriptions | undefined {
    return this.#subscriptions;
  }
  get record(): SessionRecord | undefined {
    return this.#record;
  }
  get received(): Iterable<string> {
    return this.#subscriptions?.held ?? [];
  }
  get move(): SessionMove | undefined {
    return this.#move;
  }
  get context(): ClientContext {
    return this.#context;
  }

  // ---- what the socket says

  onFrame(bytes: Uint8Array): void {
    if (deaf.has(this.state)) return;
    let frame: wire.ClientFrame & { body?: ClientBody };
    try {
      frame = decodeWith(wire.ClientFrame, bytes, limits.clientFrameBytesMax) as wire.ClientFrame & {
        body?: ClientBody;
      };
    } catch (error) {
      this.#end('fatal', { code: codeOf(error) ?? 'FRAME_MALFORMED', message: '' });
      return;
    }
    const { requestId, body } = frame;
    if (!this.#inTime(requestId, { isData: body === 'sendData' })) return;
    if (body === undefined) {
      this.talk.refuseWith(requestId, 'FRAME_UNKNOWN');
      return;
    }
    this.#context.counted.frame('in', body);
    const routed = route(this.state, body, this.#rights, this.#joined);
    if (routed.action === 'refuse') this.talk.refuseWith(requestId, routed.code);
    else if (routed.action === 'handle') this.#handle(requestId, body, frame);
  }

  onText(): void {
    this.#end('fatal', { code: 'FRAME_MALFORMED', message: 'frames are binary' });
  }

  sendChannel(label: string, payload: Uint8Array): boolean {
    const { nodeId, sessionId } = this;
    if (this.state !== 'joined' || nodeId === '' || payload.byteLength > limits.channelMessageBytesMax) return false;
    const { nodes } = this.#context;
    const message = { roomKey: this.room.roomKey, sessionId, label, payload };
    const other = this.#move?.otherNodeId;
    if (other !== undefined) nodes.post(other, note.channelMessage, message);
    return nodes.post(nodeId, note.channelMessage, message);
  }

  onSilent(): void {
    this.#context.counted.error('PING_TIMEOUT');
    this.#machine.dispatch('socketLost', { code: 'PING_TIMEOUT', message: '' });
  }

  onEnd(clean: boolean, why: string): void {
    this.#context.log.debug({ sessionId: this.sessionId, clean, why, state: this.state }, 'socket ended');
    this.#machine.dispatch(clean ? 'socketClosed' : 'socketLost', { code: 'INTERNAL', message: why });
    this.#onGone();
  }

  // ---- what the room and the media node say

  send(frame: Uint8Array): void {
    if (this.state === 'joined') this.talk.send(frame);
  }

  sendData(frame: Uint8Array, { lossy }: { lossy: boolean }): void {
    if (this.state === 'joined') this.talk.sendData(frame, { lossy, sessionId: this.sessionId });
  }

  takeData(bytes: number, receivers: number): number {
    return this.talk.takeData(bytes, receivers);
  }

  takeReactions(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    return this.talk.takeReactions(counts);
  }

  sendMessage(message: ServerMessage): void {
    if (this.state === 'joined') this.talk.message(message);
  }

  takeChannel(label: string, payload: Uint8Array): void {
    if (this.state === 'joined') this.talk.takeChannel(label, payload);
  }

  wantRendition(renditionWanted: wire.RenditionWanted.$Properties): void {
    if (this.state === 'joined') this.sendMessage({ renditionWanted });
    else if (this.state === 'resuming')
      this.#earlyNeeds.set(`${renditionWanted.trackId} ${renditionWanted.mimeType}`, renditionWanted);
  }

  onRoster(differences: readonly RoomDifference[] | undefined): void {
    if ((this.state === 'joined' || this.state === 'detached') && this.#joined !== undefined && !this.isCrowd)
      this.#checkPlace(this.#joined, differences);
    this.#followSelf();
    this.#subscriptions?.onRoster(differences);
  }

  onRefused(code: ErrorCode): void {
    this.evict(code, '');
  }

  /**
   * The owner of the room has removed the session already; its media ends, unless another signaling node has it now.
   */
  evict(code: ErrorCode, message: string): void {
    const joined = this.#joined;
    if (joined !== undefined && joined.nodeId !== '' && code !== 'SESSION_UNKNOWN') detach(this.#context, joined, code);
    this.#end('evicted', { code, message });
  }

  revoke(): void {
    this.#end('revoked', { code: 'TOKEN_REVOKED', message: '' });
  }

  /** The media of this session is gone. */
  loseNode(code: ErrorCode): void {
    this.#end('nodeLost', { code, message: '' });
  }

  beginMove(order: MoveOrder): SessionMove {
    if (this.#move !== undefined) throw new MeridianError('MOVE_UNDER_WAY', `to ${this.#move.order.toNodeId}`);
    if (this.state !== 'joined') throw new MeridianError('MOVE_FAILED', 'the client is away');
    if (this.nodeId !== order.fromNodeId) throw new MeridianError('OUT_OF_ORDER', `the session is at ${this.nodeId}`);
    if (this.#isOnHost && !this.#isOfSameHost(order))
      throw new MeridianError('MOVE_REFUSED', 'the media of the session stays on its host');
    const move: SessionMove = new SessionMove(order, {
      session: this,
      attach: (wanted) => this.#attachSecond(wanted),
      adopt: (nodeId) => this.#adoptHome(nodeId),
      onOver: () => {
        if (this.#move !== move) return;
        this.#move = undefined;
        this.#subscriptions?.moved(false);
        this.#context.nodes.release(order.toNodeId, `move ${order.moveId}`);
      },
    });
    this.#move = move;
    this.#context.nodes.hold(order.toNodeId, `move ${order.moveId}`);
    move.begin();
    return move;
  }

  /** A newer socket has the session. */
  supersede(): void {
    this.#end('superseded', { code: 'SESSION_UNKNOWN', message: 'The session was resumed by another socket.' });
  }

  raiseHand(raised: boolean): Promise<void> {
    return this.room.crowd.hand(this, raised);
  }

  shutDown(): void {
    this.#end('shutdown', { code: 'SHUTTING_DOWN', message: '' });
  }

  measured(measured: Measured): void {
    if (!this.isCrowd) this.#quality.measured(measured);
  }

  measuredByNode(measured: Measured): void {
    if (this.opener !== undefined) return; // its path says nothing of its client's
    this.#context.timings.node(this, measured.rttMs);
    this.measured(measured);
  }

  felt(reported: wire.SessionQuality.$Properties): void {
    this.#quality.felt(reported, this.sdk);
  }

  /**
   * The owner orders the removal of a session. An order that came while the session was joining has met no session
   * here, and one without a link is lost: then the roster says it.
   */
  #checkPlace(joined: JoinedSession, differences: readonly RoomDifference[] | undefined): void {
    const present = joined.room.replica?.get(joined.sessionId);
    if (present !== undefined) {
      if (present.signalingId !== this.#context.selfId) this.supersede();
      return;
    }
    this.evict(this.#removal(joined, differences), '');
  }

  /** The code for a client that is not in the roster any more; it joins anew unless it was replaced or put out. */
  #removal({ room, sessionId }: JoinedSession, differences: readonly RoomDifference[] | undefined): ErrorCode {
    if (room.replica?.byIdentity(this.identity) !== undefined) return 'DUPLICATE_IDENTITY';
    for (const one of differences ?? []) {
      if (one.type !== 'participantLeft' || one.participant.sessionId !== sessionId) continue;
      const { reason } = one;
      const code = finalReasons.find((one) => one === reason);
      if (code !== undefined) return code;
    }
    return 'ROOM_OWNER_LOST';
  }

  /** By the roster, where the room's policy has had its say; undefined before the session has joined. */
  get #rights(): Rights | undefined {
    const [access, joined] = [this.#access, this.#joined];
    if (access === undefined || joined === undefined) return undefined;
    const { canPublish, publishSources, canSubscribe, canPublishData, admin } =
      joined.room.replica?.get(joined.sessionId) ?? joined.self;
    return { ...access.rights, canPublish, publishSources, canSubscribe, canPublishData, admin };
  }

  /**
   * What has changed of this session itself: its media node keeps it for the room's next owner, and ends what the
   * session may not do any more; the client hears of other rights.
   */
  #followSelf(): void {
    const [joined, known] = [this.#joined, this.#known];
    const self = joined?.room.replica?.get(joined.sessionId);
    if (joined === undefined || known === undefined || self === undefined) return;
    if (self === known) return;
    this.#known = self;
    if (!participantsDiffer(known, self, participantKeptKeys)) return;
    const { sessionId } = joined;
    const participant = participantToWire({ ...self, tracks: [] });
    atHomes(this, rpc.updateSession, (ref) => ({ room: ref, sessionId, participant })).catch(
      ignoringErrors(this.#context.log, 'a change could not be kept at the media node; the next owner may not know it'),
    );
    if (!participantsDiffer(known, self, rightKeys)) return;
    this.#subscriptions?.allow(self.canSubscribe && joined.recvTransport != null);
    this.sendMessage({ rightsChanged: { self: participantToWire(asShown(self)) } });
  }

  // ---- the table's effects

  readonly #effects: { readonly [effect in SessionEffect]: (ending: Ending | undefined) => void } = {
    stopAuthTimer: () => {
      this.#authTimer?.cancel();
      this.#authTimer = undefined;
    },
    beginJoin: () => void this.#join(),
    answerJoin: () => this.#answerJoin(),
    keepSession: () => this.#takeUp(),
    // The join itself cannot be stopped, but waiting in front of the room can; when it settles in this state it is
    // taken back (#admitted).
    undoJoin: () => this.#joinOver.abort(),
    startGrace: (ending) => {
      // There is nothing that a client with signaling alone could take up again.
      if (this.nodeId === '') {
        this.#machine.dispatch('graceOver');
        return;
      }
      this.#graceTimer = this.#context.clock.after(limits.resumeGraceMs, () => {
        this.#leaving = 'CONNECTION_LOST';
        this.#machine.dispatch('graceOver');
      });
      this.#quality.lost();
      this.#record?.away(ending?.code ?? '');
    },
    stopGrace: () => this.#graceTimer?.cancel(),
    leaveRoom: (ending) => void this.#leaveRoom(ending),
    disconnect: (ending) => this.talk.disconnect(ending ?? { code: 'INTERNAL', message: '' }),
    closeSocket: () => this.talk.close(),
    dropSocket: () => this.talk.drop(),
    release: (ending) => this.#release(ending),
  };

  #isOfSameHost({ fromNodeId, toNodeId }: MoveOrder): boolean {
    const { fleet } = this.#context.centre;
    const hostId = fleet.get(fromNodeId)?.hostId;
    return hostId !== undefined && hostId === fleet.get(toNodeId)?.hostId;
  }

  async #attachSecond({ toNodeId, decisionId }: MoveOrder): Promise<wire.SessionAttached> {
    const [joined, access, join, subscriptions] = [this.#joined, this.#access, this.#media, this.#subscriptions];
    if (joined === undefined || access === undefined || join === undefined || subscriptions === undefined)
      throw new MeridianError('MOVE_FAILED', 'the session has not begun');
    const { room, adoption, home, resumeKey, fence } = joined;
    const self = room.replica?.get(joined.sessionId) ?? joined.self;
    const attached = await attach(this.#context, room, {
      self,
      access,
      fence,
      join: { ...join, manualSubscribe: joined.manualSubscribe },
      elsewhere: isElsewhere(this.#context, this.opener, toNodeId),
      placed: { nodeId: toNodeId, decisionId },
      subscriptions: await subscriptions.atSecond(toNodeId),
      resumeKey,
      second: { home: home + 1, adoption },
    });
    const shown = attached.subscriptions.map((subscription) => subscriptions.shown(subscription));
    subscriptions.presentAtSecond(shown.map(({ trackId }) => trackId ?? ''));
    return { ...attached, subscriptions: shown };
  }

  /** The session lives at that node from now on. */
  #adoptHome(nodeId: string): void {
    const joined = this.#joined;
    if (joined === undefined) return;
    const { sessionId } = joined;
    const { nodes } = this.#context;
    nodes.hold(nodeId, `session ${sessionId}`);
    nodes.release(joined.nodeId, `session ${sessionId}`);
    this.#joined = { ...joined, nodeId, home: joined.home + 1 };
    if (this.#move !== undefined) this.#record?.moved(this.#move.order);
    this.#subscriptions?.moved(true);
  }

  #end(event: SessionEvent, ending: Ending): void {
    if (this.#machine.dispatch(event, ending)) this.#context.counted.error(ending.code);
  }

  #inTime(requestId: number, o: { readonly isData: boolean }): boolean {
    const rate = this.talk.judgeRate(o);
    if (rate.verdict === 'refuse') this.talk.refuseWith(requestId, 'RATE_LIMITED', undefined, rate.retryAfterMs);
    else if (rate.verdict === 'end') this.#end('fatal', { code: 'RATE_LIMITED', message: '', retryAfterMs: 1000 });
    return rate.verdict === 'serve';
  }

  #handle(requestId: number, body: ClientBody, frame: wire.ClientFrame): void {
    if (body === 'join') {
      const join = frame.join ?? {};
      this.#joinFrame = { requestId, join, startedMs: this.#context.clock.nowMs() };
      const { sendEndpoint = null, recvEndpoint = null, recvRtpCapabilities = null } = join;
      this.sdk = plainText(join.sdk ?? '', limits.nameLengthMax);
      this.#media = { sendEndpoint, recvEndpoint, recvRtpCapabilities };
      this.#isNewcomer = join.resume == null && !join.check;
      this.#isOnHost = this.opener !== undefined && staysOnHost(join);
      this.#machine.dispatch(frame.join?.resume == null ? 'join' : 'resume');
    } else if (body === 'leave') {
      this.talk.answer(requestId, { ack: {} });
      if (this.state === 'joined' && frame.leave?.quality) this.felt(frame.leave.quality);
      this.#machine.dispatch('leave', { code: 'INTERNAL', message: frame.leave?.reason ?? '' });
    } else if (body === 'ping') {
      this.rttMs = frame.ping?.rttMs ?? 0;
      // A client that waits before joining may ping too, so it goes past `send`.
      this.talk.send(encodeServerFrame({ replyTo: requestId, pong: { sentMs: frame.ping?.sentMs ?? 0 } }));
    } else this.#request(requestId, body, frame);
  }

  #request(requestId: number, body: Exclude<ClientBody, 'join' | 'leave' | 'ping'>, frame: wire.ClientFrame): void {
    const job = async (): Promise<void> => {
      if (this.state !== 'joined') return;
      try {
        this.talk.answer(requestId, await requests[body](this, frame));
      } catch (error) {
        this.talk.refuse(requestId, error);
      }
    };
    const lane = laneOf[body];
    if (lane === 'none') void job();
    else if (!this.#lanes[lane].run(job))
      this.talk.refuseWith(requestId, 'RATE_LIMITED', 'too many requests are waiting', 1000);
  }

  async #join(): Promise<void> {
    const asked = this.#joinFrame;
    if (asked === undefined) return;
    this.fromCity = this.#context.development ? (asked.join.fromCity ?? '') : '';
    const { clientIp, opener } = this;
    const onVerified = (origin: TokenOrigin): void => {
      this.origin = origin;
    };
    const client: WaitingClient = {
      tell: (waiting) => this.talk.message({ waiting }),
      waited: (ms) => {
        asked.startedMs += ms;
      },
      over: this.#joinOver.signal,
    };
    const o = { clientIp, opener, prove: this.#prove, onVerified, claimant: this, client };
    const admission = await admit(this.#context, asked.join, o);
    const tookMs = this.#context.clock.nowMs() - asked.startedMs;
    if (admission.ok) this.#admitted(admission.joined, admission.access, tookMs);
    else this.#notAdmitted(admission.failure, asked.requestId, tookMs);
    const claimed = asked.join.resume?.sessionId ?? '';
    if (this.#context.claims.get(claimed)?.holder === this) this.#context.claims.delete(claimed);
    admission.done();
  }

  #admitted(joined: JoinedSession, access: Access, tookMs: number): void {
    this.#context.counted.join(joined.resumed ? 'RESUMED' : 'OK', tookMs);
    // Only a resumed session can have lost its connection to another: it goes on there, nothing is to be undone.
    if (this.state === 'closed') return;
    this.#access = access;
    this.#joined = joined;
    // The events of the owner have come before its answer: a session that is not in the roster was removed while the
    // media was made.
    if (!joined.isCrowd) this.#checkAdmitted(joined);
    this.#machine.dispatch('joined');
    if (this.state === 'joined') this.#countJoin('');
    if (this.state === 'leaving') void this.#leaveRoom(undefined);
  }

  /**
   * What the api keeps of joins: those of clients into rooms of their tenants. Resumed sessions and checks of the
   * connection are none, nor is a join that succeeds for a client that has gone.
   */
  #countJoin(code: ErrorCode | ''): void {
    if (this.opener === undefined && this.#isNewcomer) this.#context.joins.join(this.origin?.tenant ?? '', code);
  }

  #checkAdmitted(joined: JoinedSession): void {
    const present = joined.room.replica?.get(joined.sessionId);
    if (present === undefined) this.#end('evicted', { code: this.#removal(joined, undefined), message: '' });
    else if (present.signalingId !== this.#context.selfId) this.supersede();
  }

  #notAdmitted(failure: unknown, requestId: number, tookMs: number): void {
    const { code, message, retryAfterMs } = errorInfoOf(failure);
    this.#context.counted.join(code, tookMs);
    this.#countJoin(code);
    if (this.state === 'joining' || this.state === 'resuming') this.talk.refuse(requestId, failure);
    this.#machine.dispatch('joinFailed', { code, message, retryAfterMs });
    if (this.state === 'leaving') this.#machine.dispatch('left');
  }

  /** From here on the session is this connection's, and the one that had it here ends without taking it along. */
  #takeUp(): void {
    const joined = this.#joined;
    if (joined === undefined) return;
    const { context } = this;
    this.#isIn = true;
    const came = joined.resumed ? 'participant resumed' : 'participant joined';
    if (joined.isCrowd) context.log.debug(this.#names(joined), 'one of the crowd joined');
    else context.log.info(this.#names(joined), came);
    if (joined.nodeId === '') {
      joined.room.crowd.add(this);
      return;
    }
    const other = context.sessions.get(joined.sessionId);
    context.sessions.set(joined.sessionId, this);
    if (other !== this) other?.supersede();
    context.nodes.hold(joined.nodeId, `session ${joined.sessionId}`);
    const subscriptions = new Subscriptions({
      sessionId: joined.sessionId,
      identity: this.identity,
      nodeId: joined.nodeId,
      room: joined.room,
      context,
      automatic: !joined.manualSubscribe,
      allowed: (this.#rights?.canSubscribe ?? false) && joined.recvTransport != null,
      decodes: joined.decodes,
      send: (frame) => this.send(frame),
    });
    this.#subscriptions = subscriptions;
    if (joined.isCrowd) joined.room.crowd.add(this);
    else joined.room.add(this);
    this.#known = joined.self;
    if (!joined.isCrowd) this.#record = context.qualities.begin(this, joined);
    this.#followSelf();
    subscriptions.present(joined.subscriptions.map((subscription) => subscription.trackId ?? ''));
    subscriptions.failedAtJoin(joined.failed);
  }

  #answerJoin(): void {
    const joined = this.#joined;
    const asked = this.#joinFrame;
    if (joined === undefined || asked === undefined) return;
    this.#joinFrame = undefined;
    const { canUpdateOwnMetadata } = this;
    const o = { startedMs: asked.startedMs, iceServers: iceServersFor(this), canUpdateOwnMetadata };
    this.talk.answer(asked.requestId, { joined: joinedFrame(this.#context, joined, o) });
    for (const renditionWanted of this.#earlyNeeds.values()) this.talk.message({ renditionWanted });
    this.#earlyNeeds.clear();
    this.#takeUp();
    joined.room.showHost(this);
    // Tracks published while the join was under way.
    this.#subscriptions?.reconcile();
  }

  async #leaveRoom(ending: Ending | undefined): Promise<void> {
    this.#leaving ??= ending?.code === undefined || ending.code === 'INTERNAL' ? 'LEFT' : ending.code;
    const joined = this.#joined;
    if (joined !== undefined && this.#holds(joined)) await leaveRoom(this.#context, joined, this.#leaving);
    this.#machine.dispatch('left');
  }

  /** False when another connection of this node has taken up the session: then it is not ours to end. */
  #holds({ sessionId }: JoinedSession): boolean {
    const holder = this.#context.claims.get(sessionId)?.holder ?? this.#context.sessions.get(sessionId);
    return holder === undefined || holder === this;
  }

  #release(ending: Ending | undefined): void {
    const joined = this.#joined;
    if (joined !== undefined && this.#isIn) this.#logEnd(joined, this.#leaving ?? ending?.code ?? 'LEFT');
    this.#move?.cancel(ending?.code ?? 'SESSION_UNKNOWN');
    this.#subscriptions?.close();
    if (joined === undefined) return;
    if (joined.isCrowd) joined.room.crowd.remove(this);
    if (joined.nodeId === '') return;
    if (joined.isCrowd) joined.room.crowd.freeNode(joined.nodeId);
    this.#context.stays.over(joined.sessionId);
    const reason = this.#leaving ?? ending?.code ?? 'LEFT';
    this.#context.qualities.over(this, goesOn(reason) ? undefined : reason);
    if (this.#context.sessions.get(joined.sessionId) === this) this.#context.sessions.delete(joined.sessionId);
    if (!this.#context.sessions.has(joined.sessionId))
      this.#context.nodes.release(joined.nodeId, `session ${joined.sessionId}`);
    if (!joined.isCrowd) joined.room.remove(this);
  }

  #names(joined: JoinedSession): object {
    const { room, sessionId, nodeId, self, placed } = joined;
    const { identity } = self;
    const decision = placed === undefined ? {} : { decisionId: placed.decisionId };
    return { roomKey: room.roomKey, identity, sessionId, nodeId, signalingId: this.#context.selfId, ...decision };
  }

  #logEnd(joined: JoinedSession, reason: string): void {
    const { clock, log } = this.#context;
    const durationMs = Math.max(0, clock.wallMs() - joined.self.joinedWallMs);
    if (joined.isCrowd) log.debug({ ...this.#names(joined), reason, durationMs }, 'one of the crowd left');
    else
      log.info(
        { ...this.#names(joined), reason, durationMs },
        goesOn(reason) ? 'participant let go' : 'participant left',
      );
  }
}

/** A session that another connection has, or that waits for one at its media node, has not left. */
const goesOn = (reason: string): boolean => reason === 'SESSION_UNKNOWN' || reason === 'SHUTTING_DOWN';
