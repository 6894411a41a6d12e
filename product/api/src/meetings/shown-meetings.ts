import { timeText } from '../http/time.ts';
import { instantOf } from './core/local-time.ts';
import type { Invitee, Meeting } from './core/meeting.ts';
import type { Occurrence } from './core/occurrences.ts';
import type { ListedOccurrence } from './reading.ts';

/** Returns addresses of the page: `joinUrl` for everyone, `hostUrl` for signed-in hosts and invitees. */
export const urlsOf = ({ id, number }: Pick<Meeting, 'id' | 'number'>, publicUrl: string) => ({
  joinUrl: `${publicUrl}/m/${number}`,
  hostUrl: `${publicUrl}/meetings/${id}/join`,
});

export const shownMeeting = (meeting: Meeting, publicUrl: string) => ({
  ...meetingFieldsOf(meeting),
  ...urlsOf(meeting, publicUrl),
});

/** Returns the meeting without addresses of the page, as events have it. */
export function meetingFieldsOf(meeting: Meeting) {
  const { tenant: _, bookedBy: _1, leadersBookedBy: _2, passwordHash, createdMs, updatedMs, ...shown } = meeting;
  return {
    ...shown,
    exceptions: [...shown.exceptions],
    overrides: shown.overrides.map((one) => ({ ...one })),
    hosts: [...shown.hosts],
    cohosts: [...shown.cohosts],
    invitees: shown.invitees.map(({ bookedBy: _3, ...one }: Invitee) => ({ ...one, role: nullableRole(one.role) })),
    settings: { ...shown.settings, regions: [...shown.settings.regions] },
    startsAt: timeText(instantOf(meeting.localStart, meeting.timeZone)),
    hasPassword: passwordHash !== '',
    createdAt: timeText(createdMs),
    updatedAt: timeText(updatedMs),
  };
}

/** Returns null for a missing role, as answers and webhooks show it. */
export const nullableRole = <Role extends string>(role: Role): Exclude<Role, ''> | null =>
  role === '' ? null : (role as Exclude<Role, ''>);

export const shownOccurrence = (meeting: Meeting, one: Occurrence) => ({
  originalStart: one.originalStart,
  localStart: one.localStart,
  title: one.title ?? meeting.title,
  startsAt: timeText(one.startsMs),
  endsAt: timeText(one.endsMs),
});

export const shownTime = (one: ListedOccurrence) => ({
  startsAt: timeText(one.startsMs),
  endsAt: timeText(one.endsMs),
});

export const shownListedOccurrence = (one: ListedOccurrence, publicUrl: string) => ({
  meetingId: one.meeting,
  number: one.number,
  room: one.room,
  title: one.title,
  originalStart: one.originalStart,
  startsAt: timeText(one.startsMs),
  endsAt: timeText(one.endsMs),
  ...urlsOf({ id: one.meeting, number: one.number }, publicUrl),
});
