// Joined part of a bridge (bridge.ts): requests of the client, messages of the room, and media. It outlives a socket of
// the client.
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
  type ClientMessage,
  decodeDataPacket,
  type Incoming,
  mayAnnounce,
  PacketTranslator,
  Requests,
  reconnectResponseOf,
  type SentPacket,
  type ServerDetails,
  type ServiceRequest,
  type ShownRoom,
  streamPartOf,
} from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import { bounds } from '../../limits.ts';
import { ReliableChannel } from '../reliable-channel.ts';
import type { WaitingBytes } from '../waiting-bytes.ts';
import { Publishing } from './publishing.ts';
import { Receiving } from './receiving.ts';
import { ReliablePackets } from './reliable-packets.ts';
import { type SessionPort, Unanswered } from './session-requests.ts';
import type { RoomPlace, SharedRooms } from './shared-rooms.ts';

/** Ports of the client's present socket. */
export interface JoinedBridgePorts {
  readonly session: SessionPort;
  isDraining(nodeId: string): boolean;
  readonly clock: Clock;
  /** Waiting data of all clients. */
  readonly waitingBytes: WaitingBytes;
  newTrackId(): string;
  send(response: SignalResponse): void;
  /** Sends a packet to the client; false: not sent. */
  sendPacket(payload: Uint8Array, o: { readonly lossy: boolean }): boolean;
  /** Counts a dropped message; the client is not informed. */
  onDropped(why: string): void;
  onFailed(what: string, error: unknown): void;
  /** Ends a client that cannot be served any more. */
  end(code: ErrorCode, error: unknown): void;
}
export interface JoinedBridgeOptions {
  readonly joined: wire.Joined.$Properties;
  readonly query: ConnectQuery;
  /** Session number of our descriptions (SDP's `o=` line, RFC 8866, 5.2). */
  readonly number: number;
  readonly rooms: SharedRooms;
  readonly roomKey: string;
  readonly ports: JoinedBridgePorts;
}

/** Packet numbers remembered, more than packets under way when a socket breaks; older repetitions would be accepted. */
const sequencesKeptMax = 256;

export class JoinedBridge {
  #ports: JoinedBridgePorts;
  #nodeId: string;
  readonly #roomPlace: RoomPlace;
  readonly #room: ShownRoom;
  readonly #requests: Requests;
  readonly #packets: PacketTranslator;
  readonly #reliablePackets: ReliablePackets;
  readonly #reliableChannel: ReliableChannel;
  readonly #publishing: Publishing | undefined;
  readonly #receiving: Receiving | undefined;
  /** Highest number of the client's reliable packets, which count from 1; 0: none came. */
  #packetSeq = 0;
  /** Numbers of the latest reliable packets, by which repeated ones are recognised. */
  readonly #sequences = new Set<number>();

  constructor({ joined, query, number: sdpSessionId, rooms, roomKey, ports }: JoinedBridgeOptions) {
    this.#ports = ports;
    this.#nodeId = nodeIdOf(joined);
    const session: SessionPort = {
      ask: (message) => this.#ports.session.ask(message),
      send: (message) => this.#ports.session.send(message),
    };
    const { clock, waitingBytes } = ports;
    this.#reliablePackets = new ReliablePackets({
      session,
      clock,
      waitingBytes,
      onDropped: (why) => this.#ports.onDropped(why),
    });
    this.#reliableChannel = new ReliableChannel({
      clock,
      waitingBytes,
      bytesMax: bounds.liveKitHeldBytesMax,
      send: (payload) => this.#ports.sendPacket(payload, { lossy: false }),
      onFull: () => this.#ports.end('BACKPRESSURE', 'the link to the media node stays full'),
    });
    const media = {
      session,
      sessionId: sdpSessionId,
      newTrackId: () => this.#ports.newTrackId(),
      send: (response: SignalResponse) => this.#ports.send(response),
      onFailed: (what: string, error: unknown) => this.#ports.onFailed(what, error),
    };
    const { sendTransport, recvTransport } = joined;
    const setMuted = (sid: string, muted: boolean): void => {
      for (const one of this.#requests.mute({ sid, muted }).serviceRequests) this.#ask(one);
    };
    if (sendTransport != null)
      this.#publishing = new Publishing(Object.assign({ transport: sendTransport, setMuted }, media));
    const end = (code: ErrorCode, error: unknown): void => this.#ports.end(code, error);
    if (recvTransport != null) this.#receiving = new Receiving(Object.assign({ transport: recvTransport, end }, media));
    // Last, so that a throw above leaves no client in the room.
    this.#roomPlace = rooms.enter(roomKey, joined);
    this.#room = this.#roomPlace.room;
    this.#requests = new Requests(this.#room, { automatic: query.autoSubscribe });
    this.#packets = new PacketTranslator(this.#room);
  }

  /** Own participant, as the room has it. */
  get self(): Participant {
    return this.#room.self;
  }

  /** Leaves the room, and drops waiting packets. Idempotent. */
  close(): void {
    this.#roomPlace.leave();
    this.#reliablePackets.close();
    this.#reliableChannel.close();
  }

  /** Sends the first messages, then the first offer. */
  begin(joined: wire.Joined.$Properties): void {
    const { pingIntervalMs, subscriptions } = joined;
    const value = this.#room.joinResponse({
      ...serverOf(joined),
      pingIntervalS: Math.ceil((pingIntervalMs ?? limits.pingIntervalMs) / 1000),
      pingTimeoutS: Math.ceil(((pingIntervalMs ?? limits.pingIntervalMs) * (limits.pingMissesMax + 1)) / 1000),
    });
    this.#ports.send(new SignalResponse({ message: { case: 'join', value } }));
    for (const response of this.#room.firstMessages()) this.#ports.send(response);
    this.#receiving?.add(subscriptions ?? []);
  }

  /** Resumes over another socket: sends possibly missed messages, then an offer. */
  resume(joined: wire.Joined.$Properties, ports: JoinedBridgePorts): void {
    this.#ports = ports;
    this.#nodeId = nodeIdOf(joined);
    const value = reconnectResponseOf(serverOf(joined), this.#packetSeq);
    ports.send(new SignalResponse({ message: { case: 'reconnect', value } }));
    for (const response of this.#room.resumed(joined)) ports.send(response);
    // The session takes requests only after it has finished its answer.
    queueMicrotask(() => {
      this.#publishing?.resumed(this.#room.ownTracks());
      for (const asked of this.#requests.repeatedRequests()) this.#ask(asked);
      this.#receiving?.resumed(joined.subscriptions ?? []);
    });
  }

  /** Bytes allowed to the expected answer; 0 if none is expected. */
  get answerBytes(): number {
    return this.#receiving?.answerBytes ?? 0;
  }

  /** Throws the code with which the client is removed. */
  request(request: SignalRequest): void {
    const { message } = request;
    if (message.case === 'offer') this.#offer(message.value);
    else if (message.case === 'answer') this.#receiving?.answer(message.value);
    else if (message.case === 'addTrack') this.#announce(message.value);
    else if (message.case === 'syncState') this.#sync(request, message.value);
    // Media nodes are ICE-lite and need no candidates of clients.
    else if (message.case !== 'trickle') this.#translate(request);
  }

  /** Takes a packet, but a reliable one only once, since a returning client repeats. Throws FRAME_MALFORMED. */
  packet(payload: Uint8Array, { lossy }: { readonly lossy: boolean }): void {
    const packet = decodeDataPacket(payload);
    if (!lossy && packet.sequence > 0 && !this.#isNew(packet.sequence)) return;
    const { messages, packets, dropped, cutTopic } = this.#packets.fromClient(packet, {
      lossy,
      nowMs: this.#ports.clock.wallMs(),
    });
    const streamPart = streamPartOf(packet);
    const part = streamPart && cutTopic !== undefined ? { ...streamPart, cutTopic } : streamPart;
    for (const { sendData, ...other } of messages)
      if (other.sendPost != null) this.#post(other);
      else if (sendData == null) this.#ports.session.send(other);
      else if (sendData.lossy) this.#ports.session.send({ sendData });
      else this.#reliablePackets.send({ sendData }, part);
    this.#sendPackets({ packets, ...(dropped !== undefined && { dropped }) });
  }

  /** Posts a line; LiveKit's protocol has no answer to chat, so refusals are only counted. */
  #post(message: ClientMessage): void {
    this.#ports.session.ask(message).catch((error: unknown) => {
      if (!(error instanceof Unanswered)) this.#ports.onDropped(codeOf(error) ?? 'INTERNAL');
    });
  }

  /** Returns whether a packet's number is new. Native SDKs number an answer and its acknowledgement out of order. */
  #isNew(sequence: number): boolean {
    if (this.#sequences.has(sequence)) return false;
    this.#sequences.add(sequence);
    const [oldest] = this.#sequences;
    if (this.#sequences.size > sequencesKeptMax && oldest !== undefined) this.#sequences.delete(oldest);
    this.#packetSeq = Math.max(this.#packetSeq, sequence);
    return true;
  }

  /**
   * Takes data of another participant. Returns false if it was dropped, a lossy message for now; a reliable one only
   * with the client's end or as unreadable, which is counted.
   */
  data(frame: wire.ServerFrame): boolean {
    if (frame.dataReceived == null) return true;
    const isSent = this.#sendPackets(this.#packets.fromRoom(frame.dataReceived));
    return isSent || frame.dataReceived.lossy !== true;
  }

  take(frame: wire.ServerFrame): void {
    for (const response of this.#room.apply(frame)) {
      this.#ports.send(response);
      if (response.message.case === 'mute')
        this.#publishing?.mute(response.message.value.sid, response.message.value.muted);
    }
    this.#takeMedia(frame);
    if (frame.dataReceived != null) this.data(frame);
    if (frame.posts != null) this.#sendPackets(this.#packets.posts(frame.posts));
    if (frame.renditionRequest?.isWanted === true) this.#refuseRendition(frame.renditionRequest);
    if (frame.moveParticipant != null) this.#move(frame.moveParticipant);
    for (const { trackUnpublished } of frame.roomEvents?.events ?? [])
      if (trackUnpublished != null && trackUnpublished.sessionId === this.#room.selfSid)
        this.#publishing?.forget(trackUnpublished.trackId ?? '');
    if (this.#concernsOwnTracks(frame)) this.#publishing?.follow(this.#room.ownTracks());
  }

  #concernsOwnTracks({ roomEvents, rosterSnapshot }: wire.ServerFrame): boolean {
    const { selfSid } = this.#room;
    return (
      rosterSnapshot != null ||
      (roomEvents?.events ?? []).some(
        ({ trackPublished, trackMuted }) => (trackPublished ?? trackMuted)?.sessionId === selfSid,
      )
    );
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
      if (!(error instanceof Unanswered)) this.#ports.end(codeOf(error) ?? 'INTERNAL', error);
    });
  }

  #sync(request: SignalRequest, { publishTracks }: SyncState): void {
    this.#publishing?.endUnknown(publishTracks.map(({ track }) => track?.sid ?? ''));
    this.#translate(request);
  }

  #announce(request: AddTrackRequest): void {
    this.#publishing?.announce(request, { canPublish: mayAnnounce(this.#room.self, request) });
  }

  #translate(request: SignalRequest): void {
    const { serviceRequests, responses, ignored } = this.#requests.translate(request, {
      nowWallMs: this.#ports.clock.wallMs(),
    });
    for (const response of responses) this.#ports.send(response);
    if (request.message.case === 'mute') this.#publishing?.mute(request.message.value.sid, request.message.value.muted);
    for (const one of serviceRequests) this.#ask(one);
    if (ignored !== undefined) this.#ports.onDropped(ignored);
  }

  #ask({ message, onAnswer }: ServiceRequest): void {
    const answer = (responses: readonly SignalResponse[]): void => {
      for (const response of responses) this.#ports.send(response);
    };
    this.#ports.session.ask(message).then(
      () => {
        // The media node does not report the client's own unsubscriptions.
        const { trackId, subscribed } = message.updateSubscription ?? {};
        if (subscribed === false) this.#receiving?.remove(trackId ?? '');
        answer(onAnswer());
      },
      (error: unknown) => {
        const code = codeOf(error) ?? 'INTERNAL';
        answer(onAnswer({ code, message: error instanceof Error ? error.message : '' }));
        this.#ports.onFailed('a request was refused', error);
      },
    );
  }

  /** Refuses a move: LiveKit's protocol has no second home. From a draining node the client joins anew elsewhere. */
  #move({ moveId, reason }: wire.MoveParticipant.$Properties): void {
    this.#ports.session.send({ moveReady: { moveId: moveId ?? '', ok: false, code: 'REQUEST_INVALID' } });
    if (this.#ports.isDraining(this.#nodeId)) this.#ports.end('NODE_DRAINING', reason);
  }

  #refuseRendition({ trackId, mimeType }: wire.RenditionRequest.$Properties): void {
    const message: ClientMessage = {
      renditionRefused: { trackId: trackId ?? '', mimeType: mimeType ?? '', code: 'CODEC_UNSUPPORTED' },
    };
    this.#ports.session.send(message);
  }

  #sendPackets({ packets, dropped }: Incoming): boolean {
    if (dropped !== undefined) this.#ports.onDropped(dropped);
    let isSent = true;
    for (const packet of packets) isSent = this.#sendPacket(packet) && isSent;
    return isSent;
  }

  /** Sends a packet; a lossy one that its channel would always lose goes over the reliable one, unless others wait. */
  #sendPacket({ packet, lossy }: SentPacket): boolean {
    const payload = packet.toBinary();
    if (!lossy) return this.#reliableChannel.send(payload);
    return payload.byteLength <= bounds.liveKitLossyPacketBytesMax
      ? this.#ports.sendPacket(payload, { lossy })
      : this.#reliableChannel.sendUnlessWaiting(payload);
  }
}

const nodeIdOf = ({ placement }: wire.Joined.$Properties): string => placement?.node?.nodeId ?? '';

const serverOf = (joined: wire.Joined.$Properties): ServerDetails => ({
  iceServers: joined.iceServers ?? [],
  nodeId: nodeIdOf(joined),
  region: joined.placement?.node?.region ?? '',
  canResume: joined.resumeKey != null && joined.resumeKey !== '',
});
