// The part of a bridge that has joined: what the client asks, what the room and its media say.
import { type AddTrackRequest, type SessionDescription, type SignalRequest, SignalResponse } from '@livekit/protocol';
import { type ErrorCode, limits, type wire } from '@meridian/protocol';
import type { ConnectQuery } from '../../core/index.ts';
import {
  type Asked,
  type ClientMessage,
  decodeDataPacket,
  type Incoming,
  Packets,
  Requests,
  type SentPacket,
  ShownRoom,
} from '../../core/livekit/index.ts';
import { codeOf } from '../../failures.ts';
import type { Asks } from './asking.ts';
import { Publishing } from './publishing.ts';
import { Receiving } from './receiving.ts';

export interface JoinedBridgeOptions {
  readonly joined: wire.Joined.$Properties;
  readonly query: ConnectQuery;
  readonly session: Asks;
  /** Of the `o=` lines: any. */
  readonly number: number;
  nowWallMs(): number;
  /** Whether this media node is being emptied. */
  isDraining(nodeId: string): boolean;
  newTrackId(): string;
  send(response: SignalResponse): void;
  /** False: it was not sent. */
  sendPacket(packet: SentPacket): boolean;
  /** What is counted, and not said to the client. */
  onDropped(why: string): void;
  onFailed(what: string, error: unknown): void;
  /** The client cannot be served any more. */
  end(code: ErrorCode, error: unknown): void;
}

export class JoinedBridge {
  readonly #o: JoinedBridgeOptions;
  readonly #room: ShownRoom;
  readonly #requests: Requests;
  readonly #packets: Packets;
  readonly #publishing: Publishing | undefined;
  readonly #receiving: Receiving | undefined;

  constructor(o: JoinedBridgeOptions) {
    this.#o = o;
    const { joined, session, number } = o;
    this.#room = new ShownRoom(joined, { clientProtocol: o.query.protocol });
    this.#requests = new Requests(this.#room, { automatic: o.query.autoSubscribe });
    this.#packets = new Packets(this.#room);
    const ports = { session, sessionId: number, newTrackId: o.newTrackId, send: o.send, onFailed: o.onFailed };
    const { sendTransport, recvTransport } = joined;
    if (sendTransport != null) this.#publishing = new Publishing(Object.assign({ transport: sendTransport }, ports));
    if (recvTransport != null) this.#receiving = new Receiving(Object.assign({ transport: recvTransport }, ports));
  }

  /** What the client hears first; then the first offer. */
  begin(): void {
    const { joined, send } = this.#o;
    const { iceServers, placement, pingIntervalMs, subscriptions } = joined;
    const value = this.#room.joinResponse({
      iceServers: iceServers ?? [],
      pingIntervalS: Math.ceil((pingIntervalMs ?? limits.pingIntervalMs) / 1000),
      pingTimeoutS: Math.ceil(((pingIntervalMs ?? limits.pingIntervalMs) * (limits.pingMissesMax + 1)) / 1000),
      nodeId: placement?.node?.nodeId ?? '',
      region: placement?.node?.region ?? '',
    });
    send(new SignalResponse({ message: { case: 'join', value } }));
    for (const response of this.#room.firstMessages()) send(response);
    this.#receiving?.add(subscriptions ?? []);
  }

  /** Throws the code for which the client is put out. */
  request(request: SignalRequest): void {
    const { message } = request;
    if (message.case === 'offer') this.#offer(message.value);
    else if (message.case === 'answer') this.#receiving?.answer(message.value);
    else if (message.case === 'addTrack') this.#announce(message.value);
    // Media nodes are ICE-lite: they need no candidates of their clients.
    else if (message.case !== 'trickle') this.#translate(request);
  }

  /** A packet that the client sent over a data channel. Throws FRAME_MALFORMED. */
  packet(payload: Uint8Array, { lossy }: { readonly lossy: boolean }): void {
    const { messages, packets, dropped } = this.#packets.fromClient(decodeDataPacket(payload), {
      lossy,
      nowMs: this.#o.nowWallMs(),
    });
    for (const message of messages) this.#o.session.say(message);
    this.#give({ packets, ...(dropped !== undefined && { dropped }) });
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
        this.#publishing?.muted(trackMuted.trackId ?? '', trackMuted.muted === true);
      if (trackUnpublished != null && trackUnpublished.sessionId === this.#room.selfSid)
        this.#publishing?.ended(trackUnpublished.trackId ?? '');
    }
  }

  #takeMedia(frame: wire.ServerFrame): void {
    const { subscriptionsAdded, subscriptionRemoved, trackMoved, layerDemand } = frame;
    if (subscriptionsAdded != null) {
      this.#receiving?.failed(subscriptionsAdded.failed ?? []);
      this.#receiving?.add(subscriptionsAdded.subscriptions ?? []);
    }
    if (subscriptionRemoved != null) this.#receiving?.remove(subscriptionRemoved.trackId ?? '');
    if (trackMoved != null) this.#receiving?.move(trackMoved);
    const track = layerDemand == null ? undefined : this.#room.track(layerDemand.trackId ?? '')?.track;
    if (layerDemand != null && track !== undefined) this.#publishing?.demanded(track, layerDemand);
  }

  #offer(description: SessionDescription): void {
    if (this.#publishing === undefined) return;
    this.#publishing.offer(description).catch((error: unknown) => this.#o.end(codeOf(error) ?? 'INTERNAL', error));
  }

  #announce(request: AddTrackRequest): void {
    const { canPublish } = this.#room.self;
    this.#publishing?.announce(request, { canPublish });
  }

  #translate(request: SignalRequest): void {
    const { asked, responses, pendingMute, ignored } = this.#requests.translate(request, {
      nowWallMs: this.#o.nowWallMs(),
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
      () => answer(answered()),
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
    if (this.#o.isDraining(this.#o.joined.placement?.node?.nodeId ?? '')) this.#o.end('NODE_DRAINING', reason);
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
    for (const packet of packets) isSent = this.#o.sendPacket(packet) && isSent;
    return isSent;
  }
}
