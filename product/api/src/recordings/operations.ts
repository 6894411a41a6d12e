import { limits } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { recordingLimits } from '../access/core/limits.ts';
import type { Principal } from '../access/core/scopes.ts';
import { addLink, EXPIRES_IN_S_USUAL, type LinkPace, rightsOfLinks } from '../access/file-links.ts';
import type { ApiKeys } from '../access/keys.ts';
import { FILE_LINK_S_MAX, grantOf, grantSources, sourcesOfMaker } from '../access/link-grants.ts';
import { byOf } from '../access/made-links.ts';
import { noteUse } from '../access/token-uses.ts';
import { recordingStates } from '../events/core/recording-story.ts';
import { type RecordingRow, recording, shownRecording } from '../events/recording-body.ts';
import { operations } from '../http/operation.ts';
import { type PageRequest, Paging, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import { meOf } from '../me/my-meetings.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { namesOf, partOf } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
import { isOfRoomNamed, SEARCH_CHARACTERS_MAX } from '../store/search.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { RecordingErasing } from './erasing.ts';
import type { RecordingLimits } from './limits.ts';
import { type LinkOptions, linkTo, type NewLink, type RecordingLink } from './links.ts';
import { recordingOf } from './records.ts';
import { changeRenditions, renditionNames, renditionsOf } from './settings.ts';

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
const newLink = Type.Object(
  {
    expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: FILE_LINK_S_MAX, default: EXPIRES_IN_S_USUAL })),
    may: Type.Optional(
      Type.String({
        enum: [...rightsOfLinks],
        default: 'play',
        description: 'download: the page also offers the files.',
      }),
    ),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'Name of a file to which `fileUrl` leads.' }),
    ),
  },
  { title: 'NewRecordingLink' },
);
const link = Type.Object(
  {
    id: Type.String({ description: 'Id with which the link is ended: `DELETE /file-links/{fileLink}`.' }),
    url: Type.String({ description: 'URL of the page that plays the recording.' }),
    base: Type.String({ description: 'Base of the files’ URLs; append the name of a file.' }),
    fileUrl: Type.Optional(Type.String()),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { title: 'RecordingLink' },
);
const linkDescription =
  'Whoever has the link can play the recording without signing in, until the link expires or is revoked. It ends by itself when the recording is deleted, and when its maker is disabled, deleted or no longer an administrator, or its API key is revoked. The service does not store the URL.';
const deleteDescription =
  'The recording disappears from lists at once; its recorders erase the files as soon as they can be reached, and then the event `recording.deleted` is sent.';

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
const writing = operations({ tag, scope: 'recordings:write' });
export const deleteRecording = writing('deleteRecording', 'DELETE /recordings/{recording}', {
  summary: 'Delete a recording that has ended, with its files.',
  description: deleteDescription,
  params,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
export const createRecordingLink = writing('createRecordingLink', 'POST /recordings/{recording}/links', {
  summary: 'Create a link with which anybody can play the recording.',
  description: linkDescription,
  params,
  body: newLink,
  answers: { 201: link },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
  idempotent: true,
});
const anyone = operations({ tag: 'Signed-in users', scope: 'any' });
export const listMyRecordings = anyone('listMyRecordings', 'GET /me/recordings', {
  summary: 'List recordings of meetings of which the user is a host or cohost, the newest first.',
  description: 'A page may have fewer than `limit` rows even if more follow.',
  query,
  answers: { 200: recordingPage },
});
export const deleteMyRecording = anyone('deleteMyRecording', 'DELETE /me/recordings/{recording}', {
  summary: 'Delete a recording of a meeting that the user may change.',
  description: deleteDescription,
  params,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
export const createMyRecordingLink = anyone('createMyRecordingLink', 'POST /me/recordings/{recording}/links', {
  summary: 'Create a link with which anybody can play a recording of a meeting of which the user is a host or cohost.',
  description: linkDescription,
  params,
  body: newLink,
  answers: { 201: link },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
  idempotent: true,
});
const settings = Type.Object(
  {
    renditions: Type.Array(
      Type.Unsafe<(typeof renditionNames)[number]>({ type: 'string', enum: [...renditionNames] }),
      {
        uniqueItems: true,
        maxItems: renditionNames.length,
        description: 'Smaller renditions that are made of each recording, in addition to the original.',
      },
    ),
  },
  { title: 'RecordingSettings' },
);
const tenantOperation = operations({ tag: 'Tenant', scope: 'tenant:admin' });
export const getRecordingSettings = tenantOperation('getRecordingSettings', 'GET /tenant/recording', {
  summary: 'Get the settings for renditions of recordings.',
  answers: { 200: settings },
});
export const updateRecordingSettings = tenantOperation('updateRecordingSettings', 'PATCH /tenant/recording', {
  summary: 'Change the settings for renditions; they apply to recordings that end from now on.',
  body: settings,
  answers: { 200: settings },
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

export interface RecordingDeps extends LinkOptions {
  readonly db: Database;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly erasing: Pick<RecordingErasing, 'delete'>;
  readonly meetings: Pick<Meetings, 'byIds'>;
  readonly limits: Pick<RecordingLimits, 'use'>;
  readonly linkPace: LinkPace;
}

export function addRecordingsOperations(routes: Routes, o: RecordingDeps): void {
  const { db, erasing } = o;
  routes.add(listRecordings, async ({ principal, query: asked }) => {
    let found = listedRecordings(db, principal.tenant, asked);
    if (principal.room !== undefined) found = found.where('room', '=', principal.room);
    const rows = await found.execute();
    const meetings = await o.meetings.byIds(principal.tenant, meetingsOf(rows));
    return { body: byStart.page(asked, rows, (row) => shownListed(row, meetings)) };
  });
  routes.add(getRecording, async ({ principal, params: { recording: id } }) => ({
    body: shownRecording(await visibleRecording(db, principal, id)),
  }));
  routes.add(deleteRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await visibleRecording(db, principal, id);
    return atomically((trx) => erasing.delete(trx, row));
  });
  routes.add(createRecordingLink, async ({ principal, params: { recording: id }, body, atomically }) => {
    const key = await signingKey(o, principal);
    o.linkPace.count(principal, 'share', o.clock.nowMs());
    return atomically(async (trx) => {
      const sources = await sourcesOf(trx, o, { principal, id, body });
      const row = await visibleRecording(trx, principal, id);
      return { body: await madeLink(trx, o, { principal, row, meeting: '', body, key, sources }) };
    });
  });
  routes.add(getRecordingSettings, async ({ principal }) => ({
    body: { renditions: [...(await renditionsOf(db, principal.tenant))] },
  }));
  routes.add(updateRecordingSettings, ({ principal, body, atomically }) =>
    atomically(async (trx) => {
      await changeRenditions(trx, principal.tenant, body.renditions);
      return { body: { renditions: [...(await renditionsOf(trx, principal.tenant))] } };
    }),
  );
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
    return { body: { data: data.filter(isHostOf).map((row) => shownListed(row, meetingsById)), ...more } };
  });
  routes.add(deleteMyRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const { row, meeting } = await ofMeeting(db, principal, id);
    requireRight(principal, 'change', meeting);
    return atomically((trx) => erasing.delete(trx, row));
  });
  routes.add(createMyRecordingLink, async ({ principal, params: { recording: id }, body, atomically }) => {
    const key = await signingKey(o, principal);
    const { id: meeting } = (await ofMeeting(db, principal, id)).meeting;
    o.linkPace.count(principal, 'share', o.clock.nowMs());
    return atomically(async (trx) => {
      const { tenant } = principal;
      const source = grantSources.ofHosts(meeting);
      const ofHosts = await grantOf(trx, { tenant, source, untilMs: endMs(o, body) });
      const sources = [ofHosts, ...(await sourcesOf(trx, o, { principal, id, body }))];
      const { row } = await ofMeeting(trx, principal, id);
      return { body: await madeLink(trx, o, { principal, row, meeting, body, key, sources }) };
    });
  });
}

interface LinkRequest {
  readonly principal: Principal;
  readonly id: string;
  readonly body: Static<typeof newLink>;
}

const endMs = ({ clock }: RecordingDeps, { expiresInS = EXPIRES_IN_S_USUAL }: LinkRequest['body']): number =>
  clock.wallMs() + expiresInS * 1000;

/** Returns the recording and its link's maker. The caller must look at the recording afterwards (`noteUse`). */
async function sourcesOf(
  trx: Transaction,
  o: RecordingDeps,
  { principal, id, body }: LinkRequest,
): Promise<readonly string[]> {
  const untilMs = endMs(o, body);
  await noteUse(trx, { tenant: principal.tenant, id, untilMs: untilMs + limits.clockLeewayMs });
  return [id, ...(await sourcesOfMaker(trx, principal, untilMs))];
}

/** Makes and lists a link. `meeting`: the one whose hosts' right it comes from; ''. */
async function madeLink(
  trx: Transaction,
  o: RecordingDeps,
  {
    principal,
    row,
    meeting,
    body,
    key,
    sources,
  }: Omit<LinkRequest, 'id'> & Pick<NewLink, 'key' | 'sources'> & { row: RecordingRow; meeting: string },
): Promise<Static<typeof link>> {
  const wanted = wantedOf(body);
  const made = await linkTo(o, row, { ...wanted, key, sources });
  const { tenant, id: recording } = row;
  const of = { tenant, id: made.id, item: '', recording, meeting, used_for: 'share' } as const;
  const times = { created_ms: o.clock.wallMs(), expires_ms: made.expiresMs };
  await addLink(trx, { ...of, ...times, made_by: byOf(principal), may: wanted.may });
  return shownLink(made);
}

/** Rejects with CONFLICT while the tenant is being erased. Must be called outside a transaction. */
async function signingKey({ keys }: RecordingDeps, { tenant }: Principal) {
  const key = await keys.signing(tenant);
  if (key === undefined) throw new Problem('CONFLICT', 'the tenant is being erased');
  return key;
}

const meetingsOf = (rows: readonly RecordingRow[]): string[] => [
  ...new Set(rows.map(({ meeting }) => meeting).filter((id) => id !== '')),
];

/** Names an occurrence by its own title, if it has one. */
function shownListed(row: RecordingRow, meetings: ReadonlyMap<string, Meeting>): Static<typeof listedRecording> {
  const meeting = meetings.get(row.meeting);
  const ofOccurrence = meeting?.overrides.find(({ originalStart }) => originalStart === row.occurrence)?.title;
  return { ...shownRecording(row), title: ofOccurrence ?? meeting?.title ?? '' };
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

const wantedOf = ({ expiresInS = EXPIRES_IN_S_USUAL, may = 'play', name: file }: Static<typeof newLink>) => ({
  expiresInS,
  may,
  name: file,
});

const shownLink = ({ id, url, base, fileUrl, expiresMs }: RecordingLink): Static<typeof link> => ({
  id,
  url,
  base,
  ...(fileUrl !== undefined && { fileUrl }),
  expiresAt: timeText(expiresMs),
});
