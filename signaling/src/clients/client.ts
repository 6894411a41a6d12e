// A client connection: runs the session table (core/session.ts) and its effects.
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
  type RoomDifference,
  wire,
} from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import {
  type Measured,
  type RenditionNeed,
  route,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  sessionTable,
} from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { ClientSocket, ClientSocketHandlers, Opener, ServerMessage } from '../ports.ts';
import type { Admission } from './admission.ts';
import { detach } from './attaching.ts';
import { ClientJoin } from './client-join.ts';
import type { ClientContext, LocalSession, MoveOrder } from './context.ts';
import { HeldSession } from './held-session.ts';
import type { JoinedSession } from './join.ts';
import { JoinMedia } from './join-media.ts';
import { Lane } from './lane.ts';
import type { LocalRoom } from './local-room.ts';
import { beginMove } from './moving.ts';
import { type LaneName, laneOf, requests } from './requests.ts';
import type { SessionMove } from './session-move.ts';
import { SessionQuality } from './session-quality.ts';
import { type Ending, Talk } from './talk.ts';
import { WarmUp } from './warm.ts';

export interface ClientOptions {
  context: ClientContext;
  socket: ClientSocket;
  clientIp: string;
  /** `addressKey` of the client's address; '': unknown, or an address that many share. */
  network: string;
  /** Gateway or recorder that opened the session; absent: the client itself. */
  opener?: Opener;
  /** Called once the client has shown a valid token. False: the service takes no more clients. */
  prove(): boolean;
  /** Counts the client among those of its person. Throws QUOTA_EXCEEDED. */
  takeShare(access: Access): void;
  /** Called when the socket is gone for good. */
  onGone(): void;
}

/** States in which messages of the socket are ignored. */
const ignoringStates: ReadonlySet<SessionState> = new Set(['adrift', 'leaving', 'closed', 'detached']);

export class ClientSession implements LocalSession, ClientSocketHandlers {
  readonly context: ClientContext;
  readonly talk: Talk;
  readonly clientIp: string;
  readonly network: string;
  readonly opener: Opener | undefined;
  readonly #o: Pick<ClientOptions, 'prove' | 'takeShare' | 'onGone'>;
  readonly #machine: Machine<SessionState, SessionEvent, SessionEffect, Ending>;
  readonly #lanes: Record<LaneName, Lane> = {
    publish: new Lane(bounds.laneMax),
    subscribe: new Lane(bounds.laneMax),
    other: new Lane(bounds.laneMax),
  };
  /** Ends a connection without a Join. */
  #authTimer: Timer | undefined;
  #graceTimer: Timer | undefined;
  #join: ClientJoin | undefined;
  /** Transports that the client connects before its Join. */
  #warm: WarmUp | undefined;
  /** Admitted session; undefined before the Join was admitted. */
  #held: HeldSession | undefined;
  readonly #quality: SessionQuality;
  rttMs = 0;

  constructor(o: ClientOptions) {
    this.context = o.context;
    this.talk = new Talk(o.context, o.socket, () => this.evict('BACKPRESSURE', 'too much data waits for the client'));
    this.#quality = new SessionQuality(o.context, () => this.#joined);
    this.clientIp = o.clientIp;
    this.network = o.network;
    this.opener = o.opener;
    this.#o = o;
    this.#machine = new Machine<SessionState, SessionEvent, SessionEffect, Ending>({
      table: sessionTable,
      initial: 'opened',
      apply: (effect, ending) => ClientSession.#effects[effect](this, ending),
    });
    this.#authTimer = this.#authTimerOf(limits.authDeadlineMs);
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
    return this.#heldOrThrow.joined.room;
  }
  get roomKey(): string {
    return this.#joined?.room.roomKey ?? '';
  }
  showNewcomers(): void {
    this.#joined?.room.showNewcomers();
  }
  get adoption(): number {
    return this.#joined?.adoption ?? 0;
  }
  get fence(): string {
    return this.#joined?.fence ?? '';
  }
  get needs(): readonly RenditionNeed[] {
    return this.subscriptions?.needs ?? [];
  }
  get quality(): SessionQuality['shown'] {
    return this.#quality.shown;
  }
  get access(): HeldSession['access'] | undefined {
    return this.#held?.access;
  }
  get identity(): string {
    return this.access?.identity ?? '';
  }
  get name(): string {
    return this.access?.name ?? '';
  }
  get isCrowd(): boolean {
    return this.#joined?.isCrowd ?? false;
  }
  get joinedWallMs(): number {
    return this.#joined?.self.joinedWallMs ?? 0;
  }
  get subscriptions(): HeldSession['subscriptions'] {
    return this.#held?.subscriptions;
  }
  get record(): HeldSession['record'] {
    return this.#held?.record;
  }
  get received(): Iterable<string> {
    return this.subscriptions?.held ?? [];
  }
  get move(): HeldSession['move'] {
    return this.#held?.move;
  }
  get origin(): TokenOrigin | undefined {
    return this.#join?.origin;
  }
  get fromCity(): string {
    return this.#join?.fromCity ?? '';
  }
  get sdk(): string {
    return this.#join?.sdk ?? '';
  }
  get #joined(): JoinedSession | undefined {
    return this.#held?.joined;
  }
  get #heldOrThrow(): HeldSession {
    if (this.#held === undefined) throw new MeridianError('OUT_OF_ORDER');
    return this.#held;
  }

  // ---- from the socket

  onFrame(bytes: Uint8Array): void {
    if (ignoringStates.has(this.state)) return;
    let frame: wire.ClientFrame & { body?: ClientBody };
    try {
      frame = decodeWith(wire.ClientFrame, bytes, limits.clientFrameBytesMax) as typeof frame;
    } catch (error) {
      this.#end('fatal', { code: codeOf(error) ?? 'FRAME_MALFORMED', message: '' });
      return;
    }
    const { requestId, body } = frame;
    if (!this.#isWithinRate(requestId, { isData: body === 'sendData' })) return;
    if (body === undefined) {
      this.talk.refuseWith(requestId, 'FRAME_UNKNOWN');
      return;
    }
    this.context.counters.frame('in', body);
    const routed = route(this.state, body, this.#held?.rights, this.#joined);
    if (routed.action === 'refuse') this.talk.refuseWith(requestId, routed.code);
    else if (routed.action === 'handle') this.#handle(requestId, body, frame);
  }

  onText(): void {
    this.#end('fatal', { code: 'FRAME_MALFORMED', message: 'frames are binary' });
  }

  sendChannel(label: string, payload: Uint8Array): boolean {
    const { nodeId, sessionId } = this;
    if (this.state !== 'joined' || nodeId === '' || payload.byteLength > limits.channelMessageBytesMax) return false;
    const { nodes } = this.context;
    const message = { roomKey: this.room.roomKey, sessionId, label, payload };
    const other = this.move?.otherNodeId;
    if (other !== undefined) nodes.post(other, note.channelMessage, message);
    return nodes.post(nodeId, note.channelMessage, message);
  }

  onSilent(): void {
    this.context.counters.error('PING_TIMEOUT');
    this.#machine.dispatch('socketLost', { code: 'PING_TIMEOUT', message: '' });
  }

  onEnd(clean: boolean, why: string): void {
    this.context.log.debug({ sessionId: this.sessionId, clean, why, state: this.state }, 'socket ended');
    this.talk.dropWaiting();
    this.#machine.dispatch(clean ? 'socketClosed' : 'socketLost', { code: 'INTERNAL', message: why });
    this.#o.onGone();
  }

  // ---- from the room and the media node

  send(frame: Uint8Array): void {
    if (this.state === 'joined') this.talk.send(frame);
  }

  sendData(frame: Uint8Array, { lossy }: { lossy: boolean }): void {
    if (this.state === 'joined') this.talk.sendData(frame, { lossy });
  }

  sendMessage(message: ServerMessage): void {
    if (this.state === 'joined') this.talk.message(message);
  }

  takeChannel(label: string, payload: Uint8Array): void {
    if (this.state === 'joined') this.talk.takeChannel(label, payload);
  }

  wantRendition(renditionRequest: wire.RenditionRequest.$Properties): void {
    if (this.state === 'joined') this.sendMessage({ renditionRequest });
    else if (this.state === 'resuming') this.#join?.queueRendition(renditionRequest);
  }

  /** Ends a session that the roster lost: the owner's order may have come during the join, or without a link. */
  onRoster(differences: readonly RoomDifference[] | undefined): void {
    const isPlaced = (this.state === 'joined' || this.state === 'detached') && !this.isCrowd;
    const lost = isPlaced ? this.#held?.lostReason(differences) : undefined;
    if (lost === 'SESSION_UNKNOWN') this.supersede();
    else if (lost !== undefined) this.evict(lost, '');
    this.#held?.onRoster(differences);
  }

  evict(code: ErrorCode, message: string): void {
    if (this.nodeId !== '' && code !== 'SESSION_UNKNOWN') detach(this.context, this, code);
    this.#end('evicted', { code, message });
  }

  revoke(): void {
    this.#end('revoked', { code: 'TOKEN_REVOKED', message: '' });
  }

  loseNode(code: ErrorCode): void {
    this.#end('nodeLost', { code, message: '' });
  }

  beginMove(order: MoveOrder): SessionMove {
    return beginMove(this.#heldOrThrow, order);
  }

  supersede(): void {
    this.#end('superseded', { code: 'SESSION_UNKNOWN', message: 'The session was resumed by another socket.' });
  }

  shutDown(): void {
    this.#end('shutdown', { code: 'SHUTTING_DOWN', message: '' });
  }

  measured(measured: Measured): void {
    if (!this.isCrowd) this.#quality.measured(measured);
  }

  measuredByNode(measured: Measured): void {
    if (this.opener !== undefined) return; // an opener's path is not its client's
    this.context.timings.takeNodeRtt(this, measured.rttMs);
    this.measured(measured);
  }

  stayReported(reported: wire.SessionQuality.$Properties): void {
    this.#quality.stayReported(reported, this.sdk);
  }

  // ---- effects of the table

  /** Effects of all sessions, since twelve functions of each would take 1 kB. */
  static readonly #effects: {
    readonly [effect in SessionEffect]: (session: ClientSession, ending: Ending | undefined) => void;
  } = {
    stopAuthTimer: (session) => {
      session.#authTimer?.cancel();
      session.#authTimer = undefined;
    },
    beginJoin: (session) =>
      void session.#join?.admit(session, { ...session.#o, warm: session.#warm }, (admission) =>
        session.#joinSettled(admission),
      ),
    answerJoin: (session) => session.#answerJoin(),
    keepSession: (session) => session.#held?.activate(),
    // Only the wait before a join can be stopped. A join that is under way is undone when it settles.
    undoJoin: (session) => session.#join?.close(),
    startGrace: (session, ending) => {
      // A client without media has nothing to resume.
      if (session.nodeId === '') {
        session.#machine.dispatch('graceOver');
        return;
      }
      session.#graceTimer = session.context.clock.after(limits.resumeGraceMs, () => {
        if (session.#held !== undefined) session.#held.leaveReason = 'CONNECTION_LOST';
        session.#machine.dispatch('graceOver');
      });
      session.#quality.lost();
      session.record?.away(ending?.code ?? '');
    },
    stopGrace: (session) => session.#graceTimer?.cancel(),
    leaveRoom: (session, ending) => void session.#leaveRoom(ending),
    disconnect: (session, ending) => session.talk.disconnect(ending ?? { code: 'INTERNAL', message: '' }),
    closeSocket: (session) => session.talk.close(),
    dropSocket: (session) => session.talk.drop(),
    release: (session, ending) => {
      session.#warm?.close();
      session.#held?.close(ending);
    },
  };

  #end(event: SessionEvent, ending: Ending): void {
    if (this.#machine.dispatch(event, ending)) this.context.counters.error(ending.code);
  }

  #isWithinRate(requestId: number, o: { readonly isData: boolean }): boolean {
    const rate = this.talk.judgeRate(o);
    if (rate.verdict === 'refuse') this.talk.refuseWith(requestId, 'RATE_LIMITED', undefined, rate.retryAfterMs);
    else if (rate.verdict === 'end') this.#end('fatal', { code: 'RATE_LIMITED', message: '', retryAfterMs: 1000 });
    return rate.verdict === 'serve';
  }

  #handle(requestId: number, body: ClientBody, frame: wire.ClientFrame): void {
    if (body === 'join') {
      this.#join = new ClientJoin(this.context, this.talk, requestId, frame.join ?? {});
      this.#machine.dispatch(frame.join?.resume == null ? 'join' : 'resume');
    } else if (body === 'warm') void this.#warmUp(requestId, frame.warm ?? {});
    else if (body === 'leave') {
      this.talk.answer(requestId, { ack: {} });
      if (this.state === 'joined' && frame.leave?.quality) this.stayReported(frame.leave.quality);
      this.#machine.dispatch('leave', { code: 'INTERNAL', message: frame.leave?.reason ?? '' });
    } else if (body === 'ping') {
      this.rttMs = frame.ping?.rttMs ?? 0;
      // A client may ping while it waits before joining, so the pong bypasses `send`.
      this.talk.send(encodeServerFrame({ replyTo: requestId, pong: { sentMs: frame.ping?.sentMs ?? 0 } }));
    } else this.#request(requestId, body, frame);
  }

  #authTimerOf(ms: number): Timer {
    return this.context.clock.after(ms, () => this.#end('authTimeout', { code: 'AUTH_TIMEOUT', message: '' }));
  }

  /** Prepares the client's Join, which this socket waits for as long as the transports live. */
  async #warmUp(requestId: number, join: wire.Join.$Properties): Promise<void> {
    if (this.#warm !== undefined || this.opener !== undefined) {
      this.talk.refuseWith(requestId, 'OUT_OF_ORDER');
      return;
    }
    const warm = new WarmUp(this.context, join, { ...this.#o, clientIp: this.clientIp, network: this.network });
    this.#warm = warm;
    try {
      const warmed = await warm.answer;
      if (ignoringStates.has(this.state)) return;
      this.talk.answer(requestId, { warmed });
      if (this.state !== 'opened' || !warmed.livesMs) return;
      this.#authTimer?.cancel();
      this.#authTimer = this.#authTimerOf(warmed.livesMs);
    } catch (error) {
      if (!ignoringStates.has(this.state)) this.talk.refuse(requestId, error);
    }
  }

  #request(
    requestId: number,
    body: Exclude<ClientBody, 'warm' | 'join' | 'leave' | 'ping'>,
    frame: wire.ClientFrame,
  ): void {
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

  #joinSettled(admission: Admission): void {
    this.#warm?.close();
    if (!admission.ok) this.#notAdmitted(admission.failure);
    // Only a resumed session can have moved on to another connection, and then nothing is undone.
    if (!admission.ok || this.state === 'closed') return;
    const { joined, access } = admission;
    const held = new HeldSession(this, joined, access, this.#join?.media ?? new JoinMedia({}, this.context.abilities));
    this.#held = held;
    // The owner's events precede its answer, so a session missing in the roster was removed while its media was made.
    const lost = joined.isCrowd ? undefined : held.lostReason(undefined);
    if (lost === 'SESSION_UNKNOWN') this.supersede();
    else if (lost !== undefined) this.#end('evicted', { code: lost, message: '' });
    this.#machine.dispatch('joined');
    if (this.state === 'joined') this.#join?.count(this, '');
    if (this.state === 'leaving') void this.#leaveRoom(undefined);
  }

  #notAdmitted(failure: unknown): void {
    const { code, message, retryAfterMs } = errorInfoOf(failure);
    this.#join?.count(this, code);
    if (this.state === 'joining' || this.state === 'resuming') this.#join?.refuse(failure);
    this.#machine.dispatch('joinFailed', { code, message, retryAfterMs });
    if (this.state === 'leaving') this.#machine.dispatch('left');
  }

  #answerJoin(): void {
    const held = this.#heldOrThrow;
    this.#join?.answer(this, held.joined);
    held.activate();
    this.room.showHost(this);
    // The roster may have got tracks during the join.
    held.subscriptions?.reconcile();
  }

  async #leaveRoom(ending: Ending | undefined): Promise<void> {
    const leaving = this.#held?.leave(ending);
    if (leaving !== undefined) await leaving;
    this.#machine.dispatch('left');
  }
}
