import type { Selectable } from 'kysely';
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
  interface Narrowed {
    recordings: {
      state: RecordingState;
    };
  }
}

export type RecordingRow = Selectable<Tables['recordings']>;

const text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const number = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });
const time = Type.String({ format: 'date-time' });

export const recordingFile = Type.Object(
  {
    name: Type.String({ description: 'Below the `base` of a link.' }),
    bytes: Type.Integer(),
    sha256: Type.String(),
    type: Type.String({ description: 'Its media type.' }),
  },
  { title: 'RecordingFile' },
);

const recordingHole = Type.Object(
  {
    startedAt: time,
    endedAt: time,
    recorder: text('The node that recorded then, which may still have it; null: that is not known.'),
  },
  { title: 'RecordingHole' },
);

export const recording = Type.Object(
  {
    id: Type.String(),
    room: Type.String(),
    sid: Type.String({ description: 'Of the life of the room (/room-lives).' }),
    meetingId: text('Of the meeting whose room it is; null: of none.'),
    originalStart: text('Of its occurrence; null: at a time that is not booked.'),
    identity: text('The participant whose tracks are recorded; null: all of the room.'),
    mode: Type.String({
      enum: ['tracks', 'composed', 'page'],
      description: 'tracks: as they are published; composed: one picture and sound; page: a web page.',
    }),
    layout: text('Of a composed one: grid, speaker, screen.'),
    by: text('The host that began it; null: over REST, or by itself.'),
    state: Type.String({
      enum: [...recordingStates],
      description:
        'running; ended: it waits for a recorder that makes its files; finishing: one does; finished; failed.',
    }),
    startedAt: time,
    endedAt: Type.Union([time, Type.Null()], { description: 'null: it runs.' }),
    estimated: Type.Boolean({ description: 'When it ended is estimated.' }),
    durationMs: number('From its start to its end, with holes; null until it is finished.'),
    holeMs: number('Of that, how long nothing could be recorded; null until it is finished.'),
    holes: Type.Array(recordingHole, {
      description: 'What is missing of the time that was ordered, also before the first and behind the last media.',
    }),
    bytes: number('All that is kept of it; null until it is finished.'),
    files: Type.Array(recordingFile),
    failure: text(
      'A stable code; RECORDING_UNKNOWN: for a day no recorder had anything of it. While it is finishing: why the latest try failed; it is tried again for a day.',
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
