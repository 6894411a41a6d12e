import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { checkIfGiven, checkIfMatch } from '../http/etag.ts';
import { operation, operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import {
  CONFLICTS_MAX,
  changedMeeting,
  changeMeeting,
  checkNotCancelled,
  hashOf,
  type MeetingOperationsDeps,
  meetingAnswer,
  newInvitees,
  params,
  refuse,
  settingsOf,
  visibleMeeting,
  write,
} from './common.ts';
import { localOf } from './core/local-time.ts';
import {
  DURATION_MINUTES_MAX,
  inviteeRefusals,
  type Meeting,
  normalised,
  refusalsOf,
  usualSettings,
} from './core/meeting.ts';
import type { NewMeeting } from './meetings.ts';
import { requireRight } from './permitted.ts';
import { shownTo } from './reading-operations.ts';
import * as schemas from './schemas.ts';
import { shownOccurrence } from './shown-meetings.ts';

const DURATION_MINUTES_USUAL = 60;

const writing = operations(write);
export const createMeeting = writing('createMeeting', 'POST /meetings', {
  problems: ['QUOTA_EXCEEDED'],
  summary: 'Book a meeting, or start one now.',
  description: 'Without `localStart`, the meeting starts now.',
  body: schemas.newMeeting,
  answers: { 201: schemas.meeting },
  idempotent: true,
});

export const updateMeeting = writing('updateMeeting', 'PATCH /meetings/{meeting}', {
  problems: ['QUOTA_EXCEEDED'],
  summary: 'Change a meeting, with all its occurrences.',
  description:
    'Changes to single occurrences are kept if the new rule still has an occurrence with the same original start.',
  params,
  body: schemas.meetingChange,
  versioned: true,
});

export const cancelMeeting = writing('cancelMeeting', 'DELETE /meetings/{meeting}', {
  summary: 'Cancel a meeting.',
  description: 'The meeting remains readable, with the status `cancelled`.',
  params,
  versioned: 'ifGiven',
});

export const extendMeeting = operation({
  id: 'extendMeeting',
  method: 'POST',
  path: '/meetings/{meeting}/extend',
  tag: 'Meetings',
  scope: 'meetings:write',
  summary: 'Extend the current occurrence.',
  description:
    'The new end is that many minutes after the booked end, or after now if that is later. The room is notified at once. Conflicts are returned, and do not prevent the extension.',
  params,
  body: Type.Object(
    { minutes: Type.Integer({ minimum: 1, maximum: DURATION_MINUTES_MAX }) },
    { title: 'MeetingExtension' },
  ),
  answers: { 200: schemas.extended },
  problems: ['CONFLICT'],
  idempotent: true,
});

export function addChanging(
  routes: Routes,
  o: Pick<MeetingOperationsDeps, 'meetings' | 'passwords' | 'clock' | 'rng' | 'publicUrl'>,
): void {
  const { meetings, passwords, clock, rng } = o;
  routes.add(createMeeting, async ({ principal, body, atomically }) => {
    const fields = await newMeetingOf(principal, body, { passwords, clock, rng });
    return atomically(async (db) => meetingAnswer(o, await meetings.create(db, principal, fields)));
  });

  routes.add(updateMeeting, async ({ principal, params, body, request }) => {
    const { password, settings, ...fields } = body;
    const passwordHash = password === undefined ? {} : { passwordHash: await hashOf(passwords, password) };
    const changed = await changeMeeting(meetings, principal, params.meeting, (meeting) => {
      checkIfMatch(request.headers, meeting.version);
      return changedMeeting(
        checkNotCancelled(meeting),
        { ...fields, ...settingsOf(meeting, settings) },
        passwordHash,
        clock.wallMs(),
      );
    });
    return meetingAnswer(o, changed);
  });

  routes.add(cancelMeeting, async ({ principal, params, request }) => {
    const found = await visibleMeeting(meetings, principal, params.meeting);
    if (found.status === 'cancelled') return meetingAnswer(o, found);
    const cancel = (meeting: Meeting): Meeting => {
      checkIfGiven(request.headers, meeting.version);
      return { ...meeting, status: 'cancelled' };
    };
    return meetingAnswer(o, await changeMeeting(meetings, principal, params.meeting, cancel));
  });

  routes.add(extendMeeting, async ({ principal, params, body, atomically }) => {
    const endOf = (meeting: Meeting, endsMs: number): number => {
      requireRight(principal, 'change', meeting);
      return Math.max(endsMs, clock.wallMs()) + body.minutes * 60_000;
    };
    const meetingKey = { tenant: principal.tenant, id: params.meeting };
    return atomically(async (db) => {
      const { meeting, occurrence } = await meetings.extendPresent(db, meetingKey, endOf);
      const { startsMs: fromMs } = occurrence;
      const found = await meetings.conflicts(meeting, { fromMs, toMs: fromMs + 1, most: CONFLICTS_MAX }, db);
      const conflicts = await shownTo(o, principal, found, db);
      return { body: { occurrence: shownOccurrence(meeting, occurrence), conflicts } };
    });
  });
}

/** Builds a meeting; a user who books it becomes a host. Throws REQUEST_INVALID. */
export async function newMeetingOf(
  { kind, id }: Principal,
  body: Static<typeof schemas.newMeeting>,
  { passwords, clock, rng }: Pick<MeetingOperationsDeps, 'passwords' | 'clock' | 'rng'>,
): Promise<NewMeeting> {
  const { invitees = [], password = '', settings, hosts = [], cohosts = [], ...otherFields } = body;
  const { timeZone = 'UTC', localStart = localOrUndefined(clock.wallMs(), timeZone) } = otherFields;
  const withoutCaller = (identities: readonly string[]): string[] => identities.filter((one) => one !== id);
  const fields: NewMeeting = normalised({
    description: '',
    durationMinutes: DURATION_MINUTES_USUAL,
    recurrence: '',
    ...(kind === 'user'
      ? { hosts: [id, ...withoutCaller(hosts)], cohosts: withoutCaller(cohosts) }
      : { hosts, cohosts }),
    ...otherFields,
    timeZone,
    localStart,
    exceptions: [],
    overrides: [],
    settings: { ...usualSettings, ...settings },
    invitees: newInvitees(invitees, rng),
    passwordHash: '',
  });
  refuse([...refusalsOf(fields, { nowMs: clock.wallMs(), isNewTime: true }), ...inviteeRefusals(fields.invitees, 0)]);
  return { ...fields, passwordHash: await hashOf(passwords, password) };
}

/** Returns undefined for an invalid zone, which later checks refuse. */
function localOrUndefined(nowMs: number, timeZone: string): string {
  try {
    return localOf(nowMs, timeZone);
  } catch (error) {
    if (error instanceof RangeError) return localOf(nowMs, 'UTC');
    throw error;
  }
}
