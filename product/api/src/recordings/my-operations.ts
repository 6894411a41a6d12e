// Recordings of signed-in users: those that the user started, of meetings that the user leads, and with an item shared
// with the user.
import type { Clock } from '@meridian/runtime';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { Type } from 'typebox';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import { outputsOf, type RecordingRow, type TitledOutput } from '../events/recording-body.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { isChangeable, isVisible, leadsMeeting, mayOf, type Right, rightsOf } from '../library/readers.ts';
import { meOf } from '../me/my-meetings.ts';
import type { Database } from '../store/store.ts';
import type { RecordingErasing } from './erasing.ts';
import {
  byStart,
  deleteDescription,
  type ListingDeps,
  listedRecordings,
  listQuery,
  recordingPage,
  recordingParams,
  shownListed,
  trashDescription,
} from './listing.ts';
import { postsOf, postsOfParts, postsQuery, postsShown } from './posts.ts';
import type { RecordingTrash } from './trash.ts';

const anyone = operations({ tag: 'Signed-in users', scope: 'any' });
export const listMyRecordings = anyone('listMyRecordings', 'GET /me/recordings', {
  summary: 'List recordings that the user may see, the newest first.',
  description:
    'Recordings that the user started, those of meetings of which the user is a host or cohost, and those with an item that is shared with the user. Their `outputs` are the items that the user may see.',
  query: listQuery,
  answers: { 200: recordingPage },
});
export const listMyRecordingPosts = anyone('listMyRecordingPosts', 'GET /me/recordings/{recording}/posts', {
  summary: 'Get a page of the posts of a recording that the user may see.',
  params: recordingParams,
  query: postsQuery,
  answers: { 200: postsShown },
});
const changing = operations({
  tag: 'Signed-in users',
  scope: 'any',
  params: recordingParams,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
export const deleteMyRecording = changing('deleteMyRecording', 'DELETE /me/recordings/{recording}', {
  summary: 'Delete a recording that the user may change.',
  description: deleteDescription,
});
export const trashMyRecording = changing('trashMyRecording', 'POST /me/recordings/{recording}/trash', {
  summary: 'Put a recording that the user may change into the trash.',
  description: trashDescription,
});
export const restoreMyRecording = changing('restoreMyRecording', 'POST /me/recordings/{recording}/restore', {
  summary: 'Get a recording back from the trash.',
});

export interface MyRecordingDeps extends ListingDeps {
  readonly clock: Clock;
  readonly trash: Pick<RecordingTrash, 'add' | 'restore'>;
  readonly erasing: Pick<RecordingErasing, 'delete'>;
}

export function addMyRecordingOperations(routes: Routes, o: MyRecordingDeps): void {
  const { db, erasing } = o;
  routes.add(listMyRecordings, async ({ principal, query }) => {
    const { tenant } = meOf(principal);
    let found = listedRecordings(db, tenant, query).where(isMine(db, principal));
    if (query.trashed === true) found = found.where(mayChange(db, principal));
    const rows = await found.execute();
    const shown = await shownListed(o, rows);
    const { data, ...cursor } = byStart.page(query, rows, (row) => row);
    const seen = await seenOf(db, principal, data);
    const shownTo = (row: RecordingRow) => {
      const { may, outputs } = seen(row);
      const body = shown(row, may, outputs);
      if (may === 'change') return body;
      // A hole names the participant whose track is missing, of whom the caller may have no file.
      const identities = new Set(body.outputs.map(({ identity }) => identity));
      return { ...body, holes: body.holes.filter(({ identity }) => identity === null || identities.has(identity)) };
    };
    return { body: { data: data.map(shownTo), ...cursor } };
  });
  routes.add(listMyRecordingPosts, async ({ principal, params: { recording: id }, query: { page = 0 } }) => {
    const { row, may, outputs } = await myRecording(db, principal, id);
    if (row.trashed_ms !== null) throw new Problem('NOT_FOUND');
    const all = await postsOf(db, row, page);
    if (may === 'change') return { body: all };
    return { body: { posts: await postsOfParts(db, all.posts, outputs), pages: all.pages } };
  });
  routes.add(deleteMyRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await changeableRecording(db, principal, id);
    return atomically((trx) => erasing.delete(trx, row));
  });
  routes.add(trashMyRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await changeableRecording(db, principal, id);
    return atomically((trx) => o.trash.add(trx, row, principal.id));
  });
  routes.add(restoreMyRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await changeableRecording(db, principal, id);
    return atomically((trx) => o.trash.restore(trx, row));
  });
}

/** Matches recordings that the user started, or of meetings that the user leads. */
const isOwn = (db: Database, principal: Principal): RawBuilder<SqlBool> => sql<SqlBool>`(
  recordings.made_by = ${principal.id} or ${leadsMeeting(db, principal, meetingOfRecording)})`;

const meetingOfRecording = { tenant: 'recordings.tenant', meeting: 'recordings.meeting' };

/** Matches recordings of which there is such an item. */
const hasItem = (condition: RawBuilder<SqlBool>): RawBuilder<SqlBool> => sql<SqlBool>`exists (
  select 1 from library_items
  where library_items.tenant = recordings.tenant and library_items.recording = recordings.id
  and library_items.deleted_ms is null and ${condition})`;

/** Matches recordings that the user may see. Of what is in the trash only those know who may change it. */
const isMine = (db: Database, principal: Principal): RawBuilder<SqlBool> => {
  const visible = sql<SqlBool>`library_items.state = 'ready' and ${isVisible(db, principal)}
    and (library_items.trashed_ms is null
      or (recordings.trashed_ms is not null and ${isChangeable(db, principal)}))`;
  return sql<SqlBool>`(${isOwn(db, principal)} or ${hasItem(visible)})`;
};

/**
 * Matches recordings that the user may change: own ones, and those of which the user may change each item. Members
 * change no meetings, so what they lead is not their own.
 */
function mayChange(db: Database, principal: Principal): RawBuilder<SqlBool> {
  if (ownerOnly(principal) === undefined) return sql<SqlBool>`1 = 1`;
  const started = sql<SqlBool>`recordings.made_by = ${principal.id}`;
  const own = principal.user?.role === 'member' ? started : isOwn(db, principal);
  const changeable = isChangeable(db, principal);
  return sql<SqlBool>`(${own} or (${hasItem(changeable)} and not ${hasItem(sql<SqlBool>`not ${changeable}`)}))`;
}

interface Seen {
  readonly may: Right;
  /** Files whose items the user may see. */
  readonly outputs: readonly TitledOutput[];
}

/** Returns a function that returns what the user may do with one of these recordings, and sees of it. */
async function seenOf(
  db: Database,
  principal: Principal,
  rows: readonly RecordingRow[],
): Promise<(row: RecordingRow) => Seen> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return () => ({ may: 'play', outputs: [] });
  const { tenant } = principal;
  const changeable = await db
    .selectFrom('recordings')
    .select('id')
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .where(mayChange(db, principal))
    .execute();
  const items = await db
    .selectFrom('library_items')
    .select(['id', 'owner', 'visibility'])
    .where('tenant', '=', tenant)
    .where('recording', 'in', ids)
    .where('trashed_ms', 'is', null)
    .execute();
  const rightsOfItem = await rightsOf(db, principal, items);
  const rights = new Map<string, Right>();
  for (const item of items) {
    const may = mayOf(principal, rightsOfItem(item));
    if (may !== undefined) rights.set(item.id, may);
  }
  const changeableIds = new Set(changeable.map(({ id }) => id));
  const outputs = await outputsOf(db, tenant, ids);
  return (row) => {
    const ofRow = outputs.filter(({ recording }) => recording === row.id);
    if (changeableIds.has(row.id)) return { may: 'change', outputs: ofRow };
    const seen = ofRow.filter(({ item }) => rights.has(item));
    const mayDownload = seen.some(({ item }) => rights.get(item) !== 'play');
    return { may: mayDownload ? 'download' : 'play', outputs: seen };
  };
}

/** Rejects with NOT_FOUND. */
async function myRecording(db: Database, principal: Principal, id: string): Promise<{ row: RecordingRow } & Seen> {
  const { tenant } = meOf(principal);
  const row = await db
    .selectFrom('recordings')
    .selectAll()
    .where((eb) => eb.and({ tenant, id }))
    .where('deleted_ms', 'is', null)
    .where(isMine(db, principal))
    .executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  return { row, ...(await seenOf(db, principal, [row]))(row) };
}

/** Rejects with NOT_FOUND, or NOT_PERMITTED for a recording that the user may see but not change. */
export async function changeableRecording(db: Database, principal: Principal, id: string): Promise<RecordingRow> {
  const { row, may } = await myRecording(db, principal, id);
  if (may !== 'change')
    throw new Problem(
      'NOT_PERMITTED',
      'only its starter, hosts of its meeting and editors of all its files may change it',
    );
  return row;
}
