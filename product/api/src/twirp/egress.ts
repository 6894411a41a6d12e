// LiveKit's Egress API, which runs our recordings, for LiveKit's server SDKs. An egress has the id of its recording.
import {
  type EgressInfo,
  EgressStatus,
  type ListEgressRequest,
  ListEgressResponse,
  type ParticipantEgressRequest,
  type RoomCompositeEgressRequest,
  type StopEgressRequest,
  type UpdateLayoutRequest,
  type WebEgressRequest,
} from '@livekit/protocol';
import { isRoomName, newRecordingId, type RoomRecording } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Principal, Scope } from '../access/core/scopes.ts';
import type { ApiKeys, KeyWithSecret } from '../access/keys.ts';
import { grantOf, grantSources, sourcesOfKey } from '../access/link-grants.ts';
import {
  addEgress,
  type EgressRow,
  type EgressRows,
  egressesOf,
  egressOf,
  markStopped,
} from '../events/egress-rows.ts';
import { outputsOf, shownRecording } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import { type ItemLink, type ItemLinkOptions, linkToItem, newLink } from '../library/item-links.ts';
import { itemOf } from '../library/items.ts';
import { type LinkOperationDeps, linkedItemOf } from '../library/link-operations.ts';
import { actorOf } from '../rooms/operations.ts';
import type { Act, Rooms } from '../rooms/rooms.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import {
  type EgressDetails,
  egressInfo,
  type FileLocations,
  type Recorded,
  sourceOf,
  statusOf,
} from '../webhooks/egress-messages.ts';
import { composite, layoutOf, participant, type RequestedRecording, web } from './egress-requests.ts';
import { refuseIf, TwirpError } from './errors.ts';

export interface EgressDeps extends Omit<ItemLinkOptions, 'contents'> {
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly library: LinkOperationDeps['library'];
  readonly rooms: Pick<Rooms, 'act' | 'recordings'>;
  /** Rejects with NOT_PERMITTED, QUOTA_EXCEEDED or NO_LIBRARY. */
  mayRecord(tenant: string, mode: string): Promise<void>;
}

/** Limit of egresses in an answer, which has no pages. REST also lists older recordings. */
const LISTED_MAX = 1000;
const AT_ONCE = 20;
/** Back ends fetch a file soon after its event; a list shows it with a new URL. */
const LOCATION_S = 86_400;

/** State of a recording in its room; `goneEgresses`: absent; `unknown`: the room's owner does not answer. */
type InRoom = RoomRecording | 'gone' | 'unknown';

export class EgressService {
  readonly #o: EgressDeps;

  constructor(o: EgressDeps) {
    this.#o = o;
  }

  async startRoomComposite(principal: Principal, request: RoomCompositeEgressRequest): Promise<EgressInfo> {
    needRoom(principal, 'rooms:admin', request.roomName);
    return this.#start(principal, request.roomName, composite(request));
  }

  async startParticipant(principal: Principal, request: ParticipantEgressRequest): Promise<EgressInfo> {
    needRoom(principal, 'rooms:admin', request.roomName);
    return this.#start(principal, request.roomName, participant(request));
  }

  /** Records a page with the token's room: LiveKit's web egress belongs to no room, but our recordings do. */
  async startWeb(principal: Principal, request: WebEgressRequest): Promise<EgressInfo> {
    demandScope(principal, 'rooms:admin');
    const { room } = principal;
    refuseIf(room === undefined, 'a page without a room (name a room in the grant)');
    return this.#start(principal, room ?? '', web(request));
  }

  async updateLayout(principal: Principal, { egressId, layout }: UpdateLayoutRequest): Promise<EgressInfo> {
    demandScope(principal, 'rooms:admin');
    const found = await this.#find(principal, egressId);
    const name = layoutOf(layout);
    const inRoom = await this.#inRoom(principal.tenant, found);
    const status = currentStatusOf(found, inRoom);
    if (isEnding(status)) throw new TwirpError('failed_precondition', `egress has ${EgressStatus[status]}`);
    if (modeOf(found, inRoom) !== 'composed')
      throw new TwirpError('failed_precondition', 'only a composed recording has a layout');
    const { info } = await this.#act(principal, roomOf(found), {
      recordingLayout: { recordingId: egressId, layout: name },
    });
    const changed = info.recordings.find(({ recordingId }) => recordingId === egressId);
    if (changed === undefined) throw new TwirpError('not_found', 'egress does not exist');
    // The row gets the new layout only when the room's owner has reported it.
    const { row, own } = found;
    return this.#infoOf(principal, { row: row && Object.assign({}, row, { layout: changed.layout }), own }, changed);
  }

  async stop(principal: Principal, { egressId }: StopEgressRequest): Promise<EgressInfo> {
    demandScope(principal, 'rooms:admin');
    const { tenant } = principal;
    const found = await this.#find(principal, egressId);
    const inRoom = await this.#inRoom(tenant, found);
    if (inRoom === 'unknown') throw new Problem('ROOM_UNREACHABLE');
    const status = currentStatusOf(found, inRoom);
    if (inRoom === 'gone' || isEnding(status)) {
      const shownStatus = status === EgressStatus.EGRESS_ACTIVE ? EgressStatus.EGRESS_ENDING : status;
      throw new TwirpError('failed_precondition', `egress with status ${EgressStatus[shownStatus]} cannot be stopped`);
    }
    await this.#act(principal, roomOf(found), { stopRecording: { recordingId: egressId } });
    const nowMs = this.#o.clock.wallMs();
    await markStopped(this.#o.db, tenant, [egressId], nowMs);
    const isRunning = found.row !== undefined || inRoom.state === 'running';
    const ended = isRunning ? EgressStatus.EGRESS_ENDING : EgressStatus.EGRESS_ABORTED;
    return this.#infoOf(principal, found, inRoom, ended);
  }

  async list(principal: Principal, request: ListEgressRequest): Promise<ListEgressResponse> {
    demandScope(principal, 'recordings:read');
    const { roomName, egressId, active: isActive, pageToken } = request;
    refuseIf(pageToken !== undefined && pageToken.token !== '', 'page_token');
    const { db } = this.#o;
    const { tenant, room = roomName || undefined } = principal;
    if (roomName !== '' && room !== roomName) throw new TwirpError('permission_denied', 'permissions denied');
    const isAsked = ({ row, own }: EgressRows): boolean => room === undefined || (row ?? own)?.room === room;
    const one = egressId === '' ? undefined : await egressOf(db, tenant, egressId);
    const candidates =
      egressId === '' ? await egressesOf(db, tenant, { room, isActive, rows: LISTED_MAX }) : one ? [one] : [];
    const requestedRows = candidates.filter(isAsked).slice(0, LISTED_MAX);
    const states = await this.#inRooms(tenant, requestedRows);
    const rowsWithState = requestedRows.map((found) => ({ found, inRoom: states.get(found) ?? 'gone' }));
    const listedRows = rowsWithState.filter(
      ({ found, inRoom }) => !isActive || !isOver(currentStatusOf(found, inRoom)),
    );
    const links = new Links(this.#o, principal);
    return new ListEgressResponse({
      items: await Promise.all(
        listedRows.map(({ found, inRoom }) => this.#infoOf(principal, found, inRoom, undefined, links)),
      ),
    });
  }

  async #start(principal: Principal, room: string, wanted: RequestedRecording): Promise<EgressInfo> {
    const { db, clock, rng, mayRecord } = this.#o;
    const { tenant } = principal;
    if (!isRoomName(room)) throw new TwirpError('invalid_argument', 'room_name is not a valid room name');
    const { mode, layout, identity, pageUrl, source, outputs, label } = wanted;
    await mayRecord(tenant, mode);
    const id = newRecordingId((count) => rng.bytes(count));
    const startRecording = { recordingId: id, identity, mode, layout: layout || 'grid', pageUrl, priority: 0 };
    const { info } = await this.#act(principal, room, { startRecording });
    const begun = info.recordings.find(({ recordingId }) => recordingId === id);
    // The recording was stopped by another call or the room's end before its owner answered.
    if (begun === undefined) throw new TwirpError('not_found', 'the room has ended');
    const own: EgressRow = { tenant, id, room, source, outputs, label, made_ms: clock.wallMs(), stopped_ms: null };
    await addEgress(db, own);
    return this.#infoOf(principal, { row: undefined, own }, begun);
  }

  #act(principal: Principal, room: string, act: Act): ReturnType<Rooms['act']> {
    return this.#o.rooms.act(principal.tenant, room, { actor: actorOf(principal), acts: [act] });
  }

  /** Finds an egress; one of another room than the token's counts as absent. */
  async #find({ tenant, room }: Principal, id: string): Promise<EgressRows> {
    const found = await egressOf(this.#o.db, tenant, id);
    if (found === undefined || (room !== undefined && roomOf(found) !== room))
      throw new TwirpError('not_found', 'egress does not exist');
    return found;
  }

  async #inRoom(tenant: string, found: EgressRows): Promise<InRoom> {
    return (await this.#inRooms(tenant, [found])).get(found) ?? 'gone';
  }

  /** Reads the room states of egresses that may still run, and marks those that never began as stopped. */
  async #inRooms(tenant: string, all: readonly EgressRows[]): Promise<Map<EgressRows, InRoom>> {
    const { db, clock } = this.#o;
    const open = all.filter(({ row, own }) => (row === undefined ? own?.stopped_ms === null : row.state === 'running'));
    const rooms = [...new Set(open.map(roomOf))];
    const recordingsByRoom = new Map<string, readonly RoomRecording[] | undefined>();
    for (let at = 0; at < rooms.length; at += AT_ONCE)
      await Promise.all(
        rooms
          .slice(at, at + AT_ONCE)
          .map(async (room) => void recordingsByRoom.set(room, await this.#recordings(tenant, room))),
      );
    const states = new Map<EgressRows, InRoom>();
    for (const found of open) {
      const recordingsHere = recordingsByRoom.get(roomOf(found));
      const id = idOf(found);
      states.set(
        found,
        recordingsHere === undefined ? 'unknown' : (recordingsHere.find((one) => one.recordingId === id) ?? 'gone'),
      );
    }
    const goneEgresses = open.filter((found) => found.row === undefined && states.get(found) === 'gone');
    await markStopped(db, tenant, goneEgresses.map(idOf), clock.wallMs());
    return states;
  }

  /** Returns undefined if the recordings cannot be read now. */
  async #recordings(tenant: string, room: string): Promise<readonly RoomRecording[] | undefined> {
    try {
      return await this.#o.rooms.recordings(tenant, room);
    } catch (error) {
      return error instanceof Problem && error.code === 'NOT_FOUND' ? [] : undefined;
    }
  }

  async #infoOf(
    principal: Principal,
    found: EgressRows,
    inRoom: InRoom,
    status = currentStatusOf(found, inRoom),
    links = new Links(this.#o, principal),
  ): Promise<EgressInfo> {
    const { row, own } = found;
    const outputs = row === undefined ? [] : await outputsOf(this.#o.db, row.tenant, [row.id]);
    const recorded: Recorded = row === undefined ? waitingEgress(found, inRoom) : shownRecording(row, outputs);
    const locations = await links.locationsOf(outputs.map(({ item }) => item));
    const times = [own?.made_ms, own?.stopped_ms, row?.started_ms, row?.ended_ms, row?.settled_ms];
    const seen: EgressDetails = {
      status,
      source: own?.source ?? sourceOf(recorded),
      outputs: own?.outputs ?? 'file',
      label: own?.label ?? '',
      updatedMs: Math.max(...times.map((ms) => ms ?? 0)),
      locationsOf: (item) => locations.get(item) ?? { file: '', playlist: '' },
    };
    return egressInfo(recorded, seen);
  }
}

class Links {
  readonly #o: EgressDeps;
  readonly #principal: Principal;
  /** Finds the signing key once for all entries of a list. */
  #key: ReturnType<ApiKeys['signing']> | undefined;

  constructor(o: EgressDeps, principal: Principal) {
    this.#o = o;
    this.#principal = principal;
  }

  /**
   * Returns the URLs of items, without those that have no file at a node now; none for a caller without the right.
   */
  async locationsOf(items: readonly string[]): Promise<ReadonlyMap<string, FileLocations>> {
    const { egress, tenant } = this.#principal;
    const found = new Map<string, FileLocations>();
    if (egress?.has('recordings:write') !== true || items.length === 0) return found;
    this.#key ??= this.#o.keys.signing(tenant);
    const key = await this.#key;
    if (key === undefined) return found;
    for (const id of items) {
      const link = await this.#linkTo(id, key);
      if (link !== undefined) found.set(id, { file: link.url, playlist: link.playlistUrl ?? '' });
    }
    return found;
  }

  async #linkTo(id: string, key: KeyWithSecret): Promise<ItemLink | undefined> {
    const { db, library, publicUrl } = this.#o;
    const { tenant } = this.#principal;
    const times = newLink(this.#o, LOCATION_S);
    const source = { tenant, source: grantSources.ofItem(id), untilMs: times.expiresS * 1000 };
    const ofItem = await transact(db, (trx) => grantOf(trx, source));
    const item = await itemOf(db, { tenant, id });
    if (item === undefined || item.trashed_ms !== null) return undefined;
    const sources = [ofItem, ...sourcesOfKey(this.#principal)];
    const linked = await linkedItemOf({ db, library }, item);
    const link = linkToItem(
      { contents: library.contents, publicUrl },
      linked,
      Object.assign({ may: 'download', viewer: '', key, sources }, times),
    );
    // Without a node that has the file now, the egress is shown without its location.
    return link.catch(() => undefined);
  }
}

const roomOf = ({ row, own }: EgressRows): string => row?.room ?? own?.room ?? '';
const idOf = ({ row, own }: EgressRows): string => row?.id ?? own?.id ?? '';

const modeOf = ({ row, own }: EgressRows, inRoom: InRoom): string => {
  if (row !== undefined) return row.mode;
  if (typeof inRoom === 'object') return inRoom.mode;
  return own?.source === 'room_composite' ? 'composed' : '';
};

function waitingEgress({ own }: EgressRows, inRoom: InRoom): Recorded {
  const here = typeof inRoom === 'object' ? inRoom : undefined;
  const mode = own?.source === 'room_composite' ? 'composed' : own?.source === 'web' ? 'page' : 'tracks';
  const identity = here?.identity || null;
  const layout = mode === 'composed' ? (here?.layout ?? null) : null;
  return { id: own?.id ?? '', room: own?.room ?? '', identity, mode, layout };
}

function currentStatusOf({ row, own }: EgressRows, inRoom: InRoom): EgressStatus {
  const isStopped = own !== undefined && own.stopped_ms !== null;
  if (row !== undefined) return row.state === 'running' && isStopped ? EgressStatus.EGRESS_ENDING : statusOf[row.state];
  if (isStopped || inRoom === 'gone') return EgressStatus.EGRESS_ABORTED;
  return inRoom !== 'unknown' && inRoom.state === 'running' ? EgressStatus.EGRESS_ACTIVE : EgressStatus.EGRESS_STARTING;
}

/** Returns whether an egress is no longer active: LiveKit's active statuses are lower. */
const isOver = (status: EgressStatus): boolean => status >= EgressStatus.EGRESS_COMPLETE;
const isEnding = (status: EgressStatus): boolean => status >= EgressStatus.EGRESS_ENDING;

function demandScope({ egress }: Principal, scope: Scope): void {
  if (egress?.has(scope) !== true) throw new TwirpError('permission_denied', 'permissions denied');
}

/** Throws for a token of another room. */
function needRoom(principal: Principal, scope: Scope, room: string): void {
  demandScope(principal, scope);
  if (principal.room !== undefined && principal.room !== room)
    throw new TwirpError('permission_denied', 'permissions denied');
}
