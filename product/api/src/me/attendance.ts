// Attendance of one past occurrence, for its hosts and for those who were there.
import { type Static, Type } from 'typebox';
import type { Attendance } from '../events/core/report.ts';
import { heldIn, type ReportDeps } from '../events/report.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { occurrenceParams, visibleMeeting } from '../meetings/common.ts';
import { readLocal } from '../meetings/core/local-time.ts';
import { partOf, rightOf } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { meOf } from './my-meetings.ts';

const time = Type.String({ format: 'date-time' });
const person = Type.Object(
  {
    name: Type.String({ description: "Name in the room; '' if none is known." }),
    email: Type.Optional(Type.String({ description: 'Address of the invitation; only for hosts.' })),
    attendance: Type.String({ enum: ['present', 'absent'], description: 'Only hosts see who was absent.' }),
    as: Type.Optional(
      Type.String({ enum: ['host', 'cohost', 'invitee'], description: 'Role in the meeting; absent for guests.' }),
    ),
    isMe: Type.Boolean(),
    firstJoinedAt: Type.Optional(time),
    lastLeftAt: Type.Optional({ ...time, description: 'Absent while the person is still there.' }),
    totalS: Type.Number({ description: 'Time of presence in seconds; time with two devices at once counts once.' }),
  },
  { title: 'MyAttendancePerson' },
);
const attendance = Type.Object(
  {
    meetingId: Type.String(),
    number: Type.String(),
    title: Type.String(),
    originalStart: Type.String(),
    startsAt: Type.String({ format: 'date-time', description: 'Booked start.' }),
    endsAt: time,
    part: Type.String({ enum: ['host', 'cohost', 'invitee', 'none'], description: 'Part of the user in the meeting.' }),
    hasReport: Type.Boolean({ description: 'The user may get the report with quality and addresses.' }),
    startedAt: Type.Optional({ ...time, description: 'First join; absent if the meeting was not held.' }),
    endedAt: Type.Optional({ ...time, description: 'Absent while it goes on, or if it was not held.' }),
    isShown: Type.Boolean({
      description: 'False for an invitee who was not there: the attendance is for hosts and for those who were.',
    }),
    persons: Type.Array(person, { description: 'In order of first joining; for hosts also those who were absent.' }),
  },
  { title: 'MyAttendance' },
);

const anyone = operations({ tag: 'Signed-in users', scope: 'any' });
export const getMyAttendance = anyone(
  'getMyAttendance',
  'GET /me/meetings/{meeting}/occurrences/{originalStart}/attendance',
  {
    summary: 'Get who was in an occurrence of the user’s meetings, and for how long.',
    description:
      'Hosts, cohosts and administrators see everyone who came or was expected. An invitee sees those who came, if the invitee was there too.',
    params: occurrenceParams,
    answers: { 200: attendance },
    problems: ['NOT_FOUND'],
  },
);

const DAY_MS = 86_400_000;

export interface AttendanceDeps extends ReportDeps {
  readonly meetings: Pick<Meetings, 'get' | 'occurrence'>;
}

export function addMyAttendance(routes: Routes, o: AttendanceDeps): void {
  routes.add(getMyAttendance, async ({ principal, params }) => {
    const me = meOf(principal);
    const meeting = await visibleMeeting(o.meetings, principal, params.meeting);
    const local = readLocal(params.originalStart);
    const occurrence = local === undefined ? undefined : await o.meetings.occurrence(meeting, local);
    if (occurrence === undefined) throw new Problem('NOT_FOUND');
    const { originalStart, startsMs, endsMs } = occurrence;
    const { held } = await heldIn(o, meeting, { fromMs: startsMs - DAY_MS, toMs: endsMs + DAY_MS });
    const found = held.find((one) => one.occurrence?.originalStart === originalStart);
    const { persons = [], lives = [] } = found ?? {};
    const part = partOf(meeting, me);
    const hasReport = rightOf(principal, meeting) === 'change';
    const isHost = hasReport || part === 'host' || part === 'cohost';
    const isMe = ({ identity }: Attendance): boolean => identity === me.id;
    const isShown = isHost || persons.some((one) => isMe(one) && one.attendance === 'present');
    const shown = persons.filter((one) => isHost || (isShown && one.attendance === 'present'));
    const goesOn = lives.some(({ endedMs }) => endedMs === undefined);
    return {
      body: {
        meetingId: meeting.id,
        number: meeting.number,
        title: occurrence.title ?? meeting.title,
        originalStart,
        startsAt: timeText(startsMs),
        endsAt: timeText(endsMs),
        part,
        hasReport,
        isShown,
        ...(isShown &&
          lives.length > 0 && {
            startedAt: timeText(Math.min(...lives.map(({ startedMs }) => startedMs))),
            ...(!goesOn && { endedAt: timeText(Math.max(...lives.map(({ endedMs }) => endedMs ?? 0))) }),
          }),
        persons: shown.map((one) => ({
          ...shownPerson(one),
          ...(isHost && one.email !== '' && { email: one.email }),
          isMe: isMe(one),
        })),
      },
    };
  });
}

function shownPerson({
  name,
  attendance: attendanceState,
  as,
  firstJoinedMs,
  lastLeftMs,
  totalMs,
}: Attendance): Omit<Static<typeof person>, 'isMe' | 'email'> {
  return {
    name,
    attendance: attendanceState,
    ...(as !== undefined && { as }),
    ...(firstJoinedMs !== undefined && { firstJoinedAt: timeText(firstJoinedMs) }),
    ...(lastLeftMs !== undefined && { lastLeftAt: timeText(lastLeftMs) }),
    totalS: Math.round(totalMs / 1000),
  };
}
