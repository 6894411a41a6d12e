// A placement from the request to the charge: locate, believe, propose, decide, charge, remember. Nothing awaits in
// between, so two requests never decide on the same free seat.
import {
  intersectFences,
  isFence,
  isOpener,
  isRoomMode,
  isSessionId,
  limits,
  MeridianError,
  newId,
  nodeKind,
  routerConstant,
} from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import { check, checkRoomKey } from '../base/checks.ts';
import { drawsOf } from '../base/core/draws.ts';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { NodeDescription } from '../fleet/core/node.ts';
import { siteKeyOf } from '../fleet/core/node.ts';
import type { Access, Client, SiteTime } from '../locating/access.ts';
import type { Location } from '../locating/core/location.ts';
import type { Locator } from '../locating/locate.ts';
import { type ClientBook, type KnownClient, PERSON_LENGTH_MAX } from './core/client-book.ts';
import { DecisionIds, PREFIX_CHARS } from './core/decision-ids.ts';
import type { DecisionLog, DecisionRecord } from './core/decision-log.ts';
import {
  briefReasonsOf,
  type Explanation,
  explain,
  type SessionExplanation,
  sessionExplanationOf,
} from './core/explain.ts';
import type { AssumedCharge, Charge, Ledger } from './core/ledger.ts';
import { type Decision, place } from './core/place.ts';
import type { PlacementIndex } from './core/placement-index.ts';
import { policy } from './core/policy.ts';
import { propose } from './core/propose.ts';
import type { Reservations } from './core/reservations.ts';
import { rejectionsOf } from './core/shortlist.ts';
import { type DecisionStory, decisionStory } from './core/story.ts';
import { pinInRoom } from './core/unknown-client.ts';
import type { ClusterView, MoveOf, OpenerOf, PlaceRequest, RoomMembers, RoomMode, RoomView } from './core/view.ts';
import type { YoungRooms } from './core/young-rooms.ts';

export interface PlaceAsk {
  readonly roomKey: string;
  readonly sessionId: string;
  /** Name shared by all sessions of a person in the room; '' or absent: the session counts as a person of its own. */
  readonly person?: string;
  readonly clientIp: string;
  readonly fromCity: string;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string;
  readonly echoTimes?: readonly { readonly signalingId?: string | null; readonly rttMs?: number | null }[];
  readonly mode?: string;
  /** The gateway or recorder that opens the session; '' or absent: none. */
  readonly openerId?: string;
  /** Whether only the opener's host may take the session. */
  readonly onHost?: boolean;
  /** Limits of the room's tenant; 0 or absent: no limit. */
  readonly limits?: { readonly seats?: number | null; readonly rooms?: number | null } | null;
  /** Whether it replaces a lost session that is still charged: a tenant at its limit may rejoin. */
  readonly priorProven?: boolean;
  /** Media node to which the client is connected already; '' or absent: none. */
  readonly preferNodeId?: string;
}

/** A decision that was made, charged and logged; its view is in the log alone. */
export interface Placed {
  readonly decisionId: string;
  readonly decision: Decision;
  readonly want: PlaceRequest;
  readonly location: Location;
  readonly signalingId: string;
  readonly accessRttMs: number | undefined;
  readonly waited: string;
  /** Version of the view: the number of the decision. */
  readonly version: number;
  /** Short reasons for the joining client. */
  readonly reasons: readonly string[];
  /** Resolves when the charge would outlive the centre; undefined: nothing was charged. */
  readonly written: Promise<void> | undefined;
}

export interface ChargeCopy {
  /** Resolves when the charge is safe, or after a short time in any case. Never rejects. */
  saveCharge(charge: Charge): Promise<void>;
  dropCharge(decisionId: string): void;
}

export interface PlacingOptions {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly young: YoungRooms;
  readonly reserved: Reservations;
  readonly placementIndex: PlacementIndex;
  readonly access: Access;
  readonly decisions: DecisionLog;
  readonly locator: Locator;
  readonly copy: ChargeCopy;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  readonly clients: ClientBook;
  /** Returns the mode of the room; `asked`: by the request, undefined: not named. */
  modeOf(roomKey: string, asked: RoomMode | undefined): RoomMode;
  /** Suffix of each decision's id, which names the decider where there are several. */
  readonly idSuffix?: string;
}

export interface MoveAsk {
  readonly client: KnownClient;
  readonly move: MoveOf;
  readonly avoidNodeIds: readonly string[];
}

interface DecisionInput {
  readonly nowMs: number;
  readonly client: Client;
  readonly locationReason: string;
  readonly want: PlaceRequest;
  readonly signalingId: string;
  readonly waited: string;
}

interface Opener {
  readonly node: NodeDescription;
  readonly openerView: OpenerOf;
}

const AVOID_MAX = 64;
const NODE_ID_LENGTH_MAX = 64;
const ECHO_TIMES_MAX = 16;
/** Hosts of a room whose delay counts, the largest first; these show a newcomer's delay well enough. */
const MEMBER_HOSTS_MAX = 8;
/** Assumed round trip of an unknown member, usual to a site of its own country. */
const ACCESS_UNKNOWN_MS = 20;
const SEEDS = 2 ** 32;
/** Retry time of a tenant at its limit: a session that leaves is charged until its node's next report. */
const QUOTA_RETRY_MS = 5000;

const quotaExceeded = (what: string): MeridianError =>
  new MeridianError('QUOTA_EXCEEDED', `the tenant may have ${what}`, { retryAfterMs: QUOTA_RETRY_MS });

export class Placing {
  readonly #o: PlacingOptions;
  readonly #draws: () => number;
  readonly #ids: DecisionIds;
  #version = 0;

  constructor(o: PlacingOptions) {
    this.#o = o;
    this.#draws = drawsOf(o.rng.int(SEEDS));
    this.#ids = new DecisionIds(
      newId('DE_', (count) => o.rng.bytes(count), PREFIX_CHARS),
      o.idSuffix,
    );
  }

  /**
   * Places a join. `waited`: earlier waits, as text. Throws REQUEST_INVALID, CITY_UNKNOWN, OPENER_UNKNOWN,
   * QUOTA_EXCEEDED, NO_CAPACITY.
   */
  decide(ask: PlaceAsk, signalingNode: NodeDescription, waited = ''): Placed {
    this.#check(ask);
    this.#checkQuota(ask);
    const { clock, metrics } = this.#o;
    const nowMs = clock.nowMs();
    const opener = this.#openerOf(ask);
    const { client, reason } = opener === undefined ? this.clientOf(ask, signalingNode) : clientAt(opener);
    const requestedMode = isRoomMode(ask.mode) ? ask.mode : undefined;
    const want: PlaceRequest = {
      roomKey: ask.roomKey,
      sessionId: ask.sessionId,
      location: client.location,
      avoidNodeIds: ask.avoidNodeIds,
      regionPin: this.#pinIn(ask.roomKey, ask.regionPin),
      protocolVersion: signalingNode.versions.protocol,
      routerVersion: routerConstant.version,
      mode: this.#o.modeOf(ask.roomKey, requestedMode),
      ...(opener === undefined ? {} : { opener: opener.openerView }),
      ...(ask.preferNodeId ? { preferNodeId: ask.preferNodeId } : {}),
    };
    this.#o.access.learn(client);
    const record = this.#decide({
      client,
      locationReason: reason,
      want,
      signalingId: signalingNode.nodeId,
      waited,
      nowMs,
    });
    const placed = this.#chargeAndLog(record, nowMs);
    if (record.decision.ok)
      this.#remember(record, client, { mode: requestedMode, person: ask.person || ask.sessionId });
    metrics.decisionMs.observe(clock.nowMs() - nowMs);
    return placed;
  }

  /** Decides and charges a move, for which no join waits. Throws NO_CAPACITY when the ledger is full. */
  decideMove(o: MoveAsk): Placed {
    const { fleet, clock } = this.#o;
    const nowMs = clock.nowMs();
    const { sessionId, roomKey, ip, location, locationReason, signalingId, times, opener } = o.client;
    const client: Client = { ip, location, times: [...times].map(([siteKey, rttMs]) => ({ siteKey, rttMs })) };
    const source = fleet.get(o.move.fromNodeId)?.description;
    const want: PlaceRequest = {
      roomKey,
      sessionId,
      location,
      avoidNodeIds: o.avoidNodeIds,
      regionPin: pinInRoom(fleet, o.client, source?.region ?? ''),
      // Its signaling node works with its media node, so the media node's protocol version fits.
      protocolVersion: source?.versions.protocol ?? 0,
      routerVersion: routerConstant.version,
      mode: this.#o.modeOf(roomKey, o.client.mode),
      move: o.move,
      ...(opener === undefined ? {} : { opener }),
    };
    return this.#chargeAndLog(this.#decide({ client, locationReason, want, signalingId, waited: '', nowMs }), nowMs);
  }

  /** Takes back the charge of a session that will not come; a confirmed charge stays. */
  takeBack(decisionId: string): void {
    if (this.#o.ledger.release(decisionId) !== undefined) this.#o.copy.dropCharge(decisionId);
  }

  /** Takes back a charge for its asker (otherwise NOT_PERMITTED). Unknown charges are gone already. */
  release(decisionId: string, signalingId: string): void {
    const asker = this.#o.decisions.askerOf(decisionId);
    if (asker !== undefined && asker !== signalingId) {
      throw new MeridianError('NOT_PERMITTED', 'the decision was made for another instance');
    }
    if (this.#o.ledger.release(decisionId) !== undefined) this.#o.copy.dropCharge(decisionId);
  }

  /** Returns undefined when the decision is not, or no longer, in the log. */
  explain(decisionId: string): { record: DecisionRecord; explanation: Explanation } | undefined {
    const record = this.#o.decisions.get(decisionId);
    if (record === undefined) return undefined;
    return { record, explanation: explain(record, policy) };
  }

  /** Returns undefined when the decision is not, or no longer, in the log. */
  story(decisionId: string): DecisionStory | undefined {
    const record = this.#o.decisions.get(decisionId);
    return record && decisionStory(record, policy);
  }

  /** Throws DECISION_UNKNOWN when the decision is not, or no longer, in the log, or placed another session. */
  explainToSession(decisionId: string, sessionId: string): { record: DecisionRecord; explanation: SessionExplanation } {
    const record = this.#o.decisions.get(decisionId);
    if (record === undefined || record.want.sessionId !== sessionId) throw new MeridianError('DECISION_UNKNOWN');
    return { record, explanation: sessionExplanationOf(record, policy) };
  }

  /** Returns the client of a request for the belief. Timings of this machine do not override a pretended place. */
  clientOf(ask: Pick<PlaceAsk, 'clientIp' | 'fromCity' | 'echoTimes'>, signalingNode: NodeDescription) {
    const found = this.#o.locator.locate(ask, signalingNode);
    const isPretended = found.location.source === 'city';
    const ip = isPretended ? '' : ask.clientIp;
    const { location, why } = this.#o.access.widened(ip, found.location);
    const client: Client = { ip, location, times: isPretended ? [] : this.siteTimes(ask.echoTimes ?? []) };
    return { client, reason: why === '' ? found.reason : `${found.reason}; ${why}` };
  }

  /** Turns round trips to signaling nodes into round trips to their sites; unknown nodes are left out. */
  siteTimes(times: NonNullable<PlaceAsk['echoTimes']>): SiteTime[] {
    const found: SiteTime[] = [];
    for (const { signalingId, rttMs } of times.slice(0, ECHO_TIMES_MAX)) {
      const signalingNode = this.#o.fleet.get(signalingId ?? '')?.description;
      if (signalingNode?.kind !== nodeKind.signaling) continue;
      found.push({ siteKey: siteKeyOf(signalingNode.region, signalingNode.city), rttMs: rttMs ?? Number.NaN });
    }
    return found;
  }

  #decide({ client, locationReason, want, signalingId, waited, nowMs }: DecisionInput): DecisionRecord {
    const { placementIndex, access, clock } = this.#o;
    placementIndex.refresh(nowMs);
    const belief = access.believe(client, nowMs);
    this.#version += 1;
    const seed = this.#seed();
    const room = this.#room(want.roomKey, want.move?.fromNodeId);
    const proposed = { placementIndex, belief, room, want, policy, version: this.#version, nowMs };
    const view = propose(proposed, drawsOf(this.#seed()));
    return {
      decisionId: this.#ids.next(),
      madeAtWallMs: clock.wallMs(),
      seed,
      view,
      want,
      decision: place(view, want, policy, drawsOf(seed)),
      location: client.location,
      locationReason,
      signalingId,
      waited,
    };
  }

  #chargeAndLog(record: DecisionRecord, nowMs: number): Placed {
    const { decisionId, decision, want, location, signalingId, waited, view } = record;
    const accessRttMs = decision.ok ? rttMsTo(view, decision.hostId) : undefined;
    const written = this.#charge(record, accessRttMs, nowMs);
    // The index was not used since, so the view is unchanged since the decision.
    this.#o.decisions.add(record);
    const reasons = briefReasonsOf(record, policy);
    this.#count(record);
    const { version } = view;
    return { decisionId, decision, want, location, signalingId, accessRttMs, waited, version, reasons, written };
  }

  /** A pin that contradicts the room's fence counts alone: the room's owner refuses that join. */
  #pinIn(roomKey: string, pin: string): string {
    const fence = this.#o.fleet.fenceOf(roomKey);
    return fence === '' ? pin : (intersectFences(pin, fence) ?? pin);
  }

  /** Throws OPENER_UNKNOWN when the node is not registered, or is no opener. */
  #openerOf({ openerId = '', onHost = false }: PlaceAsk): Opener | undefined {
    check(openerId !== '' || !onHost, 'on_host');
    if (openerId === '') return undefined;
    const node = this.#o.fleet.get(openerId)?.description;
    if (node === undefined || !isOpener(node.kind)) throw new MeridianError('OPENER_UNKNOWN');
    return { node, openerView: { nodeId: openerId, hostId: node.hostId, onHost } };
  }

  /** Nothing awaits between this check and the charge, so a tenant never exceeds its limit at this centre. */
  #checkQuota({ roomKey, limits: quota, priorProven }: PlaceAsk): void {
    const { seats, rooms } = { seats: quota?.seats ?? 0, rooms: quota?.rooms ?? 0 };
    if ((seats === 0 && rooms === 0) || priorProven === true) return;
    const { ledger } = this.#o;
    const tenantSeats = ledger.seatsOfTenant(roomKey.slice(0, roomKey.indexOf('/'))) ?? { seats: 0, rooms: 0 };
    if (seats > 0 && tenantSeats.seats >= seats) throw quotaExceeded(`${seats} people in all rooms`);
    if (rooms > 0 && tenantSeats.rooms >= rooms && ledger.seatsOf(roomKey) === undefined)
      throw quotaExceeded(`${rooms} rooms at once`);
  }

  #check({ roomKey, sessionId, person = '', avoidNodeIds, regionPin, mode, preferNodeId = '' }: PlaceAsk): void {
    // A room with charged sessions was checked when the first came.
    if (this.#o.ledger.seatsOf(roomKey) === undefined) checkRoomKey(roomKey);
    check(isSessionId(sessionId), 'session_id');
    check(person.length <= PERSON_LENGTH_MAX, 'person');
    check(avoidNodeIds.length <= AVOID_MAX, 'avoid_node_ids');
    check(preferNodeId.length <= NODE_ID_LENGTH_MAX, 'prefer_node_id');
    check(isFence(regionPin), 'region_pin');
    check(mode === undefined || mode === '' || isRoomMode(mode), 'mode');
  }

  #remember(
    { want, location, locationReason, signalingId }: DecisionRecord,
    client: Client,
    { mode, person }: { mode: RoomMode | undefined; person: string },
  ) {
    const { sessionId, roomKey, regionPin, opener } = want;
    const { ip } = client;
    const knownClient = {
      sessionId,
      person,
      roomKey,
      signalingId,
      ip,
      location,
      locationReason,
      regionPin,
      mode,
      opener,
    };
    this.#o.clients.placed(knownClient, client.times);
  }

  #seed(): number {
    return Math.floor(this.#draws() * SEEDS);
  }

  /** Groups charged sessions by host, so that sessions of the same second see each other, except a moving one. */
  #room(roomKey: string, leavingNodeId?: string): RoomView {
    const { ledger, placementIndex, fleet, reserved } = this.#o;
    const holders = fleet.holdersOf(roomKey, nodeKind.media);
    const charged = ledger.seatsOf(roomKey);
    const keptSeats = reserved.seatsFor(roomKey);
    if (charged === undefined && holders.length === 0 && keptSeats === undefined) return NEW_ROOM;
    const members: Mutable<RoomMembers>[] = [];
    for (const seats of charged ?? []) {
      const { nodeId } = seats;
      const hostId = placementIndex.hostOfNode(nodeId)?.hostId;
      const sessions = seats.sessions - Number(nodeId === leavingNodeId);
      if (hostId === undefined || sessions === 0) continue;
      const accessRttMs = seats.timed > 0 ? seats.accessRttMs / seats.timed : ACCESS_UNKNOWN_MS;
      const memberHost = members.find((one) => one.hostId === hostId);
      if (memberHost === undefined) members.push({ hostId, sessions, accessRttMs });
      else {
        const sessionsInAll = sessions + memberHost.sessions;
        memberHost.accessRttMs =
          (accessRttMs * sessions + memberHost.accessRttMs * memberHost.sessions) / sessionsInAll;
        memberHost.sessions = sessionsInAll;
      }
      // A charged node will soon hold the room.
      if (!holders.includes(nodeId)) holders.push(nodeId);
    }
    if (members.length > MEMBER_HOSTS_MAX) members.sort((a, b) => b.sessions - a.sessions).splice(MEMBER_HOSTS_MAX);
    const firstHolder = holders[0] === undefined ? undefined : fleet.get(holders[0]);
    const routerVersion = firstHolder?.description.versions.router;
    return keptSeats === undefined
      ? { holders, routerVersion, members }
      : { holders, routerVersion, members, reserved: keptSeats };
  }

  #charge(
    { decision, decisionId, view, want }: DecisionRecord,
    accessRttMs: number | undefined,
    nowMs: number,
  ): Promise<void> | undefined {
    if (!decision.ok) return undefined;
    const { ledger, young, reserved, copy } = this.#o;
    const { roomKey, sessionId, move } = want;
    const { nodeId } = decision;
    const charge: AssumedCharge = {
      decisionId,
      nodeId,
      roomKey,
      sessionId,
      accessRttMs,
      expiresAtMs: nowMs + limits.decisionConfirmMs,
      state: 'assumed',
    };
    const { ok, dropped } = ledger.assume(charge);
    if (!ok) throw new MeridianError('NO_CAPACITY', 'the ledger of charges is full');
    // A moved session was expected before; a session of a booked room has a seat already.
    if (move === undefined) {
      young.placed(roomKey, nodeId, view.room.members.length === 0 && !reserved.has(roomKey), nowMs);
      reserved.seated(roomKey, nodeId);
    }
    if (dropped !== undefined) copy.dropCharge(dropped.decisionId);
    return copy.saveCharge(charge);
  }

  #count({ decision, decisionId, want, view, location }: DecisionRecord): void {
    const { roomKey, sessionId } = want;
    const { metrics, log } = this.#o;
    const outcome = decision.ok ? 'placed' : decision.code;
    const isLogged = !decision.ok || log.isLevelEnabled('debug');
    const fields = isLogged
      ? { decisionId, roomKey, sessionId, outcome, mode: decision.mode, place: location.label }
      : undefined;
    // A failed move turns no join away and has counters of its own.
    if (want.move !== undefined) {
      if (fields) log.debug(fields, 'placement of a move');
      return;
    }
    metrics.placements.inc(outcome, decision.mode);
    metrics.located.inc(location.source);
    if (fields && decision.ok) log.debug({ ...fields, nodeId: decision.nodeId }, 'placement');
    else if (fields) log.info(fields, 'placement');
    if (decision.ok && decision.mode === 'normal') return;
    for (const { filter } of rejectionsOf(view, want, policy)) metrics.rejections.inc({ filter });
  }
}

const NEW_ROOM: RoomView = { holders: [], routerVersion: undefined, members: [] };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Media comes from the opener and goes there, so the clients behind it do not count. */
function clientAt({ node, openerView: { onHost } }: Opener): { client: Client; reason: string } {
  const { nodeId, kind, hostId, latitude, longitude, city } = node;
  const location = { latitude, longitude, radiusKm: 0, source: 'opener', label: city, countryCode: '' };
  const where = onHost ? `, and only a media node of its host ${hostId} may take it` : '';
  return {
    client: { ip: '', location, times: [] },
    reason: `opened by the ${kind} ${nodeId} and placed near it${where}`,
  };
}

function rttMsTo(view: ClusterView, hostId: string): number | undefined {
  for (const { host, rttMs } of view.approaches) if (host.hostId === hostId) return rttMs;
  return undefined;
}
