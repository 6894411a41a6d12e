// One client connection: runs the session table (core/session.ts) and carries out its effects. The only place where a session awaits.
import { type ClientBody, decodeWith, encodeServerFrame, errorCodes, type ErrorCode, errorInfoOf, limits, Machine, MeridianError, wire } from '@meridian/protocol';
import type { Timer } from '@meridian/runtime';
import { type Access, type Bucket, closeCodeOf, fullBucket, nextQuality, type Measured, type Participant, type QualityState, type Rights, type RosterChange, route, type SessionEffect, type SessionEvent, type SessionState, sessionTable, take, unknownQuality } from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { ClientSocket, ClientSocketHandlers, ServerMessage } from '../ports.ts';
import type { DoorContext } from './context.ts';
import type { DoorRoom, RoomMember } from './door-room.ts';
import { checkJoin, detach, isResumeKey, type JoinedSession, joinAnew, resumeKeyHashOf, resumeSession } from './join.ts';
import { joinedFrame } from './joined-frame.ts';
import { Lane } from './lane.ts';
import { laneOf, type LaneName, requests } from './requests.ts';
import { Subscriptions } from './subscriptions.ts';

const bucketLimits = { perSecond: limits.clientRequestsPerSecond, burst: limits.clientRequestBurst };

/** Why a connection ends, for the last frame and for the room. */
interface Ending {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

export interface ClientOptions {
  context: DoorContext;
  socket: ClientSocket;
  clientIp: string;
  /** The socket has shown a valid token: it counts no longer among the waiting ones. */
  onAuthenticated(): void;
}

export class ClientSession implements RoomMember, ClientSocketHandlers {
  readonly #context: DoorContext;
  readonly #socket: ClientSocket;
  readonly #clientIp: string;
  readonly #onAuthenticated: () => void;
  readonly #machine: Machine<SessionState, SessionEvent, SessionEffect, Ending>;
  readonly #lanes: Record<LaneName, Lane> = { publish: new Lane(bounds.laneMax), subscribe: new Lane(bounds.laneMax), other: new Lane(bounds.laneMax) };
  #authTimer: Timer | undefined;
  #graceTimer: Timer | undefined;
  #joinFrame: { requestId: number; join: wire.Join.$Properties; startedMs: number } | undefined;
  #access: Access | undefined;
  #joined: JoinedSession | undefined;
  #resumeKeyHash = '';
  #subscriptions: Subscriptions | undefined;
  #bucket: Bucket;
  #refusals = 0;
  #quality: QualityState = unknownQuality;
  /** Round trip by the client's own pings, 0 before the first. */
  rttMs = 0;

  constructor(o: ClientOptions) {
    this.#context = o.context;
    this.#socket = o.socket;
    this.#clientIp = o.clientIp;
    this.#onAuthenticated = o.onAuthenticated;
    this.#bucket = fullBucket(bucketLimits, o.context.clock.nowMs());
    this.#machine = new Machine<SessionState, SessionEvent, SessionEffect, Ending>({
      table: sessionTable,
      initial: 'opened',
      apply: (effect, ending) => this.#effects[effect](ending),
    });
    this.#authTimer = o.context.clock.after(limits.authDeadlineMs, () => this.#end('authTimeout', { code: 'AUTH_TIMEOUT', message: '' }));
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
  get room(): DoorRoom {
    if (this.#joined === undefined) throw new MeridianError('OUT_OF_ORDER');
    return this.#joined.room;
  }
  get identity(): string {
    return this.#access?.identity ?? '';
  }
  get subscriptions(): Subscriptions | undefined {
    return this.#subscriptions;
  }
  get context(): DoorContext {
    return this.#context;
  }

  // ---- what the socket says

  onFrame(bytes: Uint8Array): void {
    if (this.state === 'leaving' || this.state === 'closed' || this.state === 'detached') return;
    let frame: wire.ClientFrame & { body?: ClientBody };
    try {
      frame = decodeWith(wire.ClientFrame, bytes, limits.clientFrameBytesMax) as wire.ClientFrame & { body?: ClientBody };
    } catch (error) {
      this.#end('fatal', { code: codeOf(error) ?? 'FRAME_MALFORMED', message: '' });
      return;
    }
    const { requestId, body } = frame;
    if (!this.#admitRequest(requestId)) return;
    if (body === undefined) {
      this.refuse(requestId, new MeridianError('FRAME_UNKNOWN'));
      return;
    }
    this.#context.counted.frame('in', body);
    const routed = route(this.state, body, this.#access?.rights);
    if (routed.action === 'refuse') this.refuse(requestId, new MeridianError(routed.code));
    else if (routed.action === 'handle') this.#handle(requestId, body, frame);
  }

  onText(): void {
    this.#end('fatal', { code: 'FRAME_MALFORMED', message: 'frames are binary' });
  }

  onSilent(): void {
    this.#context.counted.error('PING_TIMEOUT');
    this.#machine.dispatch('socketLost', { code: 'PING_TIMEOUT', message: '' });
  }

  onEnd(clean: boolean, why: string): void {
    this.#context.log.debug({ sessionId: this.sessionId, clean, why, state: this.state }, 'socket ended');
    this.#machine.dispatch(clean ? 'socketClosed' : 'socketLost', { code: 'INTERNAL', message: why });
  }

  // ---- what the room and the media node say

  send(frame: Uint8Array): void {
    if (this.state !== 'joined') return;
    if (!this.#socket.send(frame)) this.#context.counted.error('BACKPRESSURE');
  }

  sendLossy(frame: Uint8Array): void {
    if (this.state === 'joined') this.#socket.sendLossy(frame);
  }

  sendMessage(message: ServerMessage): void {
    for (const body of Object.keys(message)) this.#context.counted.frame('out', body);
    this.send(encodeServerFrame(message));
  }

  onRoster(changes: readonly RosterChange[] | undefined): void {
    this.#subscriptions?.onRoster(changes);
  }

  onRefused(code: ErrorCode): void {
    this.evict(code, '');
  }

  /** The owner of the room has removed the session already; its media ends, unless another door has it now. */
  evict(code: ErrorCode, message: string): void {
    const joined = this.#joined;
    if (joined !== undefined && code !== 'SESSION_UNKNOWN') detach(this.#context, joined.room, joined.sessionId, joined.nodeId, code);
    this.#end('evicted', { code, message });
  }

  /** The media of this session is gone. */
  loseNode(code: ErrorCode): void {
    this.#end('nodeLost', { code, message: '' });
  }

  /** A newer socket has the session. */
  supersede(): void {
    this.#end('superseded', { code: 'SESSION_UNKNOWN', message: 'The session was resumed by another socket.' });
  }

  shutDown(): void {
    this.#end('shutdown', { code: 'SHUTTING_DOWN', message: '' });
  }

  isResumableWith(resumeKey: string): boolean {
    return (this.state === 'joined' || this.state === 'detached') && isResumeKey(resumeKey, this.#resumeKeyHash);
  }

  // ---- answers

  answer(requestId: number, message: ServerMessage): void {
    if (requestId === 0 || this.state === 'closed') return;
    for (const body of Object.keys(message)) this.#context.counted.frame('out', body);
    this.#socket.send(encodeServerFrame({ replyTo: requestId, ...message }));
  }

  refuse(requestId: number, error: unknown): void {
    const info = errorInfoOf(error);
    if (info.code === 'INTERNAL') this.#context.log.error({ sessionId: this.sessionId, err: error }, 'a request failed unexpectedly');
    this.#context.counted.error(info.code);
    this.#socket.send(encodeServerFrame({ replyTo: requestId, error: info }));
  }

  /** What this client measured in one period; others hear of it when the word for it changes. */
  measured(measured: Measured): void {
    const before = this.#quality.shown;
    this.#quality = nextQuality(this.#quality, measured);
    this.#tellQuality(before);
  }

  // ---- the table's effects

  readonly #effects: { readonly [effect in SessionEffect]: (ending: Ending | undefined) => void } = {
    stopAuthTimer: () => {
      this.#authTimer?.cancel();
      this.#authTimer = undefined;
    },
    beginJoin: () => void this.#join(),
    answerJoin: () => this.#answerJoin(),
    // The join itself cannot be stopped; when it settles in this state it is taken back (#joinSettled).
    undoJoin: () => undefined,
    startGrace: () => {
      this.#graceTimer = this.#context.clock.after(limits.resumeGraceMs, () => this.#machine.dispatch('graceOver'));
      const before = this.#quality.shown;
      this.#quality = nextQuality(this.#quality, undefined);
      this.#tellQuality(before);
    },
    stopGrace: () => this.#graceTimer?.cancel(),
    leaveRoom: (ending) => void this.#leaveRoom(ending),
    disconnect: (ending) => this.#disconnect(ending ?? { code: 'INTERNAL', message: '' }),
    closeSocket: () => this.#socket.close(1000, 'left'),
    dropSocket: () => this.#socket.terminate(),
    release: () => this.#release(),
  };

  #end(event: SessionEvent, ending: Ending): void {
    if (this.#machine.dispatch(event, ending)) this.#context.counted.error(ending.code);
  }

  #admitRequest(requestId: number): boolean {
    const taken = take(this.#bucket, bucketLimits, this.#context.clock.nowMs());
    this.#bucket = taken.bucket;
    if (taken.ok) {
      this.#refusals = 0;
      return true;
    }
    this.#refusals += 1;
    if (this.#refusals > bounds.refusalsMax) this.#end('fatal', { code: 'RATE_LIMITED', message: '', retryAfterMs: 1000 });
    else this.refuse(requestId, new MeridianError('RATE_LIMITED', undefined, { retryAfterMs: taken.retryAfterMs }));
    return false;
  }

  #handle(requestId: number, body: ClientBody, frame: wire.ClientFrame): void {
    if (body === 'join') {
      this.#joinFrame = { requestId, join: frame.join ?? {}, startedMs: this.#context.clock.nowMs() };
      this.#machine.dispatch('join');
    } else if (body === 'leave') {
      this.answer(requestId, { ack: {} });
      this.#machine.dispatch('leave', { code: 'INTERNAL', message: frame.leave?.reason ?? '' });
    } else if (body === 'ping') {
      this.rttMs = frame.ping?.rttMs ?? 0;
      // Whoever waits before joining may ping too, so it goes past `send`.
      this.#socket.send(encodeServerFrame({ replyTo: requestId, pong: { sentMs: frame.ping?.sentMs ?? 0 } }));
    } else this.#request(requestId, body, frame);
  }

  #request(requestId: number, body: Exclude<ClientBody, 'join' | 'leave' | 'ping'>, frame: wire.ClientFrame): void {
    const job = async (): Promise<void> => {
      if (this.state !== 'joined') return;
      try {
        this.answer(requestId, await requests[body](this, frame));
      } catch (error) {
        this.refuse(requestId, error);
      }
    };
    const lane = laneOf[body];
    if (lane === 'none') void job();
    else if (!this.#lanes[lane].run(job)) this.refuse(requestId, new MeridianError('RATE_LIMITED', 'too many requests are waiting', { retryAfterMs: 1000 }));
  }

  async #join(): Promise<void> {
    const asked = this.#joinFrame;
    if (asked === undefined) return;
    let room: DoorRoom | undefined;
    let failure: unknown;
    try {
      const { access, expired } = await this.#context.verifyToken(asked.join.token ?? '', { wantedRoom: '', purpose: 'join', allowExpired: asked.join.resume != null });
      checkJoin(asked.join);
      this.#onAuthenticated();
      this.#access = access;
      room = this.#context.roomFor(access.roomKey);
      room.use();
      this.#joined = await this.#joinOrResume(room, access, expired, asked.join);
    } catch (error) {
      failure = error;
    }
    this.#joinSettled(failure, asked);
    room?.leaveUse();
  }

  async #joinOrResume(room: DoorRoom, access: Access, expired: boolean, join: wire.Join.$Properties): Promise<JoinedSession> {
    if (join.resume == null) return joinAnew(this.#context, room, access, join, this.#clientIp);
    try {
      const joined = await resumeSession(this.#context, room, access, join.resume);
      this.#access = { ...access, rights: rightsInCommon(access.rights, joined.self) };
      return joined;
    } catch (error) {
      // An expired token is good for going on, not for coming in.
      throw expired ? new MeridianError('TOKEN_EXPIRED', undefined, { cause: error }) : error;
    }
  }

  #joinSettled(failure: unknown, asked: { requestId: number; startedMs: number }): void {
    const { counted, clock } = this.#context;
    const tookMs = clock.nowMs() - asked.startedMs;
    if (this.#joined === undefined) {
      const info = errorInfoOf(failure);
      counted.join(info.code, tookMs);
      if (this.state === 'joining') this.refuse(asked.requestId, failure);
      const { code, message, retryAfterMs } = info;
      if (!this.#machine.dispatch('joinFailed', { code, message, retryAfterMs }) || this.state === 'leaving') this.#machine.dispatch('left');
      return;
    }
    counted.join(this.#joined.resumed ? 'RESUMED' : 'OK', tookMs);
    // The events of the owner have come before its answer: whoever is not in the roster was removed while the media was made.
    if (this.#joined.room.replica?.get(this.#joined.sessionId) === undefined) this.#end('evicted', { code: 'DUPLICATE_IDENTITY', message: '' });
    this.#machine.dispatch('joined');
    if (this.state === 'leaving') void this.#leaveRoom(undefined);
  }

  #answerJoin(): void {
    const joined = this.#joined;
    const asked = this.#joinFrame;
    if (joined === undefined || asked === undefined) return;
    const { context } = this;
    this.#joinFrame = undefined;
    this.#resumeKeyHash = resumeKeyHashOf(joined.resumeKey);
    context.sessions.set(joined.sessionId, this);
    context.nodes.hold(joined.nodeId, `session ${joined.sessionId}`);
    const subscriptions = new Subscriptions({
      sessionId: joined.sessionId,
      nodeId: joined.nodeId,
      room: joined.room,
      context,
      automatic: !joined.manualSubscribe,
      allowed: joined.self.canSubscribe,
      send: (frame) => this.send(frame),
    });
    this.#subscriptions = subscriptions;
    this.answer(asked.requestId, { joined: joinedFrame(context, joined, asked.startedMs) });
    joined.room.add(this);
    subscriptions.present(joined.subscriptions.map((subscription) => subscription.trackId ?? ''));
    subscriptions.failedAtJoin(joined.failed);
    // Tracks published while the join was under way.
    subscriptions.reconcile();
  }

  async #leaveRoom(ending: Ending | undefined): Promise<void> {
    const joined = this.#joined;
    if (joined !== undefined) {
      const { room, sessionId, nodeId } = joined;
      const reason = ending?.code === undefined || ending.code === 'INTERNAL' ? 'LEFT' : ending.code;
      room.use();
      // The media node lets only the session's own door end it: after a takeover this changes nothing.
      detach(this.#context, room, sessionId, nodeId, reason);
      try {
        await room.withOwner((port) => port.leave(sessionId, reason));
      } catch (error) {
        ignoringErrors(this.#context.log, 'leaving was not recorded by the owner')(error);
      } finally {
        room.leaveUse();
      }
    }
    this.#machine.dispatch('left');
  }

  #disconnect(ending: Ending): void {
    const { code, message, retryAfterMs } = ending;
    const disconnect = { code, message: message || errorCodes[code][0], reconnect: errorCodes[code][1], retryAfterMs: retryAfterMs ?? 0 };
    this.#socket.send(encodeServerFrame({ disconnect }));
    this.#socket.close(closeCodeOf(code), code);
  }

  #release(): void {
    const joined = this.#joined;
    this.#authTimer?.cancel();
    this.#graceTimer?.cancel();
    this.#subscriptions?.close();
    this.#onAuthenticated();
    if (joined === undefined) return;
    if (this.#context.sessions.get(joined.sessionId) === this) this.#context.sessions.delete(joined.sessionId);
    if (!this.#context.sessions.has(joined.sessionId)) this.#context.nodes.release(joined.nodeId, `session ${joined.sessionId}`);
    joined.room.remove(this);
  }

  #tellQuality(before: QualityState['shown']): void {
    const joined = this.#joined;
    const { shown } = this.#quality;
    if (joined !== undefined && shown !== before) joined.room.tellOwner((port) => port.quality(joined.sessionId, shown));
  }
}

/** A token shown later takes rights away, it does not add any: the room knows the session by the first one. */
function rightsInCommon(token: Rights, session: Participant): Rights {
  return {
    canPublish: token.canPublish && session.canPublish,
    canSubscribe: token.canSubscribe && session.canSubscribe,
    canPublishData: token.canPublishData && session.canPublishData,
    admin: token.admin && session.admin,
    hidden: session.hidden,
  };
}
