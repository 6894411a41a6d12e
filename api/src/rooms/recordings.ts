// Recordings of rooms over REST: begun, listed, stopped. A room without an owner has those that its next life begins
// with.
import { isIdentity, limits, newRecordingId, type RoomRecording } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { actorOf, ofRoom, roomParams } from './operations.ts';
import type { Rooms } from './rooms.ts';
import { identity } from './schemas.ts';

const recordingSchema = Type.Object(
  {
    id: Type.String(),
    identity: Type.Union([Type.String(), Type.Null()], {
      description: 'The participant whose tracks are recorded; null: all of the room.',
    }),
    state: Type.Union([Type.Literal('waiting'), Type.Literal('running')]),
    since: Type.String({ format: 'date-time', description: 'When that state began.' }),
    by: Type.Union([Type.String(), Type.Null()], { description: 'The host that began it; null: over REST.' }),
    priority: Type.Integer({ minimum: 0, maximum: limits.recordingPriorityMax }),
    expectedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'While it waits: when a recorder is expected to begin; null: not known (yet).',
    }),
  },
  { title: 'RoomRecording' },
);

const common = { tag: 'Rooms', scope: 'rooms:admin', room: 'room', problems: ['ROOM_UNREACHABLE'] } as const;

export const startRoomRecording = operation({
  id: 'startRoomRecording',
  method: 'POST',
  path: '/rooms/{room}/recordings',
  summary: 'Have a room recorded, or one participant of it.',
  description: `It waits until a recorder begins. In an empty room it waits for the next participant. A room has at most ${limits.recordingsPerRoomMax} recordings.`,
  ...common,
  params: ofRoom.params,
  idempotent: true,
  body: Type.Object({
    identity: Type.Optional(identity()),
    priority: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.recordingPriorityMax,
        default: 0,
        description: 'Where recordings wait for recorders, the highest goes first.',
      }),
    ),
  }),
  answers: { 201: recordingSchema },
  problems: ['ROOM_UNREACHABLE', 'QUOTA_EXCEEDED'],
});

export const listRoomRecordings = operation({
  id: 'listRoomRecordings',
  method: 'GET',
  path: '/rooms/{room}/recordings',
  summary: 'Recordings of a room that run, or wait for a recorder.',
  ...common,
  params: ofRoom.params,
  answers: { 200: Type.Object({ data: Type.Array(recordingSchema) }, { title: 'RoomRecordings' }) },
});

export const stopRoomRecording = operation({
  id: 'stopRoomRecording',
  method: 'DELETE',
  path: '/rooms/{room}/recordings/{recording}',
  summary: 'Stop a recording.',
  ...common,
  params: Type.Object({
    ...roomParams.properties,
    recording: Type.String({ minLength: 1, maxLength: 64 }),
  }),
  answers: { 204: Type.Null() },
});

const timeOrNull = (wallMs: number): string | null => (wallMs === 0 ? null : timeText(wallMs));

const shown = (recording: RoomRecording): Static<typeof recordingSchema> => ({
  id: recording.recordingId,
  identity: recording.identity || null,
  state: recording.state,
  since: timeText(recording.sinceWallMs),
  by: recording.byIdentity || null,
  priority: recording.priority,
  expectedAt: timeOrNull(recording.expectedWallMs),
});

export function addRecordingOperations(
  routes: Routes,
  { rooms, rng }: { readonly rooms: Rooms; readonly rng: Rng },
): void {
  routes.add(startRoomRecording, async ({ principal, params, body }) => {
    const { identity: of = '', priority = 0 } = body;
    if (of !== '' && !isIdentity(of))
      throw new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: '/identity', detail: 'is no identity' }] });
    const recordingId = newRecordingId((count) => rng.bytes(count));
    const act = { startRecording: { recordingId, identity: of, priority } };
    const { info } = await rooms.act(principal.tenant, params.room, { actor: actorOf(principal), acts: [act] });
    const begun = info.recordings.find((one) => one.recordingId === recordingId);
    // It was stopped by another call, or the room was ended, before its owner answered.
    if (begun === undefined) throw new Problem('NOT_FOUND');
    return { status: 201, body: shown(begun) };
  });

  routes.add(listRoomRecordings, async ({ principal, params }) => ({
    body: { data: (await rooms.recordings(principal.tenant, params.room)).map(shown) },
  }));

  routes.add(stopRoomRecording, async ({ principal, params: { room, recording: recordingId } }) => {
    const { tenant } = principal;
    if (!(await rooms.recordings(tenant, room)).some((one) => one.recordingId === recordingId))
      throw new Problem('NOT_FOUND');
    await rooms.act(tenant, room, { actor: actorOf(principal), acts: [{ stopRecording: { recordingId } }] });
    return { body: null };
  });
}
