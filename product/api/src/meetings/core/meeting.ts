// A meeting as a value, without the database, which is in `meetings.ts`.

import { fenceOf, identityFault, identityRule, isDisplayName, isIdentity, type RoomRole } from '@meridian/protocol';
import { EMAIL } from '../../access/core/email.ts';
import { instantOf, readLocal, readTimeZone } from './local-time.ts';
import {
  isStart,
  lastStartMs,
  type Occurrence,
  type Override,
  occurrenceAt,
  type Series,
  startsBefore,
} from './occurrences.ts';
import { isRefused, readRecurrence, recurrenceText } from './recurrence.ts';

export interface Invitee {
  readonly id: string;
  /** Address for invitations; '' for an invitee who gets no mail. */
  readonly email: string;
  readonly name: string;
  /** Identity with which the invitee joins; '': the link gives one. */
  readonly userId: string;
  readonly role: RoomRole | '';
  readonly language: 'en' | 'zh';
  readonly status: InviteeStatus;
  /** Digest of the user who invited the person, as `Meeting.bookedBy`. */
  readonly bookedBy: string;
}
export const inviteeStatuses = ['needsAction', 'accepted', 'tentative', 'declined'] as const;
export type InviteeStatus = (typeof inviteeStatuses)[number];

export interface MeetingSettings {
  readonly waitingRoom: boolean;
  /** Participants may join while no host is present. */
  readonly joinBeforeHost: boolean;
  /** Limit of participants at a time; 0 for the service's limit. */
  readonly capacity: number;
  readonly muteOnEntry: boolean;
  /** The meeting ends at its booked end. */
  readonly hardEnd: boolean;
  /** 'auto': the whole meeting is recorded, from the first participant on. */
  readonly record: 'off' | 'auto';
  /** 'show': people without a role that publishes only watch. */
  readonly kind: 'meeting' | 'show';
  /** Regions that media may not leave; an empty list allows any region. */
  readonly regions: readonly string[];
}

export interface MeetingFields extends Series {
  readonly title: string;
  readonly description: string;
  readonly hosts: readonly string[];
  readonly cohosts: readonly string[];
  readonly settings: MeetingSettings;
}

export interface Meeting extends MeetingFields {
  readonly id: string;
  readonly tenant: string;
  /** Nine digits, for telephones and people. */
  readonly number: string;
  readonly room: string;
  readonly invitees: readonly Invitee[];
  /** argon2id; '': no password. */
  readonly passwordHash: string;
  readonly status: 'scheduled' | 'cancelled';
  /** Digest of the user that booked the meeting, for its share of kept seats; '' for an API key or an administrator. */
  readonly bookedBy: string;
  /** Digest of the user who last made hosts and cohosts more, as `bookedBy`. */
  readonly leadersBookedBy: string;
  /** Rises with every change. */
  readonly version: number;
  /** Rises with every change that invited people see (iCalendar's SEQUENCE). */
  readonly sequence: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export interface Refusal {
  /** JSON pointer into the body. */
  readonly pointer: string;
  readonly detail: string;
}

export const usualSettings: MeetingSettings = {
  waitingRoom: false,
  joinBeforeHost: true,
  capacity: 0,
  muteOnEntry: false,
  hardEnd: false,
  record: 'off',
  kind: 'meeting',
  regions: [],
};

export const usualInvitee: Omit<Invitee, 'id'> = {
  email: '',
  name: '',
  userId: '',
  role: '',
  language: 'en',
  status: 'needsAction',
  bookedBy: '',
};

/** Defaults for fields that meetings stored by older versions lack. */
const usualFields = {
  description: '',
  recurrence: '',
  exceptions: [],
  overrides: [],
  hosts: [],
  cohosts: [],
  passwordHash: '',
  status: 'scheduled',
  bookedBy: '',
  sequence: 0,
} satisfies Partial<Meeting>;
type OldMeeting = Omit<Meeting, 'settings' | 'invitees' | 'leadersBookedBy'> & {
  readonly leadersBookedBy?: string;
  readonly settings?: Partial<MeetingSettings>;
  readonly invitees?: readonly (Pick<Invitee, 'id'> & Partial<Invitee>)[];
};

/** Parses a stored meeting, of this or any older version. */
export function meetingFrom(body: string): Meeting {
  const { settings, invitees = [], ...stored } = JSON.parse(body) as OldMeeting;
  const { bookedBy = '' } = stored;
  return {
    ...usualFields,
    leadersBookedBy: bookedBy,
    ...stored,
    settings: { ...usualSettings, ...settings },
    invitees: invitees.map((one) => ({ ...usualInvitee, bookedBy, ...one })),
  };
}

/** Hosts and invitees with a role must fit among the members of a room's policy. */
export const HOSTS_MAX = 50;
export const INVITEES_MAX = 900;
export const DURATION_MINUTES_MAX = 1440;
/** Each override is an entry of the calendar file. */
export const OVERRIDES_MAX = 500;
/** Refuses mistyped years. */
const AHEAD_MS = 10 * 366 * 86_400_000;
const BEHIND_MS = 366 * 86_400_000;
const LINES = /^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u;

/** Keeps invalid values, which a later check refuses. */
export function normalised<F extends Series>(fields: F): F {
  const timeZone = readTimeZone(fields.timeZone) ?? fields.timeZone;
  const rule = fields.recurrence === '' ? undefined : readRecurrence(fields.recurrence, timeZone);
  return {
    ...fields,
    timeZone,
    localStart: readLocal(fields.localStart) ?? fields.localStart,
    recurrence: rule === undefined || isRefused(rule) ? fields.recurrence : recurrenceText(rule),
  };
}

/** Refuses distant times only if the time is new. */
export function refusalsOf(
  fields: MeetingFields,
  o: { readonly nowMs: number; readonly isNewTime: boolean },
): Refusal[] {
  return [...timeRefusals(fields, o), ...wordRefusals(fields), ...hostRefusals(fields), ...regionRefusals(fields)];
}

function timeRefusals(
  { localStart, timeZone, recurrence }: Series,
  { nowMs, isNewTime }: { readonly nowMs: number; readonly isNewTime: boolean },
): Refusal[] {
  const found: Refusal[] = [];
  const isLocal = readLocal(localStart) !== undefined;
  const isZone = readTimeZone(timeZone) !== undefined;
  if (!isLocal) found.push({ pointer: '/localStart', detail: 'is not a valid date and time' });
  if (!isZone) found.push({ pointer: '/timeZone', detail: 'is not the name of a time zone (Europe/Berlin)' });
  if (!isLocal || !isZone) return found;
  const startsMs = instantOf(localStart, timeZone);
  if (isNewTime && (startsMs < nowMs - BEHIND_MS || startsMs > nowMs + AHEAD_MS))
    return [{ pointer: '/localStart', detail: 'must be within a year ago and ten years ahead' }];
  if (recurrence === '') return [];
  const rule = readRecurrence(recurrence, timeZone);
  if (isRefused(rule)) return [{ pointer: '/recurrence', detail: rule.refused }];
  if (isStart({ localStart, timeZone, recurrence }, localStart)) return [];
  return [{ pointer: '/recurrence', detail: 'does not include localStart' }];
}

function wordRefusals({ title, description }: MeetingFields): Refusal[] {
  const found: Refusal[] = [];
  if (title.trim() === '') found.push({ pointer: '/title', detail: 'is blank' });
  if (!LINES.test(title)) found.push({ pointer: '/title', detail: 'has control characters' });
  if (!LINES.test(description.replaceAll(/[\r\n\t]/g, ' ')))
    found.push({ pointer: '/description', detail: 'has control characters' });
  return found;
}

function hostRefusals({ hosts, cohosts }: MeetingFields): Refusal[] {
  const seen = new Set<string>();
  return [
    ...hosts.map((identity, at) => ({ identity, pointer: `/hosts/${at}` })),
    ...cohosts.map((identity, at) => ({ identity, pointer: `/cohosts/${at}` })),
  ].flatMap(({ identity, pointer }) => {
    if (!isIdentity(identity)) return [{ pointer, detail: `${identityRule}; ${identityFault(identity)}` }];
    if (seen.has(identity)) return [{ pointer, detail: 'is listed twice' }];
    seen.add(identity);
    return [];
  });
}

function regionRefusals({ settings: { regions } }: MeetingFields): Refusal[] {
  if (regions.length === 0 || fenceOf(regions) !== undefined) return [];
  return [{ pointer: '/settings/regions', detail: 'must be names of regions' }];
}

/** Checks invitees. Those from index `from` on are new. */
export function inviteeRefusals(invitees: readonly Invitee[], from: number): Refusal[] {
  if (invitees.length > INVITEES_MAX)
    return [{ pointer: '/invitees', detail: `must have at most ${INVITEES_MAX} entries` }];
  const emails = new Set(invitees.slice(0, from).map(({ email }) => email.toLowerCase()));
  return invitees.slice(from).flatMap((invitee, at): Refusal[] => {
    const { email, name, userId } = invitee;
    const pointer = `/invitees/${at}`;
    if (email === '' && userId === '' && name === '') return [{ pointer, detail: 'has no email, userId or name' }];
    if (email !== '' && !EMAIL.test(email)) return [{ pointer: `${pointer}/email`, detail: 'is not a valid address' }];
    if (!isDisplayName(name)) return [{ pointer: `${pointer}/name`, detail: 'has control characters' }];
    if (userId !== '' && !isIdentity(userId))
      return [{ pointer: `${pointer}/userId`, detail: `${identityRule}; ${identityFault(userId)}` }];
    if (email !== '' && emails.has(email.toLowerCase()))
      return [{ pointer: `${pointer}/email`, detail: 'is already invited' }];
    emails.add(email.toLowerCase());
    return [];
  });
}

/** Normalises fields. Keeps changes of single occurrences that still exist under the new rule. */
export function withFields(meeting: Meeting, fields: Partial<MeetingFields>): Meeting {
  const next = normalised({ ...meeting, ...fields });
  if (isSameTime(meeting, next)) return next;
  const isRight = timeRefusals(next, { nowMs: 0, isNewTime: false }).length === 0;
  const stays = (local: string): boolean => isRight && isStart(next, local);
  return {
    ...next,
    exceptions: next.exceptions.filter(stays),
    overrides: next.overrides.filter(({ originalStart }) => stays(originalStart)),
  };
}

export const isSameTime = (a: Series, b: Series): boolean =>
  a.localStart === b.localStart && a.timeZone === b.timeZone && a.recurrence === b.recurrence;

/** Returns whether the time changed, so that `refusalsOf` must also check that it is not too distant. */
export const isNewTime = (before: Series, after: Series): boolean =>
  before.localStart !== after.localStart || before.timeZone !== after.timeZone;

/** Notes the author of a change as the booker of the people that it adds. */
export function withBooker(before: Meeting, after: Meeting, booker: string): Meeting {
  const idsBefore = new Set(before.invitees.map(({ id }) => id));
  const invitees = after.invitees.map((one) => (idsBefore.has(one.id) ? one : { ...one, bookedBy: booker }));
  const hasMoreLeaders = leadersOf(after).size > leadersOf(before).size;
  return { ...after, invitees, leadersBookedBy: hasMoreLeaders ? booker : before.leadersBookedBy };
}

export const leadersOf = ({ hosts, cohosts }: Pick<Meeting, 'hosts' | 'cohosts'>): Set<string> =>
  new Set([...hosts, ...cohosts]);

/** Raises the sequence if invitees see a difference. */
export function nextVersion(before: Meeting, after: Meeting, nowMs: number): Meeting {
  const sequence = before.sequence + (seenByInvitees(before) === seenByInvitees(after) ? 0 : 1);
  return { ...after, version: before.version + 1, sequence, updatedMs: nowMs };
}

const seenByInvitees = ({ title, description, status, ...m }: Meeting): string =>
  JSON.stringify([
    title,
    description,
    status,
    m.localStart,
    m.timeZone,
    m.durationMinutes,
    m.recurrence,
    m.exceptions,
    m.overrides,
  ]);

/** Returns the meeting without an occurrence, which must exist. */
export function withoutOccurrence(meeting: Meeting, originalStart: string): Meeting {
  return {
    ...meeting,
    exceptions: [...meeting.exceptions, originalStart].sort(),
    overrides: meeting.overrides.filter((one) => one.originalStart !== originalStart),
  };
}

export function withOverride(meeting: Meeting, override: Override): Meeting {
  const before = meeting.overrides.find((one) => one.originalStart === override.originalStart);
  const others = meeting.overrides.filter((one) => one !== before);
  const overrides = [...others, { ...before, ...override }].sort((a, b) =>
    a.originalStart < b.originalStart ? -1 : 1,
  );
  return { ...meeting, overrides };
}

/** Returns undefined for an end before the start, or too late. The end is in whole minutes. */
export function withEnd(
  meeting: Meeting,
  { originalStart, startsMs }: Pick<Occurrence, 'originalStart' | 'startsMs'>,
  endsMs: number,
): Meeting | undefined {
  const durationMinutes = Math.ceil((endsMs - startsMs) / 60_000);
  if (durationMinutes < 1 || durationMinutes > DURATION_MINUTES_MAX) return undefined;
  const isOne = meeting.recurrence === '' && meeting.overrides.length === 0;
  return isOne ? { ...meeting, durationMinutes } : withOverride(meeting, { originalStart, durationMinutes });
}

/** Returns the year 9999 for an endless series. */
export function lastEndMs(meeting: Meeting): number {
  const { timeZone, durationMinutes } = meeting;
  const startsMs = lastStartMs(meeting);
  if (startsMs === undefined) return FOREVER_MS;
  const moved = meeting.overrides.map(
    (one) =>
      instantOf(one.localStart ?? one.originalStart, timeZone) + (one.durationMinutes ?? durationMinutes) * 60_000,
  );
  return Math.max(startsMs + durationMinutes * 60_000, ...moved);
}
const FOREVER_MS = Date.UTC(9999, 0);

export const isFullOfChanges = ({ exceptions, overrides }: Series): boolean =>
  exceptions.length + overrides.length > OVERRIDES_MAX;

/** Returns the earlier part and the fields of the rest; undefined if the occurrence is the first, or absent. */
export function split(
  meeting: Meeting,
  originalStart: string,
): { readonly before: Meeting; readonly from: Series } | undefined {
  if (originalStart === meeting.localStart || occurrenceAt(meeting, originalStart) === undefined) return undefined;
  const rule = readRecurrence(meeting.recurrence, meeting.timeZone);
  if (isRefused(rule)) return undefined;
  const startsMs = instantOf(originalStart, meeting.timeZone);
  const isBefore = (local: string): boolean => local < originalStart;
  const count = rule.count === undefined ? undefined : rule.count - startsBefore(meeting, startsMs);
  const { localStart, timeZone, durationMinutes, exceptions, overrides } = meeting;
  return {
    before: {
      ...meeting,
      recurrence: recurrenceText({ ...rule, count: undefined, untilMs: startsMs - 1000 }),
      exceptions: exceptions.filter(isBefore),
      overrides: overrides.filter((one) => isBefore(one.originalStart)),
      localStart,
    },
    from: {
      localStart: originalStart,
      timeZone,
      durationMinutes,
      recurrence: recurrenceText({ ...rule, count }),
      exceptions: exceptions.filter((local) => !isBefore(local)),
      overrides: overrides.filter((one) => !isBefore(one.originalStart)),
    },
  };
}

/** Returns the invitee's identity; '' for an invitee without a link, who joins by the number. */
export const identityOf = ({ id, email, userId }: Pick<Invitee, 'id' | 'email' | 'userId'>): string =>
  userId !== '' ? userId : email === '' ? '' : id;

/** Identities and addresses, by which conflicts are found. */
export function personsOf({ hosts, cohosts, invitees }: Meeting): string[] {
  const persons = [
    ...[...hosts, ...cohosts].map((identity) => `id:${identity}`),
    ...invitees.flatMap(({ userId, email }) => [
      ...(userId === '' ? [] : [`id:${userId}`]),
      ...(email === '' ? [] : [`mail:${email.toLowerCase()}`]),
    ]),
  ];
  return [...new Set(persons)];
}
