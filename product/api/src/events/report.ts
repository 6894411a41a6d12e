import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { csvOf } from '../http/core/csv.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { type Occurrence, occurrencesOf } from '../meetings/core/occurrences.ts';
import { occurrenceOfRow } from '../meetings/indexing.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
import type { Database } from '../store/store.ts';
import { type Attendance, type HeldOccurrence, reportOf } from './core/report.ts';
import { flatQuality, mergedQuality, qualitiesOf, quality, shownQuality } from './quality.ts';

const time = Type.String({ format: 'date-time' });
const attendance = Type.Object(
  {
    attendance: Type.String({ enum: ['present', 'absent'], description: 'absent: was expected and never joined.' }),
    identity: Type.String({ description: "Identity; '' if none was ever assigned." }),
    name: Type.String(),
    kind: Type.Optional(Type.String({ description: 'standard, gateway, recorder or agent' })),
    as: Type.Optional(
      Type.String({
        enum: ['host', 'cohost', 'invitee'],
        description: 'Role for which this person was expected; absent if it was not expected.',
      }),
    ),
    email: Type.Optional(Type.String()),
    inviteeStatus: Type.Optional(Type.String()),
    joins: Type.Integer({ description: 'Number of joins, from any device.' }),
    firstJoinedAt: Type.Optional(time),
    lastLeftAt: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Absent while still present, and for a person that never joined.',
      }),
    ),
    totalS: Type.Number({ description: 'Time of presence in seconds; time with two devices at once counts once.' }),
    estimated: Type.Boolean({ description: 'A time of leaving is estimated.' }),
    sessionIds: Type.Array(Type.String(), {
      description: 'Sessions of its stays; each has a timeline (/meetings/{meeting}/sessions/{session}/timeline).',
    }),
    quality: Type.Optional(quality),
  },
  { title: 'MeetingAttendance' },
);
const held = Type.Object(
  {
    originalStart: Type.Optional(
      Type.String({ description: 'Original start of the occurrence; absent outside booked times.' }),
    ),
    title: Type.String(),
    startsAt: Type.Optional(Type.String({ format: 'date-time', description: 'Booked start.' })),
    endsAt: Type.Optional(time),
    startedAt: Type.String({ format: 'date-time', description: 'Time at which the first participant joined.' }),
    endedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Absent while it goes on.' })),
    sids: Type.Array(Type.String(), { description: 'Lives of its room (/room-lives).' }),
    persons: Type.Array(attendance, {
      description: 'In order of first joining; then those that were expected and never joined.',
    }),
  },
  { title: 'HeldOccurrence' },
);
const report = Type.Object(
  {
    meetingId: Type.String(),
    number: Type.String(),
    title: Type.String(),
    occurrences: Type.Array(held, { description: 'Occurrences that had participants, in order of time.' }),
    complete: Type.Boolean({ description: 'False if there is more; request a shorter time.' }),
  },
  { title: 'MeetingReport' },
);

const params = Type.Object({ meeting: Type.String({ maxLength: 64 }) });
const query = Type.Object({
  from: Type.Optional(
    Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'Only rooms that began at this time or later. Default: 92 days ago.',
    }),
  ),
  to: Type.Optional(
    Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'Only rooms that began before this time. Default: now.',
    }),
  ),
});
const common = {
  method: 'GET',
  tag: 'Meetings',
  scope: 'reports:read',
  params,
  query,
  problems: ['NOT_FOUND'],
} as const;
const getMeetingReport = operation({
  ...common,
  id: 'getMeetingReport',
  path: '/meetings/{meeting}/report',
  summary: 'Get the participants of a meeting, how long they stayed, and the quality they had.',
  description: `At most 366 days. Of a person with several sessions: counts of all together, the median of round trips
weighted by time, the other one of the worst.`.replaceAll('\n', ' '),
  answers: { 200: report },
});
const exportMeetingReport = operation({
  ...common,
  id: 'exportMeetingReport',
  path: '/meetings/{meeting}/report.csv',
  summary: 'Export the report as CSV (RFC 4180) with a header line, one line per person and occurrence.',
  contentType: 'text/csv',
  answers: { 200: Type.String() },
});

const DAY_MS = 86_400_000;
const WINDOW_MS_USUAL = 92 * DAY_MS;
const WINDOW_MS_MAX = 366 * DAY_MS;
/** A life belongs to an occurrence that began up to a day before it, or soon after. */
const MARGIN_MS = 2 * DAY_MS;
const LIVES_MAX = 2000;
const STAYS_MAX = 50_000;
const OCCURRENCES_MAX = 1000;

export interface ReportDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly meetings: Pick<Meetings, 'get'>;
}

export function addReportOperations(routes: Routes, o: ReportDeps): void {
  routes.add(getMeetingReport, async ({ principal, params, query }) => ({
    body: await reportFor(o, principal, params.meeting, query),
  }));
  routes.add(exportMeetingReport, async ({ principal, params, query }) => {
    const { meetingId, number, occurrences } = await reportFor(o, principal, params.meeting, query);
    const lines = occurrences.flatMap(({ persons, sids, startedAt, endedAt, ...of }) =>
      persons.map(({ quality: felt, sessionIds: _, ...person }) => ({
        meetingId,
        number,
        ...of,
        startedAt,
        endedAt,
        sids: sids.join(' '),
        ...person,
        ...flatQuality(felt),
      })),
    );
    const { persons: __, ...ofHeld } = held.properties;
    const { quality: ___, sessionIds: ____, ...ofPerson } = attendance.properties;
    const names = [
      'meetingId',
      'number',
      ...[ofHeld, ofPerson, quality.properties].flatMap((columnGroup) => Object.keys(columnGroup)),
    ];
    const body = csvOf(names as (keyof (typeof lines)[number])[], lines);
    return { body, headers: { 'content-type': 'text/csv; charset=utf-8; header=present' } };
  });
}

/** Rejects with NOT_FOUND, or with REQUEST_INVALID for an invalid window. */
async function reportFor(
  { db, clock, meetings }: ReportDeps,
  principal: Principal,
  id: string,
  window: Static<typeof query>,
): Promise<Static<typeof report>> {
  // The report has all invitees' addresses and attendance, so it needs the right to change the meeting.
  const meeting = requireRight(principal, 'change', await meetings.get(principal.tenant, id));
  if (principal.room !== undefined && principal.room !== meeting.room) throw new Problem('NOT_FOUND');
  const { held: found, sessions, isComplete } = await heldIn({ db, clock }, meeting, windowOf(window, clock.wallMs()));
  const felt = await qualitiesOf(db, meeting.tenant, sessions);
  return {
    meetingId: meeting.id,
    number: meeting.number,
    title: meeting.title,
    occurrences: found.map((each) => shownHeld(each, meeting.title, felt)),
    complete: isComplete,
  };
}

/** Returns the occurrences of a meeting whose rooms began in the window, with their persons. */
export async function heldIn(
  { db, clock }: Pick<ReportDeps, 'db' | 'clock'>,
  meeting: Meeting,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<{ held: HeldOccurrence[]; sessions: string[]; isComplete: boolean }> {
  const lives = await db
    .selectFrom('room_lives')
    .select(['sid', 'started_ms', 'ended_ms', 'estimated'])
    .where('tenant', '=', meeting.tenant)
    .where('room', '=', meeting.room)
    .where('started_ms', '>=', fromMs)
    .where('started_ms', '<', toMs)
    .orderBy('started_ms')
    .limit(LIVES_MAX + 1)
    .execute();
  const stays = await db
    .selectFrom('room_stays')
    .innerJoin('room_lives', 'room_lives.sid', 'room_stays.sid')
    .select(['room_stays.sid', 'session_id', 'identity', 'name', 'kind', 'joined_ms', 'left_ms'])
    .select('room_stays.estimated')
    .where('room_lives.tenant', '=', meeting.tenant)
    .where('room_lives.room', '=', meeting.room)
    .where('room_lives.started_ms', '>=', fromMs)
    .where('room_lives.started_ms', '<', toMs)
    .orderBy('room_lives.started_ms')
    .limit(STAYS_MAX + 1)
    .execute();
  const held = reportOf({
    meeting,
    occurrences: await occurrencesNear(db, meeting, lives),
    lives: lives.slice(0, LIVES_MAX).map((life) => ({
      sid: life.sid,
      startedMs: life.started_ms,
      endedMs: life.ended_ms ?? undefined,
      isEstimated: life.estimated === 1,
    })),
    stays: stays.slice(0, STAYS_MAX).map((stay) => ({
      sid: stay.sid,
      sessionId: stay.session_id,
      identity: stay.identity,
      name: stay.name,
      kind: stay.kind,
      joinedMs: stay.joined_ms,
      leftMs: stay.left_ms ?? undefined,
      isEstimated: stay.estimated === 1,
    })),
    nowMs: clock.wallMs(),
  });
  return {
    held,
    sessions: [...new Set(stays.map(({ session_id }) => session_id))],
    isComplete: lives.length <= LIVES_MAX && stays.length <= STAYS_MAX,
  };
}

/**
 * Returns the occurrences near the lives, which are in order of time. An indexed occurrence counts as it was, even if
 * the meeting's rule has changed since.
 */
async function occurrencesNear(
  db: Database,
  meeting: Meeting,
  lives: readonly { readonly started_ms: number }[],
): Promise<Occurrence[]> {
  const [first, last] = [lives[0], lives.at(-1)];
  if (first === undefined || last === undefined) return [];
  const [fromMs, toMs] = [first.started_ms - MARGIN_MS, last.started_ms + MARGIN_MS];
  const booked = occurrencesOf(meeting, fromMs, toMs, OCCURRENCES_MAX);
  const rows = await db
    .selectFrom('meeting_occurrences')
    .selectAll()
    .where('meeting', '=', meeting.id)
    .where('starts_ms', '>=', fromMs)
    .where('starts_ms', '<', toMs)
    .orderBy('starts_ms')
    .limit(OCCURRENCES_MAX)
    .execute();
  if (rows.length === 0) return booked;
  const byStart = new Map(booked.map((one) => [one.originalStart, one]));
  return rows.map(occurrenceOfRow).map((row) => {
    const one = byStart.get(row.originalStart);
    return one?.startsMs === row.startsMs ? one : row;
  });
}

type QualityBySession = Awaited<ReturnType<typeof qualitiesOf>>;

function shownHeld(
  { occurrence, lives, persons }: HeldOccurrence,
  title: string,
  felt: QualityBySession,
): Static<typeof held> {
  const goesOn = lives.some(({ endedMs }) => endedMs === undefined);
  return {
    ...(occurrence && { originalStart: occurrence.originalStart }),
    title: occurrence?.title ?? title,
    ...(occurrence && { startsAt: timeText(occurrence.startsMs), endsAt: timeText(occurrence.endsMs) }),
    startedAt: timeText(Math.min(...lives.map(({ startedMs }) => startedMs))),
    ...(!goesOn && { endedAt: timeText(Math.max(...lives.map(({ endedMs }) => endedMs ?? 0))) }),
    sids: lives.map(({ sid }) => sid),
    persons: persons.map((person) => shownPerson(person, felt)),
  };
}

function shownPerson(person: Attendance, felt: QualityBySession): Static<typeof attendance> {
  const {
    attendance: attendanceState,
    identity,
    name,
    kind,
    as,
    email,
    inviteeStatus,
    joins,
    firstJoinedMs,
    lastLeftMs,
  } = person;
  const rows = person.sessionIds.flatMap((sessionId) => felt.get(sessionId) ?? []);
  const merged = mergedQuality(rows);
  return {
    attendance: attendanceState,
    identity,
    name,
    ...(kind !== '' && { kind }),
    ...(as !== undefined && { as }),
    ...(email !== '' && { email }),
    ...(inviteeStatus !== undefined && { inviteeStatus }),
    joins,
    ...(firstJoinedMs !== undefined && { firstJoinedAt: timeText(firstJoinedMs) }),
    ...(lastLeftMs !== undefined && { lastLeftAt: timeText(lastLeftMs) }),
    totalS: Math.round(person.totalMs / 1000),
    estimated: person.isEstimated,
    sessionIds: [...person.sessionIds],
    ...(merged && { quality: shownQuality(merged) }),
  };
}

function windowOf({ from, to }: Static<typeof query>, nowMs: number): { fromMs: number; toMs: number } {
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const fromMs = from === undefined ? toMs - WINDOW_MS_USUAL : Date.parse(from);
  if (toMs > fromMs && toMs - fromMs <= WINDOW_MS_MAX) return { fromMs, toMs };
  throw new Problem('REQUEST_INVALID', undefined, {
    fields: [{ pointer: '?from', detail: 'must be before `to`, by at most 366 days' }],
  });
}
