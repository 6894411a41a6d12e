// Tables of the migrations. Folders narrow columns: `declare module './tables.ts' { interface NarrowedTables { … } }`.
import type { TablesOf } from './columns.ts';
import type { tenants } from './migrations/0001-tenants.ts';
import type { rooms } from './migrations/0002-rooms.ts';
import type { files } from './migrations/0003-files.ts';
import type { sessions } from './migrations/0004-sessions.ts';
import type { operations } from './migrations/0005-operations.ts';
import type { roomSids } from './migrations/0065-room-sids.ts';
import type { fileLinks } from './migrations/0066-file-links.ts';
import type { tokenUses } from './migrations/0067-token-uses.ts';
import type { linkMakers } from './migrations/0068-link-makers.ts';
import type { recordingContents } from './migrations/0069-recording-contents.ts';
import type { foundAndShared } from './migrations/0070-found-and-shared.ts';
import type { steeredQueue } from './migrations/0071-steered-queue.ts';

// biome-ignore lint/suspicious/noEmptyInterface: folders add to it
export interface NarrowedTables {}

type Made = TablesOf<(typeof tenants)['text']> &
  TablesOf<(typeof rooms)['text']> &
  TablesOf<(typeof files)['text']> &
  TablesOf<(typeof sessions)['text']> &
  TablesOf<(typeof operations)['text']> &
  TablesOf<(typeof roomSids)['text']> &
  TablesOf<(typeof fileLinks)['text']> &
  TablesOf<(typeof tokenUses)['text']> &
  TablesOf<(typeof linkMakers)['text']> &
  TablesOf<(typeof recordingContents)['text']> &
  TablesOf<(typeof foundAndShared)['text']> &
  TablesOf<(typeof steeredQueue)['text']>;
type Joined = Omit<NarrowedTables, keyof Made> & {
  [T in keyof Made]: T extends keyof NarrowedTables
    ? Omit<Made[T], keyof NarrowedTables[T]> & NarrowedTables[T]
    : Made[T];
};

export interface Tables extends Joined {}
