// Names of the hidden sessions by which recorders look into rooms that operators watch, and how many of them.

/** Rooms of one ask (`rpc.watchRooms`): more than a wall shows. */
export const watchedRoomsMax = 32;
/** An ask keeps a room watched for so long: an api that asks every 5 s may miss two. */
export const WATCH_KEPT_MS = 15_000;

const identityHead = 'watcher at ';
/** The identity of the hidden session of this recorder in a room that it watches. */
export const watcherIdentity = (recorderId: string): string => `${identityHead}${recorderId}`;

/**
 * Whether a participant watches its room for operators: it enters only where people are, counts for nothing, and is
 * shown to the company no more than to the room.
 */
export const isWatcher = ({ identity, hidden }: { readonly identity: string; readonly hidden: boolean }): boolean =>
  hidden && identity.startsWith(identityHead);
