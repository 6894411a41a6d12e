import { isBreakOutRoom } from '@meridian/protocol';
import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { csvOf } from '../http/core/csv.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type LifeAttendance, lifeAttendance } from './core/attendance.ts';
import { expectedAt, type ReportedStay } from './core/report.ts';
import type { ReportDeps } from './report.ts';

const time = Type.String({ format: 'date-time' });
const row = Type.Object(
  {
    attendance: Type.String({ enum: ['present', 'absent'], description: 'absent: was expected and never joined.' }),
    identity: Type.String(),
    name: Type.String(),
    kind: Type.Optional(Type.String({ description: 'standard, gateway, recorder or agent' })),
    as: Type.Optional(
      Type.String({
        enum: ['host', 'cohost', 'invitee'],
        description: 'Role for which a meeting expected this person.',
      }),
    ),
    joins: Type.Integer({ description: 'Number of joins, from any device.' }),
    firstJoinedAt: Type.Optional(time),
    lastLeftAt: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Absent while still present, and for a person that never joined.',
      }),
    ),
    totalS: Type.Number({ description: 'Time of presence in seconds; time with two devices at once counts once.' }),
    share: Type.Number({ minimum: 0, maximum: 1, description: 'Share of the life’s duration.' }),
    breakOutS: Type.Number({ description: 'Seconds meanwhile spent in break-out rooms of the room.' }),
    breakOuts: Type.Integer({ description: 'Number of break-out rooms visited.' }),
    estimated: Type.Boolean({ description: 'A time of leaving is estimated.' }),
  },
  { title: 'LifeAttendance' },
);
const answer = Type.Object(
  {
    sid: Type.String(),
    room: Type.String(),
    startedAt: time,
    endedAt: Type.Optional(Type.String({ format: 'date-time', description: 'Absent while the life goes on.' })),
    persons: Type.Array(row, {
      description: 'In order of first joining; for a meeting, followed by those that never joined.',
    }),
    complete: Type.Boolean({ description: 'False if the life had more than the 50,000 stays that are counted.' }),
  },
  { title: 'LifeAttendances' },
);
const common = {
  method: 'GET',
  tag: 'Events',
  scope: 'reports:read',
  params: Type.Object({ sid: Type.String({ maxLength: 70 }) }),
  problems: ['NOT_FOUND'],
} as const;
const getLifeAttendance = operation({
  ...common,
  id: 'getLifeAttendance',
  path: '/room-lives/{sid}/attendance',
  summary: 'Get the attendance of one life of a room: identities, stays and shares.',
  answers: { 200: answer },
});
const exportLifeAttendance = operation({
  ...common,
  id: 'exportLifeAttendance',
  path: '/room-lives/{sid}/attendance.csv',
  summary: 'Export the attendance as CSV (RFC 4180) with a header line, one line per identity.',
  contentType: 'text/csv',
  answers: { 200: Type.String() },
});

const STAYS_MAX = 50_000;

export function addAttendanceOperations(routes: Routes, o: ReportDeps): void {
  routes.add(getLifeAttendance, async ({ principal, params }) => ({
    body: await attendanceFor(o, principal, params.sid),
  }));
  routes.add(exportLifeAttendance, async ({ principal, params }) => {
    const { persons } = await attendanceFor(o, principal, params.sid);
    const body = csvOf(Object.keys(row.properties) as (keyof Static<typeof row>)[], persons);
    return { body, headers: { 'content-type': 'text/csv; charset=utf-8; header=present' } };
  });
}

async function attendanceFor(
  { db, clock, meetings }: ReportDeps,
  principal: Principal,
  sid: string,
): Promise<Static<typeof answer>> {
  const life = await db
    .selectFrom('room_lives')
    .selectAll()
    .where('sid', '=', sid)
    .where('tenant', '=', principal.tenant)
    .executeTakeFirst();
  if (life === undefined || (principal.room !== undefined && life.room !== principal.room))
    throw new Problem('NOT_FOUND');
  const nowMs = clock.wallMs();
  const endedMs = life.ended_ms ?? undefined;
  const [stays, inBreakOuts] = [await staysOf(db, [sid]), await breakOutStays(db, life, nowMs)];
  const meeting = (await isMeeting(db, life)) ? await meetings.get(life.tenant, life.room) : undefined;
  const persons = lifeAttendance({
    life: { startedMs: life.started_ms, endedMs },
    expected: meeting === undefined ? new Map() : expectedAt(meeting),
    stays: stays.slice(0, STAYS_MAX),
    inBreakOuts: inBreakOuts.slice(0, STAYS_MAX),
    nowMs,
  });
  return {
    sid,
    room: life.room,
    startedAt: timeText(life.started_ms),
    ...(endedMs !== undefined && { endedAt: timeText(endedMs) }),
    persons: persons.map(shownPerson),
    complete: stays.length <= STAYS_MAX && inBreakOuts.length <= STAYS_MAX,
  };
}

type Life = Tables['room_lives'];

async function isMeeting(db: Database, { tenant, room }: Life): Promise<boolean> {
  const found = await db
    .selectFrom('meetings')
    .select('id')
    .where('tenant', '=', tenant)
    .where('id', '=', room)
    .executeTakeFirst();
  return found !== undefined;
}

/** Returns a row beyond `STAYS_MAX` if there are more. */
async function staysOf(db: Database, sids: readonly string[]): Promise<ReportedStay[]> {
  if (sids.length === 0) return [];
  const rows = await db
    .selectFrom('room_stays')
    .select(['sid', 'session_id', 'identity', 'name', 'kind', 'joined_ms', 'left_ms', 'estimated'])
    .where('sid', 'in', sids)
    .orderBy('joined_ms')
    .orderBy('id')
    .limit(STAYS_MAX + 1)
    .execute();
  return rows.map((stay) => ({
    sid: stay.sid,
    sessionId: stay.session_id,
    identity: stay.identity,
    name: stay.name,
    kind: stay.kind,
    joinedMs: stay.joined_ms,
    leftMs: stay.left_ms ?? undefined,
    isEstimated: stay.estimated === 1,
  }));
}

/** Ten times as many as a room can have break-out rooms at once. */
const LIVES_MAX = 500;
async function breakOutStays(db: Database, life: Life, nowMs: number): Promise<ReportedStay[]> {
  const prefix = `${life.room}~BO_`;
  const lives = await db
    .selectFrom('room_lives')
    .select(['sid', 'room'])
    .where('tenant', '=', life.tenant)
    // Databases sort names differently, so the query compares a prefix instead of a range.
    .where(sql<string>`substr(room, 1, ${sql.lit([...prefix].length)})`, '=', prefix)
    .where('started_ms', '>=', life.started_ms)
    .where('started_ms', '<=', life.ended_ms ?? nowMs)
    .orderBy('started_ms')
    .limit(LIVES_MAX)
    .execute();
  const breakOutLives = lives.filter(({ room }) => isBreakOutRoom(room) && room.startsWith(prefix));
  return await staysOf(
    db,
    breakOutLives.map(({ sid }) => sid),
  );
}

function shownPerson(person: LifeAttendance): Static<typeof row> {
  const { attendance, identity, name, kind, as, joins, firstJoinedMs, lastLeftMs, isEstimated } = person;
  return {
    attendance,
    identity,
    name,
    ...(kind !== '' && { kind }),
    ...(as !== undefined && { as }),
    joins,
    ...(firstJoinedMs !== undefined && { firstJoinedAt: timeText(firstJoinedMs) }),
    ...(lastLeftMs !== undefined && { lastLeftAt: timeText(lastLeftMs) }),
    totalS: Math.round(person.totalMs / 1000),
    share: Math.round(person.share * 1000) / 1000,
    breakOutS: Math.round(person.breakOutMs / 1000),
    breakOuts: person.breakOuts,
    estimated: isEstimated,
  };
}
