export type Selection =
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'region'; readonly region: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
  /** Several places that overlap in the window. */
  | { readonly kind: 'places'; readonly places: readonly string[] };

const PLACES_MAX = 50;
const NAME_CHARACTERS_MAX = 256;

/** Parses a URL's query. Returns undefined if it selects nothing. */
export function selectionOf(search: string): Selection | undefined {
  const query = new URLSearchParams(search);
  const text = (name: string): string => (query.get(name) ?? '').slice(0, NAME_CHARACTERS_MAX);
  const [site, region, from, to] = [text('site'), text('region'), text('from'), text('to')];
  if (site !== '') return { kind: 'site', site };
  if (region !== '') return { kind: 'region', region };
  if (from !== '' && to !== '') return { kind: 'link', from, to };
  const places = query.getAll('place').filter((one) => one !== '' && one.length <= NAME_CHARACTERS_MAX);
  return places.length === 0 ? undefined : { kind: 'places', places: places.slice(0, PLACES_MAX) };
}

/** Returns the URL's query with its question mark; '' without a selection. */
export function searchOf(selection: Selection | undefined): string {
  if (selection === undefined) return '';
  if (selection.kind === 'site') return `?${new URLSearchParams({ site: selection.site })}`;
  if (selection.kind === 'region') return `?${new URLSearchParams({ region: selection.region })}`;
  if (selection.kind === 'link') return `?${new URLSearchParams({ from: selection.from, to: selection.to })}`;
  const names = selection.places.slice(0, PLACES_MAX).map((place) => ['place', place]);
  return `?${new URLSearchParams(names)}`;
}

export const isSame = (one: Selection | undefined, other: Selection | undefined): boolean =>
  searchOf(one) === searchOf(other);
