// Carries out the connection table (state.ts): entry, sockets, Join, resume, rejoin. It knows no track and no
// participant; the ports provide the media. One instance per stay; `close` is final.
//
// Effects of the table and their places:
//   connect    fetchEntry #enter, openSocket #open, sendJoin #joinFirst: the first time, one attempt for each step
//              openResume, openRejoin #reconnect: later, candidates, socket and Join in one attempt
//   wait       scheduleConnect, scheduleResume, scheduleRejoin: RetryPhase, by the policies of reconnect.ts
//   part       dropSocket: the session may be resumed; leave: the session is over; end: the connection is over
//   media      startMedia, adoptSession, stopMedia: ports, with the session's keys kept here for the next attempt
//   move       prepareMove, sendMoveReady, sendMoveDeclined, switchTracks, closeNewTransports: ports
//   announce   announceConnected, announceReconnected #announce; the losses #announceLoss
// Events come from the caller (open, close, mediaLost), from RetryPhase (retryDue, gaveUp), from the result of an
// attempt (#run), from frames of the service (#frame) and from the end of the socket (#lost).
import { limits, Machine, type wire } from '@meridian/protocol';
import { asClientError, errorFromWire, MeridianClientError } from '../errors.ts';
import type { DisconnectReason, JoinTimings, TokenSource, Waiting } from '../types.ts';
import { Attempts } from './attempts.ts';
import { waitingOf } from './convert.ts';
import { entryTimeoutMs } from './entry.ts';
import { type JoinParts, joinDeadlineMs, readToken, requestJoin, type Session } from './join.ts';
import { openTimeoutMs } from './race.ts';
import {
  connectPolicy,
  crowdPolicy,
  keptMediaPolicy,
  oncePolicy,
  type ReconnectPolicy,
  rejoinPolicy,
  resumePolicy,
  waitPolicy,
} from './reconnect.ts';
import { RetryPhase } from './retry-phase.ts';
import type { EchoSite, SiteTiming } from './site-timing.ts';
import type { Body, ServerFrame, SignalSocket } from './socket.ts';
import { closeCode } from './socket-port.ts';
import type { SocketSource } from './socket-source.ts';
import { type ConnEffect, type ConnEvent, type ConnState, connectionTable } from './state.ts';
import { overloadCodes, type Throttle } from './throttle.ts';

export type Announcement = 'connected' | 'signalReconnecting' | 'reconnecting' | 'reconnected';
export interface ConnectionPorts {
  /** Resolves when device, capabilities and certificates are ready; called before every Join, cheap after the first. */
  joinParts(): Promise<JoinParts>;
  hasMedia(): boolean;
  startMedia(joined: wire.Joined): void;
  stopMedia(final: boolean): void;
  /** Takes over a resumed session: the same media (or that of a move made meanwhile), perhaps a newer roster. */
  adopt(joined: wire.Joined): void;
  /** Prepares the move of media: resolves when everything is ready at the other node beside this one, else rejects. */
  prepareMove(move: wire.MoveParticipant.$Properties): Promise<void>;
  settleMove(made: boolean): void;
  frame(frame: ServerFrame): void;
  /** Called when the service lets us wait before the room, and again at changes. */
  waiting(waiting: Waiting): void;
  /** Returns the quality of the session, if measured; sent when it is left. */
  quality?(): wire.SessionQuality.$Properties | undefined;
  /** Called when a rejoin has failed; another follows unless the connection is over. */
  rejoinFailed?(error: MeridianClientError): void;
  announce(what: Announcement): void;
  stateChanged(state: ConnState): void;
  ended(reason: DisconnectReason, error: MeridianClientError | undefined): void;
}
interface Payload {
  readonly error?: MeridianClientError;
  readonly reason?: DisconnectReason;
  readonly joined?: wire.Joined;
  readonly move?: wire.MoveParticipant.$Properties;
}
type Proceed = () => void;

const requestDeadlineMs = 10_000;
/**
 * Deadline of a later attempt: the sum of the limits of entry request, socket and Join, and the same time for the
 * token. It bounds steps without their own limit, such as the app's token function.
 */
const attemptDeadlineMs = entryTimeoutMs + openTimeoutMs + limits.authDeadlineMs + joinDeadlineMs;
/** Code of a MoveDone: the old node has released the session. */
export const moveLeft = 'LEFT';
const pingIntervalMsMin = 250;
const pingIntervalMsMax = 60_000;
/** Codes that end the media of a session, not only its socket: only a new Join helps. */
const mediaLossCodes = new Set([
  'NODE_LOST',
  'WORKER_DIED',
  'NODE_DRAINING',
  'RESUME_REFUSED',
  'SESSION_UNKNOWN',
  'EPOCH_STALE',
  'STAGE_LEFT',
]);

export class Connection {
  readonly #ports: ConnectionPorts;
  readonly #token: TokenSource;
  readonly #machine: Machine<ConnState, ConnEvent, ConnEffect, Payload>;
  readonly #sockets: SocketSource;
  readonly #throttle: Throttle;
  readonly #retries: RetryPhase;
  readonly #sites: SiteTiming | undefined;
  readonly #startedMs = performance.now();
  #socket: SignalSocket | undefined;
  #session: Session | undefined;
  #isCrowd = false;
  #joinsAnew = false;
  #moveId = '';
  readonly #attempts = new Attempts();
  readonly #connectPolicy: ReconnectPolicy;
  #hasWaited = false;
  #isWaiting = false;
  #ended = false;
  #timings: JoinTimings = { preparedMs: 0, entryMs: 0, socketOpenMs: 0, joinedMs: 0, requestsToJoined: 0 };

  constructor(o: {
    sockets: SocketSource;
    token: TokenSource;
    /** Shared by clients at the same place, such as the rooms of a page. */
    throttle: Throttle;
    sites?: SiteTiming | undefined;
    isOnce?: boolean | undefined;
    ports: ConnectionPorts;
  }) {
    this.#connectPolicy = o.isOnce === true ? oncePolicy : connectPolicy;
    this.#sockets = o.sockets;
    this.#throttle = o.throttle;
    this.#sites = o.sites;
    this.#token = o.token;
    this.#ports = o.ports;
    this.#retries = new RetryPhase(
      {
        due: () => this.#dispatch('retryDue'),
        gaveUp: (error) => this.#dispatch('gaveUp', { error, reason: error.code }),
      },
      o.throttle,
    );
    this.#machine = new Machine({
      table: connectionTable,
      initial: 'disconnected',
      apply: (effect, payload) => this.#effects[effect](payload ?? {}),
    });
  }

  get state(): ConnState {
    return this.#machine.state;
  }
  get signalRttMs(): number {
    return this.#socket?.rttMs ?? 0;
  }
  get timings(): JoinTimings {
    return this.#timings;
  }

  open(): void {
    this.#throttle.attempt(performance.now(), () => 1); // wanted by the caller, so it is counted but never held back
    this.#retries.begin(1);
    this.#dispatch('connect');
  }

  /** Leaves the room; final and idempotent. */
  close(reason: DisconnectReason, error?: MeridianClientError): void {
    this.#dispatch('close', { reason, ...(error === undefined ? {} : { error }) });
  }

  /** Joins again with other `joinParts`; the old media plays until then. While interrupted, waits for the next join. */
  joinAgain(): void {
    this.#joinsAnew = true;
    this.#dispatch('joinAgainAsked');
  }

  mediaLost(error: MeridianClientError): void {
    this.#dispatch('mediaLost', { error });
  }

  /**
   * Called when the network or the page came back: makes a waiting attempt now, restarts an attempt that uses the old
   * network (`anew`), and checks a seemingly open socket. The throttle counts these attempts like all others.
   */
  nudge(restartsAttempt: boolean): void {
    if (restartsAttempt) this.#sites?.networkChanged();
    const away = this.#machine.state === 'resuming' || this.#machine.state === 'rejoining';
    if (this.#hasSession || this.#isWaiting) this.#socket?.check();
    else if (!this.#retries.hurry() && restartsAttempt && away) this.#retries.restart();
  }

  /** Sends a request; errors as in SignalSocket.request, and NOT_CONNECTED without a session. */
  request(body: Body): Promise<ServerFrame> {
    if (this.#socket === undefined || !this.#hasSession)
      return Promise.reject(new MeridianClientError('NOT_CONNECTED'));
    return this.#socket.request(body, requestDeadlineMs);
  }

  /** Sends a message without an answer; returns false without a session. */
  post(body: Body): boolean {
    return this.#hasSession && this.#socket?.post(body) === true;
  }

  /** Posts a message that is worthless when late; also returns false while much is queued. */
  postLossy(body: Body): boolean {
    return this.#hasSession && this.#socket?.postLossy(body) === true;
  }

  get #hasSession(): boolean {
    return ['connected', 'preparing', 'moving'].includes(this.#machine.state);
  }

  /** Crowd sessions have no key to resume them. */
  get #resumable(): Session | undefined {
    return this.#joinsAnew || this.#isCrowd ? undefined : this.#session;
  }

  get #resumePolicy(): ReconnectPolicy {
    if (this.#isCrowd && !this.#joinsAnew) return crowdPolicy;
    return this.#ports.hasMedia() ? keptMediaPolicy : resumePolicy;
  }

  #dispatch(event: ConnEvent, payload: Payload = {}): void {
    const before = this.#machine.state;
    this.#machine.dispatch(event, payload);
    if (this.#machine.state !== before) this.#ports.stateChanged(this.#machine.state);
  }

  readonly #effects: { readonly [effect in ConnEffect]: (payload: Payload) => void } = {
    fetchEntry: () => this.#run((signal) => this.#enter(signal)),
    openSocket: () => this.#run((signal) => this.#connectFirst(signal)),
    sendJoin: () => this.#run((signal) => this.#joinFirst(signal)),
    openResume: () => this.#run((signal) => this.#reconnect(signal, this.#resumable), attemptDeadlineMs),
    openRejoin: () => this.#run((signal) => this.#reconnect(signal, undefined), attemptDeadlineMs),
    dropSocket: ({ error }) => this.#dropSocket(closeCode.lost, error),
    leave: ({ reason }) => this.#leave(reason),
    scheduleConnect: ({ error }) => this.#retries.schedule(this.#hasWaited ? waitPolicy : this.#connectPolicy, error),
    scheduleResume: ({ error }) => this.#retries.schedule(this.#resumePolicy, error),
    scheduleRejoin: ({ error }) => this.#retries.schedule(this.#isCrowd ? crowdPolicy : rejoinPolicy, error),
    startMedia: ({ joined }) => this.#startMedia(joined),
    stopMedia: () => this.#ports.stopMedia(this.#machine.state === 'closed'),
    adoptSession: ({ joined }) => this.#adopt(joined),
    announceConnected: () => this.#announce('connected'),
    announceSignalReconnecting: () => this.#announceLoss('signalReconnecting'),
    announceReconnecting: () => this.#announceLoss('reconnecting'),
    announceReconnected: () => this.#announce('reconnected'),
    end: (payload) => this.#end(payload),
    prepareMove: ({ move }) => this.#prepareMove(move ?? {}),
    sendMoveDeclined: ({ move, error }) =>
      void this.post({ moveReady: { moveId: move?.moveId ?? '', ok: false, code: error?.code ?? 'MEDIA_FAILED' } }),
    sendMoveReady: ({ move }) => void this.post({ moveReady: { moveId: move?.moveId ?? '', ok: true, code: '' } }),
    switchTracks: () => this.#ports.settleMove(true),
    closeNewTransports: () => this.#ports.settleMove(false),
  };

  /**
   * Runs a single attempt at a time, which fails with REQUEST_TIMEOUT after `deadlineMs`. The first connect has no
   * limit: its token function may ask the user to log in, and the waiting caller can leave.
   */
  #run(task: (signal: AbortSignal) => Promise<Proceed>, deadlineMs?: number): void {
    this.#isWaiting = false;
    const done = (proceed: Proceed): void => {
      this.#isWaiting = false;
      proceed();
    };
    this.#attempts.run(task, { deadlineMs, done, failed: (error) => this.#failed(error) });
  }

  #giveUpAttempt(): void {
    this.#isWaiting = false;
    this.#attempts.giveUp();
  }

  #failed(error: MeridianClientError): void {
    if (this.#isWaiting && error.retryable) this.#retries.begin(0); // waiting before the room is no failure
    this.#giveUpAttempt(); // its other half may still reject: a Disconnect, then the Join that it ended
    this.#sockets.failed();
    if (!overloadCodes.has(error.code)) this.#throttle.accepted(performance.now());
    const isReconnect = this.#machine.state === 'resuming' || this.#machine.state === 'rejoining';
    if (this.#machine.state === 'rejoining') this.#ports.rejoinFailed?.(error);
    if (this.#machine.state === 'resuming' && mediaLossCodes.has(error.code)) this.#dispatch('mediaLost', { error });
    else if (isReconnect && !error.retryable) this.#dispatch('ended', { error, reason: error.code });
    else this.#dispatch('attemptFailed', { error });
  }

  async #enter(signal: AbortSignal): Promise<Proceed> {
    const prepared = this.#ports.joinParts().then(() => this.#mark('preparedMs'));
    const known = this.#sockets.fetch(signal).then(() => this.#mark('entryMs'));
    await Promise.all([known, prepared]);
    return () => this.#dispatch('entryKnown');
  }

  async #connectFirst(signal: AbortSignal): Promise<Proceed> {
    await this.#openSocket(signal);
    return () => this.#dispatch('socketOpen');
  }

  async #joinFirst(signal: AbortSignal): Promise<Proceed> {
    const joined = await this.#join(signal, undefined);
    return () => this.#dispatch('joined', { joined });
  }

  async #reconnect(signal: AbortSignal, session: Session | undefined): Promise<Proceed> {
    const isKnown = session !== undefined || this.#joinsAnew;
    if (!isKnown || this.#retries.attempts > 2) await this.#sockets.refresh(signal);
    await this.#openSocket(signal);
    const joined = await this.#join(signal, session);
    const resumed = session !== undefined && joined.resumed;
    return () => this.#dispatch(resumed ? 'resumed' : 'joined', { joined });
  }

  async #openSocket(signal: AbortSignal): Promise<void> {
    const { socket } = await this.#sockets.open(signal);
    this.#dropSocket(closeCode.lost, undefined);
    this.#socket = socket;
    this.#mark('socketOpenMs');
    socket.listen({
      frame: (frame) => this.#frame(socket, frame),
      lost: (error) => this.#lost(socket, error),
    });
  }

  async #join(signal: AbortSignal, session: Session | undefined): Promise<wire.Joined> {
    const socket = this.#socket;
    const [token, parts] = await Promise.all([readToken(this.#token), this.#ports.joinParts()]);
    if (socket === undefined || signal.aborted) throw new MeridianClientError('SOCKET_LOST');
    const request = requestJoin(socket, {
      token,
      parts,
      session,
      prior: session === undefined ? this.#session : undefined,
      echoTimes: this.#sites?.takeKnown() ?? [],
    });
    this.#sites?.timeEntrySites(() => Promise.resolve(token)); // the Join is sent and does not wait for the timing
    const joined = await request;
    this.#mark('joinedMs');
    this.#timings = { ...this.#timings, requestsToJoined: socket.requestsSent };
    return joined;
  }

  #frame(socket: SignalSocket, frame: ServerFrame): void {
    if (socket !== this.#socket) return;
    if (frame.disconnect != null) this.#disconnected(frame.disconnect);
    else if (frame.moveParticipant != null) this.#dispatch('moveAsked', { move: frame.moveParticipant });
    else if (frame.moveDone != null && frame.moveDone.code !== moveLeft) this.#moveDone(frame.moveDone);
    else if (frame.waiting != null) this.#onWaiting(socket, frame.waiting);
    else if (frame.echoTargets != null)
      this.#sites?.timeRequested(sitesOf(frame.echoTargets), () => readToken(this.#token));
    else this.#ports.frame(frame);
  }

  /** Lifts the time limits of the Join, since people decide on its answer; only a lost socket ends it. */
  #onWaiting(socket: SignalSocket, waiting: wire.Waiting.$Properties): void {
    if (this.#hasSession) return;
    this.#attempts.liftDeadline();
    socket.waitForAnswers();
    if (!this.#isWaiting) socket.startPing(limits.pingIntervalMs);
    this.#isWaiting = true;
    this.#hasWaited = true;
    this.#ports.waiting(waitingOf(waiting));
  }

  /** Prepares a move, one at a time: the service ends a move before it starts the next, so late results are dropped. */
  #prepareMove(move: wire.MoveParticipant.$Properties): void {
    this.#moveId = move.moveId ?? '';
    const isCurrent = (): boolean => this.#moveId === move.moveId && this.#machine.state === 'preparing';
    this.#ports.prepareMove(move).then(
      () => {
        if (isCurrent()) this.#dispatch('movePrepared', { move });
      },
      (error: unknown) => {
        if (isCurrent()) this.#dispatch('moveDeclined', { move, error: asClientError(error, 'MEDIA_FAILED') });
      },
    );
  }

  #moveDone({ moveId, ok }: wire.MoveDone.$Properties): void {
    if ((moveId ?? '') === this.#moveId) this.#dispatch(ok === true ? 'moveMade' : 'moveRefused');
  }

  #disconnected(disconnect: wire.Disconnect.$Properties): void {
    const { code, message, reconnect, retryAfterMs } = disconnect;
    const info = { code: code ?? '', message: message ?? '', retryable: reconnect ?? false };
    const error = errorFromWire({ ...info, retryAfterMs: retryAfterMs ?? 0 });
    this.#sockets.failed();
    if (!this.#hasSession) this.#failed(error);
    else if (!error.retryable) this.#dispatch('ended', { error, reason: error.code });
    else this.#dispatch(mediaLossCodes.has(error.code) ? 'mediaLost' : 'socketLost', { error });
  }

  #lost(socket: SignalSocket, error: MeridianClientError): void {
    if (socket !== this.#socket) return;
    this.#sockets.failed();
    this.#dispatch('socketLost', { error });
  }

  #startMedia(joined: wire.Joined | undefined): void {
    if (joined === undefined) return;
    this.#storeSession(joined);
    this.#ports.startMedia(joined);
  }

  #adopt(joined: wire.Joined | undefined): void {
    if (joined === undefined) return;
    this.#storeSession(joined);
    this.#ports.adopt(joined);
  }

  #storeSession(joined: wire.Joined): void {
    const { sessionId: id, resumeKey, rejoinReceipt } = joined;
    // Copied, because a decoded view would keep the whole frame with its roster in memory.
    this.#session = { id, resumeKey, rejoinReceipt: rejoinReceipt.slice() };
    this.#isCrowd = joined.isCrowd;
    this.#joinsAnew = false;
    const intervalMs = joined.pingIntervalMs > 0 ? joined.pingIntervalMs : limits.pingIntervalMs;
    this.#socket?.startPing(Math.min(Math.max(intervalMs, pingIntervalMsMin), pingIntervalMsMax));
  }

  #announce(what: 'connected' | 'reconnected'): void {
    this.#retries.succeeded();
    this.#throttle.accepted(performance.now());
    this.#ports.stateChanged(this.#machine.state);
    this.#sites?.onJoined(this.#session?.id);
    this.#ports.announce(what);
  }

  #announceLoss(what: 'signalReconnecting' | 'reconnecting'): void {
    this.#retries.begin(0);
    // The state changes first, so that a listener that publishes on the event finds a connected session.
    this.#ports.stateChanged(this.#machine.state);
    this.#ports.announce(what);
  }

  #dropSocket(code: number, error: MeridianClientError | undefined): void {
    this.#socket?.close(code, error ?? new MeridianClientError('SOCKET_LOST'));
    this.#socket = undefined;
  }

  #leave(reason: DisconnectReason | undefined): void {
    const quality = this.#ports.quality?.() ?? null;
    this.#socket?.post({ leave: { reason: reason ?? 'REJOIN', quality } });
    this.#dropSocket(closeCode.left, new MeridianClientError('CONNECTION_CLOSED'));
  }

  #end({ error, reason }: Payload): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#giveUpAttempt();
    this.#sockets.close();
    this.#sites?.close();
    this.#retries.stop();
    this.#ports.ended(reason ?? error?.code ?? 'CONNECTION_CLOSED', error);
  }

  #mark(point: 'preparedMs' | 'entryMs' | 'socketOpenMs' | 'joinedMs'): void {
    this.#timings = { ...this.#timings, [point]: performance.now() - this.#startedMs };
  }
}

const sitesOf = ({ targets }: wire.EchoTargets.$Properties): EchoSite[] =>
  (targets ?? []).map(({ signalingId, url }) => ({ signalingId: signalingId ?? '', echoUrl: url ?? '' }));
