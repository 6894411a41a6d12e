// The cloud as the leading centre reports it: the fleet and host links, cached for some seconds, and single queries.
// The centre is asked only when a reader needs an answer.
import {
  call,
  type LogQuery,
  type LogSearchResult,
  limits,
  logLimits,
  logQueryToWire,
  logSearchResultFrom,
  MeridianError,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Clock, Link, Logger } from '@meridian/runtime';
import { nodeErrorOf } from '../nodes/node-links.ts';
import { Crossings, sitePair } from './core/crossing.ts';
import {
  type FleetNode,
  fleetFromWire,
  type HostLink,
  linksFromWire,
  mergeLinks,
  queueFromWire,
  type RecordingQueue,
} from './core/fleet.ts';

/** Largest age of the fleet and of used links: half of the delay that people accept as "now" on a map. */
const FRESH_MS = 2000;
/** Largest age of unused links, for which the centre checks every pair of hosts. */
const ALL_LINKS_MS = 10_000;
const CENTRE_MS = 3000;
/** Limit of hosts of a site whose links are requested; each answer has every other host twice. */
const HOSTS_QUERIED_MAX = 16;
const PATHS_MAX = 1000;

/** Requests to the centre. They reject with the centre's code, or the link's. */
export interface ConsoleCentre {
  fleetSeen(ask: wire.FleetRequest.$Properties): Promise<wire.FleetSeen>;
  linksSeen(ask: wire.LinksRequest.$Properties): Promise<wire.LinksSeen>;
  roomPlanned(roomKey: string): Promise<wire.RoomPlanned>;
  nodeCommand(order: wire.NodeCommand.$Properties): Promise<wire.NodeCommanded>;
  logsSought(ask: wire.LogsSought.$Properties): Promise<wire.LogLines>;
}

export function consoleCentreOf(link: Link): ConsoleCentre {
  const o = { deadlineMs: CENTRE_MS };
  return {
    fleetSeen: (ask) => call(link, rpc.fleetSeen, ask, o),
    linksSeen: (ask) => call(link, rpc.linksSeen, ask, o),
    roomPlanned: (roomKey) => call(link, rpc.roomPlanned, { roomKey }, o),
    nodeCommand: (order) => call(link, rpc.nodeCommand, order, o),
    logsSought: (ask) => call(link, rpc.logsSought, ask, { deadlineMs: logLimits.centreMs }),
  };
}

export interface CurrentPath extends HostLink {
  readonly fromSite: string;
  readonly toSite: string;
  /** Site of the relay; '' for a direct path. */
  readonly viaSite: string;
}

export interface CloudSnapshot {
  readonly nodes: readonly FleetNode[];
  readonly links: readonly HostLink[];
  readonly recordingQueue: RecordingQueue;
}

export interface CentreViewsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Returns undefined while no centre can be reached. */
  centre(): ConsoleCentre | undefined;
}

export class CentreViews {
  readonly #o: CentreViewsOptions;
  #nodes: readonly FleetNode[] = [];
  #links: readonly HostLink[] = [];
  #recordingQueue: RecordingQueue = { waiting: 0, oldestMs: 0 };
  #isKnown = false;
  #requestedAtMs = Number.NEGATIVE_INFINITY;
  #allLinksAtMs = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<void> | undefined;
  #isReachable = true;
  #sinceMs: number;

  constructor(o: CentreViewsOptions) {
    this.#o = o;
    this.#sinceMs = o.clock.nowMs();
  }

  /** Returns whether the centre answered the last request, and since when. */
  get centreState(): { readonly isReachable: boolean; readonly sinceMs: number } {
    return { isReachable: this.#isReachable, sinceMs: this.#o.clock.nowMs() - this.#sinceMs };
  }

  /** Returns whether a centre has answered since the start. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Returns a view at most FRESH_MS old; without the centre, its last answer. Never rejects. */
  async latest(): Promise<CloudSnapshot> {
    await this.#refresh();
    return { nodes: this.#nodes, links: this.#links, recordingQueue: this.#recordingQueue };
  }

  /** Reads ten times as much as `latest`, so call it every few minutes only. Rejects with CENTRE_UNREACHABLE. */
  async fleetWithSent(): Promise<readonly FleetNode[]> {
    return fleetFromWire(await this.#request((centre) => centre.fleetSeen({ withSent: true }))).slice(
      0,
      limits.nodesMax,
    );
  }

  /** Returns `latest`, but rejects with CENTRE_UNREACHABLE if the centre has never answered. */
  async cloud(): Promise<CloudSnapshot> {
    const latest = await this.latest();
    if (!this.#isKnown) throw unreachable();
    return latest;
  }

  /** Returns `cloud`, but rejects with CENTRE_UNREACHABLE whenever the centre does not answer now. */
  async fleet(): Promise<readonly FleetNode[]> {
    await this.#refresh();
    if (!this.#isReachable) throw unreachable();
    return this.#nodes;
  }

  /** Returns region and city of a node's host; undefined for an unknown node. */
  async siteOf(nodeId: string): Promise<string | undefined> {
    return (await this.cloud()).nodes.find((node) => node.nodeId === nodeId)?.site;
  }

  /** Returns a test for whether media between two nodes uses the link between these sites, directly or over a relay. */
  async crossing(fromSite: string, toSite: string): Promise<(nodeId: string, otherId: string) => boolean> {
    const { nodes, links } = await this.cloud();
    const crossings = new Crossings(nodes, links);
    const wanted = sitePair(fromSite, toSite);
    return (nodeId, otherId) => crossings.ofNodes(nodeId, otherId).includes(wanted);
  }

  /** Returns paths in both directions with reasons, at most PATHS_MAX. */
  async pathsBetween(fromSite: string, toSite: string): Promise<CurrentPath[]> {
    const { nodes, links } = await this.cloud();
    const sites = new Crossings(nodes, links);
    const hostsAt = (site: string): string[] => [
      ...new Set(nodes.filter((node) => node.site === site).map(({ hostId }) => hostId)),
    ];
    const [from, to] = [hostsAt(fromSite), hostsAt(toSite)];
    const [fewerHosts, otherHosts] = from.length <= to.length ? [from, new Set(to)] : [to, new Set(from)];
    const linkQueries = fewerHosts.slice(0, HOSTS_QUERIED_MAX).map(async (hostId) => {
      const seen = await this.#linksOf(hostId);
      return seen.filter(
        (link) =>
          (link.fromHostId === hostId && otherHosts.has(link.toHostId)) ||
          (link.toHostId === hostId && otherHosts.has(link.fromHostId)),
      );
    });
    return (await Promise.all(linkQueries)).flat().slice(0, PATHS_MAX).map(withSites(sites));
  }

  /** Returns paths with reasons. */
  async pathsTo(nodeId: string, fromNodeIds: readonly string[]): Promise<CurrentPath[]> {
    const { nodes, links } = await this.cloud();
    const hostOf = new Map(nodes.map((node) => [node.nodeId, node.hostId]));
    const ownHostId = hostOf.get(nodeId);
    const others = new Set(fromNodeIds.flatMap((id) => hostOf.get(id) ?? []));
    if (ownHostId === undefined || others.size === 0) return [];
    const incomingLinks = (await this.#linksOf(ownHostId)).filter(
      (link) => link.toHostId === ownHostId && others.has(link.fromHostId),
    );
    return incomingLinks.slice(0, PATHS_MAX).map(withSites(new Crossings(nodes, links)));
  }

  /** Returns paths in both directions, with reasons, for at most HOSTS_ASKED_MAX hosts. */
  async pathsAmong(hostIds: readonly string[]): Promise<CurrentPath[]> {
    const { nodes, links } = await this.cloud();
    const asked = [...new Set(hostIds)].slice(0, HOSTS_QUERIED_MAX);
    const isAmong = new Set(asked);
    if (asked.length < 2) return [];
    const seen = await Promise.all(
      asked.map(async (hostId) =>
        (await this.#linksOf(hostId)).filter((link) => link.fromHostId === hostId && isAmong.has(link.toHostId)),
      ),
    );
    return seen.flat().map(withSites(new Crossings(nodes, links)));
  }

  /** Requests the plan of a room from the centre: GET /v1/rooms/KEY/plan. */
  async roomPlan(roomKey: string): Promise<unknown> {
    return JSON.parse((await this.#request((centre) => centre.roomPlanned(roomKey))).json);
  }

  /** Returns whether the node itself was informed. Rejects with REQUEST_INVALID. */
  async command(nodeId: string, command: 'cordon' | 'drain' | 'uncordon', reason: string): Promise<boolean> {
    const { heard } = await this.#request((centre) => centre.nodeCommand({ nodeId, command, reason }));
    this.#requestedAtMs = Number.NEGATIVE_INFINITY; // so that the next reader sees the effect
    return heard;
  }

  /** Rejects with the node's code, or the centre's. */
  async logLines(nodeId: string, query: LogQuery): Promise<LogSearchResult> {
    return logSearchResultFrom(
      await this.#request((centre) => centre.logsSought({ nodeId, wanted: logQueryToWire(query) })),
    );
  }

  async #linksOf(hostId: string): Promise<HostLink[]> {
    return linksFromWire(await this.#request((centre) => centre.linksSeen({ hostId, withReasons: true })));
  }

  /** Rejects with the centre's code; with CENTRE_UNREACHABLE while the centre is away or another centre takes over. */
  async #request<T>(ask: (centre: ConsoleCentre) => Promise<T>): Promise<T> {
    const centre = this.#o.centre();
    if (centre === undefined) throw unreachable();
    try {
      return await ask(centre);
    } catch (cause) {
      const error = nodeErrorOf(cause);
      // In an answer of the centre, this exact code means that the node to be asked is unreachable.
      const isOfNode = (cause as { code?: unknown } | null)?.code === 'NODE_UNREACHABLE';
      if (AWAY.has(error.code) && !isOfNode) throw unreachable(cause);
      throw error;
    }
  }

  /** Shares one refresh between readers. Never rejects: after a failure, the view is old, as `centreState` shows. */
  async #refresh(): Promise<void> {
    const nowMs = this.#o.clock.nowMs();
    if (nowMs - this.#requestedAtMs < FRESH_MS) return;
    this.#refreshing ??= this.#requestAll(nowMs).finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  async #requestAll(nowMs: number): Promise<void> {
    const isAllDue = nowMs - this.#allLinksAtMs >= ALL_LINKS_MS;
    try {
      const [fleet, links] = await this.#request((centre) =>
        Promise.all([centre.fleetSeen({}), centre.linksSeen({ usedOnly: !isAllDue })]),
      );
      this.#nodes = fleetFromWire(fleet).slice(0, limits.nodesMax);
      this.#recordingQueue = queueFromWire(fleet);
      const seen = linksFromWire(links);
      this.#links = isAllDue ? seen : mergeLinks(this.#links, seen);
      if (isAllDue) this.#allLinksAtMs = nowMs;
      this.#isKnown = true;
      this.#setReachable(true);
    } catch (error) {
      if (this.#isReachable) this.#o.log.warn({ err: error }, 'the centre does not answer the console');
      this.#setReachable(false);
    }
    this.#requestedAtMs = nowMs;
  }

  #setReachable(isReachable: boolean): void {
    if (this.#isReachable === isReachable) return;
    this.#isReachable = isReachable;
    this.#sinceMs = this.#o.clock.nowMs();
  }
}

const AWAY: ReadonlySet<string> = new Set(['NODE_UNREACHABLE', 'NOT_LEADER', 'NOT_REGISTERED', 'SHUTTING_DOWN']);

const unreachable = (cause?: unknown): MeridianError =>
  new MeridianError('CENTRE_UNREACHABLE', undefined, { cause, retryAfterMs: 2000 });

const withSites =
  (sites: Crossings) =>
  (link: HostLink): CurrentPath => ({
    ...link,
    fromSite: sites.siteOfHost(link.fromHostId) ?? '',
    toSite: sites.siteOfHost(link.toHostId) ?? '',
    viaSite: sites.siteOfHost(link.via) ?? '',
  });
