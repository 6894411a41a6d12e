// Which lives of rooms are shown: by name and days, as the address of the page keeps it. Pure.
import { dayBegin, dayEnd } from '../../traffic/when.ts';
import type { LivesWindow } from '../api.ts';

export interface Filter {
  readonly room: string;
  /** 2026-11-23; '': none. */
  readonly from: string;
  readonly to: string;
}

export const noFilter: Filter = { room: '', from: '', to: '' };

const ROOM_CHARACTERS_MAX = 128;

/** Of an address; what is no day is left out. */
export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const day = (name: string): string => {
    const text = query.get(name) ?? '';
    return dayBegin(text, 'UTC') === undefined ? '' : text;
  };
  return { room: (query.get('room') ?? '').slice(0, ROOM_CHARACTERS_MAX), from: day('from'), to: day('to') };
}

/** For an address: '?room=…'; '' for no filter. */
export function searchOf(filter: Filter): string {
  const named = Object.entries(filter).filter(([, value]) => value !== '');
  return named.length === 0 ? '' : `?${new URLSearchParams(named)}`;
}

export const isFiltered = (filter: Filter): boolean => searchOf(filter) !== '';

/** The days are in the wrong order. */
export const isReversed = ({ from, to }: Filter): boolean => from !== '' && to !== '' && from > to;

/** What to ask for: days of the user's zone, the last one with all of it. */
export const windowOf = ({ room, from, to }: Filter, timeZone: string): LivesWindow => ({
  room: room.trim(),
  from: dayBegin(from, timeZone),
  to: dayEnd(to, timeZone),
});
