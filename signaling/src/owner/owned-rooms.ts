// All rooms that this instance owns. A room is opened with a lease and rebuilt from the media nodes; all leases are
// renewed together, and given back when a room ends.

import type { SealedFile } from '@meridian/node-shell';
import {
  emptyPolicy,
  emptyRetainedRoom,
  isCheckRoom,
  isCrowdMedia,
  limits,
  MeridianError,
  mayPublish,
  mergeRetainedRooms,
  newId,
  type Participant,
  participantFromWire,
  partsOfRoomKey,
  policyFromWire,
  type RetainedRoom,
  type RoomInfo,
  type RoomPolicy,
  roomInfoFromWire,
  roomKeyOf,
  rpc,
  shownOfPolicy,
  trackFromWire,
  wasRemovedBy,
  type wire,
} from '@meridian/protocol';
import type { Clock, Logger, Rng, Timer } from '@meridian/runtime';
import type { ServiceCounters } from '../clients/context.ts';
import { banLeftMs, participantUnder, Roster } from '../core/index.ts';
import { codeOf } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { NodeLinks } from '../links/nodes.ts';
import type { ApiPort, CentrePort, Lease } from '../ports.ts';
import type { ActResult } from './acts.ts';
import type { Journal } from './journal.ts';
import type { MoveRequest } from './moves.ts';
import type { OfferIssuer } from './offer-issuer.ts';
import { OwnedRoom, type OwnedRoomOptions } from './owned-room.ts';
import { PolicyExchange, type StoredPolicy } from './policy-exchange.ts';
import type { RoomGuards } from './room-guards.ts';
import type { RoomIdentity, SignalingSink } from './signaling-sink.ts';

export interface OwnedRoomsOptions {
  selfId: string;
  centre: CentrePort;
  clock: Clock;
  log: Logger;
  rng: Rng;
  counters: Pick<ServiceCounters, 'move'>;
  nodes: NodeLinks;
  offerIssuer: OfferIssuer;
  signalingNodes: SignalingSink;
  journal?: Journal;
  /** Returns the recordings that a room's tenant may begin: `TenantLimits.recording`; absent: any. */
  mayRecord?(roomKey: string): string;
  /** Removes a person from a break-out, whose owner may be another instance; absent: it stays there. */
  removeFromBreakOut?(roomKey: string, removal: wire.ActRemove.$Properties, mayOpen: boolean): Promise<void>;
  api: ApiPort;
  /** Policies of guarded rooms that the api has sent, for a room that opens while no api answers. */
  roomGuards: Pick<RoomGuards, 'policyOf'>;
  /** File of the policies that the api has not stored yet. */
  policyFile: Pick<SealedFile, 'load' | 'save'>;
  /** Called when this instance loses a room, so that its clients look for the new owner. */
  onLost(room: RoomIdentity): void;
}

export class OwnedRooms {
  readonly #o: OwnedRoomsOptions;
  readonly #rooms = new Map<string, OwnedRoom>();
  readonly #opening = new Map<string, Promise<OwnedRoom>>();
  readonly #renewal: Timer;
  readonly #policyExchange: PolicyExchange;
  readonly #commandResults = new Map<string, ActResult>();
  /** Ids of lives that ended here, which the api may not have heard of yet. */
  readonly #usedSids = new Set<string>();
  #renewing = false;
  #closed = false;

  constructor(o: OwnedRoomsOptions) {
    this.#o = o;
    const { api, clock, log, policyFile: file } = o;
    this.#policyExchange = new PolicyExchange({
      api,
      clock,
      log,
      file,
      onStored: (roomKey, policy) => this.get(roomKey)?.policyStored(policy),
    });
    this.#renewal = o.clock.every(limits.roomLeaseRenewMs, () => void this.renew());
  }

  get size(): number {
    return this.#rooms.size;
  }

  get(roomKey: string): OwnedRoom | undefined {
    return this.#rooms.get(roomKey);
  }

  all(): Iterable<OwnedRoom> {
    return this.#rooms.values();
  }

  /** Answers another instance that looks for the owner of a room. */
  ownerOf(roomKey: string): { ownerId: string; epoch: number; provisional: boolean } | undefined {
    const room = this.#rooms.get(roomKey);
    return room && { ownerId: this.#o.selfId, epoch: room.room.epoch, provisional: room.provisional };
  }

  /** Returns the room of a lease, opened if need be. ROOM_OWNER_LOST when closing, EPOCH_STALE for a newer owner. */
  ensure(lease: Lease): Promise<OwnedRoom> {
    if (this.#closed) return Promise.reject(new MeridianError('ROOM_OWNER_LOST'));
    const open = this.#rooms.get(lease.roomKey);
    if (open !== undefined && open.room.epoch >= lease.epoch) return Promise.resolve(open);
    const opening = this.#opening.get(lease.roomKey);
    if (opening !== undefined) return opening;
    if (open !== undefined) this.#drop(open, 'a newer epoch');
    if (this.#rooms.size + this.#opening.size >= bounds.roomsOwnedMax)
      return Promise.reject(new MeridianError('NO_CAPACITY', 'too many rooms'));
    const openingRoom = this.#open(lease, open).finally(() => this.#opening.delete(lease.roomKey));
    this.#opening.set(lease.roomKey, openingRoom);
    return openingRoom;
  }

  /** Moves a session for the centre. ROOM_OWNER_LOST, EPOCH_STALE for another epoch; then as OwnerMoves.move. */
  async move(roomKey: string, epoch: number, request: MoveRequest): Promise<void> {
    const room = this.#rooms.get(roomKey);
    if (room === undefined) throw new MeridianError('ROOM_OWNER_LOST');
    if (epoch > 0 && epoch !== room.room.epoch) throw new MeridianError('EPOCH_STALE');
    await room.moves.move(request);
  }

  /** Returns a room that a signaling node takes for ours, if the centre agrees. ROOM_OWNER_LOST, EPOCH_STALE. */
  async claim(ref: { roomKey: string; epoch: number }): Promise<OwnedRoom> {
    const open = this.#rooms.get(ref.roomKey);
    if (open !== undefined && open.room.epoch === ref.epoch) return open;
    if (open !== undefined && open.room.epoch > ref.epoch) throw new MeridianError('EPOCH_STALE');
    const lease = await this.#o.centre.lease(ref.roomKey);
    if (lease.ownerId !== this.#o.selfId) throw new MeridianError('ROOM_OWNER_LOST');
    const room = await this.ensure(lease);
    if (room.room.epoch !== ref.epoch) throw new MeridianError('EPOCH_STALE');
    return room;
  }

  /** Stops acting for a room at once, after a newer epoch was seen or the centre took the lease. */
  lose(roomKey: string, cause: string): void {
    const room = this.#rooms.get(roomKey);
    if (room === undefined) return;
    this.#o.log.warn({ roomKey, epoch: room.room.epoch, cause }, 'room lost to another owner');
    this.#o.centre.forgetLease(roomKey);
    this.#drop(room, cause);
    this.#o.onLost(room.room);
  }

  /** Returns a command's result; each id is done once, but a refused command may be tried again. */
  performOnce(commandId: string, carryOut: () => ActResult): ActResult {
    const before = this.#commandResults.get(commandId);
    if (before !== undefined) return before;
    const result = carryOut();
    this.#commandResults.set(commandId, result);
    const oldest =
      this.#commandResults.size > bounds.commandsMax ? this.#commandResults.keys().next().value : undefined;
    if (oldest !== undefined) this.#commandResults.delete(oldest);
    return result;
  }

  /** Handles a new link from an instance of the api. */
  onApiLink(): void {
    this.#policyExchange.wake();
  }

  /** Handles a media node whose link is up again. */
  nodeUp(nodeId: string): void {
    for (const room of this.#rooms.values()) room.sendCopyTo(nodeId);
  }

  signalingNodeGone(signalingId: string): void {
    for (const room of this.#rooms.values()) room.signalingNodeGone(signalingId);
  }

  /** Returns the rooms to report to the centre, without provisional rooms about which it has not decided yet. */
  heldRooms(): wire.RoomHeld.$Properties[] {
    return this.#confirmedRooms().map((room) => ({
      roomKey: room.room.roomKey,
      epoch: room.room.epoch,
      ownerId: this.#o.selfId,
      sessionIds: [],
      decisionIds: [],
    }));
  }

  /** Renews all leases. Without the centre rooms continue, since a newer owner would show by its higher epoch. */
  async renew(): Promise<void> {
    if (this.#renewing || this.#rooms.size === 0) return;
    this.#renewing = true;
    try {
      const requested = this.#confirmedRooms().map((room) => ({ roomKey: room.room.roomKey, epoch: room.room.epoch }));
      const lost = await this.#o.centre.renew(requested);
      for (const { roomKey, epoch } of requested) {
        if (lost.includes(roomKey) && this.#rooms.get(roomKey)?.room.epoch === epoch)
          this.lose(roomKey, 'the lease was not renewed');
      }
      await this.#giveUpProvisional();
    } catch (error) {
      this.#o.log.warn({ err: error }, 'leases could not be renewed; going on');
    } finally {
      this.#renewing = false;
    }
  }

  /**
   * Idempotent. Gives all leases back, so that other nodes become owners at once; for an unstored policy only after the
   * api's answer or `bounds.policyStopMs`.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#renewal.cancel();
    const rooms = [...this.#rooms.values()];
    for (const room of rooms) this.#drop(room, 'closing');
    const release = async ({ room: { roomKey, epoch } }: OwnedRoom): Promise<void> => {
      await this.#policyExchange.flush(roomKey, bounds.policyStopMs);
      await this.#o.centre.release(roomKey, epoch);
    };
    await Promise.all(rooms.map(release));
    this.#policyExchange.close();
  }

  #confirmedRooms(): OwnedRoom[] {
    return [...this.#rooms.values()].filter((room) => !room.provisional);
  }

  /** Asks the centre for the owner of each provisional room, and hands the room over if another instance owns it. */
  async #giveUpProvisional(): Promise<void> {
    for (const room of [...this.#rooms.values()]) {
      const { roomKey, epoch } = room.room;
      if (!room.provisional || room.closed) continue;
      const lease = await this.#o.centre.lease(roomKey, epoch);
      if (this.#rooms.get(roomKey) !== room) continue;
      if (lease.ownerId === this.#o.selfId) await this.ensure(lease);
      else this.lose(roomKey, `${lease.ownerId} has the lease`);
    }
  }

  /** Opens a room. If this instance has the room under an older epoch, its signaling nodes learn the new epoch. */
  async #open(lease: Lease, earlierRoom: OwnedRoom | undefined): Promise<OwnedRoom> {
    const { roomKey, epoch } = lease;
    const identity: RoomIdentity = { roomKey, ownerId: this.#o.selfId, epoch };
    // The first owner of the first epoch has nothing to find at media nodes.
    const isFirst = lease.created && epoch <= 1;
    const [snapshots, fetched] = await Promise.all([
      isFirst ? [] : this.#collect(identity, [...lease.nodeIds, ...(earlierRoom?.nodeIds() ?? [])]),
      this.#storedPolicy(roomKey),
    ]);
    const stored = fetched?.policy;
    const kept = this.#latestCopy(roomKey, snapshots, earlierRoom, fetched);
    const found = this.#sessionsOf(snapshots, kept);
    if (this.#closed) throw new MeridianError('ROOM_OWNER_LOST');
    const { roster, evicted } = Roster.rebuilt(epoch, found.held, found.adoptions, kept);
    const isPolicyKnown = stored !== undefined || (kept.policy.version > 0 && earlierRoom?.isPolicyKnown !== false);
    const room = this.#ownedRoom(lease, identity, { roster, isPolicyKnown, fence: found.fence });
    this.#rooms.set(roomKey, room);
    // The room's opening may have changed the recordings in the policy, which follow the roster.
    if (!isPolicyKnown) this.#policyExchange.send(roomKey, undefined);
    else if (stored === undefined || room.policy.version > stored.version)
      this.#policyExchange.send(roomKey, room.policy);
    this.#o.log.info({ roomKey, epoch, sessions: roster.size }, 'room owned');
    room.restoreCarriers(snapshots.flatMap(carriersOf));
    for (const one of evicted) room.rosterWriter.evict(one, 'DUPLICATE_IDENTITY', '');
    for (const one of found.outside) room.rosterWriter.evict(one, 'FENCE_CONFLICT', '');
    for (const one of found.banned) room.rosterWriter.evict(one, 'KICKED', '');
    room.expectAnnouncements(roster.participants().map((participant) => participant.sessionId));
    const followers = [...roster.participants(), ...evicted, ...found.outside, ...found.banned].map(
      (participant) => participant.signalingId,
    );
    for (const signalingId of new Set([...followers, ...(earlierRoom?.rosterWriter.signalingIds() ?? [])]))
      room.announceOwner(signalingId);
    return room;
  }

  /** Returns the api's policy of a room that opens; a connection check's room has a fixed policy, without the api. */
  async #storedPolicy(roomKey: string): Promise<StoredPolicy | undefined> {
    if (isCheckRoom(roomKey)) return { policy: checkPolicy(this.#o.clock.wallMs()), nextSid: '' };
    return await this.#policyExchange.fetch(roomKey);
  }

  #ownedRoom(
    { roomKey, provisional }: Lease,
    identity: RoomIdentity,
    o: Pick<OwnedRoomOptions, 'roster' | 'isPolicyKnown' | 'fence'>,
  ): OwnedRoom {
    const { centre, clock, log, rng, counters, nodes, offerIssuer, signalingNodes } = this.#o;
    const isCheck = isCheckRoom(roomKey);
    const room = new OwnedRoom({
      ...o,
      room: identity,
      clock,
      log,
      rng,
      fleet: () => centre.fleet,
      counters,
      nodes,
      centre,
      offerIssuer,
      signalingNodes,
      journal: isCheck ? undefined : this.#o.journal,
      storePolicy: (policy) => {
        if (!isCheck) this.#policyExchange.send(roomKey, policy);
      },
      isPolicyPending: () => this.#policyExchange.pending(roomKey) !== undefined,
      provisional: provisional === true,
      mayRecord: () => this.#o.mayRecord?.(roomKey) ?? '',
      removeFromBreakOut: async (breakOut, removal, mayOpen) => {
        const breakOutKey = roomKeyOf(partsOfRoomKey(roomKey)?.tenant ?? '', breakOut);
        if (breakOutKey !== undefined) await this.#o.removeFromBreakOut?.(breakOutKey, removal, mayOpen);
      },
      onOver: (reason) => this.#release(room, reason),
    });
    return room;
  }

  /** Returns the latest copy of info and policy; a room without a copy begins a new life. */
  #latestCopy(
    roomKey: string,
    snapshots: readonly Snapshot[],
    earlierRoom: OwnedRoom | undefined,
    fetched: StoredPolicy | undefined,
  ): Pick<RetainedRoom, 'info' | 'policy'> {
    const earlierCopy = earlierRoom && {
      epoch: earlierRoom.room.epoch,
      info: earlierRoom.info,
      policy: earlierRoom.policy,
    };
    const stored = fetched?.policy;
    const guard = stored === undefined ? this.#o.roomGuards.policyOf(roomKey) : undefined;
    const policies = [stored, guard, this.#policyExchange.pending(roomKey)].flatMap((policy) => policy ?? []);
    const { info, policy } = [
      ...snapshots.map(copyFrom),
      ...(earlierCopy === undefined ? [] : [earlierCopy]),
      ...policies.map((one) => ({ ...emptyRetainedRoom, policy: one })),
    ].reduce(mergeRetainedRooms, emptyRetainedRoom);
    if (info.sid !== '') return { info: { ...info, ...shownOfPolicy(policy) }, policy };
    const { rng, clock } = this.#o;
    const begun: RoomInfo = {
      ...info,
      metadata: info.metadata || policy.metadata,
      version: info.version + 1,
      sid: this.#reservedSid(fetched) ?? newId('RM_', (count) => rng.bytes(count)),
      createdWallMs: clock.wallMs(),
      ...shownOfPolicy(policy),
    };
    return { info: begun, policy };
  }

  /** Returns the id that the api has reserved for the life that begins. */
  #reservedSid(fetched: StoredPolicy | undefined): string | undefined {
    const { nextSid = '' } = fetched ?? {};
    return nextSid === '' || this.#usedSids.has(nextSid) ? undefined : nextSid;
  }

  #noteUsed(sid: string): void {
    this.#usedSids.add(sid);
    const [oldest] = this.#usedSids.size > bounds.commandsMax ? this.#usedSids : [];
    if (oldest !== undefined) this.#usedSids.delete(oldest);
  }

  /** Divides the media nodes' sessions into those that stay, those outside the fence, and those of banned people. */
  #sessionsOf(snapshots: readonly Snapshot[], { policy, info }: Pick<RetainedRoom, 'info' | 'policy'>) {
    // Media sessions of a crowd are left out: signaling nodes announce the session that stands for their crowd.
    const homes = homesOf(snapshots).filter(({ session }) => !isCrowdMedia(crowdMarkOf(session)));
    const fence = fenceOfHomes(homes);
    const { centre, clock } = this.#o;
    const present = homes.map(({ nodeId, session }) => ({
      fence: session.session?.fence ?? '',
      participant: withoutForbidden(
        participantUnder(policy, participantOf(session, nodeId, centre.fleet.get(nodeId)?.region ?? '')),
      ),
    }));
    const wallMs = clock.wallMs();
    const isBanned = ({ identity }: Participant): boolean =>
      banLeftMs(policy, identity, wallMs) > 0 || wasRemovedBy(policy, identity, info.sid);
    const inFence = present.filter((one) => one.fence === fence).map(({ participant }) => participant);
    return {
      fence,
      held: inFence.filter((participant) => !isBanned(participant)),
      banned: inFence.filter(isBanned),
      // Two provisional rooms with incompatible fences may meet here; one of them continues.
      outside: present.filter((one) => one.fence !== fence).map(({ participant }) => participant),
      adoptions: new Map(homes.map(({ session }) => [sessionIdOf(session), session.session?.adoption ?? 0] as const)),
    };
  }

  /** Fetches the media nodes' sessions. Signaling nodes announce the sessions of a node that does not answer. */
  async #collect(identity: RoomIdentity, nodeIds: readonly string[]): Promise<Snapshot[]> {
    const ask = async (nodeId: string): Promise<Snapshot[]> => {
      try {
        const reply = await this.#o.nodes.call(nodeId, rpc.roomSnapshot, { room: identity }, bounds.leaseDeadlineMs);
        if (reply.highestEpoch > identity.epoch) throw new MeridianError('EPOCH_STALE');
        return [{ nodeId, reply }];
      } catch (error) {
        if (codeOf(error) === 'EPOCH_STALE') throw error;
        this.#o.log.warn({ nodeId, err: error }, 'no snapshot from a node of the room');
        return [];
      }
    };
    return (await Promise.all([...new Set(nodeIds)].map(ask))).flat();
  }

  #release(room: OwnedRoom, reason: 'empty' | 'ended'): void {
    if (room.closed || !room.isEmpty) return;
    if (room.hasBegun) this.#noteUsed(room.info.sid);
    room.recordEnd(reason);
    this.#drop(room, reason);
    void this.#o.centre.release(room.room.roomKey, room.room.epoch);
  }

  #drop(room: OwnedRoom, cause: string): void {
    room.close();
    this.#policyExchange.roomClosed(room.room.roomKey);
    if (this.#rooms.get(room.room.roomKey) === room) this.#rooms.delete(room.room.roomKey);
    this.#o.log.debug({ roomKey: room.room.roomKey, epoch: room.room.epoch, cause }, 'room closed');
  }
}

/** Returns the policy of a connection check: few sessions, and a fixed end. */
function checkPolicy(wallMs: number): RoomPolicy {
  const endsWallMs = wallMs + bounds.checkLifeMs;
  return Object.assign({}, emptyPolicy, { version: 1, capacity: bounds.checkSessionsMax, endsWallMs, hardEnd: true });
}

interface Snapshot {
  readonly nodeId: string;
  readonly reply: wire.RoomSnapshotReply;
}

const copyFrom = ({ reply }: Snapshot): RetainedRoom => ({
  epoch: reply.infoEpoch,
  info: roomInfoFromWire(reply.info),
  policy: policyFromWire(reply.policy),
});

const carriersOf = ({ nodeId, reply }: Snapshot) =>
  reply.served.map(({ trackId, pullerNodeIds }) => ({
    nodeId,
    trackId: trackId ?? '',
    pullerNodeIds: pullerNodeIds ?? [],
  }));

const sessionIdOf = (snapshot: wire.SessionSnapshot.$Properties): string =>
  snapshot.session?.participant?.sessionId ?? '';

const crowdMarkOf = ({ session }: wire.SessionSnapshot.$Properties) => ({
  hidden: session?.participant?.hidden ?? false,
  protocol: session?.participant?.protocol ?? '',
});

/** Returns the fence of the oldest session. All sessions of a media node have the same, since it refuses a second. */
function fenceOfHomes(homes: readonly { session: wire.SessionSnapshot.$Properties }[]): string | undefined {
  const infos = homes.flatMap(({ session }) => session.session ?? []);
  const [first] = infos.sort((a, b) => (a.participant?.joinedWallMs ?? 0) - (b.participant?.joinedWallMs ?? 0));
  return first && (first.fence ?? '');
}

/** Drops tracks that the participant may not publish; its signaling node then has the media node end them. */
const withoutForbidden = (participant: Participant): Participant => ({
  ...participant,
  tracks: participant.tracks.filter((track) => mayPublish(participant, track)),
});

/** Returns each session once; a moving session, which two nodes hold, at the node where it was settled last. */
export function homesOf(
  snapshots: readonly Snapshot[],
): { nodeId: string; session: wire.SessionSnapshot.$Properties }[] {
  const homes = new Map<string, { nodeId: string; home: number; session: wire.SessionSnapshot.$Properties }>();
  for (const { nodeId, reply } of snapshots) {
    for (const session of reply.sessions) {
      const { home = 0, moving } = session.session ?? {};
      const sessionId = sessionIdOf(session);
      const known = homes.get(sessionId);
      if (moving === true || (known !== undefined && known.home >= (home ?? 0))) continue;
      homes.set(sessionId, { nodeId, home: home ?? 0, session });
    }
  }
  return [...homes.values()];
}

export function participantOf(session: wire.SessionSnapshot.$Properties, nodeId: string, region: string): Participant {
  const kept = participantFromWire(session.session?.participant ?? {});
  const tracks = (session.tracks ?? []).map(trackFromWire);
  return {
    ...kept,
    nodeId,
    region,
    quality: 'unknown',
    tracks: tracks.map((track) => ({ ...track, nodeId: track.nodeId || nodeId })),
  };
}
