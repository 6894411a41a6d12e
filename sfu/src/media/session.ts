// A participant's stay on this node: one or two transports, its published tracks and its consumers.
import {
  type Endpoint,
  MeridianError,
  type Participant,
  participantKeptKeys,
  participantWith,
  type Track,
} from '@meridian/protocol';
import { isReceiving, nextReception, type Reception } from '../core/index.ts';
import type {
  ChannelEvents,
  ChannelMessage,
  ClientTransport,
  ConsumerEvents,
  Engine,
  EngineConsumer,
  EngineProducer,
  TransportState,
} from '../engine.ts';
import type { PreparedConsumers } from './prepared-consumers.ts';
import type { AttachRequest, RoomRef, SessionShape, Transports } from './shapes.ts';
import type { Subscription } from './subscription.ts';
import type { WarmPair } from './warm-transports.ts';

export interface SessionPorts {
  onTransportState(session: Session, transportId: string, state: TransportState): void;
  onChannel(session: Session, message: ChannelMessage): void;
  /** Called with the bytes that a client sent over SCTP outside the messages of a data channel. */
  onChannelStray(session: Session, bytes: number): void;
}

/** A track that a moving session publishes here; subscribers get it only after the session is settled. */
export interface Prepared {
  info: Track;
  readonly producer: EngineProducer;
  onScore: (score: number) => void;
}

export class Session {
  readonly roomKey: string;
  readonly subscriptions = new Map<string, Subscription>();
  /** Prepared tracks by track id; empty unless the session is moving. */
  readonly prepared = new Map<string, Prepared>();
  #info: SessionShape;
  #send: ClientTransport | undefined;
  #recv: ClientTransport | undefined;
  readonly #receptions = new Map<string, Reception>();
  #lossyLabels: ReadonlySet<string> = new Set();
  #isOpen = false;
  #closed = false;
  /** Consumers that the client negotiated before its Join; undefined when the session is attached, or joined cold. */
  #preparedConsumers: PreparedConsumers | undefined;
  /** Set while the signaling node's link is gone. */
  orphanTimer: { cancel(): void } | undefined;
  /** True when the session has moved to another node, and stays here for the last receivers of its tracks. */
  departing = false;

  constructor(room: RoomRef, info: SessionShape) {
    this.roomKey = room.roomKey;
    this.#info = info;
  }

  get sessionId(): string {
    return this.#info.participant.sessionId;
  }
  get info(): SessionShape {
    return this.#info;
  }
  get participant(): Participant {
    return this.#info.participant;
  }
  get signalingId(): string {
    return this.#info.participant.signalingId;
  }
  get at(): { roomKey: string; sessionId: string } {
    return { roomKey: this.roomKey, sessionId: this.sessionId };
  }
  get isHome(): boolean {
    return !this.#info.moving && !this.departing;
  }
  get closed(): boolean {
    return this.#closed;
  }
  get recvConnected(): boolean {
    return this.#recv?.state === 'connected';
  }
  get recvId(): string | undefined {
    return this.#recv?.id;
  }
  /** Throws NOT_PERMITTED when the session does not send. */
  get send(): ClientTransport {
    return this.#requireTransport(this.#send, 'the session has no send transport');
  }
  /** Throws NOT_PERMITTED when the session does not receive. */
  get recv(): ClientTransport {
    return this.#requireTransport(this.#recv, 'the session has no receive transport');
  }
  /** Undefined when the session does not send, or is not open. */
  get sendTransport(): ClientTransport | undefined {
    return this.#send;
  }
  get recvTransport(): ClientTransport | undefined {
    return this.#recv;
  }
  get transports(): ClientTransport[] {
    return [this.#send, this.#recv].filter((transport) => transport !== undefined);
  }

  /**
   * True when the client has sent anything lately: ICE refreshes its consent, or samples of a plain endpoint say so
   * (core/reception.ts), or a plain endpoint has not been sampled yet.
   */
  get hasMedia(): boolean {
    return (
      [...this.#receptions.values()].some(isReceiving) ||
      this.transports.some(({ id, kind, state }) =>
        kind === 'webrtc' ? state === 'connected' : !this.#receptions.has(id),
      )
    );
  }
  isLossy(label: string): boolean {
    return this.#lossyLabels.has(label);
  }
  recordReceived(transportId: string, receivedBytes: number, nowMs: number): void {
    this.#receptions.set(transportId, nextReception(this.#receptions.get(transportId), receivedBytes, nowMs));
  }

  /** Creates the transports. Rejects, and leaves none behind, when one fails or the session was closed meanwhile. */
  async open(engine: Engine, request: AttachRequest, ports: SessionPorts): Promise<void> {
    const make = (endpoint: Endpoint | undefined, channels?: ChannelEvents): Promise<ClientTransport> | undefined => {
      if (endpoint === undefined) return undefined;
      const made: Promise<ClientTransport> = engine.createClientTransport({
        endpoint,
        ...(channels && { channels }),
        onState: (state) => {
          made.then(
            (transport) => ports.onTransportState(this, transport.id, state),
            () => undefined, // never made (the worker died meanwhile): `open` rejects with the reason
          );
        },
      });
      return made;
    };
    const namedChannels = request.send?.kind === 'webrtc' ? (request.send.dataChannels ?? []) : [];
    const lossy = namedChannels.filter(({ maxRetransmits }) => maxRetransmits !== undefined);
    this.#lossyLabels = new Set(lossy.map(({ label }) => label));
    const channelEvents: ChannelEvents = {
      onMessage: (message) => ports.onChannel(this, message),
      onDropped: (_why, bytes) => ports.onChannelStray(this, bytes),
    };
    const results = await Promise.allSettled([make(request.send, channelEvents), make(request.recv)]);
    const [send, recv] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined || this.#closed) {
      send?.close();
      recv?.close();
      throw failure?.reason ?? new MeridianError('SESSION_UNKNOWN', 'the session ended while it was being attached');
    }
    [this.#send, this.#recv] = [send, recv];
    this.#isOpen = true;
  }

  /** Takes over connected transports in place of `open`. */
  openWarm({ send, recv, prepared, follow }: WarmPair, ports: Pick<SessionPorts, 'onTransportState'>): void {
    [this.#send, this.#recv] = [send, recv];
    this.#preparedConsumers = prepared;
    follow((transportId, state) => ports.onTransportState(this, transportId, state));
    this.#isOpen = true;
  }

  hasPrepared(producerId: string): boolean {
    return this.#preparedConsumers?.has(producerId) === true;
  }

  /** Returns the paused consumer that was prepared for this producer, once; undefined: there is none. */
  takePrepared(producerId: string, events: ConsumerEvents): EngineConsumer | undefined {
    return this.#preparedConsumers?.take(producerId, events);
  }

  /** Closes prepared consumers that no subscription has taken. Idempotent. */
  closeUnclaimed(): void {
    this.#preparedConsumers?.close();
    this.#preparedConsumers = undefined;
  }

  describe(): Transports {
    return { send: this.#send?.describe(), recv: this.#recv?.describe() };
  }

  #requireTransport(transport: ClientTransport | undefined, message: string): ClientTransport {
    if (!this.#isOpen || this.#closed) throw new MeridianError('SESSION_UNKNOWN');
    if (transport === undefined) throw new MeridianError('NOT_PERMITTED', message);
    return transport;
  }

  transport(id: string): ClientTransport {
    const found = this.transports.find((transport) => transport.id === id);
    if (found === undefined || this.#closed) throw new MeridianError('TRANSPORT_UNKNOWN');
    return found;
  }

  /** Assigns the session to a signaling node: an adoption, even if the session already belongs to that node. */
  assignTo(signalingNode: { id: string; region: string }): void {
    const adoption = this.#info.adoption + 1;
    const participant = { ...this.participant, signalingId: signalingNode.id };
    this.#info = { ...this.#info, participant, signalingRegion: signalingNode.region, adoption };
  }

  /** Replaces the fields of the participant that change during its stay; they are kept for the room's next owner. */
  update(changed: Participant): void {
    this.#info = { ...this.#info, participant: participantWith(this.participant, changed, participantKeptKeys) };
  }

  markSettled(): void {
    this.#info = { ...this.#info, moving: false };
  }

  /** Closes the transports, and with them the producers and consumers. `endSession` ends the tracks. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.orphanTimer?.cancel();
    this.closeUnclaimed();
    for (const subscription of this.subscriptions.values()) subscription.forget();
    this.subscriptions.clear();
    this.prepared.clear();
    this.#send?.close();
    this.#recv?.close();
  }
}

export const tracksOf = (tracks: Iterable<{ info: Track }>): Track[] => [...tracks].map(({ info }) => info);
