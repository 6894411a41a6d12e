// Chooses the edge cache for a viewer: a near site, and within it consistent hashing with bounded loads (Mirrokni,
// Thorup, Zadimoghaddam, 2016), so that a content is at few edges and no edge has more than its share.
import { distanceKm, isInFence, type Point, SITE_KM, textHash } from '@meridian/protocol';

/**
 * Bound of an edge's load, relative to an even distribution by capacity. Edges are to stay within 1.25, but their
 * status is up to two seconds old and viewers leave at any time, so the bound is lower.
 */
export const LOAD_FACTOR = 1.2;

/** `regional`: other edges fetch from it; viewers get it only where no other edge is. */
export type EdgeTier = 'edge' | 'regional';

export interface Edge extends Point {
  /** Origin of the edge, without a path: `https://host`. */
  readonly url: string;
  readonly region: string;
  /** Number of viewers that the edge can serve. */
  readonly capacity: number;
  readonly tier: EdgeTier;
}

export interface EdgeState {
  readonly edge: Edge;
  readonly isAlive: boolean;
  /** Present viewers, with those recently led to it. */
  readonly load: number;
  /** Ids of the gateways and library nodes that it fetches from. */
  readonly originIds: ReadonlySet<string>;
}

export interface EdgeChoice {
  readonly location: Point;
  /** Regions that the content may touch, which excludes edges elsewhere. */
  readonly fence: string;
  /** Node that has the content, which excludes edges that do not know it. */
  readonly originId: string;
  /** URL of the origin, which excludes edges of another scheme. */
  readonly originUrl: string;
  /** Name of the programme or library content, by which viewers of the same content get the same edge. */
  readonly contentKey: string;
  /** URL of the viewer's present edge, which it keeps while the edge is below its bound. */
  readonly at?: string | undefined;
}

/** Returns up to `count` edges for another viewer, best first: each is the choice without the earlier ones. */
export function chooseEdges(states: readonly EdgeState[], o: EdgeChoice, count: number): readonly EdgeState[] {
  const chosen: EdgeState[] = [];
  while (chosen.length < count) {
    const next = chooseEdge(
      states.filter((state) => !chosen.includes(state)),
      o,
    );
    if (next === undefined) break;
    chosen.push(next);
  }
  return chosen;
}

/** Returns the edge for another viewer: in the nearest site with room, or the least full edge when all are full. */
export function chooseEdge(states: readonly EdgeState[], o: EdgeChoice): EdgeState | undefined {
  const candidates = usableEdges(states, o);
  const free = candidates.filter(({ edge, load }) => load < edge.capacity);
  return free.length === 0 ? leastFull(candidates) : boundedChoice(nearestSite(free, o.location), o);
}

/** Returns the edges of the nearest site for viewers of the content, in the order in which they fill. */
export function siteOf(states: readonly EdgeState[], o: EdgeChoice): readonly EdgeState[] {
  return rankedEdges(nearestSite(usableEdges(states, o), o.location), o.contentKey);
}

function usableEdges(states: readonly EdgeState[], o: EdgeChoice): readonly EdgeState[] {
  const usable = states.filter(
    ({ edge, isAlive, originIds }) =>
      isAlive &&
      originIds.has(o.originId) &&
      schemeOf(edge.url) === schemeOf(o.originUrl) &&
      isInFence(o.fence, edge.region),
  );
  const edges = usable.filter(({ edge }) => edge.tier === 'edge');
  return edges.length > 0 ? edges : usable;
}

function nearestSite(states: readonly EdgeState[], location: Point): readonly EdgeState[] {
  const km = ({ edge }: EdgeState): number => distanceKm(location, edge);
  const [first, ...others] = states;
  if (first === undefined) return [];
  const nearest = others.reduce((best, one) => {
    const [ofBest, ofOne] = [km(best), km(one)];
    return ofOne < ofBest || (ofOne === ofBest && one.edge.url < best.edge.url) ? one : best;
  }, first);
  return states.filter(({ edge }) => distanceKm(nearest.edge, edge) <= SITE_KM);
}

/**
 * Returns, in the content's own order, the first edge below both its capacity and its bound: its share of all viewers,
 * including the new one, times `LOAD_FACTOR`. There is always one. The order is weighted rendezvous hashing: when an
 * edge comes or goes, the others keep their order.
 */
export function boundedChoice(
  site: readonly EdgeState[],
  { contentKey, at }: Pick<EdgeChoice, 'contentKey' | 'at'>,
): EdgeState | undefined {
  const viewers = site.reduce((sum, { load }) => sum + load, 1);
  const capacity = site.reduce((sum, { edge }) => sum + edge.capacity, 0);
  const boundOf = ({ edge }: EdgeState): number => Math.ceil((LOAD_FACTOR * viewers * edge.capacity) / capacity);
  const isBelow = (state: EdgeState): boolean => state.load < boundOf(state);
  return site.find((state) => state.edge.url === at && isBelow(state)) ?? rankedEdges(site, contentKey).find(isBelow);
}

function rankedEdges(site: readonly EdgeState[], contentKey: string): readonly EdgeState[] {
  return site
    .map((state) => ({ state, score: scoreOf(state.edge, contentKey) }))
    .sort((a, b) => b.score - a.score || (a.state.edge.url < b.state.edge.url ? -1 : 1))
    .map(({ state }) => state);
}

/** Score of weighted rendezvous hashing: an edge is first for a share of all contents in proportion to its capacity. */
function scoreOf({ url, capacity }: Edge, contentKey: string): number {
  const share = (textHash(`${contentKey}|${url}`) + 0.5) / 2 ** 32;
  return -capacity / Math.log(share);
}

function leastFull(states: readonly EdgeState[]): EdgeState | undefined {
  const fullness = ({ edge, load }: EdgeState): number => load / edge.capacity;
  return states.toSorted((a, b) => fullness(a) - fullness(b) || (a.edge.url < b.edge.url ? -1 : 1))[0];
}

const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'));
