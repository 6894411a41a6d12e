// Transports of clients that are about to join: connected in the lobby, taken by the session of the click (ADR 0045).
// Warm transports carry no media: their consumers are paused, and the room does not learn of them. No session waits for
// them, or is refused for them.
//
// - Case 1, the session comes: `take`. With other endpoints, or from another signaling node, it makes its own.
// - Case 2, no session comes: they end after their life, with the link of their signaling node, or by its order.
// - Case 3, the client never connects: they end after `connectMs`.
// - Case 4, the node is drained or loaded: all end, and the client joins as without them.
import { type Endpoint, endpointToWire, limits, MeridianError, type RtpCapabilities } from '@meridian/protocol';
import type { Clock, Timer } from '@meridian/runtime';
import type { ClientTransport, Engine, TransportState } from '../engine.ts';
import { type PreparableTrack, PreparedConsumers } from './prepared-consumers.ts';
import type { SubscriptionView, Transports } from './shapes.ts';

export const warmLimits = {
  /** Time to connect; ICE with TCP behind a firewall takes seconds. */
  connectMs: 15_000,
  /** Clients with warm transports at the node: an eighth of its sessions; of a tenant, half of them. */
  perNodeMax: 512,
  perTenantMax: 256,
  /** Clients of one address: a class behind it. */
  perClientMax: 64,
  /** Consumers of a client that has not joined: those of six people with camera and microphone. */
  preparedMax: 12,
} as const;

export interface WarmRequest {
  readonly sessionId: string;
  readonly roomKey: string;
  readonly tenant: string;
  /** Key of the client's address; '': not counted, as many share the address or a join under way asks. */
  readonly client: string;
  readonly send: Endpoint | undefined;
  readonly recv: Endpoint | undefined;
  readonly livesMs: number;
  /** Present for a client that negotiates consumers before its Join. */
  readonly capabilities: RtpCapabilities | undefined;
}
export interface WarmPorts {
  readonly clock: Clock;
  engine(): Engine;
  /** Returns whether the node has room for clients that may never join. */
  hasRoom(): boolean;
  /** Returns the tracks that this node has of a room, the most wanted first. */
  tracksIn(roomKey: string): readonly PreparableTrack[];
}
/** Transports that a session takes over. `follow` sets the receiver of their later states. */
export interface WarmPair {
  readonly prepared: PreparedConsumers;
  readonly send: ClientTransport | undefined;
  readonly recv: ClientTransport | undefined;
  follow(onState: (transportId: string, state: TransportState) => void): void;
}
interface Warm {
  readonly signalingId: string;
  readonly request: WarmRequest;
  readonly endpoints: string;
  readonly prepared: PreparedConsumers;
  send: ClientTransport | undefined;
  recv: ClientTransport | undefined;
  onState: (transportId: string, state: TransportState) => void;
  /** Undefined while the transports are being made. */
  timer: Timer | undefined;
  isOver: boolean;
}

export class WarmTransports {
  readonly #ports: WarmPorts;
  #consumersUnderWay = 0;
  readonly #warm = new Map<string, Warm>();
  /** `refused`: for a bound or load; `dropped`: ended before their life was over. */
  readonly counts = { made: 0, taken: 0, refused: 0, lapsed: 0, dropped: 0 };

  constructor(ports: WarmPorts) {
    this.#ports = ports;
  }

  get size(): number {
    return this.#warm.size;
  }
  /** Number of prepared consumers. */
  get consumers(): number {
    return [...this.#warm.values()].reduce((sum, { prepared }) => sum + prepared.size, this.#consumersUnderWay);
  }

  /**
   * Makes the transports of a session to come, and its prepared consumers. Rejects with NO_CAPACITY, REQUEST_INVALID
   * for a plain endpoint.
   */
  async make(
    signalingId: string,
    request: WarmRequest,
  ): Promise<Transports & { readonly subscriptions: readonly SubscriptionView[] }> {
    const { sessionId, send, recv } = request;
    if ([send, recv].some((endpoint) => endpoint !== undefined && !isConnectable(endpoint)))
      throw new MeridianError('REQUEST_INVALID', 'warm transports are of WebRTC, with a fingerprint');
    this.end(signalingId, sessionId);
    if (this.#warm.has(sessionId) || !this.#fits(request)) {
      this.counts.refused += 1;
      throw new MeridianError('NO_CAPACITY', 'no room for a client that has not joined');
    }
    const warm: Warm = {
      signalingId,
      request,
      endpoints: endpointsKey(request),
      prepared: new PreparedConsumers(request.sessionId),
      send: undefined,
      recv: undefined,
      onState: () => this.#endIfClosed(warm),
      timer: undefined,
      isOver: false,
    };
    this.#warm.set(sessionId, warm);
    const results = await Promise.allSettled([this.#open(warm, send), this.#open(warm, recv)]);
    [warm.send, warm.recv] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
    const [preparing] = await Promise.allSettled([this.#prepare(warm)]);
    const failure = [...results, preparing].find((result) => result.status === 'rejected');
    if (failure !== undefined || warm.isOver) {
      this.#end(warm, 'dropped');
      closeWarm(warm);
      throw failure?.reason ?? new MeridianError('NO_CAPACITY', 'ended while they were made');
    }
    this.counts.made += 1;
    const { clock } = this.#ports;
    const untilMs = clock.nowMs() + Math.min(request.livesMs, limits.warmLifeMs);
    warm.timer = clock.after(warmLimits.connectMs, () => {
      if (!isConnected(warm)) this.#end(warm, 'lapsed');
      else warm.timer = clock.after(Math.max(0, untilMs - clock.nowMs()), () => this.#end(warm, 'lapsed'));
    });
    return { send: warm.send?.describe(), recv: warm.recv?.describe(), subscriptions: warm.prepared.views() };
  }

  /** Gives the transports to a session that is attached with the same endpoints; undefined: there are none for it. */
  take(
    signalingId: string,
    o: { readonly sessionId: string; readonly send: Endpoint | undefined; readonly recv: Endpoint | undefined },
  ): WarmPair | undefined {
    const warm = this.#warm.get(o.sessionId);
    if (warm?.signalingId !== signalingId) return undefined;
    if (warm.endpoints !== endpointsKey(o) || warm.timer === undefined) {
      this.#end(warm, 'dropped');
      return undefined;
    }
    const { send, recv, prepared } = warm;
    this.#forget(warm);
    this.counts.taken += 1;
    return {
      prepared,
      send,
      recv,
      follow: (onState) => {
        warm.onState = onState;
      },
    };
  }

  /** Ends a session's transports for their signaling node. Idempotent. */
  end(signalingId: string, sessionId: string): void {
    const warm = this.#warm.get(sessionId);
    if (warm?.signalingId === signalingId) this.#end(warm, 'dropped');
  }

  /** Ends the transports of a signaling node whose link is gone. */
  signalingGone(signalingId: string): void {
    for (const warm of [...this.#warm.values()]) if (warm.signalingId === signalingId) this.#end(warm, 'dropped');
  }

  /** Ends all when the node is loaded; sessions come first. */
  yieldToSessions(): void {
    if (this.#warm.size > 0 && !this.#ports.hasRoom()) this.dropAll();
  }

  /** Idempotent. */
  dropAll(): void {
    for (const warm of [...this.#warm.values()]) this.#end(warm, 'dropped');
  }

  #fits({ tenant, client }: WarmRequest): boolean {
    if (!this.#ports.hasRoom() || this.#warm.size >= warmLimits.perNodeMax) return false;
    let [ofTenant, ofClient] = [0, 0];
    for (const { request } of this.#warm.values()) {
      if (request.tenant === tenant) ofTenant += 1;
      if (request.client === client) ofClient += 1;
    }
    return ofTenant < warmLimits.perTenantMax && (client === '' || ofClient < warmLimits.perClientMax);
  }

  async #open(warm: Warm, endpoint: Endpoint | undefined): Promise<ClientTransport | undefined> {
    if (endpoint === undefined) return undefined;
    const made: Promise<ClientTransport> = this.#ports.engine().createClientTransport({
      endpoint,
      onState: (state) => {
        made.then(
          ({ id }) => warm.onState(id, state),
          () => undefined, // never made: `make` rejects with the reason
        );
      },
    });
    return made;
  }

  async #prepare({ request, recv, prepared }: Warm): Promise<void> {
    const { roomKey, capabilities } = request;
    if (recv === undefined || capabilities === undefined) return;
    // Others may have prepared theirs since `#fits`, as when a class opens the lobby together.
    if (!this.#ports.hasRoom()) return;
    const tracks = this.#ports.tracksIn(roomKey).slice(0, warmLimits.preparedMax);
    this.#consumersUnderWay += tracks.length;
    const add = (track: PreparableTrack): Promise<void> =>
      prepared.add(recv, capabilities, track).finally(() => {
        this.#consumersUnderWay -= 1;
      });
    await Promise.all(tracks.map(add));
  }

  /** A client that has gone from the lobby closes its transports. */
  #endIfClosed(warm: Warm): void {
    if ([warm.send, warm.recv].some((one) => one?.state === 'closed' || one?.state === 'failed'))
      this.#end(warm, 'dropped');
  }

  #end(warm: Warm, why: 'lapsed' | 'dropped'): void {
    if (warm.isOver) return;
    this.counts[why] += 1;
    this.#forget(warm);
    closeWarm(warm);
  }

  #forget(warm: Warm): void {
    warm.isOver = true;
    warm.timer?.cancel();
    this.#warm.delete(warm.request.sessionId);
  }
}

const isConnectable = (endpoint: Endpoint): boolean =>
  endpoint.kind === 'webrtc' && endpoint.fingerprint !== undefined && endpoint.dataChannels === undefined;

const isConnected = ({ send, recv }: Warm): boolean => [send, recv].some((one) => one?.state === 'connected');

function closeWarm({ send, recv, prepared }: Warm): void {
  prepared.close();
  send?.close();
  recv?.close();
}

const endpointsKey = ({ send, recv }: { send: Endpoint | undefined; recv: Endpoint | undefined }): string =>
  JSON.stringify([send, recv].map((endpoint) => endpoint && endpointToWire(endpoint)));
