// Operations of a recording's transcripts.
import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { language, languageOf } from '../library/item-operations.ts';
import { checkWritten } from '../library/item-texts.ts';
import type { Items } from '../library/items.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { recordingParams, visibleRecording } from './listing.ts';
import { changeableRecording } from './my-operations.ts';
import { type NewTranscript, putTranscript } from './transcripts.ts';

const params = Type.Object({ ...recordingParams.properties, language });
const description =
  'WebVTT whose times count from the begin of the recording, which may still run. Each of its items gets it in its own time, unless a person has put another one there. The next transcript replaces it. A recording has at most 64 transcripts, of 16 MB together; they count in `libraryBytes`, as do those of its items.';
const facts = {
  description,
  params,
  body: Type.Object({ vtt: Type.String({ maxLength: 500_000 }) }, { title: 'RecordingTranscript' }),
  bodyBytesMax: 1_100_000,
  answers: { 204: Type.Null() },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
} as const;
const writing = operations({ tag: 'Recordings', scope: 'recordings:write' });
export const putRecordingTranscript = writing(
  'putRecordingTranscript',
  'PUT /recordings/{recording}/transcripts/{language}',
  {
    summary: 'Add or replace a transcript of a recording.',
    ...facts,
    description: `${description} A host in a room may do it for the recordings of that room, with the token with which it joined.`,
    byHosts: 'recordings:write',
  },
);
const anyone = operations({ tag: 'Signed-in users', scope: 'any' });
export const putMyRecordingTranscript = anyone(
  'putMyRecordingTranscript',
  'PUT /me/recordings/{recording}/transcripts/{language}',
  { summary: 'Add or replace a transcript of a recording that the user may change.', ...facts },
);

export interface TranscriptDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly items: Pick<Items, 'setTranscript'>;
}

export function addRecordingTranscriptOperations(routes: Routes, o: TranscriptDeps): void {
  const { db } = o;
  const put = async (trx: Transaction, principal: Principal, transcript: NewTranscript): Promise<void> => {
    const { isLonger } = await putTranscript(trx, o, transcript);
    if (isLonger) await checkWritten(trx, principal);
  };
  routes.add(putRecordingTranscript, async ({ principal, params: named, body: { vtt }, atomically }) => {
    const row = await visibleRecording(db, principal, named.recording);
    return atomically((trx) => put(trx, principal, { row, language: languageOf(named.language), vtt }));
  });
  routes.add(putMyRecordingTranscript, async ({ principal, params: named, body: { vtt }, atomically }) => {
    const row = await changeableRecording(db, principal, named.recording);
    return atomically((trx) => put(trx, principal, { row, language: languageOf(named.language), vtt }));
  });
}
