// State of the page in its URL: filters in the query, the open item in the fragment.
import type { ItemKind, ItemState } from './model.ts';

export const kinds = ['video', 'audio', 'image', 'document'] as const satisfies readonly ItemKind[];
export const states = ['ready', 'checking', 'waiting', 'refused'] as const satisfies readonly ItemState[];

/** Maximum length of the search text, as in the API. */
export const TEXT_CHARACTERS_MAX = 256;

export interface Filters {
  readonly text: string;
  /** Kind of items to show; '' for all. */
  readonly kind: ItemKind | '';
  readonly state: ItemState | '';
  readonly isMine: boolean;
}

export const noFilters: Filters = { text: '', kind: '', state: '', isMine: false };
export const isFiltered = ({ text, kind, state, isMine }: Filters): boolean =>
  text !== '' || kind !== '' || state !== '' || isMine;

/** Parses the filters and ignores malformed values. */
export function filtersOf(search: string): Filters {
  const query = new URLSearchParams(search);
  return {
    text: (query.get('q') ?? '').trim().slice(0, TEXT_CHARACTERS_MAX),
    kind: oneOf(kinds, query.get('kind')),
    state: oneOf(states, query.get('state')),
    isMine: query.get('mine') === '1',
  };
}

/** Returns the URL's query with these filters; keeps other parameters, such as the language. */
export function searchOf({ text, kind, state, isMine }: Filters, search: string): string {
  const query = new URLSearchParams(search);
  const values = { q: text, kind, state, mine: isMine ? '1' : '' };
  for (const [name, value] of Object.entries(values)) {
    if (value === '') query.delete(name);
    else query.set(name, value);
  }
  return query.size === 0 ? '' : `?${query}`;
}

export const itemPath = (item: string): string => `/library#${item}`;
/** Returns the item in the fragment; undefined for the list. */
export const itemOfHash = (hash: string): string | undefined => /^#([\w-]{1,64})$/.exec(hash)?.[1];

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | '' =>
  all.find((one) => one === text) ?? '';
