// Clients of this instance and their rooms: passes messages of media nodes and owners to their sessions.
import { createHash } from 'node:crypto';
import type { TokenOrigin } from '@meridian/node-shell';
import {
  type Access,
  type AddressRange,
  addressKey,
  type CrowdPageRequest,
  type CrowdPerson,
  crowdOf,
  crowdPage,
  crowdPersonFromWire,
  type ErrorCode,
  encodeServerFrame,
  isAmong,
  isCrowdSession,
  isErrorCode,
  MeridianError,
  type RosterEvent,
  rpc,
  sourceToWire,
  speakersFromWire,
  type wire,
} from '@meridian/protocol';
import { DataGate, ownRenditions, type PostNews, SharedBytes } from '../core/index.ts';
import { codeOf, ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { NodeNoteHandlers } from '../links/nodes.ts';
import type { OwnedRooms } from '../owner/owned-rooms.ts';
import type { RoomIdentity } from '../owner/signaling-sink.ts';
import type { CrowdNotice } from '../owner/stage.ts';
import type { ClientSocket, Lease, Opener, RoomPort } from '../ports.ts';
import type { SessionOrder } from '../wire/control-wire.ts';
import { rulesFromWire } from '../wire/crowd-wire.ts';
import { atHomes } from './at-homes.ts';
import { ClientSession } from './client.ts';
import type { ClientContext, LocalSession, MoveOrder, RoomRef } from './context.ts';
import { LocalRoom } from './local-room.ts';
import { PersonShares } from './person-shares.ts';
import { ReceiveAbilities } from './receive-abilities.ts';
import { withOwnRenditions } from './requests.ts';
import { WaitingRoom } from './waiting.ts';
import { WaitingBytes } from './waiting-bytes.ts';

export interface ClientServiceOptions
  extends Omit<
    ClientContext,
    'roomFor' | 'crowdPeople' | 'sessions' | 'claims' | 'waiting' | 'waitingBytes' | 'abilities'
  > {
  /** Returns people in the crowd of a room at another signaling node. */
  crowdAt(signalingId: string, roomKey: string, page: CrowdPageRequest): Promise<wire.CrowdPeople.$Properties>;
  portFor(lease: Lease): Promise<RoomPort>;
  /** Proxies of the operator, whose own addresses stand for many clients. */
  readonly trustedProxies: readonly AddressRange[];
  isReachable(signalingId: string): boolean;
}

interface OutgoingData {
  readonly room: LocalRoom;
  readonly senderId: string;
  /** Media node that forwarded the data; only the sessions of this node receive it. */
  readonly viaNodeId: string;
  readonly destinations: ReadonlySet<string>;
  readonly frame: Uint8Array;
  readonly lossy: boolean;
}

export class ClientService {
  readonly context: ClientContext;
  readonly waiting: WaitingRoom;
  readonly #o: ClientServiceOptions;
  readonly #rooms = new Map<string, LocalRoom>();
  readonly #clients = new Set<ClientSession>();
  /** Clients that have shown a token. */
  readonly #proven = new Set<ClientSession>();
  readonly #crowdSeats = { taken: 0 };
  readonly #shares = new PersonShares(() => bounds.clientsMax - this.clientCount);
  readonly #gate = new DataGate<OutgoingData>();
  #closing = false;

  constructor(o: ClientServiceOptions) {
    this.#o = o;
    this.waiting = new WaitingRoom(o);
    this.context = {
      ...o,
      sessions: new Map(),
      claims: new Map(),
      waiting: this.waiting,
      waitingBytes: new WaitingBytes(),
      abilities: new ReceiveAbilities(new SharedBytes(bounds.sharedCapabilitiesMax)),
      roomFor: (roomKey) => this.#roomFor(roomKey),
      crowdPeople: (room, page) => this.#crowdPeople(room, page),
    };
  }

  /** Number of clients that have shown a token, over WebSockets and links together. */
  get clientCount(): number {
    return this.#proven.size;
  }
  get isFull(): boolean {
    return this.clientCount >= bounds.clientsMax;
  }
  get sessionCount(): number {
    return this.context.sessions.size;
  }
  roomKeys(): IterableIterator<string> {
    return this.#rooms.keys();
  }
  /** Number of clients that watch shows without a place in a roster. */
  get crowdCount(): number {
    return this.#crowdSeats.taken;
  }
  get roomCount(): number {
    return this.#rooms.size;
  }

  /** Opens a session for a socket. Call its `onEnd` once, when the socket is gone; the session may outlive it. */
  open(socket: ClientSocket, o: { clientIp: string; opener?: Opener; prove(): boolean }): ClientSession {
    const onGone = (): void => {
      this.#clients.delete(client);
      this.#proven.delete(client);
      this.#shares.release(client);
    };
    // The client's socket may end while its token is verified.
    const takeShare = ({ tenant, identity, via }: Access): void => {
      if (this.#clients.has(client)) this.#shares.take(client, { tenant, identity, via, network: client.network });
    };
    const prove = (): boolean => {
      if (this.#proven.has(client) || !this.#clients.has(client)) return true; // the client's socket may have ended
      if (this.isFull || !o.prove()) return false;
      this.#proven.add(client);
      return true;
    };
    const client: ClientSession = new ClientSession({
      ...o,
      context: this.context,
      socket,
      network: this.#networkOf(o.clientIp),
      onGone,
      prove,
      takeShare,
    });
    this.#clients.add(client);
    if (this.#closing) client.shutDown();
    return client;
  }

  // ---- from owners

  onEvents(room: RoomIdentity, events: readonly RosterEvent[]): void {
    this.#rooms.get(room.roomKey)?.onEvents(room.ownerId, room.epoch, events);
  }

  onPosts(room: RoomIdentity, news: PostNews): void {
    this.#rooms.get(room.roomKey)?.posts.take(room.epoch, news);
  }

  /** Delivers a data message of the service to these sessions. */
  onServiceData(room: RoomIdentity, data: wire.DataReceived.$Properties, sessionIds: readonly string[]): void {
    const lossy = data.lossy === true;
    const frame = encodeServerFrame({ dataReceived: data });
    const local = this.#rooms.get(room.roomKey);
    local?.showNewcomers();
    const crowd = local?.crowd;
    for (const sessionId of sessionIds) {
      if (sessionId === crowd?.sessionId) crowd.send(frame);
      const client = this.context.sessions.get(sessionId);
      if (client?.room.roomKey === room.roomKey && room.epoch >= client.room.epoch) client.sendData(frame, { lossy });
    }
  }

  onCrowdNews(owned: RoomIdentity, { rules, hands, stage, identity, reason, lowered }: CrowdNotice): void {
    const room = this.#rooms.get(owned.roomKey);
    if (room === undefined || owned.epoch < room.epoch) return;
    if (hands != null) room.hands.take(owned.epoch, hands);
    if (rules != null) room.crowd.onNews(owned.epoch, rulesFromWire(rules));
    if (lowered) for (const viewer of room.crowd.lowerHands(identity ?? '')) viewer.sendMessage({ handLowered: {} });
    if (!identity) return;
    const inCrowd = room.crowd.viewersOf(identity);
    if (reason && isErrorCode(reason)) for (const viewer of inCrowd) viewer.evict(reason, '');
    if (stage == null) return;
    const onStage = room.members().map(({ sessionId }) => this.context.sessions.get(sessionId));
    const asked = stage.on === true ? inCrowd : onStage.filter((one) => one?.identity === identity);
    for (const one of asked) one?.sendMessage({ stageAsked: stage });
  }

  /** Returns people in the crowd of a room at this node, and their number. */
  crowdOf(roomKey: string, page: CrowdPageRequest): { readonly people: CrowdPerson[]; readonly total: number } {
    const crowd = this.#rooms.get(roomKey)?.crowd;
    return { people: crowd?.page(page) ?? [], total: crowd?.size ?? 0 };
  }

  /** Shows the clients that wait in front of a room to its hosts here. */
  onLobby(room: RoomIdentity, lobby: wire.Lobby.$Properties): void {
    this.#rooms.get(room.roomKey)?.lobby.take(room.epoch, lobby);
  }

  onOrder(room: RoomIdentity, sessionId: string, order: SessionOrder): void {
    if ('disconnect' in order && order.disconnect === 'SESSION_UNKNOWN') {
      this.#supersede(room, sessionId, order.beforeAdoption);
      return;
    }
    if ('rendition' in order) {
      // A resuming session gets the order after the answer to its Join.
      const { sessions, claims } = this.context;
      const joined = sessions.get(sessionId);
      const { holder, room: known } = claims.get(sessionId) ?? { holder: joined, room: joined?.room };
      if (known?.roomKey === room.roomKey && room.epoch >= known.epoch)
        holder?.wantRendition({ ...order.rendition, isWanted: order.isWanted });
      return;
    }
    const local = this.#rooms.get(room.roomKey);
    const isOfCrowd = 'disconnect' in order && local !== undefined && room.epoch >= local.epoch;
    if (isOfCrowd && local.crowd.onDisconnect(sessionId, order.disconnect)) return;
    const client = this.context.sessions.get(sessionId);
    if (client === undefined || client.room.roomKey !== room.roomKey || room.epoch < client.room.epoch) return;
    if ('disconnect' in order) {
      client.evict(order.disconnect, order.message);
      return;
    }
    if ('askUnmute' in order) {
      const { byIdentity, source } = order.askUnmute;
      client.sendMessage({ unmuteAsked: { byIdentity, source: sourceToWire(source) } });
      return;
    }
    if ('subscribe' in order) {
      client.subscriptions
        ?.order(order.subscribe)
        .catch(ignoringErrors(this.context.log, 'a subscription ordered by the service could not be changed'));
      return;
    }
    for (const trackId of withOwnRenditions(client, order.muteTrackId))
      atHomes(client, rpc.pauseTrack, (ref) => ({ room: ref, sessionId, trackId, paused: true })).catch(
        ignoringErrors(this.context.log, 'a track muted by an administrator could not be paused at its node'),
      );
  }

  /** Moves a session here to another media node, and waits for it. SESSION_UNKNOWN, EPOCH_STALE; as `beginMove`. */
  async move(room: RoomIdentity, order: MoveOrder): Promise<void> {
    const client = this.context.sessions.get(order.sessionId);
    if (client === undefined || client.room.roomKey !== room.roomKey) throw new MeridianError('SESSION_UNKNOWN');
    if (room.epoch < client.room.epoch) throw new MeridianError('EPOCH_STALE');
    await client.beginMove(order).completed;
  }

  /**
   * Removes a person from a break-out at its owner, for the owner of the main room. A break-out without an owner is
   * opened only with `mayOpen`: the person may hold a token that opens it. A person that is not there and not to be
   * banned changes nothing. Rejects with ROOM_OWNER_LOST, CENTRE_UNREACHABLE, NO_CAPACITY.
   */
  async removeFromBreakOut(roomKey: string, removal: wire.ActRemove.$Properties, mayOpen: boolean): Promise<void> {
    if (!mayOpen && !(await this.context.centre.roomExists(roomKey))) return;
    const room = this.#roomFor(roomKey);
    room.use();
    try {
      await room.withOwner((port) => port.act('', { remove: removal }));
    } catch (error) {
      if (codeOf(error) !== 'PARTICIPANT_UNKNOWN') throw error;
    } finally {
      room.leaveUse();
    }
  }

  /** Handles rooms whose owner is gone, or that this instance no longer owns. */
  ownerGone(isGone: (room: LocalRoom) => boolean): void {
    for (const room of this.#rooms.values()) if (isGone(room)) room.ownerGone(room.epoch);
  }

  /** Announces the sessions again to an owner that may have lost this node for a moment. */
  announceAgainTo(signalingId: string): void {
    for (const room of this.#rooms.values()) if (room.ownerId === signalingId) room.announceAgain();
  }

  /** Handles a media node's refusal of the room's epoch. */
  epochRefused(ref: RoomRef): void {
    const room = this.#rooms.get(ref.roomKey);
    if (room !== undefined && room.epoch <= ref.epoch) room.epochRefused(ref.epoch);
  }

  /** Returns the owner of a room that this node follows; undefined without a client in the room. */
  ownerOf(roomKey: string): { ownerId: string; epoch: number; provisional: boolean } | undefined {
    const room = this.#rooms.get(roomKey);
    if (room === undefined || room.epoch === 0) return undefined;
    return { ownerId: room.ownerId, epoch: room.epoch, provisional: room.provisional };
  }

  /** Ends all sessions by revoked tokens, including joining and absent clients. */
  endRevoked(isEnded: (origin: TokenOrigin) => boolean): void {
    const { sessions, claims } = this.context;
    const holders = [...claims.values()].map(({ holder }) => holder);
    for (const client of new Set<LocalSession>([...this.#clients, ...sessions.values(), ...holders]))
      if (client.origin !== undefined && isEnded(client.origin)) client.revoke();
  }

  // ---- from media nodes

  /** Returns the handlers of messages from media nodes, for the sessions and the owned rooms of this signaling node. */
  noteHandlers(owned: OwnedRooms): NodeNoteHandlers {
    /** Returns the session if the message is from its home, or, if allowed, from its second home during a move. */
    const sessionFrom = (
      message: { sessionId: string },
      nodeId: string,
      allowOtherHome = false,
    ): LocalSession | undefined => {
      const client = this.context.sessions.get(message.sessionId);
      const isFrom = client?.nodeId === nodeId || (allowOtherHome && client?.move?.otherNodeId === nodeId);
      return isFrom ? client : undefined;
    };
    return {
      consumerChanged: (message, nodeId) => {
        const client = sessionFrom(message, nodeId, true);
        const state = shownTo(client, message.state ?? {});
        client?.record?.received(state);
        client?.sendMessage({ subscriptionState: state });
      },
      consumerClosed: (message, nodeId) => {
        const client = sessionFrom(message, nodeId, true);
        const removed = shownTo(client, message.removed ?? {});
        client?.record?.receptionEnded(removed.trackId ?? '');
        client?.sendMessage({ subscriptionRemoved: removed });
        client?.subscriptions?.consumerClosed(message.removed?.trackId ?? '', nodeId);
      },
      consumerMoved: (message, nodeId) => {
        const client = sessionFrom(message, nodeId, true);
        const moved = message.moved ?? {};
        const subscription = moved.subscription && shownTo(client, moved.subscription);
        const shown = shownTo(client, moved);
        if (message.fromNodeId !== message.toNodeId)
          client?.record?.onCarrierChanged(shown.trackId ?? '', message.fromNodeId, message.toNodeId);
        client?.sendMessage({ trackMoved: { ...shown, ...(subscription && { subscription }) } });
      },
      transportState: (message, nodeId) =>
        sessionFrom(message, nodeId, true)?.sendMessage({ transportChanged: message.change ?? {} }),
      trackDemand: (message, nodeId) => {
        const demand = message.demand ?? {};
        const client = sessionFrom(message, nodeId, true);
        if (client?.nodeId === nodeId) client.sendMessage({ layerDemand: demand });
        // Until the client has moved, layer demands of the new node are about the client's senders to the new node.
        else if (client?.move?.order.toNodeId === nodeId)
          client.sendMessage({ layerDemand: { ...demand, moveId: client.move.order.moveId } });
      },
      sessionEnded: (message, nodeId) => {
        const client = sessionFrom(message, nodeId, true);
        if (client?.move?.nodeGone(nodeId) !== true) client?.loseNode(mediaLostCode(message.code));
      },
      trackEnded: (message, nodeId) => this.#trackEnded(sessionFrom(message, nodeId), message),
      roomLost: (message, nodeId) => {
        for (const sessionId of message.sessionIds) {
          const client = sessionFrom({ sessionId }, nodeId, true);
          if (client?.move?.nodeGone(nodeId) !== true) client?.loseNode(mediaLostCode(message.code));
        }
      },
      roomData: (message, nodeId) => this.#onRoomData(message, nodeId),
      channelMessage: (message, nodeId) =>
        sessionFrom(message, nodeId, true)?.takeChannel(message.label, message.payload),
      speakerLevels: (message, nodeId) =>
        owned.get(message.roomKey)?.levels(nodeId, speakersFromWire(message.speakers)),
      retainedRoomRequest: ({ roomKey }, nodeId) => owned.get(roomKey)?.sendCopyTo(nodeId),
      carrierChanged: (message, nodeId) => owned.get(message.roomKey)?.carrierChanged(nodeId, message.trackId, message),
    };
  }

  /** Handles a node whose link has been away too long. */
  nodeLost(nodeId: string): void {
    for (const client of [...this.context.sessions.values()]) {
      client.move?.nodeGone(nodeId);
      if (client.nodeId === nodeId) client.loseNode('NODE_LOST');
    }
  }

  /** Handles a node whose link is up again: sessions that it no longer has are lost. */
  async nodeBack(nodeId: string): Promise<void> {
    const rooms = new Set(
      [...this.context.sessions.values()].filter((client) => client.nodeId === nodeId).map((client) => client.room),
    );
    await Promise.all([...rooms].map((room) => this.#endLostSessions(nodeId, room)));
  }

  /** Sends every client elsewhere; sessions stay at their media nodes. Waits for the frames to leave. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const clients = new Set<LocalSession>([...this.#clients, ...this.context.sessions.values()]);
    for (const client of clients) client.shutDown();
    if (clients.size > 0)
      await new Promise<void>((resolve) => void this.context.clock.after(bounds.closeFlushMs, resolve));
    for (const room of [...this.#rooms.values()]) room.close();
  }

  /** Ends the session here if its adoption count is below `beforeAdoption`; undefined: ends the joined session. */
  #supersede(room: RoomIdentity, sessionId: string, beforeAdoption: number | undefined): void {
    const { sessions, claims } = this.context;
    const joined = sessions.get(sessionId);
    const claim = beforeAdoption === undefined ? undefined : claims.get(sessionId);
    const held = [claim, joined && { holder: joined, room: joined.room, adoption: joined.adoption }];
    for (const one of held) {
      if (one === undefined || one.room.roomKey !== room.roomKey || room.epoch < one.room.epoch) continue;
      if (beforeAdoption === undefined || one.adoption < beforeAdoption) one.holder.supersede();
    }
  }

  async #crowdPeople(room: LocalRoom, page: CrowdPageRequest): Promise<wire.CrowdPeople.$Properties> {
    const { selfId, log } = this.context;
    const participants = room.replica?.participants() ?? [];
    const nodes = participants.filter(isCrowdSession).map(({ signalingId }) => signalingId);
    const ask = async (signalingId: string): Promise<wire.CrowdPerson.$Properties[]> => {
      if (signalingId === selfId) return this.crowdOf(room.roomKey, page).people;
      try {
        return (await this.#o.crowdAt(signalingId, room.roomKey, page)).people ?? [];
      } catch (error) {
        ignoringErrors(log, 'a signaling node did not list its crowd')(error);
        return [];
      }
    };
    const all = (await Promise.all(nodes.map(ask))).flat().map(crowdPersonFromWire);
    const people = crowdPage(all, page);
    const total = [...crowdOf(participants).values()].reduce((sum, count) => sum + count, 0);
    const next = people.length < page.limit ? '' : (people.at(-1)?.identity ?? '');
    return { people, total, next };
  }

  #networkOf(clientIp: string): string {
    return clientIp === '' || isAmong(clientIp, this.#o.trustedProxies) ? '' : addressKey(clientIp);
  }

  #roomFor(roomKey: string): LocalRoom {
    const known = this.#rooms.get(roomKey);
    if (known !== undefined) return known;
    const { centre, clock, log, rng } = this.context;
    const room: LocalRoom = new LocalRoom({
      roomKey,
      selfId: this.context.selfId,
      crowdSeats: this.#crowdSeats,
      centre,
      clock,
      log,
      rng,
      portFor: (lease) => this.#o.portFor(lease),
      isReachable: (ownerId) => this.#o.isReachable(ownerId),
      onLeft: (participant) => this.#gate.recordDeparture(roomKey, participant, clock.nowMs()),
      onDifference: (difference) => this.context.qualityRounds.onDifference(difference),
      onRoster: () => this.#releaseData(room),
      onUnused: () => {
        if (this.#rooms.get(roomKey) !== room) return;
        this.#rooms.delete(roomKey);
        this.#gate.forget(roomKey);
      },
    });
    this.#rooms.set(roomKey, room);
    return room;
  }

  #trackEnded(client: LocalSession | undefined, message: wire.TrackEnded): void {
    if (client === undefined) return;
    const { trackId, reason } = message;
    const { sessionId } = client;
    for (const { trackId: rendition } of ownRenditions(client.room.replica?.get(sessionId), trackId))
      atHomes(client, rpc.closeTrack, (ref) => ({ room: ref, sessionId, trackId: rendition, reason })).catch(
        ignoringErrors(this.context.log, 'the rendition of a track that ended could not be closed at its node'),
      );
    client.room
      .withOwner((port) => port.unpublish(client.sessionId, trackId, reason || 'ENDED'))
      .catch(ignoringErrors(this.context.log, 'the end of a track was not recorded by the owner'));
  }

  /** Passes on a node's data for its own sessions, if the roster confirms the sender (core/data-gate.ts). */
  #onRoomData(message: wire.RoomData, viaNodeId: string): void {
    const { data, roomKey } = message;
    const room = this.#rooms.get(roomKey);
    if (data == null || room === undefined) return;
    const { clock, log, counters } = this.context;
    const sessionId = data.sessionId ?? '';
    const lossy = data.lossy === true;
    const originNodeId = message.originNodeId || viaNodeId;
    const claim = {
      roomKey,
      sessionId,
      identity: data.identity ?? '',
      payloadBytes: data.payload?.byteLength ?? 0,
      topicLength: data.topic?.length ?? 0,
      originNodeId,
      viaNodeId,
      lossy,
    };
    const outgoing = (): OutgoingData => {
      const destinations = new Set(message.destinationSessionIds);
      return {
        room,
        senderId: sessionId,
        viaNodeId,
        destinations,
        frame: encodeServerFrame({ dataReceived: data }),
        lossy,
      };
    };
    const verdict = this.#gate.judge(claim, room.replica?.get(sessionId), clock.nowMs());
    if (verdict === 'deliver') this.#deliverData(outgoing());
    else if (verdict !== 'wait' || !this.#gate.keep(claim, outgoing(), clock.nowMs())) {
      const code = verdict === 'wait' ? 'PARTICIPANT_UNKNOWN' : verdict;
      counters.error(code);
      log.debug({ roomKey, sessionId, originNodeId, viaNodeId, code }, 'data message refused');
    }
  }

  /** Delivers data that waited for the roster of a room. */
  #releaseData(room: LocalRoom): void {
    const senderOf = (sessionId: string) => room.replica?.get(sessionId);
    const confirmed = this.#gate.release(room.roomKey, senderOf, this.context.clock.nowMs());
    for (const outgoing of confirmed) this.#deliverData(outgoing);
  }

  #deliverData({ room, senderId, viaNodeId, destinations, frame, lossy }: OutgoingData): void {
    room.showNewcomers();
    for (const { sessionId } of room.members()) {
      const client = this.context.sessions.get(sessionId);
      if (client === undefined || sessionId === senderId) continue;
      if (destinations.size > 0 && !destinations.has(sessionId)) continue;
      const { move } = client;
      if (client.nodeId !== viaNodeId && move?.otherNodeId !== viaNodeId) continue;
      if (move !== undefined && !move.isNewData(createHash('sha1').update(frame).digest('base64'), viaNodeId)) continue;
      client.sendData(frame, { lossy });
    }
  }

  async #endLostSessions(nodeId: string, room: LocalRoom): Promise<void> {
    const { nodes, log } = this.context;
    let held: Set<string>;
    try {
      const reply = await nodes.call(nodeId, rpc.roomSnapshot, { room: room.ref });
      held = new Set(reply.sessions.map((snapshot) => snapshot.session?.participant?.sessionId ?? ''));
    } catch (error) {
      log.warn(
        { nodeId, code: codeOf(error), err: error },
        'a media node whose link is back did not list its sessions',
      );
      return;
    }
    for (const { sessionId } of room.members()) {
      const client = this.context.sessions.get(sessionId);
      if (client?.nodeId === nodeId && !held.has(sessionId)) client.loseNode('NODE_LOST');
    }
  }
}

/** Returns the client's code for lost media: always a code after which it may come back. */
const mediaLostCode = (code: string): ErrorCode =>
  isErrorCode(code) && code !== 'INTERNAL' && code !== 'SESSION_UNKNOWN' ? code : 'NODE_LOST';

/** Returns a media node's message about a track with the ids that this client knows. */
const shownTo = <T extends { trackId?: string | null; publisherSessionId?: string | null }>(
  client: LocalSession | undefined,
  message: T,
): T => client?.subscriptions?.withClientIds(message) ?? message;
