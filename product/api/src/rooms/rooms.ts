// Rooms of tenants, live and created. The owner's state takes precedence over the stored one.
import {
  type Access,
  arePostWords,
  type CrowdPageRequest,
  emptyPolicy,
  isBannedBy,
  isIdentity,
  limits,
  type Participant,
  type RoomPolicy,
  type RoomRecording,
  type RoomSettings,
  roomKeyOf,
  shownOfPolicy,
  wasRemovedBy,
  type wire,
} from '@meridian/protocol';
import { Problem } from '../http/problems.ts';
import type { Actor, Command, CommandDone, Crowd, LiveRoom, RoomOwners, RoomView } from '../nodes/room-owners.ts';
import { nameKeyOf, type RoomPolicies, type StoredRoom } from './room-policies.ts';

export type Act = wire.RoomAct.$Properties;

export interface Room {
  readonly name: string;
  /** Id of the room's current life; for an empty room that was created, of its next life, else ''. */
  readonly sid: string;
  /** Start of the current life; for an empty room, its creation. 0 if unknown. */
  readonly createdWallMs: number;
  readonly isLive: boolean;
  readonly participants: number;
  readonly publishers: number;
  readonly waiting: number;
  readonly metadata: string;
  readonly policy: RoomPolicy;
  /** Longest time without use before the room is deleted; 0 for never. */
  readonly idleMsMax: number;
}

export interface RoomsOptions {
  readonly owners: RoomOwners;
  readonly policies: RoomPolicies;
}

/** Policy of a room, with the lives from which a removal keeps people out. */
interface KnownPolicy {
  readonly policy: RoomPolicy;
  readonly lives: readonly string[];
}

interface RoomSources {
  readonly live: RoomView | undefined;
  readonly stored: StoredRoom | undefined;
}

export class Rooms {
  readonly #o: RoomsOptions;
  /** Questions of `#policyOf` that owners have not answered yet, by room: callers at the same time share one. */
  readonly #asked = new Map<string, Promise<RoomView | undefined>>();

  constructor(o: RoomsOptions) {
    this.#o = o;
  }

  /** Rejects with NOT_FOUND for a room that is empty and was not created. */
  async get(tenant: string, name: string): Promise<Room> {
    return roomOf(name, await this.#sourcesOf(tenant, name));
  }

  /** Returns undefined for an empty room. Rejects with NOT_FOUND, like `get`. */
  async view(tenant: string, name: string): Promise<RoomView | undefined> {
    return (await this.#sourcesOf(tenant, name)).live;
  }

  /** Rejects with NOT_FOUND, like `get`. */
  async crowd(tenant: string, name: string, page: CrowdPageRequest): Promise<Crowd> {
    const view = await this.view(tenant, name);
    return view === undefined
      ? { people: [], total: 0, silent: [] }
      : this.#o.owners.crowd(keyOf(tenant, name), view, page);
  }

  /** Returns running and waiting recordings. Rejects with NOT_FOUND, like `get`. */
  async recordings(tenant: string, name: string): Promise<readonly RoomRecording[]> {
    const { live, stored } = await this.#sourcesOf(tenant, name);
    if (live !== undefined) return live.roster.info.recordings;
    // Other stored recordings belong to a life whose owner died before it could report their end.
    return (stored?.policy.recordings ?? []).filter(({ roomSid }) => roomSid === '');
  }

  /** Rejects with NOT_FOUND, also for an identity that is not in the room. */
  async participant(tenant: string, name: string, identity: string): Promise<Participant> {
    const view = await this.view(tenant, name);
    const found = view?.roster.participants.find((participant) => participant.identity === identity);
    if (found === undefined) throw new Problem('NOT_FOUND', 'no participant with this identity is in the room');
    return found;
  }

  /**
   * Returns whether a ban, or a removal from the room's current life, keeps the person out. While the owner cannot be
   * reached, the stored policy decides: then a removal from any life counts.
   */
  async keepsOut(tenant: string, name: string, identity: string, nowWallMs: number): Promise<boolean> {
    return isKeptOut(await this.#policyOf(tenant, name), identity, nowWallMs);
  }

  /** Returns whether the bearer of a token is a host of its room, by its role there, else by its token. */
  async isHost(
    { tenant, room, identity, rights }: Pick<Access, 'tenant' | 'room' | 'identity' | 'rights'>,
    nowWallMs: number,
  ): Promise<boolean> {
    const known = await this.#policyOf(tenant, room);
    if (isKeptOut(known, identity, nowWallMs)) return false;
    const role = known.policy.members.find((member) => member.identity === identity)?.role ?? '';
    return role === 'host' || (role === '' && rights.admin);
  }

  async #policyOf(tenant: string, name: string): Promise<KnownPolicy> {
    const [live, stored] = await Promise.all([
      this.#sharedView(keyOf(tenant, name)).catch(unreachableOf),
      this.#o.policies.get(tenant, name),
    ]);
    const isReached = live !== 'unreachable';
    const policy = (isReached ? live?.policy : undefined) ?? stored?.policy ?? emptyPolicy;
    return { policy, lives: isReached ? [live?.roster.info.sid ?? ''] : policy.removed.map(({ roomSid }) => roomSid) };
  }

  #sharedView(roomKey: string): Promise<RoomView | undefined> {
    const asked = this.#asked.get(roomKey) ?? this.#o.owners.view(roomKey).finally(() => this.#asked.delete(roomKey));
    this.#asked.set(roomKey, asked);
    return asked;
  }

  /** Performs acts, at a required version of the policy if given. */
  async act(
    tenant: string,
    name: string,
    o: { readonly actor: Actor; readonly acts: Command['acts']; readonly expectedVersion?: number | undefined },
  ): Promise<CommandDone> {
    keyOf(tenant, name);
    return this.#o.policies.act(tenant, name, o);
  }

  /** Returns the version of a policy. Rejects with NOT_FOUND, like `get`. */
  async version(tenant: string, name: string): Promise<number> {
    const { live, stored } = await this.#sourcesOf(tenant, name);
    return (live ?? stored)?.policy.version ?? 0;
  }

  /** Creates a room. Like LiveKit, returns an existing room after changing the given settings. */
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
    if (live === undefined) await policies.reserveSid(tenant, name);
    const room = await this.#set(tenant, name, o, { live, stored: await policies.get(tenant, name) });
    return { room, isNew: isFirst && live === undefined };
  }

  /** Rejects with NOT_FOUND or VERSION_CONFLICT. */
  async update(
    tenant: string,
    name: string,
    o: { readonly actor: Actor; readonly settings: RoomSettings; readonly expectedVersion?: number | undefined },
  ): Promise<Room> {
    checkSettings(o.settings);
    return this.#set(tenant, name, o, await this.#sourcesOf(tenant, name));
  }

  /** Removes all participants, and deletes the room. Rejects with NOT_FOUND. */
  async end(tenant: string, name: string, actor: Actor): Promise<void> {
    const { owners, policies } = this.#o;
    const done = await owners.command({ roomKey: keyOf(tenant, name), actor, acts: [{ end: { reason: '' } }] });
    const wasKnown = await policies.forget(tenant, name);
    if (done === undefined && !wasKnown) throw new Problem('NOT_FOUND');
  }

  /**
   * Returns rooms with the prefix, by name, after `after`. `silent`: nodes that did not answer, whose rooms may be
   * missing.
   */
  async list(
    tenant: string,
    o: { readonly after?: string; readonly prefix?: string; readonly isLive?: boolean; readonly rows: number },
  ): Promise<{ readonly rooms: readonly Room[]; readonly silent: readonly string[] }> {
    const { owners, policies } = this.#o;
    const { after = '', prefix = '', isLive = false, rows } = o;
    const [{ rooms, silent }, created] = await Promise.all([
      owners.list(tenant),
      isLive ? [] : policies.created(tenant, o),
    ]);
    const live = new Map(
      rooms.filter(({ name }) => name.startsWith(prefix) && nameKeyOf(name) > after).map((room) => [room.name, room]),
    );
    const names = [...new Set([...live.keys(), ...created.map(({ name }) => name)])]
      .map((name) => ({ name, key: nameKeyOf(name) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, rows)
      .map(({ name }) => name);
    return { rooms: await this.#listedRooms(tenant, names, live), silent };
  }

  /** Returns those of these rooms that were created or have participants. */
  async byNames(
    tenant: string,
    names: readonly string[],
  ): Promise<{ readonly rooms: readonly Room[]; readonly silent: readonly string[] }> {
    if (names.length === 0) return { rooms: [], silent: [] };
    const { rooms, silent } = await this.#o.owners.list(tenant, names);
    const live = new Map(rooms.map((room) => [room.name, room]));
    return { rooms: await this.#listedRooms(tenant, [...new Set(names)], live), silent };
  }

  async #listedRooms(tenant: string, names: readonly string[], live: ReadonlyMap<string, LiveRoom>): Promise<Room[]> {
    const stored = new Map((await this.#o.policies.of(tenant, names)).map((room) => [room.name, room]));
    return names.flatMap((name) => {
      const [here, kept] = [live.get(name), stored.get(name)];
      if (here === undefined)
        return kept?.createdWallMs === undefined ? [] : [roomOf(name, { live: here, stored: kept })];
      return [summaryOf(here, kept)];
    });
  }

  async #sourcesOf(tenant: string, name: string): Promise<RoomSources> {
    const { owners, policies } = this.#o;
    const roomKey = keyOf(tenant, name);
    const [live, stored] = await Promise.all([owners.view(roomKey), policies.get(tenant, name)]);
    if (live === undefined && stored === undefined) throw new Problem('NOT_FOUND');
    return { live, stored };
  }

  async #set(
    tenant: string,
    name: string,
    o: { readonly actor: Actor; readonly settings: RoomSettings; readonly expectedVersion?: number | undefined },
    { stored }: RoomSources,
  ): Promise<Room> {
    const [act, ...more] = actsOf(o.settings, stored?.createdWallMs !== undefined);
    const { actor, expectedVersion } = o;
    if (act !== undefined) await this.act(tenant, name, { actor, acts: [act, ...more], expectedVersion });
    return this.get(tenant, name);
  }
}

function isKeptOut({ policy, lives }: KnownPolicy, identity: string, nowWallMs: number): boolean {
  if (isBannedBy(policy, identity, nowWallMs)) return true;
  return lives.some((sid) => sid !== '' && wasRemovedBy(policy, identity, sid));
}

function unreachableOf(error: unknown): 'unreachable' {
  if (error instanceof Problem && error.code === 'ROOM_UNREACHABLE') return 'unreachable';
  throw error;
}

function keyOf(tenant: string, name: string): string {
  const roomKey = roomKeyOf(tenant, name);
  if (roomKey === undefined) throw new Problem('NOT_FOUND');
  return roomKey;
}

/** Throws REQUEST_INVALID, like an owner. */
function checkSettings({ metadata = '', spotlight = [], postWords = [] }: RoomSettings): void {
  const fields = [];
  if (Buffer.byteLength(metadata) > limits.roomMetadataBytesMax)
    fields.push({ pointer: '/metadata', detail: `must have at most ${limits.roomMetadataBytesMax} bytes` });
  if (!spotlight.every(isIdentity)) fields.push({ pointer: '/spotlight', detail: 'contains an invalid identity' });
  if (!arePostWords(postWords)) fields.push({ pointer: '/postWords', detail: 'contains an invisible word' });
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

/** For a room that was not created, metadata applies to the current life only. */
function actsOf({ spotlight, metadata, postWords, ...settings }: RoomSettings, isCreated: boolean): Act[] {
  const acts: Act[] = [];
  const set = {
    ...settings,
    ...(spotlight && { setSpotlight: true, spotlight: [...spotlight] }),
    ...(postWords && { setPostWords: true, postWords: [...postWords] }),
    ...(metadata !== undefined && isCreated && { openingMetadata: metadata }),
  };
  if (Object.keys(set).length > 0) acts.push({ setRoom: set });
  if (metadata !== undefined) acts.push({ metadata: { metadata } });
  return acts;
}

function roomOf(name: string, { live, stored }: RoomSources): Room {
  const idleMsMax = stored?.idleMsMax ?? 0;
  if (live === undefined) {
    const policy = stored?.policy ?? emptyPolicy;
    const { metadata } = policy;
    const createdWallMs = stored?.createdWallMs ?? 0;
    const empty = { sid: stored?.nextSid ?? '', isLive: false, participants: 0, publishers: 0, waiting: 0 };
    return { name, ...empty, createdWallMs, metadata, policy, idleMsMax };
  }
  const { participants, info } = live.roster;
  const visible = participants.filter(({ hidden }) => !hidden);
  return {
    name,
    sid: info.sid,
    createdWallMs: info.createdWallMs,
    isLive: true,
    participants: visible.length,
    publishers: visible.filter(({ tracks }) => tracks.length > 0).length,
    waiting: live.waiters.length + live.moreWaiters,
    metadata: info.metadata,
    policy: live.policy,
    idleMsMax,
  };
}

/** Takes fields that owners' lists lack from the stored policy. */
function summaryOf(live: LiveRoom, stored: StoredRoom | undefined): Room {
  const { name, info, participants, publishers, waiting } = live;
  const { sid, createdWallMs, metadata } = info;
  const policy = { ...(stored?.policy ?? emptyPolicy), ...shownOfPolicy(info) };
  const idleMsMax = stored?.idleMsMax ?? 0;
  return { name, sid, createdWallMs, isLive: true, participants, publishers, waiting, metadata, policy, idleMsMax };
}
