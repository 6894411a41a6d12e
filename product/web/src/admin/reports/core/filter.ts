// Filter of room lives by name or title, and by days, kept in the page's URL.
import { isDay } from '../../../core/local-time.ts';
import { dayBegin, dayEnd } from '../../traffic/when.ts';
import type { LivesWindow } from '../api.ts';

export interface Filter {
  /** Part of the room's name or of its meeting's title; '' for all rooms. */
  readonly search: string;
  /** First day, as 2026-11-23; '' for no limit. */
  readonly from: string;
  readonly to: string;
}

export const noFilter: Filter = { search: '', from: '', to: '' };

const SEARCH_CHARACTERS_MAX = 128;

export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const day = (name: string): string => {
    const text = query.get(name) ?? '';
    return isDay(text) ? text : '';
  };
  return { search: (query.get('search') ?? '').slice(0, SEARCH_CHARACTERS_MAX), from: day('from'), to: day('to') };
}

/** Returns the query '?search=…', or '' for no filter. */
export function searchOf(filter: Filter): string {
  const named = Object.entries(filter).filter(([, value]) => value !== '');
  return named.length === 0 ? '' : `?${new URLSearchParams(named)}`;
}

export const isFiltered = (filter: Filter): boolean => searchOf(filter) !== '';

export const isReversed = ({ from, to }: Filter): boolean => from !== '' && to !== '' && from > to;

/** Returns the query for whole days in the user's time zone, the last day included. */
export const windowOf = ({ search, from, to }: Filter, timeZone: string): LivesWindow => ({
  search: search.trim(),
  from: dayBegin(from, timeZone),
  to: dayEnd(to, timeZone),
});
