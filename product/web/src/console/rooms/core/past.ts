import { consolePath } from '../../core/route.ts';

/** Returns the path of the list of past rooms, with only the lives of this room. */
export const pastOfRoom = ({ tenant, room }: { readonly tenant: string; readonly room: string }): string =>
  `${consolePath({ page: 'past-rooms' })}?${new URLSearchParams({ search: room, tenant })}`;
