import { useMemo } from 'react';
import { useApiQuery } from '../../admin/ui/queries.ts';
import type { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';

interface RoomName {
  readonly tenant: string;
  readonly room: string;
}

/** Returns the title of a room's meeting; '' without one. */
export type TitleOf = (name: RoomName) => string;

/** Rooms of meetings have their meetings' ids as names. */
const isBooked = ({ room }: RoomName): boolean => room.startsWith('mt_');
const keyOf = ({ tenant, room }: RoomName): string => [tenant, room].map(encodeURIComponent).join('/');
/** The api answers this many rooms at once; a page of a list has no more. */
const ROOMS_MAX = 200;

/** Loads the titles of booked rooms. While they load, or if that fails, rooms keep their names. */
export function useRoomTitles(api: ConsoleApi, rooms: readonly RoomName[]): TitleOf {
  const wanted = [...new Set(rooms.filter(isBooked).map(keyOf))].sort().slice(0, ROOMS_MAX).join();
  const { value } = useApiQuery(['room titles', wanted], async () => {
    if (wanted === '') return [];
    const path = '/console/room-titles';
    const { titles } = await api.get<{ titles: readonly (RoomName & { title: string })[] }>(path, {
      rooms: wanted,
    });
    return titles;
  });
  return useMemo(() => {
    const byKey = new Map((value ?? []).map((one) => [keyOf(one), one.title]));
    return (name) => byKey.get(keyOf(name)) ?? '';
  }, [value]);
}

/** Link to a room: its title with its tenant and id below, or its name with its tenant. */
export function RoomLink({ tenant, room, titleOf }: RoomName & { titleOf: TitleOf }) {
  const title = titleOf({ tenant, room });
  return (
    <div className="admin-two">
      <a href={consolePath({ page: 'room', tenant, room })} title={room}>
        {title === '' ? room : title}
      </a>
      <span className="faint small">{title === '' ? tenant : `${tenant} · ${room}`}</span>
    </div>
  );
}
