// The world map as a value, and the difference of two maps. Figures are rounded, so that noise is not a change.
import type { Strength } from '@meridian/protocol';
import { Crossings, sitePair } from './crossing.ts';
import { directionKey, type FleetNode, type HostLink, isMedia } from './fleet.ts';

export type StrengthCounts = Record<Strength, number>;

export interface WorldSite {
  readonly site: string;
  readonly city: string;
  readonly region: string;
  readonly latitude: number;
  readonly longitude: number;
  /** State of the worst media node; one of STATES. */
  readonly state: string;
  readonly nodes: number;
  readonly nodesAlive: number;
  readonly hosts: number;
  readonly sessions: number;
  readonly sessionsMax: number;
  readonly load: number;
  readonly strength: StrengthCounts;
}
export interface WorldLink {
  readonly from: string;
  readonly to: string;
  readonly rttMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly isUsed: boolean;
  readonly isReachable: boolean;
  readonly via: string[];
  readonly sessions: number;
}
export interface WorldPlace {
  readonly place: string;
  readonly countryCode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly strength: StrengthCounts;
}

/** World of the api's schema, with its time in milliseconds. */
export interface World {
  readonly seq: number;
  readonly atMs: number;
  readonly centre: { readonly isReachable: boolean; readonly sinceMs: number };
  readonly totals: {
    readonly sessions: number;
    readonly rooms: number;
    /** Number of media nodes; so in sites. */
    readonly nodes: number;
    readonly nodesAlive: number;
    readonly strength: StrengthCounts;
  };
  readonly sites: WorldSite[];
  readonly links: WorldLink[];
  readonly places: WorldPlace[];
}
export interface WorldChange extends World {
  readonly removedSites: string[];
  readonly removedLinks: string[];
  readonly removedPlaces: string[];
}

export interface LiveView {
  readonly atMs: number;
  readonly sessions: number;
  readonly rooms: number;
  readonly places: readonly WorldPlace[];
  readonly nodes: ReadonlyMap<string, StrengthCounts>;
  /** Sessions on either node that receive from the other, by "FROM TO", the sorted ids of two media nodes. */
  readonly pairs: ReadonlyMap<string, number>;
}

export interface WorldInputs {
  readonly nodes: readonly FleetNode[];
  readonly links: readonly HostLink[];
  readonly live: LiveView;
  /** `sinceMs`: how long the centre has been reachable, or unreachable. */
  readonly centre: { readonly isReachable: boolean; readonly sinceMs: number };
  readonly seq: number;
  readonly atMs: number;
}

/** States from good to bad. A site has the state of its worst media node. */
const STATES = ['alive', 'draining', 'suspect', 'dead'];

export function worldOf({ nodes, links, live, centre, seq, atMs }: WorldInputs): World {
  const crossings = new Crossings(nodes, links);
  const media = nodes.filter(isMedia);
  return {
    seq,
    atMs,
    centre: { isReachable: centre.isReachable, sinceMs: Math.max(0, Math.round(centre.sinceMs)) },
    totals: {
      sessions: live.sessions,
      rooms: live.rooms,
      nodes: media.length,
      nodesAlive: media.filter(isServing).length,
      strength: sumOf([...live.nodes.values()]),
    },
    sites: sitesOf(nodes, live),
    links: linksOf(links, crossings, live),
    places: [...live.places],
  };
}

/** Returns undefined if the maps show no difference. */
export function changeBetween(before: World, after: World): WorldChange | undefined {
  const [sites, removedSites] = differences(before.sites, after.sites, ({ site }) => site);
  const [links, removedLinks] = differences(before.links, after.links, ({ from, to }) => `${from} ${to}`);
  const [places, removedPlaces] = differences(before.places, after.places, ({ place }) => place);
  const isSame =
    [sites, links, places, removedSites, removedLinks, removedPlaces].every((some) => some.length === 0) &&
    before.centre.isReachable === after.centre.isReachable &&
    JSON.stringify(before.totals) === JSON.stringify(after.totals);
  if (isSame) return undefined;
  const { atMs, centre, totals } = after;
  return { seq: before.seq + 1, atMs, centre, totals, sites, links, places, removedSites, removedLinks, removedPlaces };
}

function differences<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string): [T[], string[]] {
  const known = new Map(before.map((one) => [keyOf(one), JSON.stringify(one)]));
  const changed = after.filter((one) => known.get(keyOf(one)) !== JSON.stringify(one));
  for (const one of after) known.delete(keyOf(one));
  return [changed, [...known.keys()]];
}

/** A draining node still has sessions, so it counts as serving. */
const isServing = ({ state }: FleetNode): boolean => state === 'alive' || state === 'draining';

function sitesOf(nodes: readonly FleetNode[], live: LiveView): WorldSite[] {
  const sites = Map.groupBy(nodes, ({ site }) => site);
  return [...sites].flatMap(([site, nodesOfSite]) => {
    const media = nodesOfSite.filter(isMedia);
    const [first] = media;
    if (first === undefined) return []; // A site without media nodes carries no media.
    const { city, region, latitude, longitude } = first;
    // Sessions of a dead node are elsewhere or lost, and its figures are old.
    const livingMedia = media.filter(({ state }) => state !== 'dead');
    return {
      site,
      city,
      region,
      latitude,
      longitude,
      state: worstOf(media),
      nodes: media.length,
      nodesAlive: media.filter(isServing).length,
      hosts: new Set(nodesOfSite.map(({ hostId }) => hostId)).size,
      sessions: livingMedia.reduce((sum, { sessions }) => sum + sessions, 0),
      sessionsMax: livingMedia.reduce((sum, { sessionsMax }) => sum + sessionsMax, 0),
      load: rounded(Math.max(0, ...livingMedia.map(loadOf)), 0.01),
      strength: sumOf(media.flatMap(({ nodeId }) => live.nodes.get(nodeId) ?? [])),
    };
  });
}

const worstOf = (media: readonly FleetNode[]): string =>
  STATES[Math.max(...media.map(({ state }) => Math.max(0, STATES.indexOf(state))))] ?? 'alive';

function loadOf({ cpu, sessions, sessionsMax }: FleetNode): number {
  return Math.max(cpu, sessionsMax > 0 ? sessions / sessionsMax : 0);
}

interface Merged {
  readonly from: string;
  readonly to: string;
  readonly rtts: number[];
  readonly jitters: number[];
  readonly losses: number[];
  readonly via: Set<string>;
  isReachable: boolean;
}

function linksOf(links: readonly HostLink[], crossings: Crossings, live: LiveView): WorldLink[] {
  const merged = new Map<string, Merged>();
  for (const link of links) merge(merged, link, crossings);
  const usedLinks = usedOf(links, crossings);
  const sessions = sessionsOf(crossings, live);
  return [...merged].map(([key, { from, to, rtts, jitters, losses, via, isReachable }]) => ({
    from,
    to,
    ...(rtts.length > 0 && { rttMs: rounded(meanOf(rtts), 1) }),
    ...(jitters.length > 0 && { jitterMs: rounded(meanOf(jitters), 1) }),
    ...(losses.length > 0 && { loss: rounded(Math.max(...losses), 0.001) }),
    isUsed: usedLinks.has(key),
    isReachable,
    via: [...via].sort(),
    sessions: sessions.get(key) ?? 0,
  }));
}

function merge(merged: Map<string, Merged>, link: HostLink, crossings: Crossings): void {
  const [a, b] = [crossings.siteOfHost(link.fromHostId), crossings.siteOfHost(link.toHostId)];
  if (a === undefined || b === undefined || a === b) return;
  const key = sitePair(a, b);
  const [from, to] = a < b ? [a, b] : [b, a];
  const one = merged.get(key) ?? { from, to, rtts: [], jitters: [], losses: [], via: new Set(), isReachable: false };
  merged.set(key, one);
  if (link.rttMs !== undefined) one.rtts.push(link.rttMs);
  if (link.jitterMs !== undefined) one.jitters.push(link.jitterMs);
  if (link.loss !== undefined) one.losses.push(link.loss);
  if (link.isReachable) one.isReachable = true;
  const via = link.isInUse ? crossings.siteOfHost(link.via) : undefined;
  // A relay at one of the two sites is not a detour.
  if (via !== undefined && via !== a && via !== b) one.via.add(via);
}

/** Returns the pairs of sites in use, directly or as legs over a relay. */
function usedOf(links: readonly HostLink[], crossings: Crossings): ReadonlySet<string> {
  // Legs are in use as well. A leg's direct connection carries relayed packets, even if its own hosts use another
  // relay.
  const used = new Set<string>();
  const inUsePairs = new Set<string>();
  for (const { fromHostId, toHostId, isInUse } of links) {
    const pair = fromHostId < toHostId ? directionKey(fromHostId, toHostId) : directionKey(toHostId, fromHostId);
    if (!isInUse || inUsePairs.has(pair)) continue;
    inUsePairs.add(pair);
    for (const crossed of crossings.ofHosts(fromHostId, toHostId)) used.add(crossed);
  }
  return used;
}

function sessionsOf(crossings: Crossings, live: LiveView): ReadonlyMap<string, number> {
  const sessions = new Map<string, number>();
  for (const [pair, count] of live.pairs) {
    const [a = '', b = ''] = pair.split(' ');
    for (const crossed of crossings.ofNodes(a, b)) sessions.set(crossed, (sessions.get(crossed) ?? 0) + count);
  }
  return sessions;
}

function sumOf(counts: readonly StrengthCounts[]): StrengthCounts {
  const sum: StrengthCounts = { strong: 0, medium: 0, weak: 0, unknown: 0 };
  for (const one of counts) for (const key of Object.keys(sum) as Strength[]) sum[key] += one[key];
  return sum;
}

const meanOf = (figures: readonly number[]): number =>
  figures.reduce((sum, figure) => sum + figure, 0) / figures.length;

/** Removes rounding errors of binary fractions. */
const rounded = (figure: number, step: number): number => Number((Math.round(figure / step) * step).toFixed(3));
