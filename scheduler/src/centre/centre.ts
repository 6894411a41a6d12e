// The scheduling centre: the pure parts of core/ joined by a clock, a random source and a copy. Requests arrive here
// from adapters in domain terms, without sockets or protobuf. Nodes' reports go on to report-ingest.ts, administrators'
// orders to commands.ts.
import { errorInfoOf, newId, nodeKind, type Point } from '@meridian/protocol';
import { STALL_MS } from '../base/core/stall.ts';
import { restoreInto } from '../copying/copy.ts';
import { Denied } from '../fleet/core/denied.ts';
import { Fleet } from '../fleet/core/fleet.ts';
import { PeerReports, type Reachability } from '../fleet/core/liveness.ts';
import type { NodeDescription, NodeReport } from '../fleet/core/node.ts';
import { WarmUp } from '../fleet/warm-up.ts';
import type { Access } from '../locating/access.ts';
import type { Location } from '../locating/core/location.ts';
import { signalingNodesToOffer } from '../locating/locate.ts';
import { askMove } from '../moving/ask-move.ts';
import { RoomBook } from '../moving/core/room-book.ts';
import type { Drains } from '../moving/drains.ts';
import type { Moves } from '../moving/moves.ts';
import { modeOfRoom, setMode, sourceOfMode } from '../moving/room-modes.ts';
import type { RoomWatcher } from '../moving/room-watcher.ts';
import { Leases } from '../owning/core/leases.ts';
import { type LeaseAnswer, Ownership } from '../owning/ownership.ts';
import { type ChargedDecision, decideCharged, type RegionsPort } from '../placing/charging.ts';
import { type Booking, Bookings } from '../placing/core/bookings.ts';
import { ClientBook } from '../placing/core/client-book.ts';
import { Ledger } from '../placing/core/ledger.ts';
import type { PlacementIndex } from '../placing/core/placement-index.ts';
import { RESERVE_AHEAD_MS, type Reservations } from '../placing/core/reservations.ts';
import type { RoomMode } from '../placing/core/view.ts';
import { YoungRooms } from '../placing/core/young-rooms.ts';
import type { PlaceAsk, Placed, Placing } from '../placing/placing.ts';
import { Recording } from '../recording/recording.ts';
import type { Plan } from '../routing/core/plan.ts';
import { Plans } from '../routing/core/plans.ts';
import { Routing } from '../routing/routing.ts';
import { LoadHistory } from '../scaling/core/history.ts';
import { Unserved, wantedRegion } from '../scaling/core/unserved.ts';
import { Transcoding } from '../transcoding/transcoding.ts';
import { Commands, type MeetingBookings } from './commands.ts';
import type { CentreOptions, ModeOf } from './options.ts';
import { type FullReport, type ProbeSample, type Registration, ReportIngest, registeredNode } from './report-ingest.ts';
import { makeMoving, makePlacing } from './wiring.ts';

export interface PlaceAnswer {
  readonly record: Placed;
  readonly lease: LeaseAnswer | undefined; // set when a node was placed
  readonly retryAfterMs: number;
  /** Epoch of the process that places for the node's region; 0: a region without instances. */
  readonly regionEpoch: number;
}

/** Wait of a refused client; chance adds up to half as much, so that clients do not all come back together. */
const RETRY_AFTER_MS = { NO_NODE: 1000, NO_CAPACITY: 3000 } as const;

/** Shortest time between ticks before decisions: thousands a second need no check of liveness each. */
const TICK_BEFORE_MS = 20;

export class Centre {
  readonly incarnation: string;
  readonly fleet: Fleet;
  readonly ledger = new Ledger();
  readonly #plans = new Plans();
  readonly leases = new Leases();
  readonly denied = new Denied();
  readonly unserved = new Unserved();
  readonly ownership: Ownership;
  readonly young = new YoungRooms();
  readonly bookings = new Bookings();
  readonly loads = new LoadHistory();
  readonly reserved: Reservations;
  readonly placementIndex: PlacementIndex;
  readonly access: Access;
  readonly placing: Placing;
  readonly routing: Routing;
  readonly warmUp: WarmUp;
  readonly clients = new ClientBook();
  readonly rooms = new RoomBook();
  readonly moves: Moves;
  readonly transcoding: Transcoding;
  readonly recording: Recording;
  readonly drains: Drains;
  readonly roomWatcher: RoomWatcher;
  readonly modeOf: ModeOf;
  /** Returns the source of `modeOf`'s answer, in words. */
  readonly modeSourceOf: (roomKey: string, asked: RoomMode | undefined) => string;
  readonly peers = new PeerReports();
  readonly #ingest: ReportIngest;
  readonly #commands: Commands;
  #tickedAtMs = Number.POSITIVE_INFINITY;
  /** Last time at which this centre is known to have run, once it knows nodes. */
  #ranAtMs = Number.POSITIVE_INFINITY;
  /** Whether the copy holds all state of earlier centres over its store; true for a copy that was never read. */
  #isSettled = true;
  readonly #o: CentreOptions;

  constructor(o: CentreOptions) {
    this.#o = o;
    this.fleet = new Fleet(o);
    const { fleet, ledger, leases, denied, young, bookings, clients, rooms, peers } = this;
    this.incarnation = o.incarnation ?? newId('DE_', (count) => o.rng.bytes(count)).replace('DE_', 'CE_');
    this.modeSourceOf = (roomKey, asked) => sourceOfMode(rooms.get(roomKey), roomKey, asked, o.modes);
    const modeOf: ModeOf = (roomKey, asked) => modeOfRoom(rooms.get(roomKey), roomKey, asked, o.modes);
    this.modeOf = modeOf;

    const ownership = new Ownership({ ...o, leases, fleet, leaderData: o.leaderData });
    this.ownership = ownership;
    this.transcoding = new Transcoding({ ...o, fleet, ownership });
    this.recording = new Recording({
      ...o,
      fleet,
      ownership,
      bookings: () => bookings.list(),
      keepAheadMs: RESERVE_AHEAD_MS,
    });
    const warmUp = new WarmUp({ ...o, onOver: () => this.#warmUpEnded() });
    this.warmUp = warmUp;

    const membersOf = (roomKey: string) => fleet.sessionsOf(roomKey);
    const mayRelayRoom = (roomKey: string): boolean =>
      modeOf(roomKey, clients.requestedModeIn(roomKey, membersOf)) === 'relay';
    const routing = new Routing({ ...o, ...o.routing, fleet, mayRelayRoom });
    this.routing = routing;

    const delays = o.leaderData?.delays ?? routing;
    const placing = makePlacing(o, { fleet, ledger, young, bookings, clients, delays, modeOf });
    this.reserved = placing.reserved;
    this.placementIndex = placing.placementIndex;
    this.access = placing.access;
    this.placing = placing.placing;

    const moving = makeMoving(o, { ...placing, fleet, warmUp, rooms, clients, ownership, modeOf });
    this.moves = moving.moves;
    this.drains = moving.drains;
    this.roomWatcher = moving.roomWatcher;

    const { moves, reserved } = this;
    const ingest = new ReportIngest({ ...o, fleet, ledger, denied, ownership, warmUp, routing, moves, clients, peers });
    this.#ingest = ingest;
    const releaseCharges = (nodeId: string): number => ingest.releaseCharges(nodeId);
    this.#commands = new Commands({ ...o, fleet, routing, denied, ownership, bookings, reserved, releaseCharges });
  }

  /** Moves sessions: called by a timer while this centre leads. */
  tickMoves(): void {
    this.drains.tick();
    this.roomWatcher.tick();
    this.moves.tick();
  }

  end(): void {
    this.warmUp.end();
    this.moves.end();
    this.routing.close();
  }

  /** Restores the copy. Call once, before the first link. */
  async restore(): Promise<void> {
    const content = await this.#o.copy.load();
    this.#isSettled = content.isSettled;
    this.#ranAtMs = this.#o.clock.nowMs();
    restoreInto(this, content, this.#ranAtMs);
    this.routing.fleetChanged();
    this.access.restore(content.access);
    const wallMs = this.#o.clock.wallMs();
    for (const booking of content.bookings) this.bookings.put(booking, wallMs);
    this.loads.restore(content.loads, Math.floor(wallMs / 60_000));
    const { leases, charges, nodes, drains, bookings } = content;
    const kinds = { leases, charges, nodes, drains, bookings };
    const counts = Object.fromEntries(Object.entries(kinds).map(([kind, { length }]) => [kind, length]));
    this.#o.log.info(counts, 'restored from the copy');
  }

  /** Starts the warm-up when nodes can reach the centre: the first placements wait for the nodes of the copy. */
  listening(): void {
    const media = this.fleet.list().filter(({ description, drainReason }) => {
      return description.kind === nodeKind.media && drainReason === undefined;
    });
    this.warmUp.start(media.filter((node) => !node.isLinked).map((node) => node.description.nodeId));
    if (!this.#isSettled) this.warmUp.waitFullTime();
  }

  /** Marks the copy as settled, after the full wait: a centre that dies earlier has learnt nothing of the fleet. */
  #warmUpEnded(): void {
    if (!this.#isSettled) this.#o.copy.saveSettled();
    this.#isSettled = true;
  }

  register(o: Registration): { isDraining: boolean } {
    return this.#ingest.register(o);
  }

  /** Merges a report; returns whether the node's full list is wanted. */
  report(nodeId: string, report: NodeReport, confirmedDecisionIds: readonly string[]): boolean {
    return this.#ingest.report(nodeId, report, confirmedDecisionIds);
  }

  fullReport(nodeId: string, report: FullReport): void {
    this.#ingest.fullReport(nodeId, report);
  }

  linkDown(nodeId: string, hasEnded = false): void {
    this.#ingest.linkDown(nodeId, hasEnded);
  }

  probed(nodeId: string, samples: readonly ProbeSample[]): void {
    this.#ingest.probed(nodeId, samples);
  }

  /** Decides, charges and acquires the lease, or refuses if no node fits. Throws REQUEST_INVALID, CITY_UNKNOWN. */
  async place(ask: PlaceAsk, signalingId: string): Promise<PlaceAnswer> {
    const waited = this.warmUp.isWaiting ? await this.warmUp.wait() : '';
    this.#tickSoon();
    const signalingNode = registeredNode(this.fleet, signalingId).description;
    const charged = this.#decideAndCharge(ask, signalingNode, waited);
    const { record, regionEpoch } = charged instanceof Promise ? await charged : charged;
    const { decision } = record;
    if (!decision.ok) {
      const retryAfterMs = Math.round(RETRY_AFTER_MS[decision.code] * (1 + this.#o.rng.next() / 2));
      // In `want`, the location is the client's assumed place, and the fence includes the room's.
      if (decision.code === 'NO_CAPACITY') this.#countUnserved(record.want, signalingNode.region, retryAfterMs);
      return { record, lease: undefined, retryAfterMs, regionEpoch };
    }
    this.unserved.placed(ask.sessionId);
    const leaseOrPromise = this.ownership.forPlacing(ask.roomKey, signalingId);
    let lease: LeaseAnswer | undefined;
    if (leaseOrPromise instanceof Promise) [lease] = await Promise.all([leaseOrPromise, record.written]);
    else {
      await record.written;
      lease = leaseOrPromise;
    }
    return { record, lease, retryAfterMs: 0, regionEpoch };
  }

  /** Counts a refused join in the signaling node's region, unless its fence excludes that; no address is looked up. */
  turnedAway(ask: Pick<PlaceAsk, 'sessionId' | 'regionPin'>, signalingId: string, retryAfterMs: number): void {
    const signalingNode = registeredNode(this.fleet, signalingId).description;
    this.#countUnserved(
      { sessionId: ask.sessionId, regionPin: ask.regionPin, location: signalingNode },
      signalingNode.region,
      retryAfterMs,
    );
  }

  #countUnserved(
    refused: { readonly sessionId: string; readonly regionPin: string; readonly location: Point },
    signalingRegion: string,
    retryAfterMs: number,
  ): void {
    const nowMs = this.#o.clock.nowMs();
    this.placementIndex.refresh(nowMs);
    const unservedRegion = wantedRegion(refused.regionPin, refused.location, this.placementIndex.sites);
    this.unserved.refused(refused.sessionId, {
      region: unservedRegion === '' ? signalingRegion : unservedRegion,
      retryAfterMs,
      nowMs,
    });
  }

  /** Decides, and charges at the process that keeps the node's charges. A NO_CAPACITY error counts as unserved too. */
  #decideAndCharge(
    ask: PlaceAsk,
    signalingNode: NodeDescription,
    waited: string,
  ): ChargedDecision | Promise<ChargedDecision> {
    const { regions } = this.#o;
    const failed = (error: unknown): never => this.#failed(error, ask, signalingNode);
    if (regions !== undefined)
      return this.#decideCharged(regions, { ask, signalingId: signalingNode.nodeId, waited }).catch(failed);
    try {
      return { record: this.placing.decide(ask, signalingNode, waited), regionEpoch: 0 };
    } catch (error) {
      return failed(error);
    }
  }

  #failed(error: unknown, ask: PlaceAsk, signalingNode: NodeDescription): never {
    if (errorInfoOf(error).code === 'NO_CAPACITY') {
      const { sessionId, regionPin } = ask;
      const { location } = this.#o.locator.locate(ask, signalingNode);
      this.#countUnserved({ sessionId, regionPin, location }, signalingNode.region, RETRY_AFTER_MS.NO_CAPACITY);
    }
    throw error;
  }

  #decideCharged(
    regions: RegionsPort,
    o: { ask: PlaceAsk; signalingId: string; waited: string },
  ): Promise<ChargedDecision> {
    const signalingNode = (): NodeDescription => registeredNode(this.fleet, o.signalingId).description;
    const regionOf = (nodeId: string): string => registeredNode(this.fleet, nodeId).description.region;
    return decideCharged({ ...o, placing: this.placing, regions, signalingNode, regionOf, log: this.#o.log });
  }

  /** Returns the client's place and its signaling nodes, the best first. Counts as a session. Throws CITY_UNKNOWN. */
  locate(o: { clientIp: string; fromCity: string }, signalingId: string) {
    const { client } = this.placing.clientOf(o, registeredNode(this.fleet, signalingId).description);
    this.placementIndex.refresh(this.#o.clock.nowMs());
    const { location } = client;
    const signalingIds = signalingNodesToOffer(this.access.sitesToOffer(client), location, this.fleet.list());
    return { location, signalingIds };
  }

  /** Returns the assumed place of a gateway's client; source 'none': unknown. Throws CITY_UNKNOWN. */
  locationOf(o: { clientIp: string; fromCity: string }, gatewayId: string): Location {
    return this.placing.clientOf(o, registeredNode(this.fleet, gatewayId).description).client.location;
  }

  drain(nodeId: string, reason: string | undefined): Promise<boolean> {
    return this.#commands.drain(nodeId, reason);
  }

  cordon(nodeId: string, reason: string | undefined): Promise<boolean> {
    return this.#commands.cordon(nodeId, reason);
  }

  /** Sets or takes back (undefined) the room's mode and moves members accordingly. False: too many rooms have one. */
  async setMode(roomKey: string, mode: RoomMode | undefined): Promise<boolean> {
    this.roomWatcher.modeGiven(roomKey);
    return setMode({ rooms: this.rooms, copy: this.#o.copy, log: this.#o.log }, roomKey, mode);
  }

  /** Moves a session to a given node or to its best; impossible requests are refused at once. */
  askMove(sessionId: string, toNodeId: string | undefined, reason: string) {
    return askMove(this, { sessionId, toNodeId, reason }, this.#o.clock.nowMs());
  }

  deny(nodeId: string, reason: string): Promise<boolean> {
    return this.#commands.deny(nodeId, reason);
  }

  /** Lifts a denial; false when the node was not shut out. */
  allow(nodeId: string): Promise<boolean> {
    return this.#commands.allow(nodeId);
  }

  /** `since`: version that the receiver holds (0: none), so that it gets only changes. */
  plan(receiverId: string, since = 0): Plan {
    const { kind = '', takesSparsePlan } = this.fleet.get(receiverId)?.description ?? {};
    const { planVersion: version } = this.fleet;
    const { pathOf } = this.routing;
    return this.#plans.planFor(
      { kind, takesSparsePlan, since },
      { version, records: this.fleet.list(), deniedIds: this.denied.ids, pathOf },
    );
  }

  #tickSoon(): void {
    const sinceMs = this.#o.clock.nowMs() - this.#tickedAtMs;
    // Before the first tick no node has reported in time yet.
    if (sinceMs >= TICK_BEFORE_MS || sinceMs === Number.NEGATIVE_INFINITY) this.tick();
  }

  /** Advances the time: liveness, charges that lapse. Called before decisions and by a timer. */
  tick(): void {
    const { clock, log, copy, metrics } = this.#o;
    const nowMs = clock.nowMs();
    const lagMs = nowMs - this.#ranAtMs;
    this.#tickedAtMs = nowMs;
    this.#ranAtMs = nowMs;
    if (lagMs >= STALL_MS) {
      metrics.stalls.inc();
      log.warn({ lagMs }, 'the centre was stalled; silence in that time counts against no node');
      this.fleet.excuse(nowMs, lagMs);
    }
    const peersOf = this.#ingest.peersAt(nowMs);
    const { suspect, died, forgotten } = this.fleet.tick(nowMs, peersOf);
    this.young.tick(nowMs);
    this.reserved.tick(nowMs, clock.wallMs());
    this.recording.tick();
    // Figures for the log: how long the node was silent here, and other machines' reports about its machine.
    const silenceOf = (nodeId: string): { nodeId: string; silentMs?: number; peers?: Reachability } => {
      const node = this.fleet.get(nodeId); // undefined: forgotten with its death
      if (node === undefined) return { nodeId };
      return { nodeId, silentMs: Math.round(nowMs - node.heardAtMs), peers: peersOf(node.description.hostId) };
    };
    for (const nodeId of suspect) log.warn(silenceOf(nodeId), 'node suspect: no report in time');
    for (const nodeId of died)
      log.warn({ ...silenceOf(nodeId), charges: this.#ingest.releaseCharges(nodeId) }, 'node dead');
    for (const { description } of forgotten) {
      copy.dropNode(description.nodeId, this.fleet.commandsAhead.get(description.nodeId));
      this.#ingest.forget(description);
    }
    for (const { decisionId, nodeId } of this.ledger.expire(clock.nowMs())) {
      copy.dropCharge(decisionId);
      metrics.chargesLapsed.inc();
      log.info({ decisionId, nodeId }, 'charge lapsed: no node confirmed it');
    }
  }

  book(booking: Booking): Promise<void> {
    return this.#commands.book(booking);
  }

  bookMeetings(meetingBookings: MeetingBookings): Promise<number> {
    return this.#commands.bookMeetings(meetingBookings);
  }

  /** Returns the kept and the missing seats of a booked room; undefined: the room has no booking for now or soon. */
  bookedSeats(roomKey: string): { readonly kept: number; readonly short: number } | undefined {
    const seats = this.reserved.seatsFor(roomKey);
    if (seats === undefined) return undefined;
    return { kept: seats.reduce((sum, { sessions }) => sum + sessions, 0), short: this.reserved.shortOf(roomKey) };
  }

  unbook(id: string): Promise<boolean> {
    return this.#commands.unbook(id);
  }
}
