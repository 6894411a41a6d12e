// Which edge cache a viewer is led to: those near it, and of one site consistent hashing with bounded loads (Mirrokni,
// Thorup, Zadimoghaddam, 2016), so that a content is at few edges and no edge has more than its share.
import { distanceKm, isInFence, type Point, SITE_KM, textHash } from '@meridian/protocol';

/**
 * No edge is given more than this share of what it would have if all had the same for their capacity. Below 1.25, which
 * is what edges are to stay within: they say what they have every two seconds, and viewers leave when they like.
 */
export const LOAD_FACTOR = 1.2;

/** `regional`: other edges fetch from it; viewers are led to it only where no edge is. */
export type EdgeTier = 'edge' | 'regional';

export interface Edge extends Point {
  /** Without a path: https://host. */
  readonly url: string;
  readonly region: string;
  /** Viewers at once. */
  readonly capacity: number;
  readonly tier: EdgeTier;
}

/** What is known of it now. */
export interface EdgeState {
  readonly edge: Edge;
  readonly isAlive: boolean;
  /** Viewers that it has, and those that were led to it lately. */
  readonly load: number;
  /** Ids of the gateways and library nodes that it fetches from. */
  readonly originIds: ReadonlySet<string>;
}

export interface EdgeChoice {
  /** Of the viewer. */
  readonly location: Point;
  /** Regions that the content may touch: edges of others are none. */
  readonly fence: string;
  /** The node that has the content: edges that do not know it are none. */
  readonly originId: string;
  /** The origin's URL: edges of another scheme are none. */
  readonly originUrl: string;
  /** Whatever tells the content from all others. */
  readonly contentKey: string;
  /** The edge that has this viewer now, by its URL: it keeps it while it is below its bound. */
  readonly at?: string | undefined;
}

/** Up to `count` edges for one more viewer of the content, best first: each is what is chosen without those before. */
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

/**
 * The edge for one more viewer of the content. Undefined: there is none. The nearest site with room for it; when all
 * are full, the edge that is least so.
 */
export function chooseEdge(states: readonly EdgeState[], o: EdgeChoice): EdgeState | undefined {
  const candidates = fitOf(states, o);
  const free = candidates.filter(({ edge, load }) => load < edge.capacity);
  return free.length === 0 ? leastFull(candidates) : boundedChoice(nearestSite(free, o.location), o);
}

/**
 * The edges of the site to which viewers of the content near this location are led, in the order in which they get
 * them. None: no edge is fit.
 */
export function siteOf(states: readonly EdgeState[], o: EdgeChoice): readonly EdgeState[] {
  return inOrderOf(nearestSite(fitOf(states, o), o.location), o.contentKey);
}

/** Those that may have the content, without regional ones where others are. */
function fitOf(states: readonly EdgeState[], o: EdgeChoice): readonly EdgeState[] {
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
 * Of edges below their capacity the first in the content's own order that is below its bound: its share of all
 * viewers, this one included, times `LOAD_FACTOR`. There is always one. The order is that of weighted rendezvous
 * hashing: when an edge comes or goes the others keep their order.
 */
export function boundedChoice(
  site: readonly EdgeState[],
  { contentKey, at }: Pick<EdgeChoice, 'contentKey' | 'at'>,
): EdgeState | undefined {
  const viewers = site.reduce((sum, { load }) => sum + load, 1);
  const capacity = site.reduce((sum, { edge }) => sum + edge.capacity, 0);
  const boundOf = ({ edge }: EdgeState): number => Math.ceil((LOAD_FACTOR * viewers * edge.capacity) / capacity);
  const isBelow = (state: EdgeState): boolean => state.load < boundOf(state);
  return site.find((state) => state.edge.url === at && isBelow(state)) ?? inOrderOf(site, contentKey).find(isBelow);
}

function inOrderOf(site: readonly EdgeState[], contentKey: string): readonly EdgeState[] {
  return site
    .map((state) => ({ state, score: scoreOf(state.edge, contentKey) }))
    .sort((a, b) => b.score - a.score || (a.state.edge.url < b.state.edge.url ? -1 : 1))
    .map(({ state }) => state);
}

/** Of weighted rendezvous hashing: an edge is first for a share of all contents that is that of its capacity. */
function scoreOf({ url, capacity }: Edge, contentKey: string): number {
  const share = (textHash(`${contentKey}|${url}`) + 0.5) / 2 ** 32;
  return -capacity / Math.log(share);
}

function leastFull(states: readonly EdgeState[]): EdgeState | undefined {
  const fullness = ({ edge, load }: EdgeState): number => load / edge.capacity;
  return states.toSorted((a, b) => fullness(a) - fullness(b) || (a.edge.url < b.edge.url ? -1 : 1))[0];
}

/** `http` or `https` of a URL. */
const schemeOf = (url: string): string => url.slice(0, url.indexOf(':'));
