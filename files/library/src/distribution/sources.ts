// Orders the sources of a content, best first, for a receiver and for this node.
import { HUB_PATH, type Source } from '@meridian/distribution';
import type { Holder, Hub } from '@meridian/distribution/streams';
import { isInFence, textHash } from '@meridian/protocol';

const SOURCES_MAX = 16;
/** Bound of the neighbours (other receivers) of the site, and of as many of the region; more are no faster. */
const NEIGHBOURS_MAX = 4;
/** Path for other library nodes. It serves from the store or from origins only, so that nodes never ask in circles. */
export const SHIELD_PATH = `${HUB_PATH}/shield`;

export interface SourceCandidates {
  readonly self: Hub;
  readonly hubs: readonly Hub[];
  readonly holders: readonly Holder[];
  /** `publicUrl` of library nodes with the content in their store. */
  readonly origins: readonly string[];
  readonly content: string;
  readonly tenant: string;
  readonly fence: string;
}

const trimmed = (publicUrl: string): string => publicUrl.replace(/\/+$/, '');
const base = (publicUrl: string, path: string): Source => ({ base: trimmed(publicUrl) + path, kind: 'library' });

/**
 * Returns the sources of a receiver: neighbours of its site, this node, other library nodes of this region (holders
 * first), neighbours of its region, origins; only of its tenant and inside its fence.
 */
export function sourcesOf(
  o: SourceCandidates,
  receiver: { readonly id: string; readonly site: string; readonly region: string },
): Source[] {
  const neighbours = o.holders.filter(
    ({ kind, tenant, region, id }) =>
      kind === 'neighbour' && tenant === o.tenant && id !== receiver.id && region === receiver.region,
  );
  const isNear = ({ site }: Holder): boolean => site !== '' && site === receiver.site;
  const siteNeighbours = neighbours.filter(isNear);
  const regionNeighbours = neighbours.filter((one) => !isNear(one));
  const shown = (list: readonly Holder[]): Source[] =>
    list.slice(0, NEIGHBOURS_MAX).map(({ base: at }) => ({ base: at, kind: 'neighbour' }));
  const list = [
    ...shown(siteNeighbours),
    base(o.self.publicUrl, HUB_PATH),
    ...nodesOf(o).map(({ publicUrl }) => base(publicUrl, HUB_PATH)),
    ...shown(regionNeighbours),
    ...o.origins.map((url) => base(url, HUB_PATH)),
  ];
  const bases = new Set<string>();
  return list.filter((one) => !bases.has(one.base) && bases.add(one.base)).slice(0, SOURCES_MAX);
}

function nodesOf({ hubs, holders, self, content, fence }: SourceCandidates): Hub[] {
  const holderIds = new Set(holders.filter(({ kind }) => kind === 'library').map(({ id }) => id));
  return rankHubs(hubs, content)
    .filter(({ id, region }) => id !== self.id && region === self.region && isInFence(fence, region))
    .toSorted((a, b) => Number(holderIds.has(b.id)) - Number(holderIds.has(a.id)));
}

/**
 * Returns the sources of this node: holders in its region, the region's first node for the content, origins. With
 * `isShield`, another node asks this one as that first node: only origins are returned, and none at an origin itself,
 * so that two origins never ask each other.
 */
export function supplyOf(o: SourceCandidates, { isShield }: { readonly isShield: boolean }): Source[] {
  const otherOrigins = o.origins.filter((url) => trimmed(url) !== trimmed(o.self.publicUrl));
  const origins = otherOrigins.map((url) => base(url, SHIELD_PATH));
  if (isShield) return otherOrigins.length < o.origins.length ? [] : origins;
  const holderIds = new Set(o.holders.filter(({ kind }) => kind === 'library').map(({ id }) => id));
  const [first] = rankHubs(
    o.hubs.filter(({ region }) => region === o.self.region),
    o.content,
  );
  const nodes = nodesOf(o).filter(({ id }) => holderIds.has(id) || (id === first?.id && first.id !== o.self.id));
  return [...nodes.map(({ publicUrl }) => base(publicUrl, SHIELD_PATH)), ...origins].slice(0, SOURCES_MAX);
}

/**
 * Returns the sources of a hosted receiver: this node's store if it has the content, then `supplyOf`. The node's folder
 * is excluded, since a block would wait for itself; so are neighbours, as receivers could name addresses inside the
 * cloud.
 */
export function hostedSourcesOf(o: SourceCandidates): Source[] {
  const isOrigin = o.origins.some((url) => trimmed(url) === trimmed(o.self.publicUrl));
  const ownSources = isOrigin ? [base(o.self.publicUrl, SHIELD_PATH)] : [];
  return [...ownSources, ...supplyOf(o, { isShield: false })].slice(0, SOURCES_MAX);
}

/** Orders by rendezvous hashing: a node that joins or leaves moves only its own contents. */
const rankHubs = (hubs: readonly Hub[], content: string): Hub[] =>
  hubs
    .map((hub) => ({ hub, score: textHash(`${content}|${hub.id}`) }))
    .sort((a, b) => b.score - a.score || (a.hub.id < b.hub.id ? -1 : 1))
    .map(({ hub }) => hub);
