// Hidden sessions by which recorders look into rooms that operators watch: their names and number.

/** Rooms in a request (`rpc.watchRooms`): more than a wall shows. */
export const watchedRoomsMax = 32;
/** Time for which a request keeps a room watched: an api that repeats it every 5 s may miss two. */
export const WATCH_KEPT_MS = 15_000;

const identityHead = 'watcher at ';
export const watcherIdentity = (recorderId: string): string => `${identityHead}${recorderId}`;

/**
 * Returns whether a participant watches its room for operators. A watcher enters only rooms with people, counts for
 * nothing, and is hidden from the company as well as from the room.
 */
export const isWatcher = ({ identity, hidden }: { readonly identity: string; readonly hidden: boolean }): boolean =>
  hidden && identity.startsWith(identityHead);
