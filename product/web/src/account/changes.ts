import { MeridianApiError } from '@meridian/api-client';
import type { Language } from '../core/query.ts';
import type { AccountApi } from './api.ts';
import {
  type FormTarget,
  inviteeChanges,
  isSameMeeting,
  type MeetingForm,
  meetingChangeOf,
  newMeetingOf,
  occurrenceChangeOf,
  type Scope,
} from './core/form.ts';
import type { Meeting, MyOccurrence } from './core/model.ts';
import { endedBefore } from './core/repeat.ts';

/**
 * Books or changes a meeting. `before`: the meeting when the form was filled in. Rejects with MeridianApiError; with
 * VERSION_CONFLICT if the meeting has changed since then. `once`: idempotency key, the same for every retry.
 */
export async function saveMeeting(
  api: AccountApi,
  o: { target: FormTarget; form: MeetingForm; before: Meeting | undefined; language: Language; once: string },
): Promise<Meeting> {
  const { target, form, before } = o;
  if (target.kind === 'new' || before === undefined) return api.book(newMeetingOf(form, o.language), o.once);
  const { originalStart } = target.occurrence;
  // Invitees' answers raise the version too, but are no conflict.
  const now = await api.meeting(before.id);
  if (!isSameMeeting(before, now))
    throw new MeridianApiError('VERSION_CONFLICT', 'The meeting has changed since the form was filled in.', {
      status: 412,
    });
  if (target.scope === 'one') return api.changeOne(now, originalStart, occurrenceChangeOf(form));
  const isWhole = target.scope === 'all' || originalStart === now.localStart;
  const changed = isWhole
    ? await api.change(now, meetingChangeOf(form))
    : await api.split(now.id, originalStart, meetingChangeOf(form), o.once);
  return changeInvitees(api, changed, form, o.language);
}

async function changeInvitees(
  api: AccountApi,
  meeting: Meeting,
  form: MeetingForm,
  language: Language,
): Promise<Meeting> {
  const { id } = meeting;
  const { remove, roles, add } = inviteeChanges(meeting.invitees, form.invitees);
  let last = meeting;
  for (const one of remove) last = await api.uninvite(id, one);
  for (const { id: one, role } of roles) last = await api.changeInvitee(id, one, { role });
  if (add.length > 0)
    last = await api.invite(
      id,
      add.map((one) => ({ ...one, language })),
    );
  return last;
}

/** Cancels the occurrence, those from it on, or the whole meeting. Rejects with MeridianApiError. */
export async function cancelMeeting(api: AccountApi, occurrence: MyOccurrence, scope: Scope): Promise<void> {
  const { meetingId, originalStart, isRecurring } = occurrence;
  if (isRecurring && scope === 'one') {
    await api.cancelOne(meetingId, originalStart);
    return;
  }
  const meeting = await api.meeting(meetingId);
  if (scope === 'following' && originalStart !== meeting.localStart)
    await api.change(meeting, { recurrence: endedBefore(meeting.recurrence, originalStart.slice(0, 10)) });
  else await api.cancel(meetingId);
}
