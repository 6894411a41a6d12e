import { TRASH_KEPT_DAYS } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { recordingStates } from '../events/core/recording-story.ts';
import { enumOf } from '../events/item-body.ts';
import {
  outputsOf,
  type RecordingRow,
  recording,
  shownRecording,
  type TitledOutput,
} from '../events/recording-body.ts';
import { type PageRequest, Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { Time, timeMs } from '../http/time.ts';
import { rights } from '../library/readers.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { isOfRoomNamed, SEARCH_CHARACTERS_MAX } from '../store/search.ts';
import type { Database } from '../store/store.ts';
import { type TaskReader, tasksOf } from './progress.ts';
import { recordingOf } from './records.ts';

export const recordingParams = Type.Object({ recording: Type.String({ minLength: 1, maxLength: 64 }) });
export const deleteDescription =
  'Its items in the library are deleted with it. Recorders erase what they still have of it as soon as they can be reached.';

export const trashDescription = `Its items go there with it, and their links end. For ${TRASH_KEPT_DAYS} days it can be restored; then it is deleted.`;
export const listQuery = Type.Object({
  ...pageQuery.properties,
  room: Type.Optional(Type.String({ maxLength: 128 })),
  search: Type.Optional(
    Type.String({
      maxLength: SEARCH_CHARACTERS_MAX,
      description: 'Part of the room’s name or of its meeting’s title.',
    }),
  ),
  meeting: Type.Optional(Type.String({ maxLength: 64 })),
  originalStart: Type.Optional(
    Type.String({ maxLength: 19, description: 'Only recordings of the occurrence with this original start.' }),
  ),
  sid: Type.Optional(Type.String({ maxLength: 70, description: 'Only recordings of this life of a room.' })),
  state: Type.Optional(Type.String({ enum: [...recordingStates] })),
  from: Type.Optional({ ...Time, description: 'Only recordings that began at this time or later.' }),
  to: Type.Optional({ ...Time, description: 'Only recordings that began before this time.' }),
  trashed: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Recordings in the trash that the caller may change, instead of others.',
    }),
  ),
});

const listedRecording = Type.Object(
  {
    ...recording.properties,
    title: Type.String({ description: "Title of its meeting; '' for a room without one." }),
    byName: Type.Union([Type.String(), Type.Null()], {
      description: 'Name of the user who started it; null for a guest, REST, or an automatic recording.',
    }),
    may: enumOf(rights, 'What the caller may do with it; each includes those before it.'),
  },
  { title: 'ListedRecording' },
);
export const recordingPage = pageOf(listedRecording, 'RecordingPage');
type Listed = Static<typeof listedRecording>;

export const byStart = new Paging(
  [
    { column: 'started_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'descending',
);

export interface ListingDeps extends TaskReader {
  readonly db: Database;
  readonly meetings: Pick<Meetings, 'byIds'>;
}

/** Selects a page of the tenant's recordings, for `byStart.page`. */
export function listedRecordings(
  db: Database,
  tenant: string,
  { trashed = false, ...asked }: Static<typeof listQuery> & PageRequest,
) {
  let found = db
    .selectFrom('recordings')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('deleted_ms', 'is', null)
    .where('trashed_ms', trashed ? 'is not' : 'is', null)
    .$call(byStart.ofPage(asked));
  const state = recordingStates.find((one) => one === asked.state);
  if (asked.room !== undefined) found = found.where('room', '=', asked.room);
  if (asked.search !== undefined) found = found.where(isOfRoomNamed('recordings', asked.search));
  if (asked.meeting !== undefined) found = found.where('meeting', '=', asked.meeting);
  if (asked.originalStart !== undefined) found = found.where('occurrence', '=', asked.originalStart);
  if (asked.sid !== undefined) found = found.where('sid', '=', asked.sid);
  if (state !== undefined) found = found.where('state', '=', state);
  if (asked.from !== undefined) found = found.where('started_ms', '>=', timeMs(asked.from));
  if (asked.to !== undefined) found = found.where('started_ms', '<', timeMs(asked.to));
  return found;
}

/** Returns a function that shows rows of one tenant. */
export async function shownListed(
  { db, meetings, jobs }: ListingDeps,
  rows: readonly RecordingRow[],
): Promise<(row: RecordingRow, may: Listed['may'], outputs?: readonly TitledOutput[]) => Listed> {
  const [{ tenant } = { tenant: '' }] = rows;
  const ids = rows.map(({ id }) => id);
  const outputs = await outputsOf(db, tenant, ids);
  const meetingsById = await meetings.byIds(tenant, [...new Set(rows.map(({ meeting }) => meeting))].filter(Boolean));
  const names = await namesOfUsers(db, tenant, rows);
  const tasks = await tasksOf({ jobs }, db, rows);
  return (row, may, ofRow = outputs) => ({
    ...shownRecording(row, ofRow, tasks.get(row.id) ?? null),
    title: titleOf(row, meetingsById.get(row.meeting)),
    byName: names.get(row.made_by) ?? null,
    may,
  });
}

/** Names an occurrence by its own title, if it has one. */
const titleOf = (row: RecordingRow, meeting: Meeting | undefined): string =>
  meeting?.overrides.find(({ originalStart }) => originalStart === row.occurrence)?.title ?? meeting?.title ?? '';

async function namesOfUsers(
  db: Database,
  tenant: string,
  rows: readonly RecordingRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map(({ made_by: id }) => id))].filter(Boolean);
  if (ids.length === 0) return new Map();
  const users = await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .execute();
  return new Map(users.map(({ id, name }) => [id, name]));
}

/** Rejects with NOT_FOUND, also for a recording of another room than the token’s. */
export async function visibleRecording(db: Database, { tenant, room }: Principal, id: string): Promise<RecordingRow> {
  const row = await recordingOf(db, tenant, id);
  if (row === undefined || row.deleted_ms !== null || (room !== undefined && row.room !== room))
    throw new Problem('NOT_FOUND');
  return row;
}
