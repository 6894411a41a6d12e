import { type Static, Type } from 'typebox';
import { recordingLimits } from '../access/core/limits.ts';
import type { Principal } from '../access/core/scopes.ts';
import { recordingStates } from '../events/core/recording-story.ts';
import { type OutputRow, outputsOf, type RecordingRow, recording, shownRecording } from '../events/recording-body.ts';
import { operations } from '../http/operation.ts';
import { type PageRequest, Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs } from '../http/time.ts';
import { meOf } from '../me/my-meetings.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { namesOf, partOf } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
import { isOfRoomNamed, SEARCH_CHARACTERS_MAX } from '../store/search.ts';
import type { Database } from '../store/store.ts';
import type { RecordingErasing } from './erasing.ts';
import type { RecordingLimits } from './limits.ts';
import { postsOf, postsShown } from './posts.ts';
import { recordingOf } from './records.ts';

const tag = 'Recordings';
const params = Type.Object({ recording: Type.String({ minLength: 1, maxLength: 64 }) });
const name = Type.String({ maxLength: 128 });
const query = Type.Object({
  ...pageQuery.properties,
  room: Type.Optional(name),
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
});
const listedRecording = Type.Object(
  {
    ...recording.properties,
    title: Type.String({ description: "Title of its meeting; '' for a room without one." }),
  },
  { title: 'ListedRecording' },
);
const recordingPage = pageOf(listedRecording, 'RecordingPage');
const deleteDescription =
  'Its items in the library are deleted with it. Recorders erase what they still have of it as soon as they can be reached.';

const postsQuery = Type.Object({
  page: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 9999, default: 0, description: 'Number of the page, from 0.' }),
  ),
});

const reading = operations({ tag, scope: 'recordings:read' });
export const listRecordings = reading('listRecordings', 'GET /recordings', {
  summary: 'List recordings, running and ended, the newest first.',
  query,
  answers: { 200: recordingPage },
});
export const getRecording = reading('getRecording', 'GET /recordings/{recording}', {
  summary: 'Get a recording.',
  params,
  answers: { 200: recording },
});
export const listRecordingPosts = reading('listRecordingPosts', 'GET /recordings/{recording}/posts', {
  summary: 'Get a page of the posts of a recording, in order of time.',
  params,
  query: postsQuery,
  answers: { 200: postsShown },
});
const writing = operations({ tag, scope: 'recordings:write' });
export const deleteRecording = writing('deleteRecording', 'DELETE /recordings/{recording}', {
  summary: 'Delete a recording that has ended, with its files.',
  description: deleteDescription,
  params,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
const anyone = operations({ tag: 'Signed-in users', scope: 'any' });
export const listMyRecordings = anyone('listMyRecordings', 'GET /me/recordings', {
  summary: 'List recordings of meetings of which the user is a host or cohost, the newest first.',
  description: 'A page may have fewer than `limit` rows even if more follow.',
  query,
  answers: { 200: recordingPage },
});
export const listMyRecordingPosts = anyone('listMyRecordingPosts', 'GET /me/recordings/{recording}/posts', {
  summary: 'Get a page of the posts of a recording of a meeting of which the user is a host or cohost.',
  params,
  query: postsQuery,
  answers: { 200: postsShown },
});
export const deleteMyRecording = anyone('deleteMyRecording', 'DELETE /me/recordings/{recording}', {
  summary: 'Delete a recording of a meeting that the user may change.',
  description: deleteDescription,
  params,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
export const getRecordingUsage = reading('getRecordingUsage', 'GET /tenant/recording/usage', {
  summary: 'Get what the tenant has recorded, and its limits.',
  answers: {
    200: Type.Object(
      {
        recording: Type.String({
          enum: [...recordingLimits],
          description: 'Modes of recording that the tenant’s limits allow.',
        }),
        bytes: Type.Integer({ description: 'Size of all stored recordings.' }),
        bytesMax: Type.Integer({ description: 'Most bytes that may be stored; 0 means no limit.' }),
        minutes: Type.Number({ description: 'Minutes recorded in this calendar month (UTC).' }),
        minutesMax: Type.Integer({ description: 'Most minutes per calendar month; 0 means no limit.' }),
      },
      { title: 'RecordingUsage' },
    ),
  },
});

const byStart = new Paging(
  [
    { column: 'started_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'descending',
);

export interface RecordingDeps {
  readonly db: Database;
  readonly erasing: Pick<RecordingErasing, 'delete'>;
  readonly meetings: Pick<Meetings, 'byIds'>;
  readonly limits: Pick<RecordingLimits, 'use'>;
}

export function addRecordingsOperations(routes: Routes, o: RecordingDeps): void {
  const { db, erasing } = o;
  routes.add(listRecordings, async ({ principal, query: asked }) => {
    let found = listedRecordings(db, principal.tenant, asked);
    if (principal.room !== undefined) found = found.where('room', '=', principal.room);
    const rows = await found.execute();
    const meetings = await o.meetings.byIds(principal.tenant, meetingsOf(rows));
    const outputs = await outputsOfRows(db, rows);
    return { body: byStart.page(asked, rows, (row) => shownListed(row, outputs, meetings)) };
  });
  routes.add(getRecording, async ({ principal, params: { recording: id } }) => {
    const row = await visibleRecording(db, principal, id);
    return { body: shownRecording(row, await outputsOfRows(db, [row])) };
  });
  routes.add(listRecordingPosts, async ({ principal, params: { recording: id }, query: { page = 0 } }) => ({
    body: await postsOf(db, await visibleRecording(db, principal, id), page),
  }));
  routes.add(deleteRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await visibleRecording(db, principal, id);
    return atomically((trx) => erasing.delete(trx, row));
  });
  routes.add(getRecordingUsage, async ({ principal }) => {
    const { bytes, minutes, limits: allowances } = await o.limits.use(principal.tenant);
    const { recording: allowed, recordingBytes: bytesMax, recordingMinutes: minutesMax } = allowances;
    return {
      body: { recording: allowed, bytes, bytesMax, minutes: Math.round(minutes * 10) / 10, minutesMax },
    };
  });
  addMine(routes, o);
}

function addMine(routes: Routes, o: RecordingDeps): void {
  const { db, erasing, meetings } = o;
  const ofMeeting = async (
    on: Database,
    principal: Principal,
    id: string,
  ): Promise<{ row: RecordingRow; meeting: Meeting }> => {
    const me = meOf(principal);
    const row = await recordingOf(on, me.tenant, id);
    const meeting = row && (await meetings.byIds(me.tenant, [row.meeting], on)).get(row.meeting);
    if (row === undefined || row.deleted_ms !== null || meeting === undefined || !isHost(meeting, me))
      throw new Problem('NOT_FOUND');
    return { row, meeting };
  };
  routes.add(listMyRecordings, async ({ principal, query: asked }) => {
    const me = meOf(principal);
    const rows = await listedRecordings(db, me.tenant, asked)
      .where('meeting', 'in', (of) =>
        of
          .selectFrom('meeting_persons')
          .select('meeting_persons.meeting')
          .where('meeting_persons.tenant', '=', me.tenant)
          .where('meeting_persons.person', 'in', namesOf(me)),
      )
      .execute();
    const meetingsById = await meetings.byIds(me.tenant, meetingsOf(rows));
    const isHostOf = (row: RecordingRow): boolean => {
      const meeting = meetingsById.get(row.meeting);
      return meeting !== undefined && isHost(meeting, me);
    };
    const { data, ...more } = byStart.page(asked, rows, (row) => row);
    const outputs = await outputsOfRows(db, data);
    return { body: { data: data.filter(isHostOf).map((row) => shownListed(row, outputs, meetingsById)), ...more } };
  });
  routes.add(listMyRecordingPosts, async ({ principal, params: { recording: id }, query: { page = 0 } }) => ({
    body: await postsOf(db, (await ofMeeting(db, principal, id)).row, page),
  }));
  routes.add(deleteMyRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const { row, meeting } = await ofMeeting(db, principal, id);
    requireRight(principal, 'change', meeting);
    return atomically((trx) => erasing.delete(trx, row));
  });
}

const outputsOfRows = async (db: Database, rows: readonly RecordingRow[]): Promise<OutputRow[]> => {
  const [{ tenant } = { tenant: '' }] = rows;
  return outputsOf(
    db,
    tenant,
    rows.map(({ id }) => id),
  );
};

const meetingsOf = (rows: readonly RecordingRow[]): string[] => [
  ...new Set(rows.map(({ meeting }) => meeting).filter((id) => id !== '')),
];

/** Names an occurrence by its own title, if it has one. */
function shownListed(
  row: RecordingRow,
  outputs: readonly OutputRow[],
  meetings: ReadonlyMap<string, Meeting>,
): Static<typeof listedRecording> {
  const meeting = meetings.get(row.meeting);
  const ofOccurrence = meeting?.overrides.find(({ originalStart }) => originalStart === row.occurrence)?.title;
  return { ...shownRecording(row, outputs), title: ofOccurrence ?? meeting?.title ?? '' };
}

const isHost = (meeting: Meeting, person: Parameters<typeof partOf>[1]): boolean =>
  ['host', 'cohost'].includes(partOf(meeting, person));

function listedRecordings(db: Database, tenant: string, listQuery: Static<typeof query> & PageRequest) {
  let found = db
    .selectFrom('recordings')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('deleted_ms', 'is', null)
    .$call(byStart.ofPage(listQuery));
  const state = recordingStates.find((one) => one === listQuery.state);
  if (listQuery.room !== undefined) found = found.where('room', '=', listQuery.room);
  if (listQuery.search !== undefined) found = found.where(isOfRoomNamed('recordings', listQuery.search));
  if (listQuery.meeting !== undefined) found = found.where('meeting', '=', listQuery.meeting);
  if (listQuery.originalStart !== undefined) found = found.where('occurrence', '=', listQuery.originalStart);
  if (listQuery.sid !== undefined) found = found.where('sid', '=', listQuery.sid);
  if (state !== undefined) found = found.where('state', '=', state);
  if (listQuery.from !== undefined) found = found.where('started_ms', '>=', timeMs(listQuery.from));
  if (listQuery.to !== undefined) found = found.where('started_ms', '<', timeMs(listQuery.to));
  return found;
}

async function visibleRecording(db: Database, { tenant, room }: Principal, id: string): Promise<RecordingRow> {
  const row = await recordingOf(db, tenant, id);
  if (row === undefined || row.deleted_ms !== null || (room !== undefined && row.room !== room))
    throw new Problem('NOT_FOUND');
  return row;
}
