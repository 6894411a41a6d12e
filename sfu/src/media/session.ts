// One participant's stay on this node: a transport to send, one to receive or both, the tracks it publishes, the
// consumers it has.
import {
  type Endpoint,
  MeridianError,
  type Participant,
  participantKeptKeys,
  participantWith,
  type Track,
} from '@meridian/protocol';
import { type Heard, heardAfter, isHeard } from '../core/index.ts';
import type {
  ChannelEvents,
  ChannelMessage,
  ClientTransport,
  Engine,
  EngineProducer,
  TransportState,
} from '../engine.ts';
import type { AttachRequest, RoomRef, SessionShape, Transports } from './shapes.ts';
import type { Subscription } from './subscription.ts';

export interface SessionPorts {
  onTransportState(session: Session, transportId: string, state: TransportState): void;
  /** The client sent it over a data channel. */
  onChannel(session: Session, message: ChannelMessage): void;
  /** The client sent so many bytes over SCTP that are no message of a data channel. */
  onChannelStray(session: Session, bytes: number): void;
}

/** A track that a moving session sends here already; no subscriber gets it from here before the session is settled. */
export interface Prepared {
  info: Track;
  readonly producer: EngineProducer;
  /** Where its score goes once it is a track. */
  onScore: (score: number) => void;
}

export class Session {
  readonly roomKey: string;
  readonly subscriptions = new Map<string, Subscription>();
  /** By track id; empty unless the session is moving. */
  readonly prepared = new Map<string, Prepared>();
  #info: SessionShape;
  #send: ClientTransport | undefined;
  #recv: ClientTransport | undefined;
  readonly #heard = new Map<string, Heard>();
  /** Of the client's data channels that may lose messages. */
  #lossyLabels: ReadonlySet<string> = new Set();
  #opened = false;
  #closed = false;
  /** Set while the signaling node's link is gone: what the plan said of it then. */
  orphan: { cancel(): void } | undefined;
  /** It lives at another node now and waits here for those that still get its tracks from here. */
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
  /** Whether this is where the session lives. */
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
  /** NOT_PERMITTED when the session does not send. */
  get send(): ClientTransport {
    return this.#present(this.#send, 'the session has no send transport');
  }
  /** NOT_PERMITTED when the session does not receive. */
  get recv(): ClientTransport {
    return this.#present(this.#recv, 'the session has no receive transport');
  }
  /** Undefined: the session does not send, or is not open. */
  get sendTransport(): ClientTransport | undefined {
    return this.#send;
  }
  get recvTransport(): ClientTransport | undefined {
    return this.#recv;
  }
  get transports(): ClientTransport[] {
    return [this.#send, this.#recv].filter((transport) => transport !== undefined);
  }

  /** Whether something was received from the client lately (core/heard.ts); before the first look: yes. */
  get hasMedia(): boolean {
    return [...this.#heard.values()].some(isHeard) || this.transports.some(({ id }) => !this.#heard.has(id));
  }
  isLossy(label: string): boolean {
    return this.#lossyLabels.has(label);
  }
  /** So many bytes have come over this transport so far. */
  hear(transportId: string, receivedBytes: number, nowMs: number): void {
    this.#heard.set(transportId, heardAfter(this.#heard.get(transportId), receivedBytes, nowMs));
  }

  /**
   * Makes the transports of its endpoints. Rejects, with nothing left behind, when one cannot be made or the session
   * was closed meanwhile.
   */
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
    const named = request.send?.kind === 'webrtc' ? (request.send.dataChannels ?? []) : [];
    const lossy = named.filter(({ maxRetransmits }) => maxRetransmits !== undefined);
    this.#lossyLabels = new Set(lossy.map(({ label }) => label));
    const fromClient: ChannelEvents = {
      onMessage: (message) => ports.onChannel(this, message),
      onDropped: (_why, bytes) => ports.onChannelStray(this, bytes),
    };
    const results = await Promise.allSettled([make(request.send, fromClient), make(request.recv)]);
    const [send, recv] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined || this.#closed) {
      send?.close();
      recv?.close();
      throw failure?.reason ?? new MeridianError('SESSION_UNKNOWN', 'the session ended while it was being attached');
    }
    [this.#send, this.#recv] = [send, recv];
    this.#opened = true;
  }

  describe(): Transports {
    return { send: this.#send?.describe(), recv: this.#recv?.describe() };
  }

  #present(transport: ClientTransport | undefined, absent: string): ClientTransport {
    if (!this.#opened || this.#closed) throw new MeridianError('SESSION_UNKNOWN');
    if (transport === undefined) throw new MeridianError('NOT_PERMITTED', absent);
    return transport;
  }

  transport(id: string): ClientTransport {
    const found = this.transports.find((transport) => transport.id === id);
    if (found === undefined || this.#closed) throw new MeridianError('TRANSPORT_UNKNOWN');
    return found;
  }

  /** To a signaling node, also to the one that has it: another connection of the same one is another adoption. */
  moveTo(signalingNode: { id: string; region: string }): void {
    const adoption = this.#info.adoption + 1;
    const participant = { ...this.participant, signalingId: signalingNode.id };
    this.#info = { ...this.#info, participant, signalingRegion: signalingNode.region, adoption };
  }

  /** What may change during a stay is as in `changed` from now on; it is kept for the room's next owner. */
  update(changed: Participant): void {
    this.#info = { ...this.#info, participant: participantWith(this.participant, changed, participantKeptKeys) };
  }

  /** From now on this is the home that counts. */
  settled(): void {
    this.#info = { ...this.#info, moving: false };
  }

  /** Idempotent. Producers and consumers go with their transports; their tracks are ended by the room. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.orphan?.cancel();
    for (const subscription of this.subscriptions.values()) subscription.forget();
    this.subscriptions.clear();
    this.prepared.clear();
    this.#send?.close();
    this.#recv?.close();
  }
}

/** What a session publishes, as others see it. */
export const tracksOf = (tracks: Iterable<{ info: Track }>): Track[] => [...tracks].map(({ info }) => info);
