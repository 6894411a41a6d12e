import type { World, WorldChange, WorldLink, WorldPlace, WorldSite } from './types.ts';

export interface WorldState {
  readonly seq: number;
  readonly at: string;
  readonly centre: World['centre'];
  readonly totals: World['totals'];
  readonly sites: ReadonlyMap<string, WorldSite>;
  /** Links by `linkKey`. */
  readonly links: ReadonlyMap<string, WorldLink>;
  readonly places: ReadonlyMap<string, WorldPlace>;
}

/** Returns a link's key in the format of `removedLinks`. */
export const linkKey = ({ from, to }: Pick<WorldLink, 'from' | 'to'>): string => `${from} ${to}`;

export const worldState = ({ seq, at, centre, totals, ...world }: World): WorldState => ({
  seq,
  at,
  centre,
  totals,
  sites: merged(new Map(), world.sites, siteKey, []),
  links: merged<WorldLink>(new Map(), world.links, linkKey, []),
  places: merged(new Map(), world.places, placeKey, []),
});

/**
 * Applies a change; an old change has no effect. Returns undefined if an earlier change is missing: then the snapshot
 * must be fetched again.
 */
export function changedWorld(state: WorldState, change: WorldChange): WorldState | undefined {
  if (change.seq <= state.seq) return state;
  if (change.seq !== state.seq + 1) return undefined;
  const { seq, at, centre, totals } = change;
  return {
    seq,
    at,
    centre,
    totals,
    sites: merged(state.sites, change.sites, siteKey, change.removedSites),
    links: merged(state.links, change.links, linkKey, change.removedLinks),
    places: merged(state.places, change.places, placeKey, change.removedPlaces),
  };
}

/** Returns the links of a site: those in use first, then by sessions. */
export const linksOf = (links: Iterable<WorldLink>, site: string): readonly WorldLink[] =>
  [...links]
    .filter(({ from, to, via }) => from === site || to === site || via.includes(site))
    .sort((a, b) => Number(b.isUsed) - Number(a.isUsed) || b.sessions - a.sessions);

const siteKey = ({ site }: WorldSite): string => site;
const placeKey = ({ place }: WorldPlace): string => place;

/** Applies changed and removed rows. Without any it returns the same map, so that React does not render again. */
function merged<T>(
  previousRows: ReadonlyMap<string, T>,
  rows: readonly T[],
  keyOf: (row: T) => string,
  removedKeys: readonly string[],
): ReadonlyMap<string, T> {
  if (rows.length === 0 && removedKeys.length === 0) return previousRows;
  const next = new Map(previousRows);
  for (const key of removedKeys) next.delete(key);
  for (const row of rows) next.set(keyOf(row), row);
  return next;
}
