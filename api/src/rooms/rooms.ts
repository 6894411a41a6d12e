// Rooms of tenants, live and created, for REST and for LiveKit's calls alike. What a room's owner knows beats what is
// stored; a room without an owner is what is stored.
import {
  emptyPolicy,
  isIdentity,
  limits,
  type Participant,
  type RoomInfo,
  type RoomPolicy,
  roomKeyOf,
  type wire,
} from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { Problem } from '../http/problems.ts';
import type { Actor, CommandDone, LiveRoom, RoomOwners, RoomView } from '../nodes/room-owners.ts';
import { policyAfter } from './core/stored-acts.ts';
import { nameKeyOf, type RoomPolicies, type StoredRoom } from './room-policies.ts';

export type Act = wire.RoomAct.$Properties;

/** What is true of a room now. */
export interface Room {
  readonly name: string;
  /** Of this life of the room; '': nobody has been in it since it was over. */
  readonly sid: string;
  /** Of this life; of a room that nobody is in: when it was created. 0: unknown. */
  readonly createdWallMs: number;
  readonly isLive: boolean;
  readonly participants: number;
  readonly publishers: number;
  readonly waiting: number;
  readonly metadata: string;
  readonly policy: RoomPolicy;
  /** 0: it is kept. */
  readonly idleMsMax: number;
}

/** What a caller wants of a room; absent: as it is. */
export interface RoomSettings {
  readonly lobby?: boolean;
  readonly locked?: boolean;
  readonly capacity?: number;
  readonly emptyTimeoutMs?: number;
  readonly spotlight?: readonly string[];
  readonly metadata?: string;
  readonly opensWallMs?: number;
  readonly endsWallMs?: number;
  readonly hardEnd?: boolean;
  readonly needsHost?: boolean;
}

export interface RoomsOptions {
  readonly owners: RoomOwners;
  readonly policies: RoomPolicies;
  readonly clock: Clock;
}

interface Known {
  readonly live: RoomView | undefined;
  readonly stored: StoredRoom | undefined;
}

export class Rooms {
  readonly #o: RoomsOptions;

  constructor(o: RoomsOptions) {
    this.#o = o;
  }

  /** Rejects with NOT_FOUND for a room that nobody is in and nobody created. */
  async get(tenant: string, name: string): Promise<Room> {
    return roomOf(name, await this.#known(tenant, name));
  }

  /** Who is in a room and who waits; undefined: nobody. Rejects with NOT_FOUND, as `get`. */
  async view(tenant: string, name: string): Promise<RoomView | undefined> {
    return (await this.#known(tenant, name)).live;
  }

  /** Rejects with NOT_FOUND, also for somebody who is not in the room. */
  async participant(tenant: string, name: string, identity: string): Promise<Participant> {
    const view = await this.view(tenant, name);
    const found = view?.roster.participants.find((participant) => participant.identity === identity);
    if (found === undefined) throw new Problem('NOT_FOUND', 'nobody of this identity is in the room');
    return found;
  }

  /**
   * Has an act done: by the room's owner, or where nobody is in the room by changing what is stored. Rejects with
   * NOT_FOUND, as `get`, and with the owner's codes.
   */
  async act(tenant: string, name: string, actor: Actor, act: Act): Promise<CommandDone> {
    const { owners, policies, clock } = this.#o;
    const roomKey = keyOf(tenant, name);
    const done = await owners.command({ roomKey, actor, act });
    if (done !== undefined) {
      // The owner tells it too, perhaps another instance: whoever asks here next sees it.
      if (done.policy.version > 0) await policies.take(tenant, name, done.policy);
      return done;
    }
    const { policy } = await policies.change(tenant, name, (before) => policyAfter(before, act, clock.wallMs()));
    return { info: infoOf(policy), policy, participant: undefined, affected: 0 };
  }

  /** LiveKit's way: a room that exists is answered, changed as far as something is named. */
  async create(
    tenant: string,
    name: string,
    o: { readonly actor: Actor; readonly settings: RoomSettings; readonly idleMsMax: number },
  ): Promise<{ readonly room: Room; readonly isNew: boolean }> {
    const { owners, policies } = this.#o;
    checkSettings(o.settings);
    const live = await owners.view(keyOf(tenant, name));
    const isFirst = await policies.create(tenant, name, {
      idleMsMax: o.idleMsMax,
      ...(live && { live: live.policy }),
    });
    const room = await this.#set(tenant, name, o, { live, stored: await policies.get(tenant, name) });
    return { room, isNew: isFirst && live === undefined };
  }

  /** `check`: throws for the version that the policy has. Rejects with NOT_FOUND, and with what `check` throws. */
  async update(
    tenant: string,
    name: string,
    o: { readonly actor: Actor; readonly settings: RoomSettings; readonly check?: (version: number) => void },
  ): Promise<Room> {
    checkSettings(o.settings);
    const known = await this.#known(tenant, name);
    o.check?.((known.live ?? known.stored)?.policy.version ?? 0);
    return this.#set(tenant, name, o, known);
  }

  /** Everybody out, and the room is forgotten. Rejects with NOT_FOUND. */
  async end(tenant: string, name: string, actor: Actor): Promise<void> {
    const { owners, policies } = this.#o;
    const done = await owners.command({ roomKey: keyOf(tenant, name), actor, act: { end: { reason: '' } } });
    const wasKnown = await policies.forget(tenant, name);
    if (done === undefined && !wasKnown) throw new Problem('NOT_FOUND');
  }

  /**
   * Rooms that were created or that somebody is in, by name (`nameKeyOf`): those behind `after` whose names begin with
   * `prefix`, `rows` at most. `silent`: signaling nodes whose rooms may be missing.
   */
  async list(
    tenant: string,
    o: { readonly after?: string; readonly prefix?: string; readonly rows: number },
  ): Promise<{ readonly rooms: readonly Room[]; readonly silent: readonly string[] }> {
    const { owners, policies } = this.#o;
    const { after = '', prefix = '', rows } = o;
    const [{ rooms, silent }, created] = await Promise.all([owners.list(tenant), policies.created(tenant, o)]);
    const live = new Map(
      rooms.filter(({ name }) => name.startsWith(prefix) && nameKeyOf(name) > after).map((room) => [room.name, room]),
    );
    const names = [...new Set([...live.keys(), ...created.map(({ name }) => name)])]
      .map((name) => ({ name, key: nameKeyOf(name) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, rows)
      .map(({ name }) => name);
    return { rooms: await this.#listed(tenant, names, live), silent };
  }

  /** Of these names, the rooms that were created or that somebody is in. */
  async named(
    tenant: string,
    names: readonly string[],
  ): Promise<{ readonly rooms: readonly Room[]; readonly silent: readonly string[] }> {
    if (names.length === 0) return { rooms: [], silent: [] };
    const { rooms, silent } = await this.#o.owners.list(tenant, names);
    const live = new Map(rooms.map((room) => [room.name, room]));
    return { rooms: await this.#listed(tenant, [...new Set(names)], live), silent };
  }

  async #listed(tenant: string, names: readonly string[], live: ReadonlyMap<string, LiveRoom>): Promise<Room[]> {
    const stored = new Map((await this.#o.policies.of(tenant, names)).map((room) => [room.name, room]));
    return names.flatMap((name) => {
      const [here, kept] = [live.get(name), stored.get(name)];
      if (here === undefined)
        return kept?.createdWallMs === undefined ? [] : [roomOf(name, { live: here, stored: kept })];
      return [summaryOf(here, kept)];
    });
  }

  async #known(tenant: string, name: string): Promise<Known> {
    const { owners, policies } = this.#o;
    const roomKey = keyOf(tenant, name);
    const [live, stored] = await Promise.all([owners.view(roomKey), policies.get(tenant, name)]);
    if (live === undefined && stored === undefined) throw new Problem('NOT_FOUND');
    return { live, stored };
  }

  /** What acts can say goes to the owner; the rest of a policy is stored, and signaling nodes are told. */
  async #set(
    tenant: string,
    name: string,
    o: { readonly actor: Actor; readonly settings: RoomSettings },
    { live, stored }: Known,
  ): Promise<Room> {
    const { opensWallMs, needsHost, metadata, ...others } = o.settings;
    if (live !== undefined) for (const act of actsOf(others, metadata)) await this.act(tenant, name, o.actor, act);
    const patch: Partial<RoomPolicy> = {
      ...(opensWallMs !== undefined && { opensWallMs }),
      ...(needsHost !== undefined && { needsHost }),
      // Metadata of a room that nobody created ends with it.
      ...(metadata !== undefined && (live === undefined || stored?.createdWallMs !== undefined) && { metadata }),
      ...(live === undefined && others),
    };
    if (Object.keys(patch).length > 0) {
      if (stored === undefined && live !== undefined) await this.#o.policies.take(tenant, name, live.policy);
      await this.#store(tenant, name, patch);
    }
    return this.get(tenant, name);
  }

  async #store(tenant: string, name: string, patch: Partial<RoomPolicy>): Promise<void> {
    const isSame = (policy: RoomPolicy): boolean => JSON.stringify({ ...policy, ...patch }) === JSON.stringify(policy);
    await this.#o.policies.change(tenant, name, (policy) => (isSame(policy) ? policy : { ...policy, ...patch }));
  }
}

/** Rejects names that no room can have, with NOT_FOUND. */
function keyOf(tenant: string, name: string): string {
  const roomKey = roomKeyOf(tenant, name);
  if (roomKey === undefined) throw new Problem('NOT_FOUND');
  return roomKey;
}

/** What owners would refuse is refused of rooms without one too. Throws REQUEST_INVALID. */
function checkSettings({ metadata = '', spotlight = [] }: RoomSettings): void {
  const fields = [];
  if (Buffer.byteLength(metadata) > limits.roomMetadataBytesMax)
    fields.push({ pointer: '/metadata', detail: `has more than ${limits.roomMetadataBytesMax} bytes` });
  if (!spotlight.every(isIdentity)) fields.push({ pointer: '/spotlight', detail: 'names what is no identity' });
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

function actsOf({ spotlight, ...settings }: RoomSettings, metadata: string | undefined): Act[] {
  const acts: Act[] = [];
  if (spotlight !== undefined || Object.keys(settings).length > 0)
    acts.push({
      setRoom: { ...settings, ...(spotlight && { setSpotlight: true, spotlight: [...spotlight] }) },
    });
  if (metadata !== undefined) acts.push({ metadata: { metadata } });
  return acts;
}

function roomOf(name: string, { live, stored }: Known): Room {
  const idleMsMax = stored?.idleMsMax ?? 0;
  if (live === undefined) {
    const policy = stored?.policy ?? emptyPolicy;
    const { metadata } = policy;
    const createdWallMs = stored?.createdWallMs ?? 0;
    const nobody = { sid: '', isLive: false, participants: 0, publishers: 0, waiting: 0 };
    return { name, ...nobody, createdWallMs, metadata, policy, idleMsMax };
  }
  const { participants, info } = live.roster;
  const shown = participants.filter(({ hidden }) => !hidden);
  return {
    name,
    sid: info.sid,
    createdWallMs: info.createdWallMs,
    isLive: true,
    participants: shown.length,
    publishers: shown.filter(({ tracks }) => tracks.length > 0).length,
    waiting: live.waiters.length + live.moreWaiters,
    metadata: info.metadata,
    policy: live.policy,
    idleMsMax,
  };
}

/** In lists the stored policy fills in what owners do not tell everybody. */
function summaryOf(live: LiveRoom, stored: StoredRoom | undefined): Room {
  const { name, info, participants, publishers, waiting } = live;
  const { sid, createdWallMs, metadata, locked, lobby, spotlight, endsWallMs } = info;
  const policy = { ...(stored?.policy ?? emptyPolicy), locked, lobby, spotlight, endsWallMs };
  const idleMsMax = stored?.idleMsMax ?? 0;
  return { name, sid, createdWallMs, isLive: true, participants, publishers, waiting, metadata, policy, idleMsMax };
}

const infoOf = ({ metadata, locked, lobby, spotlight, endsWallMs }: RoomPolicy): RoomInfo => ({
  metadata,
  version: 0,
  sid: '',
  createdWallMs: 0,
  locked,
  lobby,
  spotlight,
  endsWallMs,
});
