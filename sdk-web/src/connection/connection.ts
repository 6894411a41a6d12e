// Carries out what the connection table says: entry, sockets, Join, resume, rejoin. It knows no track and no participant; what the
// session's media needs is asked of the ports. One instance per Room.connect(); `close` is final.
import { limits, Machine, type wire } from '@meridian/protocol';
import { asClientError, errorFromWire, MeridianClientError } from '../errors.ts';
import type { DisconnectReason, JoinTimings } from '../types.ts';
import { EchoBook, measureEchoes } from './echo.ts';
import { type Candidate, fetchEntry } from './entry.ts';
import { race } from './race.ts';
import { connectPolicy, nextAttempt, type ReconnectPolicy, rejoinPolicy, resumePolicy } from './reconnect.ts';
import { type Body, closeCode, type ServerFrame, SignalSocket } from './socket.ts';
import { type ConnEffect, type ConnEvent, type ConnState, connectionTable } from './state.ts';

export type TokenSource = string | (() => string | Promise<string>);
/** Everything of a Join that does not depend on the socket. */
export type JoinParts = Pick<
  wire.Join.$Properties,
  'sdk' | 'routerVersion' | 'recvRtpCapabilities' | 'sendFingerprint' | 'recvFingerprint' | 'wishes' | 'manualSubscribe' | 'fromCity'
>;
export type Announcement = 'connected' | 'signalReconnecting' | 'reconnecting' | 'reconnected';
export interface ConnectionPorts {
  /** Resolves when device, capabilities and certificates are there; called before every Join, cheap after the first time. */
  joinParts(): Promise<JoinParts>;
  /** Highest roster seq applied; told when resuming. */
  rosterSeq(): number;
  startMedia(joined: wire.Joined): void;
  stopMedia(final: boolean): void;
  /** The session was resumed: same media, perhaps a newer roster. */
  adopt(joined: wire.Joined): void;
  frame(frame: ServerFrame): void;
  announce(what: Announcement): void;
  stateChanged(state: ConnState): void;
  ended(reason: DisconnectReason, error: MeridianClientError | undefined): void;
}
interface Payload {
  readonly error?: MeridianClientError;
  readonly reason?: DisconnectReason;
  readonly socket?: SignalSocket;
  readonly candidate?: Candidate;
  readonly joined?: wire.Joined;
  readonly move?: wire.MoveParticipant.$Properties;
}

const joinDeadlineMs = 6000; // the door's own limits of a join are below this
const requestDeadlineMs = 10_000;
const failedForMs = 30_000; // a candidate that failed is tried last for so long
/** Codes that end the media of a session, not only its socket: joining anew is the only way. */
const mediaGone = new Set(['NODE_LOST', 'WORKER_DIED', 'NODE_DRAINING', 'RESUME_REFUSED', 'SESSION_UNKNOWN', 'EPOCH_STALE']);
const echoBook = new EchoBook();

export class Connection {
  readonly #ports: ConnectionPorts;
  readonly #entryUrls: readonly string[];
  readonly #token: TokenSource;
  readonly #fromCity: string | undefined;
  readonly #machine: Machine<ConnState, ConnEvent, ConnEffect, Payload>;
  readonly #failedAtMs = new Map<string, number>();
  readonly #startedMs = performance.now();
  #candidates: readonly Candidate[] = [];
  #socket: SignalSocket | undefined;
  #candidate: Candidate | undefined;
  #session: { id: string; resumeKey: string } | undefined;
  #attempt = 0;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #phaseAttempts = 0;
  #phaseStartedMs = 0;
  #phaseError: MeridianClientError | undefined;
  #measuring = new AbortController();
  #ended = false;
  #timings: JoinTimings = { preparedMs: 0, entryMs: 0, socketOpenMs: 0, joinedMs: 0, requestsToJoined: 0 };

  constructor(o: { entryUrls: readonly string[]; token: TokenSource; fromCity?: string | undefined; ports: ConnectionPorts }) {
    this.#entryUrls = o.entryUrls;
    this.#token = o.token;
    this.#fromCity = o.fromCity;
    this.#ports = o.ports;
    this.#machine = new Machine({
      table: connectionTable,
      initial: 'disconnected',
      apply: (effect, payload) => this.#apply(effect, payload ?? {}),
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

  /** The signalling instance in use. */
  get candidate(): Candidate | undefined {
    return this.#candidate;
  }

  open(): void {
    this.#beginPhase(undefined, 1);
    this.#dispatch('connect');
  }

  /** Leaves the room; final. */
  close(reason: DisconnectReason, error?: MeridianClientError): void {
    this.#dispatch('close', { reason, ...(error === undefined ? {} : { error }) });
  }

  /** The media connection failed beyond ICE restart: the session is made anew. */
  mediaLost(error: MeridianClientError): void {
    this.#dispatch('mediaLost', { error });
  }

  /** The network came back: a waiting attempt is made now. */
  nudge(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dispatch('retryDue');
  }

  /** Asks the service; errors as SignalSocket.request, and NOT_CONNECTED while there is no session. */
  request(body: Body): Promise<ServerFrame> {
    if (this.#socket === undefined || !this.#hasSession) return Promise.reject(new MeridianClientError('NOT_CONNECTED'));
    return this.#socket.request(body, requestDeadlineMs);
  }

  post(body: Body): boolean {
    return this.#hasSession && this.#socket?.post(body) === true;
  }

  postLossy(body: Body): boolean {
    return this.#hasSession && this.#socket?.postLossy(body) === true;
  }

  /** True while the socket of a joined session is open. */
  get #hasSession(): boolean {
    return ['connected', 'preparing', 'moving', 'committing'].includes(this.#machine.state);
  }

  #dispatch(event: ConnEvent, payload: Payload = {}): void {
    const before = this.#machine.state;
    this.#machine.dispatch(event, payload);
    if (this.#machine.state !== before) this.#ports.stateChanged(this.#machine.state);
  }

  #apply(effect: ConnEffect, payload: Payload): void {
    const effects: Record<ConnEffect, () => void> = {
      fetchEntry: () => this.#run((signal) => this.#enter(signal)),
      openSocket: () => this.#run((signal) => this.#open(signal)),
      sendJoin: () => this.#run((signal) => this.#joinFirst(signal)),
      openResume: () => this.#run((signal) => this.#again(signal, this.#session)),
      openRejoin: () => this.#run((signal) => this.#again(signal, undefined)),
      dropSocket: () => this.#dropSocket(closeCode.lost, payload.error),
      leave: () => this.#leave(payload.reason),
      scheduleConnect: () => this.#schedule(connectPolicy, payload.error),
      scheduleResume: () => this.#schedule(resumePolicy, payload.error),
      scheduleRejoin: () => this.#schedule(rejoinPolicy, payload.error),
      startMedia: () => this.#startMedia(payload.joined),
      stopMedia: () => this.#ports.stopMedia(this.#machine.state === 'closed'),
      adoptSession: () => this.#adopt(payload.joined),
      announceConnected: () => this.#announce('connected'),
      announceSignalReconnecting: () => this.#announceLoss('signalReconnecting'),
      announceReconnecting: () => this.#announceLoss('reconnecting'),
      announceReconnected: () => this.#announce('reconnected'),
      end: () => this.#end(payload),
      prepareMove: () => this.#declineMove(payload.move),
      sendMoveDeclined: () => this.#sendMoveDeclined(payload.move),
      // Reached only when a later version answers movePrepared; in this one `preparing` always declines.
      sendMoveReady: () => this.post({ moveReady: { moveId: payload.move?.moveId ?? '', ok: true, code: '' } }),
      switchTracks: () => this.#dispatch('moveCommitted'),
      closeOldTransports: () => this.#ports.stateChanged(this.#machine.state),
      closeNewTransports: () => this.#ports.stateChanged(this.#machine.state),
    };
    effects[effect]();
  }

  /** One attempt at a time: starting one gives the one before up, and its late result is dropped. */
  #run(task: (signal: AbortSignal) => Promise<() => void>): void {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    task(signal).then(
      (proceed) => {
        if (attempt === this.#attempt) proceed();
      },
      (error: unknown) => {
        if (attempt === this.#attempt) this.#failed(asClientError(error, 'SOCKET_FAILED'));
      },
    );
  }

  #failed(error: MeridianClientError): void {
    this.#attempt += 1; // its other half may still reject: a Disconnect and then the Join that it ended
    this.#abort.abort();
    this.#candidateFailed();
    const again = this.#machine.state === 'resuming' || this.#machine.state === 'rejoining';
    if (this.#machine.state === 'resuming' && mediaGone.has(error.code)) this.#dispatch('mediaLost', { error });
    else if (again && !error.retryable) this.#dispatch('ended', { error, reason: error.code });
    else this.#dispatch('attemptFailed', { error });
  }

  async #enter(signal: AbortSignal): Promise<() => void> {
    const parts = this.#ports.joinParts().then(() => this.#mark('preparedMs'));
    const [candidates] = await Promise.all([this.#entry(signal), parts]);
    return () => {
      this.#candidates = candidates;
      this.#mark('entryMs');
      this.#dispatch('entryKnown');
    };
  }

  /** Asks the entry addresses one after another; rejects with what the last one said. */
  async #entry(signal: AbortSignal): Promise<readonly Candidate[]> {
    const o = { ...(this.#fromCity === undefined ? {} : { fromCity: this.#fromCity }), signal };
    let failure: unknown = new MeridianClientError('ARGUMENT_INVALID', 'no entry address');
    for (const entryUrl of this.#entryUrls) {
      try {
        return await fetchEntry(entryUrl, o);
      } catch (error) {
        failure = error;
        if (signal.aborted) break;
      }
    }
    throw failure;
  }

  async #open(signal: AbortSignal): Promise<() => void> {
    await this.#openSocket(signal);
    return () => this.#dispatch('socketOpen');
  }

  async #joinFirst(signal: AbortSignal): Promise<() => void> {
    const joined = await this.#join(signal, undefined);
    return () => this.#dispatch('joined', { joined });
  }

  /** A later attempt in one piece: candidates, socket, Join. `session` = resume this one. */
  async #again(signal: AbortSignal, session: { id: string; resumeKey: string } | undefined): Promise<() => void> {
    if (session === undefined || this.#phaseAttempts > 2 || this.#candidates.length === 0) await this.#refreshEntry(signal);
    await this.#openSocket(signal);
    const joined = await this.#join(signal, session);
    const resumed = session !== undefined && joined.resumed;
    return () => this.#dispatch(resumed ? 'resumed' : 'joined', { joined });
  }

  /** Newer candidates when the entry answers; the known ones when it does not. */
  async #refreshEntry(signal: AbortSignal): Promise<void> {
    try {
      this.#candidates = await this.#entry(signal);
    } catch (error) {
      if (this.#candidates.length === 0 || signal.aborted) throw error;
    }
  }

  async #openSocket(signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const failedLately = ({ signalingId }: Candidate): number =>
      nowMs - (this.#failedAtMs.get(signalingId) ?? Number.NEGATIVE_INFINITY) < failedForMs ? 1 : 0;
    const ordered = [...this.#candidates].sort((a, b) => failedLately(a) - failedLately(b));
    const { socket, candidate } = await race(ordered, signal, this.#fromCity !== undefined && this.#fromCity !== '');
    if (signal.aborted) {
      socket.close(closeCode.raceLost, new MeridianClientError('SOCKET_FAILED'));
      throw new MeridianClientError('SOCKET_FAILED', 'given up');
    }
    this.#dropSocket(closeCode.lost, undefined);
    this.#socket = socket;
    this.#candidate = candidate;
    this.#mark('socketOpenMs');
    socket.listen({
      frame: (frame) => this.#frame(socket, frame),
      lost: (error) => this.#lost(socket, error),
    });
  }

  async #join(signal: AbortSignal, session: { id: string; resumeKey: string } | undefined): Promise<wire.Joined> {
    const socket = this.#socket;
    const [token, parts] = await Promise.all([this.#readToken(), this.#ports.joinParts()]);
    if (socket === undefined || signal.aborted) throw new MeridianClientError('SOCKET_LOST');
    const resume = session && { sessionId: session.id, resumeKey: session.resumeKey, rosterSeq: this.#ports.rosterSeq() };
    const echoTimes = echoBook.list(performance.now());
    const join = { protocolVersion: limits.protocolVersion, token, echoTimes, ...parts, ...(resume ? { resume } : {}) };
    const answer = await socket.request({ join }, joinDeadlineMs);
    if (answer.joined == null) throw new MeridianClientError('INTERNAL', 'the answer to Join is not Joined');
    this.#mark('joinedMs');
    this.#timings = { ...this.#timings, requestsToJoined: socket.requestsSent };
    return answer.joined as wire.Joined;
  }

  async #readToken(): Promise<string> {
    const token = typeof this.#token === 'string' ? this.#token : await this.#token();
    if (typeof token !== 'string' || token.length === 0 || token.length > limits.tokenBytesMax) {
      throw new MeridianClientError('TOKEN_MISSING');
    }
    return token;
  }

  #frame(socket: SignalSocket, frame: ServerFrame): void {
    if (socket !== this.#socket) return;
    if (frame.disconnect != null) this.#disconnected(frame.disconnect);
    else if (frame.moveParticipant != null) this.#dispatch('moveAsked', { move: frame.moveParticipant });
    else this.#ports.frame(frame);
  }

  #disconnected(disconnect: wire.Disconnect.$Properties): void {
    const error = disconnectError(disconnect);
    this.#candidateFailed();
    if (!this.#hasSession) this.#failed(error);
    else if (!error.retryable) this.#dispatch('ended', { error, reason: error.code });
    else this.#dispatch(mediaGone.has(error.code) ? 'mediaLost' : 'socketLost', { error });
  }

  #lost(socket: SignalSocket, error: MeridianClientError): void {
    if (socket !== this.#socket) return;
    this.#candidateFailed();
    this.#dispatch('socketLost', { error });
  }

  /** The instance in use is tried last for a while. */
  #candidateFailed(): void {
    if (this.#candidate !== undefined) this.#failedAtMs.set(this.#candidate.signalingId, performance.now());
  }

  #startMedia(joined: wire.Joined | undefined): void {
    if (joined === undefined) return;
    this.#sessionKnown(joined);
    this.#ports.startMedia(joined);
    this.#measuring.abort();
    this.#measuring = new AbortController();
    void measureEchoes(this.#candidates, echoBook, this.#measuring.signal);
  }

  #adopt(joined: wire.Joined | undefined): void {
    if (joined === undefined) return;
    this.#sessionKnown(joined);
    this.#ports.adopt(joined);
  }

  #sessionKnown(joined: wire.Joined): void {
    this.#session = { id: joined.sessionId, resumeKey: joined.resumeKey };
    const intervalMs = joined.pingIntervalMs > 0 ? joined.pingIntervalMs : limits.pingIntervalMs;
    this.#socket?.startPing(Math.min(Math.max(intervalMs, 250), 60_000));
  }

  #announce(what: 'connected' | 'reconnected'): void {
    this.#phaseError = undefined;
    this.#ports.stateChanged(this.#machine.state);
    this.#ports.announce(what);
  }

  /** A phase of losses begins: its attempts and its time are counted from now. */
  #announceLoss(what: 'signalReconnecting' | 'reconnecting'): void {
    this.#beginPhase(this.#phaseError, 0);
    // Told first: whoever reacts to the event by publishing must find that there is something to wait for.
    this.#ports.stateChanged(this.#machine.state);
    this.#ports.announce(what);
  }

  #beginPhase(error: MeridianClientError | undefined, attempts: number): void {
    this.#phaseAttempts = attempts;
    this.#phaseStartedMs = performance.now();
    this.#phaseError = error;
  }

  #schedule(policy: ReconnectPolicy, error: MeridianClientError | undefined): void {
    this.#phaseError = error ?? this.#phaseError;
    const decision = nextAttempt(
      policy,
      {
        attempt: this.#phaseAttempts,
        elapsedMs: performance.now() - this.#phaseStartedMs,
        retryAfterMs: error?.retryAfterMs ?? 0,
        // The loss that began a phase is over and done with; only a failed attempt can forbid the next one.
        retryable: this.#phaseAttempts === 0 || error === undefined || error.retryable,
      },
      Math.random,
    );
    clearTimeout(this.#timer);
    if (!decision.retry) {
      this.#timer = undefined;
      this.#dispatch('gaveUp', this.#gaveUpPayload(policy));
      return;
    }
    this.#phaseAttempts += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#dispatch('retryDue');
    }, decision.delayMs);
  }

  /** A first connect ends with what went wrong; a connection that was there ends with RECONNECT_FAILED and that as its cause. */
  #gaveUpPayload(policy: ReconnectPolicy): Payload {
    const cause = this.#phaseError ?? new MeridianClientError('SOCKET_FAILED');
    const error = policy === connectPolicy ? cause : new MeridianClientError('RECONNECT_FAILED', cause.message, { cause });
    return { error, reason: error.code };
  }

  #declineMove(move: wire.MoveParticipant.$Properties | undefined): void {
    this.#dispatch('moveDeclined', move === undefined ? {} : { move });
  }

  #sendMoveDeclined(move: wire.MoveParticipant.$Properties | undefined): void {
    this.post({ moveReady: { moveId: move?.moveId ?? '', ok: false, code: 'REQUEST_INVALID' } });
  }

  #dropSocket(code: number, error: MeridianClientError | undefined): void {
    this.#socket?.close(code, error ?? new MeridianClientError('SOCKET_LOST'));
    this.#socket = undefined;
  }

  #leave(reason: DisconnectReason | undefined): void {
    this.#socket?.post({ leave: { reason: reason ?? 'REJOIN' } });
    this.#dropSocket(closeCode.left, new MeridianClientError('CONNECTION_CLOSED'));
  }

  #end(payload: Payload): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#attempt += 1;
    this.#abort.abort();
    this.#measuring.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const error = payload.error;
    this.#ports.ended(payload.reason ?? error?.code ?? 'CONNECTION_CLOSED', error);
  }

  #mark(point: 'preparedMs' | 'entryMs' | 'socketOpenMs' | 'joinedMs'): void {
    this.#timings = { ...this.#timings, [point]: performance.now() - this.#startedMs };
  }
}

function disconnectError(disconnect: wire.Disconnect.$Properties): MeridianClientError {
  const { code, message, reconnect, retryAfterMs } = disconnect;
  return errorFromWire({ code: code ?? '', message: message ?? '', retryable: reconnect ?? false, retryAfterMs: retryAfterMs ?? 0 });
}
