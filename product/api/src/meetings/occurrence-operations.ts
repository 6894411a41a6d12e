import { checkIfGiven, checkIfMatch } from '../http/etag.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import {
  changedMeeting,
  changeMeeting,
  checkedOccurrence,
  checkNotCancelled,
  checkOverrideLimit,
  hashOf,
  type MeetingOperationsDeps,
  meetingAnswer,
  newInviteeId,
  occurrenceParams,
  refuse,
  settingsOf,
  write,
} from './common.ts';
import { readLocal } from './core/local-time.ts';
import { type Meeting, refusalsOf, split, usualInvitee, withOverride, withoutOccurrence } from './core/meeting.ts';
import { requireRight } from './permitted.ts';
import * as schemas from './schemas.ts';

const ofOccurrence = operations({ ...write, params: occurrenceParams });
export const updateOccurrence = ofOccurrence(
  'updateOccurrence',
  'PATCH /meetings/{meeting}/occurrences/{originalStart}',
  {
    problems: ['QUOTA_EXCEEDED'],
    summary: 'Move, extend or rename one occurrence.',
    body: schemas.occurrenceChange,
    versioned: true,
  },
);

export const cancelOccurrence = ofOccurrence(
  'cancelOccurrence',
  'DELETE /meetings/{meeting}/occurrences/{originalStart}',
  { summary: 'Cancel one occurrence.', versioned: 'ifGiven' },
);

export const splitMeeting = ofOccurrence('splitMeeting', 'POST /meetings/{meeting}/occurrences/{originalStart}/split', {
  problems: ['QUOTA_EXCEEDED'],
  summary: 'Change this occurrence and all that follow.',
  description: 'The meeting ends before this occurrence, and a new one starts with it, with its own number and room.',
  body: schemas.meetingChange,
  answers: { 201: schemas.meeting },
  idempotent: true,
  versioned: 'ifGiven',
});

export function addOccurrences(
  routes: Routes,
  o: Pick<MeetingOperationsDeps, 'meetings' | 'passwords' | 'clock' | 'rng' | 'publicUrl'>,
): void {
  const { meetings, passwords, clock, rng } = o;
  routes.add(updateOccurrence, async ({ principal, params, body, request }) => {
    const changed = await changeMeeting(meetings, principal, params.meeting, (meeting) => {
      checkIfMatch(request.headers, meeting.version);
      const { originalStart } = checkedOccurrence(checkNotCancelled(meeting), params.originalStart);
      const { localStart: givenStart, ...rest } = body;
      const localStart = givenStart === undefined ? undefined : readLocal(givenStart);
      if (givenStart !== undefined && localStart === undefined)
        refuse([{ pointer: '/localStart', detail: 'is not a valid date and time' }]);
      const next = withOverride(meeting, { originalStart, ...rest, ...(localStart !== undefined && { localStart }) });
      const { title } = { ...meeting, ...rest };
      refuse(refusalsOf({ ...next, title }, { nowMs: clock.wallMs(), isNewTime: false }));
      // A moved occurrence must meet the same limits as a meeting of its own.
      if (localStart !== undefined)
        refuse(refusalsOf({ ...next, recurrence: '', localStart }, { nowMs: clock.wallMs(), isNewTime: true }));
      return checkOverrideLimit(next);
    });
    return meetingAnswer(o, changed);
  });

  routes.add(cancelOccurrence, async ({ principal, params, request }) => {
    const changed = await changeMeeting(meetings, principal, params.meeting, (meeting) => {
      checkIfGiven(request.headers, meeting.version);
      const { originalStart } = checkedOccurrence(checkNotCancelled(meeting), params.originalStart);
      if (meeting.recurrence === '') throw new Problem('CONFLICT', 'the meeting takes place once: cancel the meeting');
      return checkOverrideLimit(withoutOccurrence(meeting, originalStart));
    });
    return meetingAnswer(o, changed);
  });

  routes.add(splitMeeting, async ({ principal, params, body, atomically, request }) => {
    const { password, settings, ...fields } = body;
    const passwordHash = password === undefined ? {} : { passwordHash: await hashOf(passwords, password) };
    const divide = (meeting: Meeting) => {
      requireRight(principal, 'change', meeting);
      checkIfGiven(request.headers, meeting.version);
      const { originalStart } = checkedOccurrence(checkNotCancelled(meeting), params.originalStart);
      const parts = split(meeting, originalStart);
      if (parts === undefined) throw new Problem('CONFLICT', 'this is the first occurrence: change the meeting');
      const laterPart = { ...meeting, ...parts.from };
      const invitees = meeting.invitees.map((one) => ({ ...one, id: newInviteeId(rng), status: usualInvitee.status }));
      const changed = changedMeeting(
        laterPart,
        { ...fields, ...settingsOf(meeting, settings) },
        passwordHash,
        clock.wallMs(),
      );
      return { before: parts.before, from: { ...changed, invitees } };
    };
    return atomically(async (db) =>
      meetingAnswer(o, (await meetings.split(db, principal, params.meeting, divide)).from),
    );
  });
}
