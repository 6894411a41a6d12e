// A client of LiveKit's SDKs as a client of ours: to its session it is a socket that speaks our protocol, to the client
// it is LiveKit's server (docs/adr/0035-livekit-clients.md). It translates, and keeps what descriptions need; all rules
// are those of the session.
import type { SignalRequest, SignalResponse } from '@livekit/protocol';
import {
  type Bucket,
  decodeServerFrame,
  type ErrorCode,
  fullBucket,
  isErrorCode,
  limits,
  MeridianError,
  newId,
  routerConstant,
  takeTokens,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { ConnectQuery } from '../../core/index.ts';
import { decodeSignalRequest, leaveResponse } from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import { bounds } from '../../limits.ts';
import type { ClientSocket, ClientSocketHandlers } from '../../ports.ts';
import { Asking } from './asking.ts';
import { JoinedBridge } from './joined-bridge.ts';
import { receiveCapabilities } from './receive-capabilities.ts';

/** The client's WebSocket. */
export interface LiveKitSocketPort {
  /** False: the client reads too slowly, and was cut. */
  send(bytes: Uint8Array): boolean;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface LiveKitBridgeOptions {
  readonly socket: LiveKitSocketPort;
  readonly query: ConnectQuery;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  /** Whether this media node is being emptied. */
  isDraining(nodeId: string): boolean;
  /** Something of what the client said came to nothing: a code, or what it was. For counting. */
  onDropped(why: string): void;
}

/** A LiveKit SDK names its channels so (RTCEngine of livekit-client). */
export const reliableLabel = '_reliable';
export const lossyLabel = '_lossy';
const dataChannels = [
  { label: reliableLabel, ordered: true },
  { label: lossyLabel, ordered: false, maxRetransmits: 0 },
];
/** SDKs open it too, and Firefox waits for its acknowledgement; what comes over it (data tracks) is not carried. */
const unusedChannels = [{ label: '_data_track', ordered: false, maxRetransmits: 0 }];
/** Trickled candidates come in bursts, one message each; joined sessions say a few a second. */
const requestLimits = { perSecond: limits.clientRequestsPerSecond, burst: bounds.liveKitRequestsBurst };

export class LiveKitBridge implements ClientSocket {
  readonly #o: LiveKitBridgeOptions;
  readonly #asking: Asking;
  #handlers: ClientSocketHandlers | undefined;
  #joined: JoinedBridge | undefined;
  #requests: Bucket;
  #hasLeft = false;

  constructor(o: LiveKitBridgeOptions) {
    this.#o = o;
    this.#asking = new Asking((frame) => this.#handlers?.onFrame(frame));
    this.#requests = fullBucket(requestLimits, o.clock.nowMs());
  }

  /** Joins by the token of the query. Once, with the session that was opened on this socket. */
  begin(handlers: ClientSocketHandlers): void {
    this.#handlers = handlers;
    const { query } = this.#o;
    const answered = this.#asking.ask({
      join: {
        protocolVersion: limits.protocolVersion,
        token: query.token,
        sdk: query.clientInfoText,
        routerVersion: routerConstant.version,
        recvRtpCapabilities: receiveCapabilities(),
        manualSubscribe: !query.autoSubscribe,
        sendEndpoint: { webrtc: { dataChannels: [...dataChannels, ...unusedChannels] } },
        recvEndpoint: { webrtc: { dataChannels } },
      },
    });
    answered.catch(() => undefined); // the session says why, and closes
  }

  // ---- what the client says

  onMessage(bytes: Uint8Array): void {
    if (this.#hasLeft) return;
    const { ok, bucket } = takeTokens(this.#requests, requestLimits, this.#o.clock.nowMs());
    this.#requests = bucket;
    try {
      if (!ok) throw new MeridianError('RATE_LIMITED');
      this.#take(decodeSignalRequest(bytes));
    } catch (error) {
      this.#end(codeOf(error) ?? 'INTERNAL', error);
    }
  }

  onSilent(): void {
    this.#handlers?.onSilent();
  }

  onEnd(clean: boolean, why: string): void {
    this.#asking.close();
    this.#handlers?.onEnd(clean, why);
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

  // ---- what its session says

  send(bytes: Uint8Array): boolean {
    const frame = decodeServerFrame(bytes);
    // Its answers may be followed by more in the same turn, so the join is not awaited.
    if (frame.joined != null) this.#onJoined(frame.joined);
    if (this.#asking.take(frame)) return true;
    if (frame.disconnect != null) this.#onDisconnect(frame.disconnect);
    else this.#joined?.take(frame);
    return true;
  }

  sendData(bytes: Uint8Array): boolean {
    return this.#joined?.data(decodeServerFrame(bytes)) ?? true;
  }

  close(code: number, reason: string): void {
    this.#asking.close();
    this.#o.socket.close(code, reason);
  }

  terminate(): void {
    this.#asking.close();
    this.#o.socket.terminate();
  }

  #take(request: SignalRequest): void {
    if (request.message.case === 'leave') {
      this.#hasLeft = true;
      this.#asking.say({ leave: { reason: 'CLIENT_INITIATED' } });
    } else if (this.#joined === undefined) throw new MeridianError('OUT_OF_ORDER', 'before the answer to the join');
    else this.#joined.request(request);
  }

  #onJoined(joined: wire.Joined.$Properties): void {
    const { query, rng, log, clock } = this.#o;
    this.#joined = new JoinedBridge({
      joined,
      query,
      session: this.#asking,
      number: rng.int(2 ** 31),
      nowWallMs: () => clock.wallMs(),
      isDraining: this.#o.isDraining,
      newTrackId: () => newId('TR_', (count) => rng.bytes(count)),
      send: (response) => this.#tell(response),
      sendPacket: ({ packet, lossy }) =>
        this.#handlers?.sendChannel(lossy ? lossyLabel : reliableLabel, packet.toBinary()) ?? false,
      onDropped: (why) => this.#o.onDropped(why),
      onFailed: (what, error) => {
        this.#o.onDropped(codeOf(error) ?? 'INTERNAL');
        log.info({ sessionId: joined.sessionId, code: codeOf(error), err: error }, `LiveKit client: ${what}`);
      },
      end: (code, error) => this.#end(code, error),
    });
    this.#joined.begin();
  }

  #onDisconnect({ code }: wire.Disconnect.$Properties): void {
    if (!this.#hasLeft) this.#tell(leaveResponse(isErrorCode(code ?? '') ? (code as ErrorCode) : 'INTERNAL'));
    this.#hasLeft = true;
  }

  /** The client broke the protocol, or cannot be served any more: it hears why, and its session ends. */
  #end(code: ErrorCode, why: unknown): void {
    if (this.#hasLeft) return;
    this.#o.onDropped(code);
    this.#o.log.info({ code, err: why }, 'a LiveKit client is disconnected');
    this.#tell(leaveResponse(code));
    this.#hasLeft = true;
    this.#asking.say({ leave: { reason: code } });
  }

  #tell(response: SignalResponse): void {
    if (!this.#hasLeft) this.#o.socket.send(response.toBinary());
  }
}
