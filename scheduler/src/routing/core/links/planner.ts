// From reports to routes: link table -> costs -> best and second path -> the path each pair uses. Pure: one batch is
// one call of `replan`.
import {
  costVia,
  DIRECT,
  type MayRelay,
  measuredCostMs,
  NO_PATH,
  type PathInput,
  PathTable,
  RouteChoice,
} from '../routes/index.ts';
import type { HostDelays } from './delays.ts';
import { FORWARDER_FRESH_MS, LinkFigures, type LinkHost, type LinkNow, LinkTable } from './link-table.ts';
import type { RoutesNow } from './rows.ts';
import type { LinkReport, SampleRefusal } from './sample.ts';

/** What a relay adds on a quiet machine: one hop through its forwarder. */
export const RELAY_HOP_MS = 1;

export interface PlannerHost extends LinkHost {
  /** Machines of one site share uplinks. */
  readonly site: string;
  /** What passing through costs; Infinity: it relays nothing. */
  readonly relayMs: number;
}

/** How one host reaches another now. `via`: a host, '' = direct. */
export interface Route {
  readonly isReachable: boolean;
  readonly via: string;
  /** Undefined: there is no second path. */
  readonly standbyVia: string | undefined;
  /** One way, by the path in use. */
  readonly delayMs: number;
}

export interface Choice {
  /** '' = direct. */
  readonly via: string;
  readonly costMs: number;
}

export class RoutePlanner implements HostDelays {
  readonly #checksLight: boolean;
  #version = 0;
  #hosts: readonly PlannerHost[] = [];
  #links: LinkTable;
  #table = new PathTable(0);
  #choice = new RouteChoice(0);
  #input: PathInput = inputOf([]);
  readonly #reporters = new Set<string>(); // since the last batch
  readonly #probedAtMs = new Map<string, number>();
  #delayMs = new Float64Array(0); // by the path in use
  #figures = new LinkFigures(0);
  #hostIds: readonly string[] = [];

  constructor(o: { checksLight: boolean }) {
    this.#checksLight = o.checksLight;
    this.#links = new LinkTable([], o);
  }

  /** Rises with every batch. */
  get version(): number {
    return this.#version;
  }

  get hosts(): readonly PlannerHost[] {
    return this.#hosts;
  }

  /** The costs, table and choice of the last batch, by index of `hosts`; read only. */
  get plan(): { input: PathInput; table: PathTable; choice: RouteChoice } {
    return { input: this.#input, table: this.#table, choice: this.#choice };
  }

  /** Another fleet; what is known of hosts that stay, stays. At most `HOSTS_MAX`. Call `replan` before reading. */
  setHosts(hosts: readonly PlannerHost[]): void {
    const wasAt = hosts.map(({ hostId }) => this.#links.indexOf(hostId) ?? -1);
    this.#links = new LinkTable(hosts, { checksLight: this.#checksLight, before: this.#links });
    this.#choice = RouteChoice.renumbered(this.#choice, wasAt);
    this.#hosts = hosts;
    this.#hostIds = hosts.map(({ hostId }) => hostId);
    this.#reporters.clear();
    for (const hostId of this.#probedAtMs.keys()) if (!this.#hostIds.includes(hostId)) this.#probedAtMs.delete(hostId);
    this.#table = new PathTable(hosts.length);
    this.#input = inputOf(hosts);
    const pairs = hosts.length * hosts.length;
    this.#delayMs = new Float64Array(pairs);
    this.#figures = new LinkFigures(pairs);
  }

  /**
   * What a host says of a link of its own: its probe, or the forwarder of a media node. Undefined: taken; `set_aside`:
   * another source speaks for that link. Batches of reports that must agree are those of the probe, as long as there is
   * one: it speaks of all links.
   */
  take(
    fromHostId: string,
    report: LinkReport,
    nowMs: number,
    forwarderId?: string,
  ): SampleRefusal | 'set_aside' | undefined {
    const refusal = this.#links.applyReport(fromHostId, report, nowMs, forwarderId);
    if (refusal !== undefined && refusal !== 'set_aside') return refusal;
    if (forwarderId === undefined) this.#probedAtMs.set(fromHostId, nowMs);
    const isNews = forwarderId === undefined || nowMs - this.#probedAt(fromHostId) > FORWARDER_FRESH_MS;
    if (isNews) this.#reporters.add(fromHostId);
    return refusal;
  }

  #probedAt(hostId: string): number {
    return this.#probedAtMs.get(hostId) ?? Number.NEGATIVE_INFINITY;
  }

  /** A host has switched by itself. False: it names hosts that there are not, or itself. */
  flipped(fromHostId: string, toHostId: string, via: string, nowMs: number): boolean {
    const from = this.#links.indexOf(fromHostId);
    const to = this.#links.indexOf(toHostId);
    const over = via === '' ? DIRECT : this.#links.indexOf(via);
    if (from === undefined || to === undefined || over === undefined) return false;
    if (from === to || over === from || over === to) return false;
    this.#choice.flipped(from, to, over, nowMs);
    if (over !== DIRECT) this.#links.release(from, to);
    return true;
  }

  /** One batch: costs, paths, choice. Returns how many pairs took another path. */
  replan(nowMs: number, mayRelay?: MayRelay): number {
    this.#fillCosts(nowMs);
    this.#table.replan(this.#input);
    const hasReported = (host: number): boolean => this.#reporters.has(this.#hostIds[host] ?? '');
    const changes = this.#choice.applyBatch(this.#table, this.#input, nowMs, { mayRelay, hasReported });
    this.#reporters.clear();
    this.#fillDelays();
    this.#version += 1;
    return changes;
  }

  /** All routes of the last batch at once; good until the next one. */
  get routes(): RoutesNow {
    const { primaryVia, standbyVia } = this.#choice;
    return { hostIds: this.#hostIds, primaryVia, standbyVia, delayMs: this.#delayMs };
  }

  /** Undefined: one of them is not in the fleet, or both are one. */
  route(fromHostId: string, toHostId: string): Route | undefined {
    const at = this.#pairOf(fromHostId, toHostId);
    if (at === undefined) return undefined;
    const primary = this.#choice.primaryVia[at] ?? NO_PATH;
    const standby = this.#choice.standbyVia[at] ?? NO_PATH;
    return {
      isReachable: primary !== NO_PATH,
      via: this.#hosts[primary]?.hostId ?? '',
      standbyVia: standby === NO_PATH ? undefined : (this.#hosts[standby]?.hostId ?? ''),
      delayMs: this.#delayMs[at] ?? 0,
    };
  }

  /** The measured side of one directed link, and its cost as a direct path; undefined as for `route`. */
  link(fromHostId: string, toHostId: string, nowMs: number): (LinkNow & { costMs: number }) | undefined {
    const at = this.#pairOf(fromHostId, toHostId);
    if (at === undefined) return undefined;
    const count = this.#hosts.length;
    const now = this.#links.now(Math.floor(at / count), at % count, nowMs);
    return { ...now, costMs: this.#input.linkMs[at] ?? Number.POSITIVE_INFINITY };
  }

  /** What the path in use and the best one cost; undefined as for `route`, and inside where there is none. */
  choices(fromHostId: string, toHostId: string): { primary: Choice | undefined; best: Choice | undefined } | undefined {
    const at = this.#pairOf(fromHostId, toHostId);
    if (at === undefined) return undefined;
    const choiceOf = (via: number | undefined): Choice | undefined =>
      via === undefined || via === NO_PATH
        ? undefined
        : { via: this.#hosts[via]?.hostId ?? '', costMs: costVia(this.#input, at, via) };
    return { primary: choiceOf(this.#choice.primaryVia[at]), best: choiceOf(this.#table.bestVia[at]) };
  }

  delayMs(fromHostId: string, toHostId: string): number {
    if (fromHostId === toHostId) return 0;
    const at = this.#pairOf(fromHostId, toHostId);
    return at === undefined ? Number.NaN : (this.#delayMs[at] ?? Number.NaN);
  }

  rttMs(a: string, b: string): number {
    const at = this.#pairOf(a, b);
    return at === undefined ? Number.NaN : (this.#figures.rttMs[at] ?? Number.NaN);
  }

  #pairOf(fromHostId: string, toHostId: string): number | undefined {
    const from = this.#links.indexOf(fromHostId);
    const to = this.#links.indexOf(toHostId);
    return from === undefined || to === undefined || from === to ? undefined : from * this.#hosts.length + to;
  }

  #fillCosts(nowMs: number): void {
    const { hosts, linkMs, legMs = linkMs } = this.#input;
    this.#links.judgeAll(nowMs, this.#figures);
    const { onewayMs, jitterMs, loss, weight } = this.#figures;
    for (let at = 0; at < linkMs.length; at += 1) {
      const costMs = measuredCostMs(onewayMs[at] as number, jitterMs[at] as number, loss[at] as number);
      linkMs[at] = costMs;
      legMs[at] = weight[at] === 0 ? Number.POSITIVE_INFINITY : costMs;
    }
    for (let host = 0; host < hosts; host += 1) this.#forgiveSilence(host);
  }

  /**
   * When every measured link into a host (or out of it) is cut, it is the host, its uplink or its probe, and no path
   * around it would help: the direct links count by their delay alone, so that a host does not appear unreachable
   * because its probe starts again.
   */
  #forgiveSilence(host: number): void {
    const { hosts } = this.#input;
    this.#forgiveAll(host, hosts);
    this.#forgiveAll(host * hosts, 1);
  }

  /** A column of the table (into a host) or a row (out of it), its own place included, which is never cut. */
  #forgiveAll(first: number, step: number): void {
    const { hosts, linkMs, legMs = linkMs } = this.#input;
    let isCut = false;
    for (let index = 0, at = first; index < hosts; index += 1, at += step) {
      if (at % (hosts + 1) === 0) continue; // the diagonal
      if (legMs[at] !== Number.POSITIVE_INFINITY) return;
      if (linkMs[at] === Number.POSITIVE_INFINITY) isCut = true;
    }
    if (!isCut) return;
    for (let index = 0, at = first; index < hosts; index += 1, at += step) {
      if (linkMs[at] === Number.POSITIVE_INFINITY) linkMs[at] = this.#figures.onewayMs[at] ?? 0;
    }
  }

  #fillDelays(): void {
    const { hosts, relayMs } = this.#input;
    const { onewayMs } = this.#figures;
    const { primaryVia } = this.#choice;
    for (let from = 0, at = 0; from < hosts; from += 1) {
      for (let to = 0; to < hosts; to += 1, at += 1) {
        const via = primaryVia[at] as number;
        this.#delayMs[at] =
          via < 0 || costVia(this.#input, at, via) === Number.POSITIVE_INFINITY
            ? (onewayMs[at] as number)
            : (onewayMs[from * hosts + via] as number) +
              Math.min(RELAY_HOP_MS, relayMs[via] as number) +
              (onewayMs[via * hosts + to] as number);
      }
    }
  }
}

function inputOf(hosts: readonly PlannerHost[]): PathInput {
  const count = hosts.length;
  const sites = new Map<string, number>();
  for (const { site } of hosts) if (!sites.has(site)) sites.set(site, sites.size);
  return {
    hosts: count,
    linkMs: new Float64Array(count * count),
    legMs: new Float64Array(count * count),
    relayMs: Float64Array.from(hosts, ({ relayMs }) => relayMs),
    siteOf: Int32Array.from(hosts, ({ site }) => sites.get(site) ?? 0),
  };
}
