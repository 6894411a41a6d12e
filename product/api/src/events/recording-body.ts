import { type OutputGroup, outputGroups } from '@meridian/protocol';
import type { Generated, Selectable } from 'kysely';
import { type Static, Type } from 'typebox';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import {
  type Compositions,
  type RecordingHole,
  type RecordingState,
  type RecordingStint,
  recordingStates,
} from './core/recording-story.ts';

declare module '../store/tables.ts' {
  interface NarrowedTables {
    recordings: {
      state: RecordingState;
      version: Generated<number>;
      assembled: Generated<string>;
      awaited: Generated<string>;
      later: Generated<number>;
      trashed_ms: number | null;
      compositions: Generated<string>;
    };
    recording_outputs: { source: OutputGroup };
  }
}

export type RecordingRow = Selectable<Tables['recordings']>;
export type OutputRow = Selectable<Tables['recording_outputs']>;

/** File with the title of its item. */
export type TitledOutput = OutputRow & { readonly title: string; readonly isTrashed: boolean };

const text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const number = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });
const time = Type.String({ format: 'date-time' });

const recordingOutput = Type.Object(
  {
    item: Type.String({ description: 'Item of the library that has the file.' }),
    name: Type.String({ description: 'Name of the file without suffix, unique in the recording.' }),
    title: Type.String({ description: 'Title of the item.' }),
    source: Type.Unsafe<OutputGroup>({ type: 'string', enum: [...outputGroups] }),
    identity: text('Participant whose picture or sound it is; null: the composed picture and sound of all.'),
    participant: text('Name of that participant.'),
    offsetMs: Type.Integer({ description: 'Begin of the file, counted from the begin of the recording.' }),
    durationMs: Type.Integer(),
    width: Type.Integer({ description: 'Width of the largest picture; 0 without a picture.' }),
    height: Type.Integer(),
    bytes: Type.Integer(),
  },
  { title: 'RecordingOutput' },
);

const recordingHole = Type.Object(
  {
    startedAt: time,
    endedAt: time,
    recorder: text('Node that recorded then and may still have the media; null if unknown.'),
    identity: text('Participant whose track is missing; null: the whole recording.'),
    source: text('Source of that track, such as camera or microphone.'),
  },
  { title: 'RecordingHole' },
);

const recordingTask = Type.Object(
  {
    kind: Type.Unsafe<'compose' | 'assemble'>({
      type: 'string',
      enum: ['compose', 'assemble'],
      description: 'compose: a recorder makes one picture of its tracks; assemble: a recorder makes its files.',
    }),
    state: Type.Unsafe<'waiting' | 'running'>({ type: 'string', enum: ['waiting', 'running'] }),
    done: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the work that is done.' }),
  },
  { title: 'RecordingTask' },
);
export type ShownTask = Static<typeof recordingTask>;

export const recording = Type.Object(
  {
    id: Type.String(),
    room: Type.String(),
    sid: Type.String({ description: 'Id of the room’s life (/room-lives).' }),
    meetingId: text('Id of the meeting to which the room belongs; null without a meeting.'),
    originalStart: text('Original start of its occurrence; null outside booked times.'),
    identity: text('Participant whose tracks are recorded; null: the whole room.'),
    mode: Type.String({
      enum: ['tracks', 'composed', 'page'],
      description: 'tracks: tracks as published; composed: one picture and one sound; page: a web page.',
    }),
    layout: text('Layout of a composed recording: grid, speaker or screen.'),
    later: Type.Boolean({
      description: 'Composed recording that began where no recorder could compose: it is composed after its end.',
    }),
    by: text('Host that started it; null: started over REST, or automatically.'),
    state: Type.String({
      enum: [...recordingStates],
      description:
        'running; ended: its recorders are asked for what they have; finishing: a recorder makes its files; finished: the library has them; failed.',
    }),
    startedAt: time,
    endedAt: Type.Union([time, Type.Null()], { description: 'null while it runs.' }),
    estimated: Type.Boolean({ description: '`endedAt` is estimated.' }),
    durationMs: number('Time from start to end, including holes; null until it is finished.'),
    holeMs: number('Time within that in which nothing could be recorded; null until it is finished.'),
    holes: Type.Array(recordingHole, {
      description: 'Parts of the ordered time that are missing, also before the first and after the last media.',
    }),
    bytes: number('Size of all its files; null until it is finished.'),
    version: Type.Integer({
      description:
        'Version of its files: 0 before the first. It rises when a recorder that was away brings more: the items stay, with new contents.',
    }),
    outputs: Type.Array(recordingOutput, {
      description:
        'Files of the recording, which are items of the library; without those in the trash, unless all are.',
    }),
    failure: text(
      'Error code; RECORDING_UNKNOWN: for a day no recorder had any part of it. Of a finished recording: why it could not be composed, so that its files are of its tracks.',
    ),
    task: Type.Union([recordingTask, Type.Null()], {
      description: 'Work of recorders while it is finishing; null in other states, and in events.',
    }),
    trashedAt: Type.Union([time, Type.Null()], {
      description: 'Time at which it was put into the trash; null if it is not there.',
    }),
  },
  { title: 'Recording' },
);
export type ShownRecording = Static<typeof recording>;

export const recordingEventBody = { recording };
export interface RecordingEventBody {
  readonly recording: ShownRecording;
}

export const recordersOf = ({ recorders }: Pick<RecordingRow, 'recorders'>): readonly string[] =>
  JSON.parse(recorders) as string[];

export const stintsOf = ({ stints }: Pick<RecordingRow, 'stints'>): readonly RecordingStint[] =>
  JSON.parse(stints) as RecordingStint[];

export const holesOf = ({ holes }: Pick<RecordingRow, 'holes'>): readonly RecordingHole[] =>
  JSON.parse(holes) as RecordingHole[];

export const awaitedOf = ({ awaited }: Pick<RecordingRow, 'awaited'>): readonly string[] => JSON.parse(awaited);

/** Returns the marks of the stints of the last version (`recordings/core/collecting.ts`). */
export const assembledOf = ({ assembled }: Pick<RecordingRow, 'assembled'>): readonly string[] => JSON.parse(assembled);

/** Returns what was ordered, or composed, of each stint that is composed later, by its id. */
export const compositionsOf = ({ compositions }: Pick<RecordingRow, 'compositions'>): Compositions =>
  JSON.parse(compositions);

/** Returns the files of recordings in the order of their begin. */
export async function outputsOf(db: Database, tenant: string, recordings: readonly string[]): Promise<TitledOutput[]> {
  if (recordings.length === 0) return [];
  const rows = await db
    .selectFrom('recording_outputs as o')
    .leftJoin('library_items as i', (join) => join.onRef('i.tenant', '=', 'o.tenant').onRef('i.id', '=', 'o.item'))
    .selectAll('o')
    .select(['i.title', 'i.trashed_ms'])
    .where('o.tenant', '=', tenant)
    .where('o.recording', 'in', recordings)
    .orderBy('o.offset_ms')
    .orderBy('o.name')
    .execute();
  return rows.map(({ title, trashed_ms: trashedMs, ...row }) =>
    Object.assign(row, { title: title ?? '', isTrashed: trashedMs !== null }),
  );
}

/** Ids are unique per tenant only. */
export const eventSidOf = (tenant: string, id: string): string => `${tenant}/${id}`;

/**
 * Shows a recording; `outputs` may have files of other recordings. Leaves out files in the trash, unless the whole
 * recording is there.
 */
export function shownRecording(
  row: RecordingRow,
  outputs: readonly TitledOutput[],
  task: ShownTask | null = null,
): ShownRecording {
  const isFinished = row.state === 'finished';
  return {
    id: row.id,
    room: row.room,
    sid: row.sid,
    meetingId: row.meeting || null,
    originalStart: row.occurrence || null,
    identity: row.identity || null,
    mode: row.mode === '' ? 'tracks' : row.mode,
    layout: row.mode === 'composed' ? row.layout : null,
    later: row.later === 1,
    by: row.made_by || null,
    state: row.state,
    startedAt: timeText(row.started_ms),
    endedAt: row.ended_ms === null ? null : timeText(row.ended_ms),
    estimated: row.estimated === 1,
    durationMs: isFinished ? row.duration_ms : null,
    holeMs: isFinished ? row.hole_ms : null,
    holes: holesOf(row).map(({ fromMs, toMs, recorderId, identity = '', source = '' }) => ({
      startedAt: timeText(fromMs),
      endedAt: timeText(toMs),
      recorder: recorderId || null,
      identity: identity || null,
      source: source || null,
    })),
    bytes: isFinished ? row.bytes : null,
    version: row.version,
    outputs: outputs
      .filter(({ recording: id, isTrashed }) => id === row.id && (row.trashed_ms !== null || !isTrashed))
      .map(shownOutput),
    failure: row.failure || null,
    task,
    trashedAt: row.trashed_ms === null ? null : timeText(row.trashed_ms),
  };
}

const shownOutput = (row: TitledOutput): ShownRecording['outputs'][number] => ({
  item: row.item,
  name: row.name,
  title: row.title,
  source: row.source,
  identity: row.identity || null,
  participant: row.participant || null,
  offsetMs: row.offset_ms,
  durationMs: row.duration_ms,
  width: row.width,
  height: row.height,
  bytes: row.bytes,
});
