import { Type } from 'typebox';
import { recordingLimits } from '../access/core/limits.ts';
import { outputsOf, recording, shownRecording } from '../events/recording-body.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Items } from '../library/items.ts';
import type { CarryingOver } from './carrying-over.ts';
import type { RecordingLimits } from './limits.ts';
import {
  byStart,
  deleteDescription,
  listedRecordings,
  listQuery,
  recordingPage,
  recordingParams,
  shownListed,
  trashDescription,
  visibleRecording,
} from './listing.ts';
import { addMyRecordingOperations, type MyRecordingDeps } from './my-operations.ts';
import { postsOf, postsQuery, postsShown } from './posts.ts';
import { tasksOf } from './progress.ts';
import { addRecordingTranscriptOperations } from './transcript-operations.ts';

const tag = 'Recordings';
const reading = operations({ tag, scope: 'recordings:read' });
export const listRecordings = reading('listRecordings', 'GET /recordings', {
  summary: 'List recordings, running and ended, the newest first.',
  query: listQuery,
  answers: { 200: recordingPage },
});
export const getRecording = reading('getRecording', 'GET /recordings/{recording}', {
  summary: 'Get a recording.',
  params: recordingParams,
  answers: { 200: recording },
});
export const listRecordingPosts = reading('listRecordingPosts', 'GET /recordings/{recording}/posts', {
  summary: 'Get a page of the posts of a recording, in order of time.',
  params: recordingParams,
  query: postsQuery,
  answers: { 200: postsShown },
});
const writing = operations({ tag, scope: 'recordings:write' });
export const deleteRecording = writing('deleteRecording', 'DELETE /recordings/{recording}', {
  summary: 'Delete a recording that has ended, with its files.',
  description: deleteDescription,
  params: recordingParams,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
const changing = operations({
  tag,
  scope: 'recordings:write',
  params: recordingParams,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
export const trashRecording = changing('trashRecording', 'POST /recordings/{recording}/trash', {
  summary: 'Put a recording that has ended into the trash.',
  description: trashDescription,
});
export const restoreRecording = changing('restoreRecording', 'POST /recordings/{recording}/restore', {
  summary: 'Get a recording back from the trash.',
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

const operating = operations({ tag, scope: 'operator' });
export const carryOverRecordings = operating('carryOverRecordings', 'POST /recordings/carry-over', {
  summary: 'Carry recordings of all tenants, finished by an earlier release, over into the library.',
  description:
    'Begins up to 200 of them; repeat it until `begun` is 0. A recording waits until all recorders that worked on it are there, since they still have its media.',
  answers: {
    200: Type.Object(
      {
        begun: Type.Integer({ description: 'Recordings that this call began to carry over.' }),
        working: Type.Integer({ description: 'Recordings without a file in the library that are being assembled.' }),
        waiting: Type.Integer({ description: 'Recordings left for a later call.' }),
        missing: Type.Array(Type.String(), { description: 'Recorders that are not there, by id; the first 100.' }),
      },
      { title: 'RecordingsCarriedOver' },
    ),
  },
});

export interface RecordingDeps extends MyRecordingDeps {
  readonly limits: Pick<RecordingLimits, 'use'>;
  readonly carryingOver: Pick<CarryingOver, 'run'>;
  readonly library: { readonly items: Pick<Items, 'setTranscript'> };
}

export function addRecordingsOperations(routes: Routes, o: RecordingDeps): void {
  const { db, erasing } = o;
  routes.add(listRecordings, async ({ principal, query: asked }) => {
    let found = listedRecordings(db, principal.tenant, asked);
    if (principal.room !== undefined) found = found.where('room', '=', principal.room);
    const rows = await found.execute();
    const shown = await shownListed(o, rows);
    const may = principal.scopes.has('recordings:write') ? 'change' : 'play';
    return { body: byStart.page(asked, rows, (row) => shown(row, may)) };
  });
  routes.add(carryOverRecordings, async () => {
    const { missing, ...counts } = await o.carryingOver.run();
    return { body: { ...counts, missing: [...missing] } };
  });
  routes.add(getRecording, async ({ principal, params: { recording: id } }) => {
    const row = await visibleRecording(db, principal, id);
    const task = (await tasksOf(o, db, [row])).get(id);
    return { body: shownRecording(row, await outputsOf(db, row.tenant, [id]), task) };
  });
  routes.add(listRecordingPosts, async ({ principal, params: { recording: id }, query: { page = 0 } }) => {
    const row = await visibleRecording(db, principal, id);
    if (row.trashed_ms !== null) throw new Problem('NOT_FOUND');
    return { body: await postsOf(db, row, page) };
  });
  routes.add(deleteRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await visibleRecording(db, principal, id);
    return atomically((trx) => erasing.delete(trx, row));
  });
  routes.add(trashRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await visibleRecording(db, principal, id);
    return atomically((trx) => o.trash.add(trx, row, ''));
  });
  routes.add(restoreRecording, async ({ principal, params: { recording: id }, atomically }) => {
    const row = await visibleRecording(db, principal, id);
    return atomically((trx) => o.trash.restore(trx, row));
  });
  routes.add(getRecordingUsage, async ({ principal }) => {
    const { bytes, minutes, limits: allowances } = await o.limits.use(principal.tenant);
    const { recording: allowed, recordingBytes: bytesMax, recordingMinutes: minutesMax } = allowances;
    return {
      body: { recording: allowed, bytes, bytesMax, minutes: Math.round(minutes * 10) / 10, minutesMax },
    };
  });
  addMyRecordingOperations(routes, o);
  addRecordingTranscriptOperations(routes, { ...o, items: o.library.items });
}
