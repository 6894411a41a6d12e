// Keeps the routes between hosts up to date from the fleet, probe reports and path reports. It owns the planner, the
// rows that hosts get, and a timer: all input within a batch makes a single plan. No sockets, no protobuf.
import { guessedOnewayMs, nodeKind } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { CentreMetrics } from '../base/metrics.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import {
  authorisedReporters,
  type HostDelays,
  hostsOf,
  isSameFleet,
  type LinkReport,
  type PlannerHost,
  pairKeyOf,
  pairsInUse,
  type RelayPriceMs,
  RoutePlanner,
  type RouteRows,
  RowStore,
  ShownPaths,
  sharedRooms,
  usedTable,
} from './core/links/index.ts';
import type { HostPath } from './core/plan.ts';
import { admitRelays, DIRECT, type MayRelay } from './core/routes/index.ts';

/** Reports within this time form a batch: a report acts within 0.2 s, and 120 hosts cost a single plan. */
const BATCH_MS = 200;
/** Interval of plans without any input, because figures without new reports must fade. */
const FADE_EVERY_MS = 5_000;
/** Interval of counting shared rooms, which decide how often links are probed and which pairs the budget admits. */
const IN_USE_EVERY_MS = 1_000;
/** Shortest time between path changes in the plan of all nodes: the plan is large and only shows the paths. */
const PLAN_EVERY_MS = 1_000;

export interface RoutingOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: CentreMetrics;
  /** Whether places are pretended (development): round trips are then not checked against the speed of light. */
  readonly isPlacePretended?: boolean;
  /** Share of all traffic between hosts that may be relayed; 1: no limit. */
  readonly relayBudgetShare?: number;
  /** Cost of a relay's traffic; absent: free. */
  readonly relayPriceMs?: RelayPriceMs;
  /** Whether the room's mode lets its media go through relays; absent: always. */
  readonly mayRelayRoom?: (roomKey: string) => boolean;
}

export interface HostFlip {
  readonly toHostId: string;
  readonly via: string;
  readonly reason: string;
}

export class Routing implements HostDelays {
  readonly planner: RoutePlanner;
  readonly #o: RoutingOptions;
  readonly #rows = new RowStore();
  #listener: () => void = () => undefined;
  #timer: Timer | undefined;
  readonly #fading: Timer;
  #fleetVersion = -1;
  /** Time of the last look at the fleet's hosts, by a plan or without one. */
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #hostsUnplanned = 0;
  #used: ReadonlySet<string> = new Set();
  #mayRelay: MayRelay | undefined;
  #usedAtMs = Number.NEGATIVE_INFINITY;
  /** Pairs in use (`#used`) as a table for the hosts of the last rows. */
  #usedTable: { hostIds: readonly string[]; used: ReadonlySet<string>; table: Uint8Array } | undefined;
  readonly #shownPaths = new ShownPaths();
  #planShownAtMs = Number.NEGATIVE_INFINITY;
  /** Hosts by id at a version of the fleet, for delays of hosts that are not planned yet. */
  #hostsCache: { version: number; byId: ReadonlyMap<string, PlannerHost> } = { version: -1, byId: new Map() };
  #reporters: { version: number; ids: ReadonlySet<string> } = { version: -1, ids: new Set() };
  #isClosed = false;

  constructor(o: RoutingOptions) {
    this.#o = o;
    this.planner = new RoutePlanner({ checksLight: o.isPlacePretended !== true });
    this.#fading = o.clock.every(FADE_EVERY_MS, () => {
      this.#fleetVersion = -1; // the load of relays moves without a new version
      this.fleetChanged();
      this.#arm();
    });
  }

  get version(): number {
    return this.planner.version;
  }

  /** Hosts beyond the planned number, which are reached directly. */
  get hostsUnplanned(): number {
    return this.#hostsUnplanned;
  }

  /** Sets the listener, which is called after each batch that changed the rows of hosts. */
  onRows(listener: () => void): void {
    this.#listener = listener;
  }

  delayMs(fromHostId: string, toHostId: string): number {
    const planned = this.planner.delayMs(fromHostId, toHostId);
    if (!Number.isNaN(planned)) return planned;
    // The host has just registered, or is beyond the planned number.
    const [a, b] = [this.#hostsById().get(fromHostId), this.#hostsById().get(toHostId)];
    return a === undefined || b === undefined ? Number.NaN : guessedOnewayMs(a, b);
  }

  #hostsById(): ReadonlyMap<string, PlannerHost> {
    const { fleet } = this.#o;
    if (this.#hostsCache.version !== fleet.planVersion) {
      const byId = new Map(hostsOf(fleet.list(), this.#o.relayPriceMs).hosts.map((host) => [host.hostId, host]));
      this.#hostsCache = { version: fleet.planVersion, byId };
    }
    return this.#hostsCache.byId;
  }

  rttMs(a: string, b: string): number {
    return this.planner.rttMs(a, b);
  }

  /** Plans at once after a change of the hosts; a change within BATCH_MS of the last look waits for its batch. */
  fleetChanged(): void {
    const { fleet } = this.#o;
    if (this.#isClosed || fleet.planVersion === this.#fleetVersion) return;
    const nowMs = this.#o.clock.nowMs();
    if (nowMs - this.#lookedAtMs < BATCH_MS) {
      this.#arm();
      return;
    }
    // A look that finds the same hosts begins a batch too: its cost grows with the fleet, and thousands of nodes
    // register at once after a takeover.
    this.#lookedAtMs = nowMs;
    if (this.#takeHosts()) this.#replan();
  }

  #takeHosts(): boolean {
    const { fleet } = this.#o;
    this.#fleetVersion = fleet.planVersion;
    const { hosts, unplanned: unplannedCount } = hostsOf(fleet.list(), this.#o.relayPriceMs);
    this.#hostsUnplanned = unplannedCount;
    if (isSameFleet(hosts, this.planner.hosts)) return false;
    this.planner.setHosts(hosts);
    return true;
  }

  /** Whether the node may report for the machine that it names, and hold its keys. */
  mayReport(nodeId: string): boolean {
    const { fleet } = this.#o;
    if (this.#reporters.version !== fleet.planVersion)
      this.#reporters = { version: fleet.planVersion, ids: authorisedReporters(fleet.list()) };
    return this.#reporters.ids.has(nodeId);
  }

  /** Takes measurements of the machine's probe, or of a media node's forwarder. Refusals are counted by reason. */
  report(nodeId: string, reports: readonly LinkReport[]): void {
    const { fleet, clock } = this.#o;
    const { hostId = '', kind = '' } = fleet.get(nodeId)?.description ?? {};
    const forwarderId = kind === nodeKind.media ? nodeId : undefined;
    const isAuthorised = this.mayReport(nodeId);
    for (const report of reports) {
      const refusal = isAuthorised
        ? this.planner.applyReport(hostId, report, clock.nowMs(), forwarderId)
        : 'not_its_host';
      if (refusal === undefined || refusal === 'set_aside') this.#o.metrics.linkSamples.inc();
      else this.#o.metrics.linkSamplesRefused.inc({ reason: refusal });
    }
    this.#arm();
  }

  /** Takes path switches that a node's machine made by itself. */
  flips(nodeId: string, flips: readonly HostFlip[]): void {
    const { fleet, clock, metrics, log } = this.#o;
    const hostId = fleet.get(nodeId)?.description.hostId ?? '';
    const isAuthorised = this.mayReport(nodeId);
    for (const { toHostId, via, reason } of flips) {
      if (!isAuthorised || !this.planner.flipped(hostId, toHostId, via, clock.nowMs())) {
        metrics.linkSamplesRefused.inc({ reason: 'unknown_host' });
        continue;
      }
      metrics.routeChanges.inc({ by: 'host' });
      log.info({ from: hostId, to: toHostId, via, reason }, 'a host took another path');
    }
    if (flips.length > 0) this.#arm();
  }

  /** Returns the rows that a receiver on this machine with version `since` lacks; 0: all rows. */
  rows(hostId: string, since: number): RouteRows {
    return this.#rows.since(hostId, since);
  }

  /** Present path between two machines for the plan, seen from the first. */
  readonly pathOf = (a: string, b: string): HostPath | undefined => {
    const route = this.planner.route(a, b);
    if (route === undefined) return undefined;
    return { via: route.via, delayMs: (route.delayMs + this.planner.delayMs(b, a)) / 2 };
  };

  /** Pairs of hosts that share a room, and the legs of their relayed paths, as `pairKeyOf`. */
  get pairsInUse(): ReadonlySet<string> {
    return this.#used;
  }

  isInUse(a: string, b: string): boolean {
    return this.#used.has(pairKeyOf(a, b));
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#fading.cancel();
  }

  #arm(): void {
    if (this.#isClosed) return;
    this.#timer ??= this.#o.clock.after(BATCH_MS, () => {
      this.#timer = undefined;
      this.#replan();
    });
  }

  #replan(): void {
    const { clock, metrics, log } = this.#o;
    const startedMs = clock.nowMs();
    this.#lookedAtMs = startedMs;
    if (this.#o.fleet.planVersion !== this.#fleetVersion) this.#takeHosts();
    this.#updatePairsInUse(startedMs);
    const changes = this.planner.replan(startedMs, this.#mayRelay);
    if (changes > 0) {
      metrics.routeChanges.inc({ by: 'centre' }, changes);
      log.info({ changes, version: this.planner.version }, 'routes changed');
    }
    const isNews = this.#updateRows();
    metrics.replanMs.observe(clock.nowMs() - startedMs);
    this.#showPaths(startedMs);
    if (isNews) this.#listener();
  }

  #updatePairsInUse(nowMs: number): void {
    if (nowMs - this.#usedAtMs < IN_USE_EVERY_MS && this.#mayRelay === undefined) return;
    this.#usedAtMs = nowMs;
    const rooms = new Map<string, Set<string>>();
    for (const { description, rooms: heldRooms, liveness } of this.#o.fleet.list()) {
      if (description.kind !== nodeKind.media || liveness === 'dead') continue;
      const known = rooms.get(description.hostId) ?? new Set<string>();
      rooms.set(description.hostId, known);
      for (const key of heldRooms.keys()) known.add(key);
    }
    const shared = sharedRooms(rooms);
    this.#used = pairsInUse(shared, (from, to) => this.planner.route(from, to)?.via ?? '');
    this.#mayRelay = this.#bothAllow(this.#admitted(shared), this.#relayablePairs(rooms, shared));
  }

  /**
   * Returns the pairs that rooms let go through relays. A pipe serves all rooms of its two hosts, so a path is chosen
   * for a pair and not for a room: a pair gets no relay when none of its rooms wants a relay, unless there is no direct
   * path.
   */
  #relayablePairs(
    rooms: ReadonlyMap<string, ReadonlySet<string>>,
    shared: ReadonlyMap<string, number>,
  ): MayRelay | undefined {
    const { mayRelayRoom = () => true } = this.#o;
    const wanting = new Map<string, ReadonlySet<string>>();
    let isRestricted = false;
    for (const [hostId, keys] of rooms) {
      const relayableRooms = new Set([...keys].filter(mayRelayRoom));
      if (relayableRooms.size < keys.size) isRestricted = true;
      wanting.set(hostId, relayableRooms);
    }
    if (!isRestricted) return undefined;
    const relayablePairs = sharedRooms(wanting);
    const { hosts } = this.planner;
    const { linkMs } = this.planner.plan.input;
    const nameOf = (index: number): string => hosts[index]?.hostId ?? '';
    return (pair) => {
      const key = pairKeyOf(nameOf(Math.floor(pair / hosts.length)), nameOf(pair % hosts.length));
      return !shared.has(key) || relayablePairs.has(key) || !Number.isFinite(linkMs[pair] ?? Number.POSITIVE_INFINITY);
    };
  }

  #bothAllow(a: MayRelay | undefined, b: MayRelay | undefined): MayRelay | undefined {
    return a === undefined || b === undefined ? (a ?? b) : (pair) => a(pair) && b(pair);
  }

  /** Nodes do not report the traffic of a pair yet, so its number of shared rooms stands for it. */
  #admitted(shared: ReadonlyMap<string, number>): MayRelay | undefined {
    const share = this.#o.relayBudgetShare ?? 1;
    if (share >= 1) return undefined;
    const { hosts } = this.planner;
    const { table, input } = this.planner.plan;
    const pairs = Array.from({ length: hosts.length * hosts.length }, (_, pair) => {
      const [from, to] = [Math.floor(pair / hosts.length), pair % hosts.length];
      const relayedMs = (table.bestVia[pair] ?? DIRECT) >= 0 ? (table.bestMs[pair] ?? 0) : Number.POSITIVE_INFINITY;
      const bytes = shared.get(pairKeyOf(hosts[from]?.hostId ?? '', hosts[to]?.hostId ?? '')) ?? 0;
      return { pair, directMs: input.linkMs[pair] ?? 0, relayedMs, bytes };
    }).filter(({ pair }) => Math.floor(pair / hosts.length) !== pair % hosts.length);
    const { admitted } = admitRelays(pairs, share);
    return (pair) => admitted.has(pair);
  }

  #updateRows(): boolean {
    const { routes } = this.planner;
    if (this.#usedTable?.used !== this.#used || this.#usedTable.hostIds !== routes.hostIds) {
      this.#usedTable = { hostIds: routes.hostIds, used: this.#used, table: usedTable(this.#used, routes.hostIds) };
    }
    return this.#rows.update(routes, this.#usedTable.table);
  }

  /** Raises the version of the plan of all nodes when a path has changed, or a delay by much. */
  #showPaths(nowMs: number): void {
    if (nowMs - this.#planShownAtMs < PLAN_EVERY_MS) {
      this.#arm();
      return;
    }
    if (!this.#shownPaths.update(this.planner.routes)) return;
    this.#planShownAtMs = nowMs;
    this.#o.fleet.pathsChanged();
    this.#fleetVersion = this.#o.fleet.planVersion;
  }
}
