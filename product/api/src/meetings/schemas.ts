import { limits, roomRoles } from '@meridian/protocol';
import { Type } from 'typebox';
import { pageOf } from '../http/page.ts';
import { DURATION_MINUTES_MAX, HOSTS_MAX, INVITEES_MAX, inviteeStatuses } from './core/meeting.ts';

const DESCRIPTION_MAX = 5000;
const PASSWORD_MAX = 64;
const REGIONS_MAX = 32;

const instant = (description?: string) =>
  Type.String({ format: 'date-time', maxLength: 40, ...(description !== undefined && { description }) });
const local = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?$',
  description: 'Local time in `timeZone`, without an offset: 2026-11-23T09:00:00.',
});
const timeZone = Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone: Europe/Berlin.' });
const durationMinutes = Type.Integer({ minimum: 1, maximum: DURATION_MINUTES_MAX });
const title = Type.String({ minLength: 1, maxLength: limits.roomTitleLengthMax });
const description = Type.String({ maxLength: DESCRIPTION_MAX });
const identities = Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { maxItems: HOSTS_MAX });
const recurrence = Type.String({
  maxLength: 500,
  description:
    "A rule of RFC 5545 with FREQ (DAILY to YEARLY), INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST; '': once. `localStart` is its first occurrence. COUNT is counted for thirty years.",
});
const text = (values: readonly string[], description?: string) =>
  Type.String({ enum: [...values], ...(description !== undefined && { description }) });

const settings = {
  waitingRoom: Type.Boolean({ description: 'A participant waits until a host admits it.' }),
  joinBeforeHost: Type.Boolean({
    description: 'Participants may join before a host, from 15 minutes before the start.',
  }),
  capacity: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    description: 'Most participants at a time; 0 means as many as the service allows.',
  }),
  muteOnEntry: Type.Boolean(),
  hardEnd: Type.Boolean({ description: 'The meeting ends at its booked end.' }),
  record: Type.Union([Type.Literal('off'), Type.Literal('auto')], {
    description: 'auto: the whole meeting is recorded, from its first participant on.',
  }),
  kind: Type.Union([Type.Literal('meeting'), Type.Literal('show')], {
    description: 'show: people whose role does not publish only watch; see `kind` of a room.',
  }),
  regions: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
    maxItems: REGIONS_MAX,
    description: 'Regions that media may not leave; an empty list allows any region.',
  }),
};
const password = Type.String({ maxLength: PASSWORD_MAX, description: "Password; '' means none." });

/** Answers show a missing role as null; requests may still send '', as in the first version. */
const roleOrNull = Type.Union([text(roomRoles), Type.Null()], {
  description: 'Role of this invitee; null means no particular role.',
});
const givenRole = Type.Union([text(['', ...roomRoles]), Type.Null()], {
  description: "Role of this invitee; null or '' means no particular role.",
});
const invitee = {
  email: Type.String({ maxLength: 254, description: "Address for invitations; with '' the invitee gets no mail." }),
  name: Type.String({ maxLength: limits.nameLengthMax }),
  userId: Type.String({
    maxLength: 128,
    description: "Identity with which the invitee joins; with '' its link assigns one.",
  }),
  role: givenRole,
  language: text(['en', 'zh']),
  status: text(inviteeStatuses),
};
export const invitees = Type.Array(Type.Partial(Type.Object(invitee), { title: 'NewInvitee' }), {
  maxItems: INVITEES_MAX,
});
export const inviteeChange = Type.Partial(Type.Object(invitee), { title: 'InviteeChange' });

export const inviteeLink = Type.Object(
  {
    url: Type.String({ format: 'uri' }),
    identity: Type.String(),
    name: Type.String(),
    role: roleOrNull,
  },
  { title: 'InviteeLink' },
);

export const newMeeting = Type.Object(
  {
    title,
    description: Type.Optional(description),
    localStart: Type.Optional(local),
    timeZone: Type.Optional(timeZone),
    durationMinutes: Type.Optional(durationMinutes),
    recurrence: Type.Optional(recurrence),
    hosts: Type.Optional(identities),
    cohosts: Type.Optional(identities),
    invitees: Type.Optional(invitees),
    settings: Type.Optional(Type.Partial(Type.Object(settings))),
    password: Type.Optional(password),
  },
  { title: 'NewMeeting' },
);

const { localStart: _, recurrence: __, ...instantFields } = newMeeting.properties;
export const newInstantMeeting = Type.Object(instantFields, { title: 'NewInstantMeeting' });

export const meetingChange = Type.Partial(
  Type.Object({
    title,
    description,
    localStart: local,
    timeZone,
    durationMinutes,
    recurrence,
    hosts: identities,
    cohosts: identities,
    settings: Type.Partial(Type.Object(settings)),
    password,
  }),
  { title: 'MeetingChange' },
);

const override = {
  localStart: Type.Optional(local),
  durationMinutes: Type.Optional(durationMinutes),
  title: Type.Optional(title),
};
export const occurrenceChange = Type.Object(override, { title: 'OccurrenceChange' });

const urls = {
  joinUrl: Type.String({ description: 'Address of the page where everyone joins with the meeting’s number.' }),
  hostUrl: Type.String({ description: 'Address where signed-in hosts and invitees join as themselves.' }),
};
export const meeting = Type.Object(
  {
    id: Type.String(),
    number: Type.String({ pattern: '^[1-9]\\d{8}$' }),
    room: Type.String(),
    status: text(['scheduled', 'cancelled']),
    title,
    description,
    localStart: local,
    timeZone,
    startsAt: instant('Start of the first occurrence.'),
    durationMinutes,
    recurrence,
    exceptions: Type.Array(local, { description: 'Original starts of occurrences that do not take place.' }),
    overrides: Type.Array(Type.Object({ originalStart: local, ...override }), {
      description: 'Changes to single occurrences.',
    }),
    hosts: identities,
    cohosts: identities,
    invitees: Type.Array(Type.Object({ id: Type.String(), ...invitee, role: roleOrNull }, { title: 'Invitee' })),
    settings: Type.Object(settings, { title: 'MeetingSettings' }),
    hasPassword: Type.Boolean(),
    ...urls,
    version: Type.Integer(),
    sequence: Type.Integer({ description: 'Rises by one with every change that invitees can see.' }),
    createdAt: instant(),
    updatedAt: instant(),
  },
  { title: 'Meeting' },
);

const occurrence = {
  originalStart: Type.String({
    description:
      'Local start that the recurrence rule gives. It identifies the occurrence within the series, even after a move.',
  }),
  startsAt: instant(),
  endsAt: instant(),
};
const occurrenceOfMeeting = Type.Object({ ...occurrence, title, localStart: local }, { title: 'Occurrence' });
export const occurrences = Type.Object({ data: Type.Array(occurrenceOfMeeting) }, { title: 'OccurrenceList' });

export const listedOccurrence = Type.Object(
  { meetingId: Type.String(), number: Type.String(), room: Type.String(), title, ...occurrence, ...urls },
  { title: 'ListedOccurrence' },
);
export const occurrencePage = pageOf(listedOccurrence, 'ListedOccurrencePage');
const { startsAt, endsAt, ...identifyingFields } = listedOccurrence.properties;
const conflict = Type.Object(
  { startsAt, endsAt, ...Type.Partial(Type.Object(identifyingFields)).properties },
  {
    title: 'Conflict',
    description: 'An occurrence that overlaps. Of a meeting that the caller may not see, only the times are given.',
  },
);
export const extended = Type.Object(
  { occurrence: occurrenceOfMeeting, conflicts: Type.Array(conflict) },
  { title: 'ExtendedMeeting' },
);
export const conflicts = Type.Object({ data: Type.Array(conflict) }, { title: 'ConflictList' });

export const windowQuery = Type.Object({
  from: Type.Optional(instant('Start of the time window. Default: now.')),
  to: Type.Optional(
    instant('End of the time window. Default: a year after `from`, or the longest window that the operation allows.'),
  ),
});
