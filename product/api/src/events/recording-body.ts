import type { Generated, Selectable } from 'kysely';
import { type Static, Type } from 'typebox';
import { timeText } from '../http/time.ts';
import type { Tables } from '../store/tables.ts';
import {
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
    };
  }
}

export type RecordingRow = Selectable<Tables['recordings']>;

const text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const number = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });
const time = Type.String({ format: 'date-time' });

export const recordingFile = Type.Object(
  {
    name: Type.String({ description: 'Name of the file; append it to the `base` of a link.' }),
    bytes: Type.Integer(),
    sha256: Type.String(),
    type: Type.String({ description: 'Media type.' }),
  },
  { title: 'RecordingFile' },
);

const recordingHole = Type.Object(
  {
    startedAt: time,
    endedAt: time,
    recorder: text('Node that recorded then and may still have the media; null if unknown.'),
  },
  { title: 'RecordingHole' },
);

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
    by: text('Host that started it; null: started over REST, or automatically.'),
    state: Type.String({
      enum: [...recordingStates],
      description:
        'running; ended: waits for a recorder that makes its files; finishing: a recorder makes them; finished; failed.',
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
    files: Type.Array(recordingFile),
    failure: text(
      'Error code; RECORDING_UNKNOWN: for a day no recorder had any part of it. While it is finishing: the cause of the last failed attempt; attempts go on for a day.',
    ),
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

/** Ids are unique per tenant only. */
export const eventSidOf = (tenant: string, id: string): string => `${tenant}/${id}`;

export function shownRecording(row: RecordingRow): ShownRecording {
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
    by: row.made_by || null,
    state: row.state,
    startedAt: timeText(row.started_ms),
    endedAt: row.ended_ms === null ? null : timeText(row.ended_ms),
    estimated: row.estimated === 1,
    durationMs: isFinished ? row.duration_ms : null,
    holeMs: isFinished ? row.hole_ms : null,
    holes: holesOf(row).map(({ fromMs, toMs, recorderId }) => ({
      startedAt: timeText(fromMs),
      endedAt: timeText(toMs),
      recorder: recorderId || null,
    })),
    bytes: isFinished ? row.bytes : null,
    files: JSON.parse(row.files) as ShownRecording['files'],
    failure: row.failure || null,
  };
}
