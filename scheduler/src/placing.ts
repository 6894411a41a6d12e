// One placement from the request to the charge: locate, believe, propose, decide, charge, remember. Nothing waits in between, so two requests
// never decide on the same free seat.
import { isSessionId, limits, MeridianError, newId, routerConstant } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Access, Client, SiteTime } from './access.ts';
import { check, checkRoomKey, isName } from './checks.ts';
import type { Copy } from './copy.ts';
import { type Board, siteKeyOf } from './core/board.ts';
import type { DecisionLog, DecisionRecord } from './core/decision-log.ts';
import { drawsOf } from './core/draws.ts';
import { type Explanation, explain } from './core/explain.ts';
import type { Fleet } from './core/fleet.ts';
import type { Ledger } from './core/ledger.ts';
import type { NodeDescription } from './core/node.ts';
import { place, rejectionsOf } from './core/place.ts';
import { policy } from './core/policy.ts';
import { propose } from './core/propose.ts';
import type { PlaceWish, RoomMembers, RoomMode, RoomView } from './core/view.ts';
import type { YoungRooms } from './core/young-rooms.ts';
import type { Locator } from './locate.ts';
import type { CentreMetrics } from './metrics.ts';

export interface PlaceAsk {
  readonly roomKey: string;
  readonly sessionId: string;
  readonly clientIp: string;
  readonly fromCity: string;
  readonly avoidNodeIds: readonly string[];
  readonly regionPin: string;
  readonly echoTimes?: readonly { readonly signalingId?: string | null; readonly rttMs?: number | null }[];
  readonly mode?: string;
}

export interface PlacingOptions {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  readonly young: YoungRooms;
  readonly board: Board;
  readonly access: Access;
  readonly decisions: DecisionLog;
  readonly locator: Locator;
  readonly copy: Copy;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** For requests that name none. */
  readonly mode: RoomMode;
}

const AVOID_MAX = 64;
const ECHO_TIMES_MAX = 16;
/** Hosts of a room whose delay counts, the largest first: beyond, a newcomer's delay to the room is known well enough. */
const MEMBER_HOSTS_MAX = 8;
/** Round trip of a member of whom nothing is known: what a site of one's own country is away. */
const ACCESS_UNKNOWN_MS = 20;
const modes: readonly string[] = ['single', 'direct', 'relay'];
const SEEDS = 2 ** 32;

export class Placing {
  readonly #o: PlacingOptions;
  readonly #draws: () => number;
  #version = 0;

  constructor(o: PlacingOptions) {
    this.#o = o;
    this.#draws = drawsOf(o.rng.int(SEEDS));
  }

  /** The decision, charged and in the log (`waited`: what came before it, in words); `written` resolves when the charge would outlive us. Throws REQUEST_INVALID, CITY_UNKNOWN, and NO_CAPACITY when the ledger is full. */
  decide(ask: PlaceAsk, door: NodeDescription, waited = ''): { record: DecisionRecord; written: Promise<void> } {
    checkAsk(ask);
    const { clock, metrics, decisions } = this.#o;
    const startedMs = clock.nowMs();
    const record = this.#decide(ask, door, waited);
    const written = this.#charge(record);
    decisions.add(record);
    metrics.decisionMs.observe(clock.nowMs() - startedMs);
    this.#tell(record);
    return { record, written };
  }

  /** Takes back a charge; only the instance that asked for it may (NOT_PERMITTED). Unknown ones are gone already. */
  release(decisionId: string, signalingId: string): void {
    const record = this.#o.decisions.get(decisionId);
    if (record !== undefined && record.signalingId !== signalingId) {
      throw new MeridianError('NOT_PERMITTED', 'the decision was made for another instance');
    }
    if (this.#o.ledger.release(decisionId) !== undefined) this.#o.copy.dropCharge(decisionId);
  }

  /** Undefined when the decision is not, or no longer, in the log. */
  explain(decisionId: string): { record: DecisionRecord; explanation: Explanation } | undefined {
    const record = this.#o.decisions.get(decisionId);
    if (record === undefined) return undefined;
    return { record, explanation: explain(record, policy) };
  }

  /** The client of a request as the belief needs it. A pretended place is not overruled by timings of this machine. */
  clientOf(ask: Pick<PlaceAsk, 'clientIp' | 'fromCity' | 'echoTimes'>, door: NodeDescription) {
    const { location, reason } = this.#o.locator.locate(ask, door);
    const isPretended = location.source === 'city';
    const client: Client = {
      ip: isPretended ? '' : ask.clientIp,
      location,
      times: isPretended ? [] : this.siteTimes(ask.echoTimes ?? []),
    };
    return { client, reason };
  }

  /** Round trips to doors as round trips to the doors' sites; doors that the fleet does not know say nothing. */
  siteTimes(times: NonNullable<PlaceAsk['echoTimes']>): SiteTime[] {
    const found: SiteTime[] = [];
    for (const { signalingId, rttMs } of times.slice(0, ECHO_TIMES_MAX)) {
      const door = this.#o.fleet.get(signalingId ?? '')?.description;
      if (door?.kind !== 'signaling') continue;
      found.push({ siteKey: siteKeyOf(door.region, door.city), rttMs: rttMs ?? Number.NaN });
    }
    return found;
  }

  #decide(ask: PlaceAsk, door: NodeDescription, waited: string): DecisionRecord {
    const { board, access, clock, rng } = this.#o;
    const { client, reason } = this.clientOf(ask, door);
    const want: PlaceWish = {
      roomKey: ask.roomKey,
      sessionId: ask.sessionId,
      location: client.location,
      avoidNodeIds: ask.avoidNodeIds,
      regionPin: ask.regionPin,
      protocolVersion: door.versions.protocol,
      routerVersion: routerConstant.version,
      mode: modes.includes(ask.mode ?? '') ? (ask.mode as RoomMode) : this.#o.mode,
    };
    const nowMs = clock.nowMs();
    board.refresh(nowMs);
    access.learn(client);
    const belief = access.believe(client);
    this.#version += 1;
    const seed = this.#seed();
    const proposed = { board, belief, room: this.#room(ask.roomKey), want, policy, version: this.#version, nowMs };
    const view = propose(proposed, drawsOf(this.#seed()));
    return {
      decisionId: newId('DE_', (count) => rng.bytes(count)),
      madeAtWallMs: clock.wallMs(),
      seed,
      view,
      want,
      decision: place(view, want, policy, drawsOf(seed)),
      location: client.location,
      locationReason: reason,
      signalingId: door.nodeId,
      waited,
    };
  }

  #seed(): number {
    return Math.floor(this.#draws() * SEEDS);
  }

  /** Who is in the room, by host: charged sessions, so that people who join within one second see one another. */
  #room(roomKey: string): RoomView {
    const { ledger, board, fleet } = this.#o;
    const holders = fleet.holdersOf(roomKey, 'sfu');
    const byHost = new Map<string, RoomMembers>();
    for (const [nodeId, seats] of ledger.seatsOf(roomKey) ?? []) {
      const hostId = board.hostOfNode(nodeId)?.hostId;
      if (hostId === undefined) continue;
      const accessRttMs = seats.timed > 0 ? seats.accessRttMs / seats.timed : ACCESS_UNKNOWN_MS;
      const before = byHost.get(hostId);
      const sessions = seats.sessions + (before?.sessions ?? 0);
      const mean =
        before === undefined
          ? accessRttMs
          : (accessRttMs * seats.sessions + before.accessRttMs * before.sessions) / sessions;
      byHost.set(hostId, { hostId, sessions, accessRttMs: mean });
      // A node that is charged will hold the room in a moment.
      if (!holders.includes(nodeId)) holders.push(nodeId);
    }
    const members = [...byHost.values()];
    if (members.length > MEMBER_HOSTS_MAX) members.sort((a, b) => b.sessions - a.sessions).splice(MEMBER_HOSTS_MAX);
    const first = holders[0] === undefined ? undefined : fleet.get(holders[0]);
    return { holders, routerVersion: first?.description.versions.router, members };
  }

  /** The charge is made before anybody hears of the decision. */
  #charge({ decision, decisionId, view, want: { roomKey, sessionId } }: DecisionRecord): Promise<void> {
    if (!decision.ok) return Promise.resolve();
    const { ledger, young, copy, clock } = this.#o;
    const nowMs = clock.nowMs();
    const { nodeId } = decision;
    const accessRttMs = view.approaches.find(({ host }) => host.hostId === decision.hostId)?.rttMs;
    const expiresAtMs = nowMs + limits.decisionConfirmMs;
    const charge = {
      decisionId,
      nodeId,
      roomKey,
      sessionId,
      ...(accessRttMs === undefined ? {} : { accessRttMs }),
      expiresAtMs,
    };
    const { ok, dropped } = ledger.assume(charge);
    if (!ok) throw new MeridianError('NO_CAPACITY', 'the ledger of charges is full');
    young.placed(roomKey, nodeId, view.room.members.length === 0, nowMs);
    if (dropped !== undefined) copy.dropCharge(dropped.decisionId);
    return copy.saveCharge({ ...charge, state: 'assumed' });
  }

  #tell({ decision, decisionId, want, view, location }: DecisionRecord): void {
    const { roomKey, sessionId } = want;
    const { metrics, log } = this.#o;
    const outcome = decision.ok ? 'placed' : decision.code;
    metrics.placements.inc({ outcome, mode: decision.mode });
    metrics.located.inc({ source: location.source });
    const fields = { decisionId, roomKey, sessionId, outcome, mode: decision.mode, place: location.label };
    if (decision.ok) log.debug({ ...fields, nodeId: decision.nodeId }, 'placement');
    else log.info(fields, 'placement');
    if (decision.ok && decision.mode === 'normal') return;
    for (const { filter } of rejectionsOf(view, want, policy)) metrics.rejections.inc({ filter });
  }
}

function checkAsk(ask: PlaceAsk): void {
  checkRoomKey(ask.roomKey);
  check(isSessionId(ask.sessionId), 'session_id');
  check(ask.avoidNodeIds.length <= AVOID_MAX, 'avoid_node_ids');
  check(ask.regionPin === '' || isName(ask.regionPin), 'region_pin');
  check(ask.mode === undefined || ask.mode === '' || modes.includes(ask.mode), 'mode');
}
