// State of the page in its URL: view and filters in the query, the open item in the fragment.
import type { ItemKind, ItemState } from './model.ts';

export const kinds = ['video', 'audio', 'image', 'document'] as const satisfies readonly ItemKind[];
export const states = ['ready', 'checking', 'waiting', 'refused'] as const satisfies readonly ItemState[];

/** Lists of the library. */
export const views = ['all', 'recordings', 'shared', 'trash'] as const;
export type View = (typeof views)[number];

export const viewOf = (search: string): View =>
  views.find((one) => one === new URLSearchParams(search).get('view')) ?? 'all';

/** Parameters of a list, which another list does not keep. */
const ofList = ['q', 'kind', 'state', 'mine', 'from', 'to', 'all'];

/** Returns the URL's query of another list; keeps parameters of no list, such as the language. */
export function searchOfView(view: View, search: string): string {
  const query = new URLSearchParams(search);
  for (const name of ofList) query.delete(name);
  return withValues(query, { view: view === 'all' ? '' : view });
}

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
  return withValues(new URLSearchParams(search), { q: text, kind, state, mine: isMine ? '1' : '' });
}

/** Filters of recordings. `from` and `to`: first and last day, as `2026-11-23`; '' for no bound. */
export interface RecordingFilters {
  readonly text: string;
  readonly from: string;
  readonly to: string;
  /** Shows recordings of the whole organisation. */
  readonly isEveryone: boolean;
}

export const noRecordingFilters: RecordingFilters = { text: '', from: '', to: '', isEveryone: false };

/** Parses the filters and ignores malformed values. */
export function recordingFiltersOf(search: string): RecordingFilters {
  const query = new URLSearchParams(search);
  return {
    text: (query.get('q') ?? '').trim().slice(0, TEXT_CHARACTERS_MAX),
    from: dayOf(query.get('from')),
    to: dayOf(query.get('to')),
    isEveryone: query.get('all') === '1',
  };
}

export const recordingSearchOf = ({ text, from, to, isEveryone }: RecordingFilters, search: string): string =>
  withValues(new URLSearchParams(search), { q: text, from, to, all: isEveryone ? '1' : '' });

const dayOf = (text: string | null): string =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';

/** Empty values are left out. */
function withValues(query: URLSearchParams, values: Readonly<Record<string, string>>): string {
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
