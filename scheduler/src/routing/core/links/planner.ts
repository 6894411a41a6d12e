// Turns reports into routes: link table -> costs -> best and second path -> the path in use of each pair. A call of
// `replan` handles a batch of reports.
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
import { FORWARDER_FRESH_MS, LinkFigures, type LinkHost, type LinkState, LinkTable } from './link-table.ts';
import type { RouteTable } from './rows.ts';
import type { LinkReport, SampleRefusal } from './sample.ts';

/** Delay that a relay adds on a quiet machine: the hop through its forwarder. */
export const RELAY_HOP_MS = 1;

export interface PlannerHost extends LinkHost {
  /** Key of the host's site, whose machines share uplinks. */
  readonly site: string;
  /** Cost of this host as a relay, in ms; Infinity: it relays nothing. */
  readonly relayMs: number;
}

/** Present path between two hosts. `via`: id of the relaying host; '': direct. */
export interface Route {
  readonly isReachable: boolean;
  readonly via: string;
  /** Relay of the path that hosts switch to by themselves; '': direct; undefined: there is no second path. */
  readonly standbyVia: string | undefined;
  readonly delayMs: number;
}

export interface Choice {
  /** Id of the relaying host; '': direct. */
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
  readonly #reporters = new Set<string>(); // hosts that have reported since the last batch
  readonly #probedAtMs = new Map<string, number>();
  #delayMs = new Float64Array(0); // one-way delay of each pair by its path in use
  #figures = new LinkFigures(0);
  #hostIds: readonly string[] = [];

  constructor(o: { checksLight: boolean }) {
    this.#checksLight = o.checksLight;
    this.#links = new LinkTable([], o);
  }

  get version(): number {
    return this.#version;
  }

  get hosts(): readonly PlannerHost[] {
    return this.#hosts;
  }

  /** Costs, table and choice of the last batch, by index of `hosts`; read only. */
  get plan(): { input: PathInput; table: PathTable; choice: RouteChoice } {
    return { input: this.#input, table: this.#table, choice: this.#choice };
  }

  /** Changes the fleet (at most `HOSTS_MAX`) and keeps the data of hosts that stay. Call `replan` before reading. */
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
   * Takes a host's report about a link of its own, from its probe or from the forwarder of a media node. Undefined:
   * taken; `set_aside`: another source reports for that link. While the host has a probe, only the probe's reports
   * count as batches that must agree, because the probe reports all links.
   */
  applyReport(
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

  /** Takes over a path switch that a host made by itself. False: unknown hosts, or the host itself. */
  flipped(fromHostId: string, toHostId: string, via: string, nowMs: number): boolean {
    const from = this.#links.indexOf(fromHostId);
    const to = this.#links.indexOf(toHostId);
    const viaIndex = via === '' ? DIRECT : this.#links.indexOf(via);
    if (from === undefined || to === undefined || viaIndex === undefined) return false;
    if (from === to || viaIndex === from || viaIndex === to) return false;
    this.#choice.flipped(from, to, viaIndex, nowMs);
    if (viaIndex !== DIRECT) this.#links.release(from, to);
    return true;
  }

  /** Plans a batch: costs, paths, choice. Returns the number of pairs that changed their path. */
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

  /** All routes of the last batch; valid until the next batch. */
  get routes(): RouteTable {
    const { primaryVia, standbyVia } = this.#choice;
    return { hostIds: this.#hostIds, primaryVia, standbyVia, delayMs: this.#delayMs };
  }

  /** Returns the path in use. Undefined: a host is not in the fleet, or both are the same. */
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

  /** Returns the figures of a directed link, and its cost as a direct path; undefined as for `route`. */
  link(fromHostId: string, toHostId: string, nowMs: number): (LinkState & { costMs: number }) | undefined {
    const at = this.#pairOf(fromHostId, toHostId);
    if (at === undefined) return undefined;
    const count = this.#hosts.length;
    const linkState = this.#links.stateOf(Math.floor(at / count), at % count, nowMs);
    return { ...linkState, costMs: this.#input.linkMs[at] ?? Number.POSITIVE_INFINITY };
  }

  /** Returns the path in use and the best path now; undefined as for `route`, and for a path that does not exist. */
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
   * When every measured link into a host (or out of it) is cut, the host, its uplink or its probe is at fault, and no
   * detour would help. Its direct links then count by delay alone, so that the restart of a probe does not make its
   * host look unreachable.
   */
  #forgiveSilence(host: number): void {
    const { hosts } = this.#input;
    this.#forgiveAll(host, hosts);
    this.#forgiveAll(host * hosts, 1);
  }

  /** Forgives a column of the table (into a host) or a row (out of a host). */
  #forgiveAll(startIndex: number, step: number): void {
    const { hosts, linkMs, legMs = linkMs } = this.#input;
    let isCut = false;
    for (let index = 0, at = startIndex; index < hosts; index += 1, at += step) {
      if (at % (hosts + 1) === 0) continue; // the diagonal, which is never cut
      if (legMs[at] !== Number.POSITIVE_INFINITY) return;
      if (linkMs[at] === Number.POSITIVE_INFINITY) isCut = true;
    }
    if (!isCut) return;
    for (let index = 0, at = startIndex; index < hosts; index += 1, at += step) {
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
