// REST operations for recordings of rooms; without an owner they wait for the room's next life.
import {
  isIdentity,
  isPageUrl,
  limits,
  newRecordingId,
  type RecordingLayout,
  type RecordingMode,
  type RoomRecording,
  recordingLayouts,
} from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { actorOf, ofRoom, roomParams } from './operations.ts';
import type { Rooms } from './rooms.ts';
import { identity } from './schemas.ts';

const layoutSchema = Type.Unsafe<RecordingLayout>(
  Type.Union(
    recordingLayouts.map((name) => Type.Literal(name)),
    {
      description:
        'Layout of a composed recording. `grid`: all tiles alike; `speaker`: the shared screen or the speaker large, others below; `screen`: the shared screen large, with its sharer and the speaker beside it.',
    },
  ),
);

const recordingSchema = Type.Object(
  {
    id: Type.String(),
    identity: Type.Union([Type.String(), Type.Null()], {
      description: 'Participant who is recorded; null: the whole room.',
    }),
    mode: Type.Union([Type.Literal('tracks'), Type.Literal('composed'), Type.Literal('page')], {
      description:
        '`tracks`: each track as published; `composed`: one picture and one sound of the whole room; `page`: a web page in a browser.',
    }),
    layout: Type.Union([layoutSchema, Type.Null()], {
      description: 'Layout of a composed recording; null for other modes.',
    }),
    state: Type.Union([Type.Literal('waiting'), Type.Literal('running')]),
    since: Type.String({ format: 'date-time', description: 'Start of the present state.' }),
    by: Type.Union([Type.String(), Type.Null()], { description: 'Host that started it; null: started over REST.' }),
    priority: Type.Integer({ minimum: 0, maximum: limits.recordingPriorityMax }),
    expectedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'While it waits: time at which a recorder is expected to begin; null if not known yet.',
    }),
    later: Type.Boolean({
      description: 'True for a composed recording whose tracks are kept now, to be composed after the end.',
    }),
    failure: Type.Union([Type.String(), Type.Null()], {
      description: 'While it waits: error code of the last attempt, such as PAGE_FAILED or NO_LIBRARY. Attempts go on.',
    }),
  },
  { title: 'RoomRecording' },
);

const inRoom = operations({ tag: 'Rooms', scope: 'rooms:admin', room: 'room', problems: ['ROOM_UNREACHABLE'] });
export const startRoomRecording = inRoom('startRoomRecording', 'POST /rooms/{room}/recordings', {
  summary: 'Start recording a room, or one participant of it.',
  description: `The recording waits until a recorder begins; in an empty room, it waits for the next participant. NO_LIBRARY: no library node in the tenant’s regions, or in the room’s, can keep the recording. A room has at most ${limits.recordingsPerRoomMax} recordings.`,
  params: ofRoom.params,
  idempotent: true,
  body: Type.Object({
    identity: Type.Optional(identity()),
    priority: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: limits.recordingPriorityMax,
        default: 0,
        description: 'Among recordings that wait for recorders, the highest priority goes first.',
      }),
    ),
    mode: Type.Optional(
      Type.Union([Type.Literal('tracks'), Type.Literal('composed'), Type.Literal('page')], {
        description:
          '`composed`: one video, with one picture and one sound of all; where no recorder has room to compose it now, its tracks are kept, and it is composed after the end. `tracks`: each track as it is published. `page`: a web page, which costs a recorder as much as dozens of participants. Without a mode: `composed`, or `tracks` for a tenant that may record these alone.',
      }),
    ),
    layout: Type.Optional(layoutSchema),
    pageUrl: Type.Optional(
      Type.String({
        maxLength: limits.pageUrlLengthMax,
        description: 'For `page`: an http or https URL, including what the page needs to admit the recorder.',
      }),
    ),
  }),
  answers: { 201: recordingSchema },
  problems: ['ROOM_UNREACHABLE', 'QUOTA_EXCEEDED', 'NO_LIBRARY'],
});

export const listRoomRecordings = inRoom('listRoomRecordings', 'GET /rooms/{room}/recordings', {
  summary: 'List a room’s recordings that run or wait for a recorder.',
  params: ofRoom.params,
  answers: { 200: Type.Object({ data: Type.Array(recordingSchema) }, { title: 'RoomRecordings' }) },
});

const one = {
  params: Type.Object({
    ...roomParams.properties,
    recording: Type.String({ minLength: 1, maxLength: 64 }),
  }),
} as const;

export const updateRoomRecording = inRoom('updateRoomRecording', 'PATCH /rooms/{room}/recordings/{recording}', {
  summary: 'Change the layout of a composed recording.',
  description: 'The new layout applies from the next picture on; the recording continues in the same file.',
  params: one.params,
  body: Type.Object({ layout: layoutSchema }),
  answers: { 200: recordingSchema },
});

export const stopRoomRecording = inRoom('stopRoomRecording', 'DELETE /rooms/{room}/recordings/{recording}', {
  summary: 'Stop a recording.',
  params: one.params,
  answers: { 204: Type.Null() },
});

const timeOrNull = (wallMs: number): string | null => (wallMs === 0 ? null : timeText(wallMs));

const shownRecording = (recording: RoomRecording): Static<typeof recordingSchema> => ({
  id: recording.recordingId,
  identity: recording.identity || null,
  mode: recording.mode || 'tracks',
  layout: recording.mode === 'composed' ? recording.layout : null,
  state: recording.state,
  since: timeText(recording.sinceWallMs),
  by: recording.byIdentity || null,
  priority: recording.priority,
  expectedAt: timeOrNull(recording.expectedWallMs),
  later: recording.later,
  failure: recording.failure || null,
});

const fieldProblem = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });

type Start = Static<typeof startRoomRecording.body>;

function checkStart({ identity: of = '', mode = 'composed', layout, pageUrl }: Start): void {
  if (of !== '' && !isIdentity(of)) throw fieldProblem('/identity', 'is not a valid identity');
  if (layout !== undefined && mode !== 'composed') throw fieldProblem('/layout', 'is for composed recordings only');
  if (mode === 'page' && !isPageUrl(pageUrl ?? ''))
    throw fieldProblem('/pageUrl', 'must be an http or https URL without a user name and password');
  if (mode !== 'page' && pageUrl !== undefined) throw fieldProblem('/pageUrl', 'is for page recordings only');
  if (mode === 'page' && of !== '') throw fieldProblem('/identity', 'cannot be combined with a page recording');
}

export function addRecordingOperations(
  routes: Routes,
  {
    rooms,
    rng,
    mayRecord,
  }: {
    readonly rooms: Rooms;
    readonly rng: Rng;
    /** Rejects with NOT_PERMITTED, QUOTA_EXCEEDED or NO_LIBRARY. */
    mayRecord(tenant: string, mode: string): Promise<void>;
  },
): void {
  /** Returns the mode as owners know it. Rejects as `mayRecord` does. */
  const permittedMode = async (tenant: string, mode: Start['mode']): Promise<RecordingMode> => {
    const wanted = mode === 'tracks' ? '' : (mode ?? 'composed');
    try {
      await mayRecord(tenant, wanted);
      return wanted;
    } catch (error) {
      if (mode !== undefined || !(error instanceof Problem && error.code === 'NOT_PERMITTED')) throw error;
      await mayRecord(tenant, '');
      return '';
    }
  };

  routes.add(startRoomRecording, async ({ principal, params, body }) => {
    checkStart(body);
    const { identity: of = '', priority = 0, layout = 'grid', pageUrl = '' } = body;
    const mode = await permittedMode(principal.tenant, body.mode);
    const recordingId = newRecordingId((count) => rng.bytes(count));
    const act = { startRecording: { recordingId, identity: of, priority, mode, layout, pageUrl } };
    const { info } = await rooms.act(principal.tenant, params.room, { actor: actorOf(principal), acts: [act] });
    const begun = info.recordings.find((one) => one.recordingId === recordingId);
    // The recording was stopped by another call or the room's end before its owner answered.
    if (begun === undefined) throw new Problem('NOT_FOUND');
    return { status: 201, body: shownRecording(begun) };
  });

  routes.add(listRoomRecordings, async ({ principal, params }) => ({
    body: { data: (await rooms.recordings(principal.tenant, params.room)).map(shownRecording) },
  }));

  routes.add(updateRoomRecording, async ({ principal, params: { room, recording: recordingId }, body: { layout } }) => {
    const { tenant } = principal;
    const isIt = (one: RoomRecording): boolean => one.recordingId === recordingId;
    const currentRecording = (await rooms.recordings(tenant, room)).find(isIt);
    if (currentRecording === undefined) throw new Problem('NOT_FOUND');
    if (currentRecording.mode !== 'composed') throw fieldProblem('/layout', 'is for composed recordings only');
    const act = { recordingLayout: { recordingId, layout } };
    const { info } = await rooms.act(tenant, room, { actor: actorOf(principal), acts: [act] });
    const changed = info.recordings.find(isIt);
    if (changed === undefined) throw new Problem('NOT_FOUND');
    return { body: shownRecording(changed) };
  });

  routes.add(stopRoomRecording, async ({ principal, params: { room, recording: recordingId } }) => {
    const { tenant } = principal;
    if (!(await rooms.recordings(tenant, room)).some((one) => one.recordingId === recordingId))
      throw new Problem('NOT_FOUND');
    await rooms.act(tenant, room, { actor: actorOf(principal), acts: [{ stopRecording: { recordingId } }] });
  });
}
