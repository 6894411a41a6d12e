// Bridges a LiveKit SDK to our protocol: the session sees a socket, the client sees LiveKit's server
// (docs/adr/0035-livekit-clients.md). The bridge translates, and keeps the state of descriptions; the session enforces
// all rules.
import { type SignalRequest, SignalResponse } from '@livekit/protocol';
import {
  type Bucket,
  decodeServerFrame,
  type ErrorCode,
  fullBucket,
  isBreakOutRoom,
  isErrorCode,
  limits,
  MeridianError,
  newId,
  partsOfRoomKey,
  routerConstant,
  takeTokens,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import { type ConnectQuery, httpStatusOf } from '../../core/index.ts';
import { decodeSignalRequest, leaveResponse, memoize, signalCost } from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import { bounds } from '../../limits.ts';
import type { ClientSocket, ClientSocketHandlers } from '../../ports.ts';
import type { WaitingBytes } from '../waiting-bytes.ts';
import { JoinedBridge, type JoinedBridgePorts } from './joined-bridge.ts';
import { receiveCapabilities } from './receive-capabilities.ts';
import type { BridgeHolder, ResumableSessions } from './resumable-sessions.ts';
import { SessionRequests, Unanswered } from './session-requests.ts';
import type { SharedRooms } from './shared-rooms.ts';
import { TokenRenewal, type TokenRenewer } from './token-renewal.ts';

export interface LiveKitSocketPort {
  /** Opens the socket, if its upgrade waits for the join. Idempotent. */
  open(): void;
  /**
   * Refuses the upgrade with the error's status and text; `byCloseFrame`: by a close frame with the text. Returns false
   * for an open socket.
   */
  refuse(error: MeridianError, o: { readonly byCloseFrame: boolean }): boolean;
  /** Returns false when the client reads too slowly and was cut. */
  send(bytes: Uint8Array): boolean;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Session whose socket the bridge is. */
export interface BridgedSession extends ClientSocketHandlers {
  /** Room key with the tenant; '' before the join. */
  readonly roomKey: string;
  /** Shows the room's latest newcomers, so that a shared view of the room is as new as the Joined of this session. */
  showNewcomers(): void;
}

export interface LiveKitBridgeOptions {
  readonly socket: LiveKitSocketPort;
  readonly query: ConnectQuery;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly resumable: ResumableSessions;
  readonly rooms: SharedRooms;
  /** Waiting data of all clients. */
  readonly waitingBytes: WaitingBytes;
  readonly tokens: TokenRenewer;
  isDraining(nodeId: string): boolean;
  /** Counts a dropped message of the client, by code or kind. */
  onDropped(why: string): void;
}

/** Channel names of LiveKit's SDKs (RTCEngine of livekit-client). */
export const reliableLabel = '_reliable';
export const lossyLabel = '_lossy';
const dataChannels = [
  { label: reliableLabel, ordered: true },
  { label: lossyLabel, ordered: false, maxRetransmits: 0 },
];
/** SDKs open this channel too, and Firefox waits for its acknowledgement; its content (data tracks) is dropped. */
const unusedChannels = [{ label: '_data_track', ordered: false, maxRetransmits: 0 }];
/** Names of livekit-client, which is inside of LiveKit's SDK for React Native too. */
const sdksInJavaScript: ReadonlySet<string> = new Set(['js', 'reactnative']);
/** Trickled candidates come in bursts, a message each; joined sessions send a few messages a second. */
const requestLimits = { perSecond: limits.clientRequestsPerSecond, burst: bounds.liveKitRequestsBurst };

/** Decoded once, since a room sends the same frame to all its clients. */
const frameOf = memoize(decodeServerFrame);

export class LiveKitBridge implements ClientSocket, BridgeHolder {
  readonly #o: LiveKitBridgeOptions;
  readonly #sessionRequests: SessionRequests;
  #handlers: BridgedSession | undefined;
  #joined: JoinedBridge | undefined;
  #requestBucket: Bucket;
  #hasLeft = false;
  /** True when another socket has resumed the session. */
  #isSuperseded = false;
  #sessionId = '';
  #resumeKey = '';
  #isAway = false;
  #graceTimer: Timer | undefined;
  #renewal: TokenRenewal | undefined;

  constructor(o: LiveKitBridgeOptions) {
    this.#o = o;
    this.#sessionRequests = new SessionRequests({
      clock: o.clock,
      send: (frame) => this.#handlers?.onFrame(frame),
      onFull: () => this.#end('RATE_LIMITED', 'it sends more requests than its session accepts'),
    });
    this.#requestBucket = fullBucket(requestLimits, o.clock.nowMs());
  }

  /** Joins by the token of the query, or resumes its session. Call it once, with the handlers of this socket. */
  begin(handlers: BridgedSession): void {
    this.#handlers = handlers;
    const { query, resumable } = this.#o;
    const sessionId = query.participantSid;
    const resumeKey = resumable.keyOf(sessionId);
    if (query.reconnect && resumeKey === undefined) {
      this.#end('RESUME_REFUSED', 'this node does not have the session');
      return;
    }
    const answered = this.#sessionRequests.ask({
      join: {
        ...(resumeKey !== undefined && { resume: { sessionId, resumeKey } }),
        protocolVersion: limits.protocolVersion,
        token: query.token,
        sdk: query.clientInfoText,
        clientProtocol: query.clientProtocol,
        routerVersion: routerConstant.version,
        recvRtpCapabilities: receiveCapabilities(),
        manualSubscribe: !query.autoSubscribe,
        sendEndpoint: { webrtc: { dataChannels: [...dataChannels, ...unusedChannels] } },
        // Browsers take the role of DTLS that the offer leaves to them, so the media node begins, a round trip earlier.
        recvEndpoint: { webrtc: { dataChannels, dtlsServer: sdksInJavaScript.has(query.sdk) } },
      },
    });
    answered.catch(() => undefined); // the session reports the reason and closes
  }

  // ---- from the client

  onMessage(bytes: Uint8Array): void {
    if (this.#hasLeft) return;
    try {
      const answerBytes = this.#joined?.answerBytes ?? 0;
      this.#charge(signalCost(bytes, answerBytes));
      this.#onRequest(decodeSignalRequest(bytes, answerBytes));
    } catch (error) {
      this.#end(codeOf(error) ?? 'INTERNAL', error);
    }
  }

  onSilent(): void {
    this.#handlers?.onSilent();
  }

  /** Ends or keeps the session: without an SDK's leave the client may return (livekit-client closes on lost media). */
  onEnd(clean: boolean, why: string): void {
    this.#onSocketLost();
    this.#handlers?.onEnd(clean && this.#hasLeft, why);
  }

  // ---- called by the bridge of the next socket

  get resumeKey(): string {
    return this.#resumeKey;
  }

  giveUp(): JoinedBridge | undefined {
    const joined = this.#joined;
    this.#joined = undefined;
    this.#hasLeft = true;
    this.#sessionRequests.close();
    this.#graceTimer?.cancel();
    return joined;
  }

  takeChannel(label: string, payload: Uint8Array): void {
    if (label !== reliableLabel && label !== lossyLabel) {
      this.#o.onDropped('ignored.data_track');
      return;
    }
    try {
      this.#joined?.packet(payload, { lossy: label === lossyLabel });
    } catch (error) {
      this.#o.onDropped(codeOf(error) ?? 'INTERNAL');
      this.#o.log.debug({ err: error }, 'a data packet of a LiveKit client was refused');
    }
  }

  // ---- from its session

  /** Translates a frame. A failure ends this client alone, since the same turn may send the frame to others. */
  send(bytes: Uint8Array): boolean {
    try {
      this.#onFrame(frameOf(bytes));
    } catch (error) {
      this.#end(codeOf(error) ?? 'INTERNAL', error);
    }
    return true;
  }

  sendData(bytes: Uint8Array): boolean {
    return this.#joined?.data(frameOf(bytes)) ?? true;
  }

  close(code: number, reason: string): void {
    this.#onSocketLost();
    this.#o.socket.close(code, reason);
  }

  terminate(): void {
    this.#onSocketLost();
    this.#o.socket.terminate();
  }

  /** Handles the end of the socket: the client may come back while its session waits. Idempotent. */
  #onSocketLost(): void {
    this.#sessionRequests.close();
    this.#renewal?.close();
    if (this.#sessionId === '') this.#joined?.close(); // a viewer of the crowd joins anew
    if (this.#isAway || this.#sessionId === '') return;
    this.#isAway = true;
    if (this.#hasLeft && !this.#isSuperseded) {
      this.#expire();
      return;
    }
    this.#graceTimer = this.#o.clock.after(limits.resumeGraceMs, () => this.#expire());
  }

  #expire(): void {
    this.#o.resumable.forget(this.#sessionId, this);
    this.#joined?.close();
  }

  #onFrame(frame: wire.ServerFrame): void {
    // The same turn may bring more frames after the answer, so the join is not awaited.
    if (frame.joined != null) this.#onJoined(frame.joined);
    if (frame.waiting != null) this.#o.socket.open(); // people decide how long it waits
    if (this.#sessionRequests.take(frame)) return;
    if (frame.disconnect != null) this.#onDisconnect(frame.disconnect);
    else this.#joined?.take(frame);
  }

  /** Throws RATE_LIMITED. */
  #charge(tokens: number): void {
    const { ok, bucket } = takeTokens(this.#requestBucket, requestLimits, this.#o.clock.nowMs(), tokens);
    if (!ok) throw new MeridianError('RATE_LIMITED');
    this.#requestBucket = bucket;
  }

  #onRequest(request: SignalRequest): void {
    if (request.message.case === 'leave') {
      this.#hasLeft = true;
      this.#sessionRequests.send({ leave: { reason: 'CLIENT_INITIATED' } });
    } else if (this.#joined === undefined) throw new MeridianError('OUT_OF_ORDER', 'before the answer to the join');
    else this.#joined.request(request);
  }

  #onJoined(joined: wire.Joined.$Properties): void {
    const { query, rng, resumable, rooms } = this.#o;
    this.#handlers?.showNewcomers();
    const ports = this.#portsOf(joined.sessionId ?? '');
    if (joined.resumed === true) {
      const kept = resumable.take(joined.sessionId ?? '');
      if (kept === undefined) {
        this.#end('RESUME_REFUSED', 'its descriptions have been dropped');
        return;
      }
      this.#joined = kept;
      this.#register(joined);
      kept.resume(joined, ports);
      this.#renewToken(kept);
      return;
    }
    const roomKey = this.#handlers?.roomKey ?? '';
    this.#joined = new JoinedBridge({ joined, query, number: rng.int(2 ** 31), rooms, roomKey, ports });
    this.#register(joined);
    this.#joined.begin(joined);
    this.#renewToken(this.#joined);
  }

  /** Renews the token, except that of a break-out: a removal from the main room keeps its person out no longer. */
  #renewToken(joined: JoinedBridge): void {
    const { query, clock, tokens } = this.#o;
    this.#renewal?.close();
    if (isBreakOutRoom(partsOfRoomKey(this.#handlers?.roomKey ?? '')?.room ?? '')) return;
    this.#renewal = new TokenRenewal({
      endWallMs: (token) => tokens.endWallMs(token),
      renew: (token, about) => tokens.renew(token, about),
      token: query.token,
      clock,
      about: () => joined.self,
      send: (token) => this.#sendResponse(new SignalResponse({ message: { case: 'refreshToken', value: token } })),
      onFailed: (error) => {
        this.#o.onDropped(codeOf(error) ?? 'INTERNAL');
        this.#o.log.info({ code: codeOf(error), err: error }, 'the token of a LiveKit client is not renewed');
      },
    });
  }

  #register({ sessionId, resumeKey }: wire.Joined.$Properties): void {
    if (!sessionId || !resumeKey) return; // a viewer of the crowd joins anew
    this.#sessionId = sessionId;
    this.#resumeKey = resumeKey;
    this.#o.resumable.hold(sessionId, this);
  }

  #portsOf(sessionId: string): JoinedBridgePorts {
    const { rng, log, clock, isDraining, onDropped } = this.#o;
    return {
      session: this.#sessionRequests,
      clock,
      waitingBytes: this.#o.waitingBytes,
      isDraining,
      newTrackId: () => newId('TR_', (count) => rng.bytes(count)),
      send: (response) => this.#sendResponse(response),
      sendPacket: (payload, { lossy }) =>
        this.#handlers?.sendChannel(lossy ? lossyLabel : reliableLabel, payload) ?? false,
      onDropped,
      onFailed: (what, error) => {
        if (this.#hasLeft || error instanceof Unanswered) return; // under way when the client left
        onDropped(codeOf(error) ?? 'INTERNAL');
        log.info({ sessionId, code: codeOf(error), err: error }, `LiveKit client: ${what}`);
      },
      end: (code, error) => this.#end(code, error),
    };
  }

  /**
   * Handles the session's end. SESSION_UNKNOWN: another socket has resumed it and serves the client. A client without a
   * new socket would try to return, and then join anew.
   */
  #onDisconnect({ code, message, retryAfterMs }: wire.Disconnect.$Properties): void {
    const known = isErrorCode(code ?? '') ? (code as ErrorCode) : 'INTERNAL';
    this.#isSuperseded = !this.#hasLeft && known === 'SESSION_UNKNOWN';
    const error = new MeridianError(known, message ?? '', { retryAfterMs: retryAfterMs ?? 0 });
    if (!this.#hasLeft && !this.#isSuperseded && !this.#refuse(error)) this.#sendResponse(leaveResponse(known));
    this.#hasLeft = true;
  }

  /**
   * Refuses the upgrade of a client that has not joined; false if its socket is open. After a lost session only a
   * LeaveRequest makes SDKs join anew. SDKs in JavaScript show the text of a status 401 or 403, of other statuses
   * nothing, and the reason of a close frame (`handleConnectionError`, `WebSocketStream` of livekit-client 2.23).
   */
  #refuse(error: MeridianError): boolean {
    const { query, socket } = this.#o;
    if (this.#joined !== undefined || (query.reconnect && error.retryable)) return false;
    const byCloseFrame = sdksInJavaScript.has(query.sdk) && ![401, 403].includes(httpStatusOf(error.code));
    return socket.refuse(error, { byCloseFrame });
  }

  /** Ends the session of a client that broke the protocol or cannot be served, with the reason. */
  #end(code: ErrorCode, why: unknown): void {
    if (this.#hasLeft) return;
    this.#o.onDropped(code);
    this.#o.log.info({ code, err: why }, 'a LiveKit client is disconnected');
    this.#sendResponse(leaveResponse(code));
    this.#hasLeft = true;
    this.#sessionRequests.send({ leave: { reason: code } });
  }

  #sendResponse(response: SignalResponse): void {
    if (!this.#hasLeft) this.#o.socket.send(response.toBinary());
  }
}
