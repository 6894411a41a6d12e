// Index of placement: sites, their hosts and media nodes, kept beside the fleet. Its structure is rebuilt when nodes
// come or go. A node has a single live view: its charges are updated at every look, the rest stays until the node
// reports again and gets a new view. So a decision allocates no objects for the nodes that it looks at, and a log needs
// to store only the moving numbers of a view (decision-log.ts). Reads fleet and ledger, changes nothing there.

import { distanceKm, estimatedRttMs, nodeKind, type Point } from '@meridian/protocol';
import type { Fleet } from '../../fleet/core/fleet.ts';
import { type NodeRecord, sessionsSeen, siteKeyOf } from '../../fleet/core/node.ts';
import type { IngressMap } from '../../locating/core/ingress/belief.ts';
import type { HostDelays } from '../../routing/core/links/delays.ts';
import { SFU_MS } from './felt-delay.ts';
import type { Ledger, Tally } from './ledger.ts';
import { isSound } from './soundness.ts';
import type { HostView, NodeView } from './view.ts';
import type { Expected, YoungRooms } from './young-rooms.ts';

export interface HostSlot {
  readonly hostId: string;
  readonly site: number;
  readonly nodes: readonly NodeSlot[];
  /** Live view; see `PlacementIndex.view`. */
  readonly host: { readonly hostId: string; readonly siteKey: string; readonly nodes: LiveView[] };
}

interface NodeSlot {
  readonly record: NodeRecord;
  readonly tally: Tally;
  readonly expected: Readonly<Expected>;
  revision: number; // revision of the record at the time of its view
}

/** Figures that move from decision to decision; only the index writes them. */
type ChargeFigure = 'sessionsAssumed' | 'sessionsExpected' | 'sessionsReserved';
type LiveView = Omit<NodeView, ChargeFigure> & { -readonly [K in ChargeFigure]: NodeView[K] };

export interface SiteSlot extends Point {
  readonly key: string;
  readonly region: string;
  readonly hosts: readonly HostSlot[];
}

export interface SeatsKept {
  seatsOn(nodeId: string): number;
}

/** Delay between two hosts of a site: a metre of cable and two network cards. */
const SITE_MS = 0.5;
/** Interval of measuring: paths are planned several times a second, but a client's best site changes less often. */
const MEASURE_EVERY_MS = 1000;

export class PlacementIndex {
  readonly #fleet: Fleet;
  readonly #ledger: Ledger;
  readonly #young: YoungRooms;
  readonly #delays: HostDelays | undefined;
  readonly #reserved: SeatsKept | undefined;
  #sites: readonly SiteSlot[] = [];
  #siteOf = new Map<string, number>();
  #hostOf = new Map<string, HostSlot>();
  #hostOfNode = new Map<string, HostSlot>();
  #delayMs = new Float64Array(0);
  #map: SiteMap = { sites: [], rttMs: new Float64Array(0) };
  #freshShare = 1;
  #planVersion = -1;
  #membersVersion = -1;
  #delaysVersion = -1;
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  #siteVersion = 0;

  constructor(o: {
    fleet: Fleet;
    ledger: Ledger;
    young: YoungRooms;
    delays?: HostDelays | undefined;
    reserved?: SeatsKept;
  }) {
    this.#reserved = o.reserved;
    this.#fleet = o.fleet;
    this.#ledger = o.ledger;
    this.#young = o.young;
    this.#delays = o.delays;
  }

  /** Brings the index up to date; call before every decision. Cheap when nothing changed. */
  refresh(nowMs: number): void {
    const delaysVersion = this.#delays?.version ?? 0;
    if (this.#fleet.planVersion !== this.#planVersion) {
      this.#planVersion = this.#fleet.planVersion;
      this.#freshShare = this.#fleet.freshShare();
      if (this.#fleet.membersVersion !== this.#membersVersion) this.#rebuild();
      this.#measuredAtMs = Number.NEGATIVE_INFINITY;
      this.#delaysVersion = -1;
    }
    if (delaysVersion !== this.#delaysVersion && nowMs - this.#measuredAtMs >= MEASURE_EVERY_MS) {
      this.#measuredAtMs = nowMs;
      this.#delaysVersion = delaysVersion;
      this.#measure();
    }
  }

  get sites(): readonly SiteSlot[] {
    return this.#sites;
  }

  /** Rises when sites, or round trips between them, changed: beliefs must be recomputed. */
  get siteVersion(): number {
    return this.#siteVersion;
  }

  get map(): IngressMap {
    return this.#map;
  }

  get freshShare(): number {
    return this.#freshShare;
  }

  siteOf(key: string): number | undefined {
    return this.#siteOf.get(key);
  }

  hostOf(hostId: string): HostSlot | undefined {
    return this.#hostOf.get(hostId);
  }

  hostOfNode(nodeId: string): HostSlot | undefined {
    return this.#hostOfNode.get(nodeId);
  }

  /** Delay in one direction from site to site by the path in use, site × sites + site, SFUs not included. */
  get siteDelayMs(): Float64Array {
    return this.#delayMs;
  }

  /** Returns the one-way delay by the path in use, with the SFU at each end (a host with itself: one SFU). */
  betweenMs(from: HostSlot, to: HostSlot): number {
    if (from === to) return SFU_MS;
    return (this.#delayMs[from.site * this.#sites.length + to.site] ?? 0) + 2 * SFU_MS;
  }

  nodes(nowMs: number): NodeView[] {
    this.refresh(nowMs);
    return [...this.#hostOf.values()].flatMap((slot) => [...this.view(slot).nodes]);
  }

  /** Returns the live view of the host, valid until the next charge. A caller that keeps it copies the numbers. */
  view({ nodes, host }: HostSlot): HostView {
    for (let index = 0; index < nodes.length; index += 1) {
      const node = nodes[index] as NodeSlot;
      const { record, tally, expected } = node;
      const live = host.nodes[index] as LiveView;
      const reserved = this.#reserved?.seatsOn(record.description.nodeId) ?? 0;
      if (node.revision === record.revision) {
        live.sessionsAssumed = tally.assumed;
        live.sessionsExpected = expected.sessions + reserved;
        live.sessionsReserved = reserved;
      } else {
        node.revision = record.revision;
        host.nodes[index] = nodeViewOf(record, tally.assumed, expected.sessions + reserved, reserved);
      }
    }
    return host;
  }

  #rebuild(): void {
    const bySite = new Map<string, Map<string, NodeRecord[]>>();
    const siteOfHost = new Map<string, string>(); // all nodes of a host count at the place of the host's first node
    this.#membersVersion = this.#fleet.membersVersion;
    for (const record of this.#fleet.list()) {
      const { kind, hostId, region, city } = record.description;
      if (kind !== nodeKind.media) continue;
      const key = siteOfHost.get(hostId) ?? siteKeyOf(region, city);
      siteOfHost.set(hostId, key);
      const hosts = bySite.get(key) ?? new Map<string, NodeRecord[]>();
      hosts.set(hostId, [...(hosts.get(hostId) ?? []), record]);
      bySite.set(key, hosts);
    }
    this.#sites = [...bySite.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, hosts], site) => this.#siteSlot(key, site, hosts));
    const slots = this.#sites.flatMap(({ hosts }) => hosts);
    this.#siteOf = new Map(this.#sites.map(({ key }, site) => [key, site]));
    this.#hostOf = new Map(slots.map((slot) => [slot.hostId, slot]));
    this.#hostOfNode = new Map(
      slots.flatMap((slot) => slot.nodes.map(({ record }) => [record.description.nodeId, slot])),
    );
    const nodeIds = new Set(this.#hostOfNode.keys());
    this.#ledger.keepTallies(nodeIds);
    this.#young.keepTallies(nodeIds);
  }

  #siteSlot(key: string, site: number, hosts: ReadonlyMap<string, NodeRecord[]>): SiteSlot {
    const slots = [...hosts.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([hostId, records]) => this.#hostSlot(hostId, key, site, records));
    const { latitude = 0, longitude = 0, region = '' } = slots[0]?.nodes[0]?.record.description ?? {};
    return { key, region, latitude, longitude, hosts: slots };
  }

  #hostSlot(hostId: string, siteKey: string, site: number, records: NodeRecord[]): HostSlot {
    records.sort((a, b) => (a.description.nodeId < b.description.nodeId ? -1 : 1));
    const nodes = records.map((record): NodeSlot => {
      const { nodeId } = record.description;
      const { revision } = record;
      return { record, revision, tally: this.#ledger.tallyOf(nodeId), expected: this.#young.tallyOf(nodeId) };
    });
    const views = nodes.map(({ record, tally, expected }) => nodeViewOf(record, tally.assumed, expected.sessions, 0));
    return { hostId, site, nodes, host: { hostId, siteKey, nodes: views } };
  }

  /** Measures by the first host of each site: delays inside a site are small beside those between sites. */
  #measure(): void {
    const count = this.#sites.length;
    const rttMs = new Float64Array(count * count).fill(Number.NaN);
    this.#delayMs = new Float64Array(count * count);
    for (const [a, from] of this.#sites.entries()) {
      for (const [b, to] of this.#sites.entries()) {
        this.#delayMs[a * count + b] = a === b ? SITE_MS : this.#siteDelayMs(from, to);
        rttMs[a * count + b] = a === b ? 0 : (this.#delays?.rttMs(firstHost(from), firstHost(to)) ?? Number.NaN);
      }
    }
    const sites = this.#sites.map(({ key, latitude, longitude }) => ({ key, latitude, longitude }));
    // Keeps the site version while the measurements are unchanged: a new version throws away the beliefs of tens of
    // thousands of clients.
    if (isSameMap(this.#map, { sites, rttMs })) return;
    this.#map = { sites, rttMs };
    this.#siteVersion += 1;
  }

  #siteDelayMs(from: SiteSlot, to: SiteSlot): number {
    const known = this.#delays?.delayMs(firstHost(from), firstHost(to));
    return known !== undefined && Number.isFinite(known) ? known : estimatedRttMs(distanceKm(from, to)) / 2;
  }
}

interface SiteMap extends IngressMap {
  readonly sites: readonly (Point & { readonly key: string })[];
}

function isSameMap(a: SiteMap, b: SiteMap): boolean {
  const isSameSite = (site: SiteMap['sites'][number], at: number): boolean => {
    const otherSite = b.sites[at];
    return (
      site.key === otherSite?.key && site.latitude === otherSite.latitude && site.longitude === otherSite.longitude
    );
  };
  // Object.is, because NaN (unmeasured) must equal itself.
  const isSameTime = (rttMs: number, at: number): boolean => Object.is(rttMs, b.rttMs[at]);
  return a.sites.length === b.sites.length && a.sites.every(isSameSite) && a.rttMs.every(isSameTime);
}

function firstHost({ hosts }: SiteSlot): string {
  return hosts[0]?.hostId ?? '';
}

function nodeViewOf(record: NodeRecord, assumed: number, expected: number, reserved: number): LiveView {
  const { description } = record;
  const view = {
    nodeId: description.nodeId,
    hostId: description.hostId,
    region: description.region,
    city: description.city,
    latitude: description.latitude,
    longitude: description.longitude,
    incarnation: description.incarnation,
    liveness: record.liveness,
    isLinked: record.isLinked,
    state: record.state,
    drainReason: record.drainReason,
    cordonReason: record.cordonReason,
    distrust: record.distrust,
    protocolVersion: description.versions.protocol,
    routerVersion: description.versions.router,
    capacity: description.capacity,
    load: record.load,
    sessionsSeen: sessionsSeen(record),
    sessionsAssumed: assumed,
    sessionsExpected: expected,
    sessionsReserved: reserved,
    freshSinceMs: record.freshSinceMs,
    isSound: false,
  };
  view.isSound = isSound(view);
  return view;
}
