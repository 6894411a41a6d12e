// The centre knows which node owns a room; without the centre, all signaling nodes are asked. An act goes to the owner
// under an id, and again under the same id when the owner changes.
import {
  type Board,
  boardFromWire,
  type CrowdPageRequest,
  type CrowdPerson,
  call,
  crowdPage,
  crowdPersonFromWire,
  isCrowdSession,
  MeridianError,
  nodeKind,
  type Participant,
  type Post,
  participantFromWire,
  partsOfRoomKey,
  policyFromWire,
  postFromWire,
  type RoomInfo,
  type RoomPolicy,
  type RosterView,
  roomInfoFromWire,
  rosterViewFromWire,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Clock, Link, Rng } from '@meridian/runtime';
import { Problem } from '../http/problems.ts';
import { type NodeLinks, nodeErrorOf } from './node-links.ts';

/** A new owner is found within 5 s of the previous one's end (docs/design/ownership.md); callers wait no longer. */
const FIND_MS_MAX = 5000;
const RETRY_MS = 100;
const LEASE_MS = 1000;
const ANSWER_MS = 2000;
const LIST_ANSWER_MS = 1500;

export interface Actor {
  readonly kind: 'key' | 'user' | 'operator' | 'participant' | 'service';
  readonly id: string;
}

export interface CommandDone {
  readonly info: RoomInfo;
  /** Version 0 while the owner does not know the stored policy. */
  readonly policy: RoomPolicy;
  /** Undefined for an act without a participant, or if the participant is not in the room. */
  readonly participant: Participant | undefined;
  /** Number of tracks muted, people admitted, … */
  readonly affected: number;
}

export interface Waiter {
  readonly waitId: string;
  readonly identity: string;
  readonly name: string;
  readonly sinceWallMs: number;
  readonly removed: boolean;
}

export interface CrowdHand {
  readonly identity: string;
  readonly name: string;
  readonly sinceWallMs: number;
}

export interface Crowd {
  readonly people: readonly CrowdPerson[];
  /** Number of all sessions in the crowd, on every page. */
  readonly total: number;
  /** Signaling nodes that did not answer; their people are missing. */
  readonly silent: readonly string[];
}

export interface RoomView {
  readonly roster: RosterView;
  readonly policy: RoomPolicy;
  /** Waiters, the longest wait first. */
  readonly waiters: readonly Waiter[];
  readonly moreWaiters: number;
  /** Last posts of the room. */
  readonly posts: readonly Post[];
  readonly board: Board;
  /** Raised hands of the crowd, the longest raised first. */
  readonly hands: readonly CrowdHand[];
  readonly moreHands: number;
  readonly paths: readonly TrackPath[];
}

export interface TrackPath {
  readonly trackId: string;
  readonly nodeId: string;
  readonly fromNodeId: string;
}

export interface LiveRoom {
  readonly name: string;
  readonly info: RoomInfo;
  readonly participants: number;
  readonly publishers: number;
  readonly waiting: number;
  readonly epoch: number;
}

export interface LiveRooms {
  readonly rooms: readonly LiveRoom[];
  /** Signaling nodes that did not answer, or UNKNOWN_NODES; their rooms may be missing. */
  readonly silent: readonly string[];
}

/** Stands for all signaling nodes in `silent` before the first plan. */
export const UNKNOWN_NODES = 'unknown';

/** Acts in order; a refused act stops the rest. */
export interface Command {
  readonly roomKey: string;
  readonly actor: Actor;
  readonly acts: readonly [wire.RoomAct.$Properties, ...wire.RoomAct.$Properties[]];
  /** If the room's policy has another version, the command is refused with VERSION_CONFLICT. */
  readonly expectedVersion?: number | undefined;
}

export interface RoomOwners {
  /**
   * Returns undefined if no node owns the room. Rejects with the owner's code, or ROOM_UNREACHABLE after 5 s (result
   * unknown).
   */
  command(o: Command): Promise<CommandDone | undefined>;
  /** Returns undefined if no node owns the room. Rejects like `command`. */
  view(roomKey: string): Promise<RoomView | undefined>;
  /** Never rejects. */
  crowd(roomKey: string, view: RoomView, page: CrowdPageRequest): Promise<Crowd>;
  /** Returns a tenant's rooms that have an owner, unsorted; `names`: only these. Never rejects. */
  list(tenant: string, names?: readonly string[]): Promise<LiveRooms>;
}

export interface LinkedOwnersOptions {
  readonly nodes: Pick<NodeLinks, 'isPlanned' | 'linkedNodes' | 'missing' | 'call'>;
  /** Asks the centre for the lease; undefined: the centre cannot be reached. Rejects with its code. */
  leaseOf(roomKey: string): Promise<wire.RoomLease | undefined>;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** Implements `leaseOf`: asks the centre on the registered link. */
export const leasesAt =
  (registered: () => Link | undefined) =>
  async (roomKey: string): Promise<wire.RoomLease | undefined> => {
    const link = registered();
    if (link === undefined) return undefined;
    try {
      return await call(link, rpc.leaseOf, { roomKey }, { deadlineMs: LEASE_MS });
    } catch (error) {
      const failure = nodeErrorOf(error);
      if (isCentreAway.has(failure.code)) return undefined;
      throw failure;
    }
  };

/** Codes that mean the centre cannot answer, so that all signaling nodes are asked. */
const isCentreAway = new Set(['NODE_UNREACHABLE', 'NOT_LEADER', 'NOT_REGISTERED', 'SHUTTING_DOWN']);
/** Codes of a node that no longer owns the room, or is unreachable: another owner may be found. */
const isAnother = new Set(['EPOCH_STALE', 'ROOM_OWNER_LOST', 'NODE_UNREACHABLE', 'SHUTTING_DOWN']);

export class LinkedOwners implements RoomOwners {
  readonly #o: LinkedOwnersOptions;

  constructor(o: LinkedOwnersOptions) {
    this.#o = o;
  }

  async command({ roomKey, actor, acts, expectedVersion }: Command): Promise<CommandDone | undefined> {
    const commandId = `CM_${Buffer.from(this.#o.rng.bytes(15)).toString('base64url')}`;
    const [act, ...more] = acts;
    const request = { roomKey, commandId, principal: actor, act, more, expectedVersion: expectedVersion ?? null };
    const commandDone = await this.#atOwner(roomKey, (ownerId) =>
      this.#o.nodes.call(ownerId, rpc.roomCommand, request, ANSWER_MS),
    );
    if (commandDone === undefined) return undefined;
    return {
      info: roomInfoFromWire(commandDone.info),
      policy: policyFromWire(commandDone.policy),
      participant: commandDone.participant ? participantFromWire(commandDone.participant) : undefined,
      affected: commandDone.affected,
    };
  }

  async view(roomKey: string): Promise<RoomView | undefined> {
    const view = await this.#atOwner(roomKey, (ownerId) =>
      this.#o.nodes.call(ownerId, rpc.roomView, { roomKey }, ANSWER_MS),
    );
    if (view === undefined) return undefined;
    return {
      roster: rosterViewFromWire(view.roster ?? {}),
      policy: policyFromWire(view.policy),
      waiters: (view.lobby?.waiters ?? []).map(({ waitId, identity, name, sinceWallMs, removed }) => ({
        waitId: waitId ?? '',
        identity: identity ?? '',
        name: name ?? '',
        sinceWallMs: sinceWallMs ?? 0,
        removed: removed ?? false,
      })),
      moreWaiters: view.lobby?.more ?? 0,
      posts: (view.posts?.posts ?? []).map(postFromWire),
      board: boardFromWire(view.board),
      hands: (view.hands?.hands ?? []).map(({ identity, name, sinceWallMs }) => ({
        identity: identity ?? '',
        name: name ?? '',
        sinceWallMs: sinceWallMs ?? 0,
      })),
      moreHands: view.hands?.more ?? 0,
      paths: (view.paths ?? []).map(({ trackId, nodeId, fromNodeId }) => ({
        trackId: trackId ?? '',
        nodeId: nodeId ?? '',
        fromNodeId: fromNodeId ?? '',
      })),
    };
  }

  async crowd(roomKey: string, { roster }: RoomView, page: CrowdPageRequest): Promise<Crowd> {
    const silent: string[] = [];
    const crowdRequests = roster.participants.filter(isCrowdSession).map(async ({ signalingId }) => {
      try {
        return await this.#o.nodes.call(signalingId, rpc.crowdOf, { roomKey, page }, LIST_ANSWER_MS);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        silent.push(signalingId);
        return { people: [], total: 0 };
      }
    });
    const answers = await Promise.all(crowdRequests);
    const people = answers.flatMap((answer) => answer.people).map(crowdPersonFromWire);
    return {
      people: crowdPage(people, page),
      total: answers.reduce((sum, { total }) => sum + total, 0),
      silent,
    };
  }

  async list(tenant: string, names: readonly string[] = []): Promise<LiveRooms> {
    const { claims, silent } = await this.#claims(tenant, names);
    const rooms = new Map<string, LiveRoom>();
    // A room that changes hands is in two answers: the later epoch counts.
    for (const { room } of claims) if ((rooms.get(room.name)?.epoch ?? -1) < room.epoch) rooms.set(room.name, room);
    return { rooms: [...rooms.values()], silent };
  }

  /** Calls `callOwner` with the owner, and again if the owner changes meanwhile. */
  async #atOwner<T>(roomKey: string, callOwner: (ownerId: string) => Promise<T>): Promise<T | undefined> {
    const { clock } = this.#o;
    const untilMs = clock.nowMs() + FIND_MS_MAX;
    for (;;) {
      try {
        const ownerId = await this.#ownerOf(roomKey);
        return ownerId === undefined ? undefined : await callOwner(ownerId);
      } catch (cause) {
        if (!isRefusal(cause) || !isAnother.has(cause.code)) throw cause;
        if (clock.nowMs() + RETRY_MS > untilMs)
          throw new Problem('ROOM_UNREACHABLE', undefined, { cause, retryAfterMs: 1000 });
      }
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve));
    }
  }

  /** Returns undefined without an owner. Rejects with ROOM_OWNER_LOST while only media nodes hold the room. */
  async #ownerOf(roomKey: string): Promise<string | undefined> {
    const lease = await this.#o.leaseOf(roomKey);
    if (lease === undefined) return this.#ownerWithoutCentre(roomKey);
    if (lease.ownerId !== '' && lease.expiresInMs > 0) return lease.ownerId;
    if (lease.nodeIds.length > 0) throw new MeridianError('ROOM_OWNER_LOST');
    return undefined;
  }

  async #ownerWithoutCentre(roomKey: string): Promise<string | undefined> {
    const parts = partsOfRoomKey(roomKey);
    if (parts === undefined) return undefined;
    const { claims, silent } = await this.#claims(parts.tenant, [parts.room]);
    const [newest] = claims.sort((a, b) => b.room.epoch - a.room.epoch);
    if (newest === undefined && silent.length > 0)
      throw new MeridianError(
        'NODE_UNREACHABLE',
        `signaling nodes that did not answer whether they own the room: ${silent.join(', ')}`,
      );
    return newest?.nodeId;
  }

  /** Collects the owned rooms of every signaling node. */
  async #claims(
    tenant: string,
    names: readonly string[],
  ): Promise<{ readonly claims: { nodeId: string; room: LiveRoom }[]; readonly silent: string[] }> {
    const { nodes } = this.#o;
    const silent = nodes.isPlanned ? nodes.missing(nodeKind.signaling) : [UNKNOWN_NODES];
    const claims = nodes.linkedNodes(nodeKind.signaling).map(async (nodeId) => {
      try {
        const { rooms } = await nodes.call(nodeId, rpc.roomsOwned, { tenant, names: [...names] }, LIST_ANSWER_MS);
        return rooms
          .flatMap((room) => liveRoomOf(room, tenant))
          .filter(({ name }) => names.length === 0 || names.includes(name))
          .map((room) => ({ nodeId, room }));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        silent.push(nodeId);
        return [];
      }
    });
    return { claims: (await Promise.all(claims)).flat(), silent };
  }
}

function liveRoomOf(summary: wire.RoomSummary.$Properties, tenant: string): LiveRoom[] {
  const parts = partsOfRoomKey(summary.roomKey ?? '');
  if (parts?.tenant !== tenant) return [];
  const { info, participants, publishers, waiting, epoch } = summary;
  return [
    {
      name: parts.room,
      info: roomInfoFromWire(info),
      participants: participants ?? 0,
      publishers: publishers ?? 0,
      waiting: waiting ?? 0,
      epoch: epoch ?? 0,
    },
  ];
}

const isRefusal = (error: unknown): error is MeridianError => error instanceof MeridianError;
