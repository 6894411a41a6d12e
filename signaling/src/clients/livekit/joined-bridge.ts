// The part of a bridge that has joined: what the client asks, what the room and its media say.
import {
  type AddTrackRequest,
  type SessionDescription,
  type SignalRequest,
  SignalResponse,
  type SyncState,
} from '@livekit/protocol';
import { type ErrorCode, limits, type Participant, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { ConnectQuery } from '../../core/index.ts';
import {
  type Asked,
  type ClientMessage,
  decodeDataPacket,
  type Incoming,
  mayAnnounce,
  Packets,
  Requests,
  reconnectResponseOf,
  type SentPacket,
  type ServerDetails,
  type ShownRoom,
  streamPartOf,
} from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import { type Asks, Unanswered } from './asking.ts';
import { Publishing } from './publishing.ts';
import { Receiving } from './receiving.ts';
import { ReliableChannel } from './reliable-channel.ts';
import { ReliablePackets } from './reliable-packets.ts';
import type { RoomPlace, SharedRooms } from './shared-rooms.ts';
import type { WaitingBytes } from './waiting-bytes.ts';

/** What one socket of the client gives it; the next one gives it others. */
export interface JoinedBridgePorts {
  readonly session: Asks;
  /** Whether this media node is being emptied. */
  isDraining(nodeId: string): boolean;
  readonly clock: Clock;
  /** Data that waits, of all clients. */
  readonly waiting: WaitingBytes;
  newTrackId(): string;
  send(response: SignalResponse): void;
  /** A packet for the client. False: it was not sent. */
  sendPacket(payload: Uint8Array, o: { readonly lossy: boolean }): boolean;
  /** What is counted, and not said to the client. */
  onDropped(why: string): void;
  onFailed(what: string, error: unknown): void;
  /** The client cannot be served any more. */
  end(code: ErrorCode, error: unknown): void;
}
export interface JoinedBridgeOptions {
  readonly joined: wire.Joined.$Properties;
  readonly query: ConnectQuery;
  /** Session number of our descriptions (SDP's `o=` line, RFC 8866, 5.2). */
  readonly number: number;
  readonly rooms: SharedRooms;
  /** With its tenant. */
  readonly roomKey: string;
  readonly ports: JoinedBridgePorts;
}

/** More are not on their way when a socket breaks; of older ones a repetition is passed on. */
const sequencesKeptMax = 256;

export class JoinedBridge {
  #o: JoinedBridgePorts;
  /** The media node. */
  #nodeId: string;
  readonly #place: RoomPlace;
  readonly #room: ShownRoom;
  readonly #requests: Requests;
  readonly #packets: Packets;
  readonly #reliable: ReliablePackets;
  readonly #channel: ReliableChannel;
  readonly #publishing: Publishing | undefined;
  readonly #receiving: Receiving | undefined;
  /** Of the last reliable packet of the client; packets count from 1, 0 stands for none. */
  #packetSeq = 0;
  /** Of those that came last. */
  readonly #sequences = new Set<number>();

  constructor({ joined, query, number, rooms, roomKey, ports }: JoinedBridgeOptions) {
    this.#o = ports;
    this.#nodeId = nodeIdOf(joined);
    const session: Asks = {
      ask: (message) => this.#o.session.ask(message),
      say: (message) => this.#o.session.say(message),
    };
    const { clock, waiting } = ports;
    this.#reliable = new ReliablePackets({ session, clock, waiting, onDropped: (why) => this.#o.onDropped(why) });
    this.#channel = new ReliableChannel({
      clock,
      waiting,
      send: (payload) => this.#o.sendPacket(payload, { lossy: false }),
      onFull: () => this.#o.end('BACKPRESSURE', 'the link to the media node stays full'),
    });
    const media = {
      session,
      sessionId: number,
      newTrackId: () => this.#o.newTrackId(),
      send: (response: SignalResponse) => this.#o.send(response),
      onFailed: (what: string, error: unknown) => this.#o.onFailed(what, error),
    };
    const { sendTransport, recvTransport } = joined;
    if (sendTransport != null) this.#publishing = new Publishing(Object.assign({ transport: sendTransport }, media));
    const end = (code: ErrorCode, error: unknown): void => this.#o.end(code, error);
    if (recvTransport != null) this.#receiving = new Receiving(Object.assign({ transport: recvTransport, end }, media));
    // Last: what throws above leaves no client in the room.
    this.#place = rooms.enter(roomKey, joined);
    this.#room = this.#place.room;
    this.#requests = new Requests(this.#room, { automatic: query.autoSubscribe });
    this.#packets = new Packets(this.#room);
  }

  /** As the room has it. */
  get self(): Participant {
    return this.#room.self;
  }

  /** Leaves the room, and forgets what waits. Idempotent. */
  close(): void {
    this.#place.leave();
    this.#reliable.close();
    this.#channel.close();
  }

  /** What the client hears first; then the first offer. */
  begin(joined: wire.Joined.$Properties): void {
    const { pingIntervalMs, subscriptions } = joined;
    const value = this.#room.joinResponse({
      ...serverOf(joined),
      pingIntervalS: Math.ceil((pingIntervalMs ?? limits.pingIntervalMs) / 1000),
      pingTimeoutS: Math.ceil(((pingIntervalMs ?? limits.pingIntervalMs) * (limits.pingMissesMax + 1)) / 1000),
    });
    this.#o.send(new SignalResponse({ message: { case: 'join', value } }));
    for (const response of this.#room.firstMessages()) this.#o.send(response);
    this.#receiving?.add(subscriptions ?? []);
  }

  /** The client has its session again, over another socket: it hears what it may have missed, then an offer. */
  resume(joined: wire.Joined.$Properties, ports: JoinedBridgePorts): void {
    this.#o = ports;
    this.#nodeId = nodeIdOf(joined);
    const value = reconnectResponseOf(serverOf(joined), this.#packetSeq);
    ports.send(new SignalResponse({ message: { case: 'reconnect', value } }));
    for (const response of this.#room.resumed(joined)) ports.send(response);
    // The session takes requests when it has been through with its answer.
    queueMicrotask(() => {
      this.#publishing?.resumed(this.#room.ownTracks());
      for (const asked of this.#requests.again()) this.#ask(asked);
      this.#receiving?.resumed(joined.subscriptions ?? []);
    });
  }

  /** Of the answer that the client owes us; 0: none. */
  get answerBytes(): number {
    return this.#receiving?.answerBytes ?? 0;
  }

  /** Throws the code for which the client is put out. */
  request(request: SignalRequest): void {
    const { message } = request;
    if (message.case === 'offer') this.#offer(message.value);
    else if (message.case === 'answer') this.#receiving?.answer(message.value);
    else if (message.case === 'addTrack') this.#announce(message.value);
    else if (message.case === 'syncState') this.#sync(request, message.value);
    // Media nodes are ICE-lite: they need no candidates of their clients.
    else if (message.case !== 'trickle') this.#translate(request);
  }

  /**
   * A packet that the client sent over a data channel. A reliable one that it sends again after its return is dropped
   * when it has come before. Throws FRAME_MALFORMED.
   */
  packet(payload: Uint8Array, { lossy }: { readonly lossy: boolean }): void {
    const packet = decodeDataPacket(payload);
    if (!lossy && packet.sequence > 0 && !this.#isNew(packet.sequence)) return;
    const part = streamPartOf(packet);
    const { messages, packets, dropped } = this.#packets.fromClient(packet, {
      lossy,
      nowMs: this.#o.clock.wallMs(),
    });
    for (const { sendData, ...other } of messages)
      if (other.sendPost != null) this.#post(other);
      else if (sendData == null) this.#o.session.say(other);
      else if (sendData.lossy) this.#o.session.say({ sendData });
      else this.#reliable.send({ sendData }, part);
    this.#give({ packets, ...(dropped !== undefined && { dropped }) });
  }

  /** LiveKit's protocol has no answer to chat: what is refused is counted. */
  #post(message: ClientMessage): void {
    this.#o.session.ask(message).catch((error: unknown) => {
      if (!(error instanceof Unanswered)) this.#o.onDropped(codeOf(error) ?? 'INTERNAL');
    });
  }

  /** Not by order alone: native SDKs number an answer and its acknowledgement in one order and send them in another. */
  #isNew(sequence: number): boolean {
    if (this.#sequences.has(sequence)) return false;
    this.#sequences.add(sequence);
    const [oldest] = this.#sequences;
    if (this.#sequences.size > sequencesKeptMax && oldest !== undefined) this.#sequences.delete(oldest);
    this.#packetSeq = Math.max(this.#packetSeq, sequence);
    return true;
  }

  /** Data of another participant. False: it was dropped. */
  data(frame: wire.ServerFrame): boolean {
    return frame.dataReceived == null || this.#give(this.#packets.fromRoom(frame.dataReceived));
  }

  /** Any other frame of the session. */
  take(frame: wire.ServerFrame): void {
    for (const response of this.#room.apply(frame)) this.#o.send(response);
    this.#takeMedia(frame);
    if (frame.dataReceived != null) this.data(frame);
    if (frame.posts != null) this.#give(this.#packets.posts(frame.posts));
    if (frame.renditionWanted?.isWanted === true) this.#refuseRendition(frame.renditionWanted);
    if (frame.moveParticipant != null) this.#move(frame.moveParticipant);
    for (const { trackMuted, trackUnpublished } of frame.roomEvents?.events ?? []) {
      if (trackMuted != null && trackMuted.sessionId === this.#room.selfSid)
        this.#publishing?.mute(trackMuted.trackId ?? '', trackMuted.muted === true);
      if (trackUnpublished != null && trackUnpublished.sessionId === this.#room.selfSid)
        this.#publishing?.forget(trackUnpublished.trackId ?? '');
    }
  }

  #takeMedia(frame: wire.ServerFrame): void {
    const { subscriptionsAdded, subscriptionRemoved, trackMoved, transportChanged } = frame;
    if (transportChanged != null) this.#receiving?.transportChanged(transportChanged);
    if (subscriptionsAdded != null) this.#receiving?.add(subscriptionsAdded.subscriptions ?? []);
    if (subscriptionRemoved != null) this.#receiving?.remove(subscriptionRemoved.trackId ?? '');
    if (trackMoved != null) this.#receiving?.move(trackMoved);
  }

  #offer(description: SessionDescription): void {
    if (this.#publishing === undefined) return;
    this.#publishing.offer(description).catch((error: unknown) => {
      if (!(error instanceof Unanswered)) this.#o.end(codeOf(error) ?? 'INTERNAL', error);
    });
  }

  #sync(request: SignalRequest, { publishTracks }: SyncState): void {
    this.#publishing?.claimed(publishTracks.map(({ track }) => track?.sid ?? ''));
    this.#translate(request);
  }

  #announce(request: AddTrackRequest): void {
    this.#publishing?.announce(request, { canPublish: mayAnnounce(this.#room.self, request) });
  }

  #translate(request: SignalRequest): void {
    const { asked, responses, pendingMute, ignored } = this.#requests.translate(request, {
      nowWallMs: this.#o.clock.wallMs(),
    });
    for (const response of responses) this.#o.send(response);
    if (pendingMute !== undefined) this.#publishing?.mute(pendingMute.trackSid, pendingMute.muted);
    if (request.message.case === 'mute') this.#publishing?.mute(request.message.value.sid, request.message.value.muted);
    for (const one of asked) this.#ask(one);
    if (ignored !== undefined) this.#o.onDropped(ignored);
  }

  #ask({ message, answered }: Asked): void {
    const answer = (responses: readonly SignalResponse[]): void => {
      for (const response of responses) this.#o.send(response);
    };
    this.#o.session.ask(message).then(
      () => {
        // The media node says nothing of what the client itself has asked for.
        const { trackId, subscribed } = message.updateSubscription ?? {};
        if (subscribed === false) this.#receiving?.remove(trackId ?? '');
        answer(answered());
      },
      (error: unknown) => {
        const code = codeOf(error) ?? 'INTERNAL';
        answer(answered({ code, message: error instanceof Error ? error.message : '' }));
        this.#o.onFailed('a request was refused', error);
      },
    );
  }

  /**
   * LiveKit's protocol has no second home. From a node that is drained the client joins anew, which places it
   * elsewhere; any other move is not worth that.
   */
  #move({ moveId, reason }: wire.MoveParticipant.$Properties): void {
    this.#o.session.say({ moveReady: { moveId: moveId ?? '', ok: false, code: 'REQUEST_INVALID' } });
    if (this.#o.isDraining(this.#nodeId)) this.#o.end('NODE_DRAINING', reason);
  }

  #refuseRendition({ trackId, mimeType }: wire.RenditionWanted.$Properties): void {
    const message: ClientMessage = {
      renditionRefused: { trackId: trackId ?? '', mimeType: mimeType ?? '', code: 'CODEC_UNSUPPORTED' },
    };
    this.#o.session.say(message);
  }

  #give({ packets, dropped }: Incoming): boolean {
    if (dropped !== undefined) this.#o.onDropped(dropped);
    let isSent = true;
    for (const packet of packets) isSent = this.#sendPacket(packet) && isSent;
    return isSent;
  }

  #sendPacket({ packet, lossy }: SentPacket): boolean {
    const payload = packet.toBinary();
    return lossy ? this.#o.sendPacket(payload, { lossy }) : this.#channel.send(payload);
  }
}

const nodeIdOf = ({ placement }: wire.Joined.$Properties): string => placement?.node?.nodeId ?? '';

const serverOf = (joined: wire.Joined.$Properties): ServerDetails => ({
  iceServers: joined.iceServers ?? [],
  nodeId: nodeIdOf(joined),
  region: joined.placement?.node?.region ?? '',
  canResume: joined.resumeKey != null && joined.resumeKey !== '',
});
