import { timeText } from '../http/time.ts';
import { instantOf } from './core/local-time.ts';
import type { Invitee, Meeting } from './core/meeting.ts';
import type { Occurrence } from './core/occurrences.ts';
import type { ListedOccurrence } from './reading.ts';

export function shownMeeting(meeting: Meeting) {
  const { tenant: _, passwordHash, createdMs, updatedMs, ...shown } = meeting;
  return {
    ...shown,
    exceptions: [...shown.exceptions],
    overrides: shown.overrides.map((one) => ({ ...one })),
    hosts: [...shown.hosts],
    cohosts: [...shown.cohosts],
    invitees: shown.invitees.map((one: Invitee) => ({ ...one, role: nullableRole(one.role) })),
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

export const shownListedOccurrence = (one: ListedOccurrence) => ({
  meetingId: one.meeting,
  number: one.number,
  room: one.room,
  title: one.title,
  originalStart: one.originalStart,
  startsAt: timeText(one.startsMs),
  endsAt: timeText(one.endsMs),
});
