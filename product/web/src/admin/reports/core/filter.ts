// Filter of room lives by name and days, kept in the page's URL.
import { dayBegin, dayEnd } from '../../traffic/when.ts';
import type { LivesWindow } from '../api.ts';

export interface Filter {
  readonly room: string;
  /** First day, as 2026-11-23; '' for no limit. */
  readonly from: string;
  readonly to: string;
}

export const noFilter: Filter = { room: '', from: '', to: '' };

const ROOM_CHARACTERS_MAX = 128;

export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const day = (name: string): string => {
    const text = query.get(name) ?? '';
    return dayBegin(text, 'UTC') === undefined ? '' : text;
  };
  return { room: (query.get('room') ?? '').slice(0, ROOM_CHARACTERS_MAX), from: day('from'), to: day('to') };
}

/** Returns the query '?room=…', or '' for no filter. */
export function searchOf(filter: Filter): string {
  const named = Object.entries(filter).filter(([, value]) => value !== '');
  return named.length === 0 ? '' : `?${new URLSearchParams(named)}`;
}

export const isFiltered = (filter: Filter): boolean => searchOf(filter) !== '';

export const isReversed = ({ from, to }: Filter): boolean => from !== '' && to !== '' && from > to;

/** Returns the query for whole days in the user's time zone, the last day included. */
export const windowOf = ({ room, from, to }: Filter, timeZone: string): LivesWindow => ({
  room: room.trim(),
  from: dayBegin(from, timeZone),
  to: dayEnd(to, timeZone),
});
