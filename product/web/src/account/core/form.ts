// The form of a meeting, its validation, and its request bodies.

import { isDay, localOf } from '../../core/local-time.ts';
import type { Language } from '../../core/query.ts';
import type {
  Invitee,
  InviteeRole,
  Meeting,
  MeetingChange,
  MyOccurrence,
  NewMeeting,
  OccurrenceChange,
} from './model.ts';
import { isSamePerson, type Person } from './people.ts';
import { noRepeat, type Repeat, repeatOf, repeatProblem, ruleOf } from './repeat.ts';
import { idFor, zoneOf } from './zones.ts';

export interface MeetingForm {
  readonly title: string;
  readonly description: string;
  /** Date: 2026-11-23. */
  readonly day: string;
  /** Time of day: 09:30. */
  readonly time: string;
  readonly durationMinutes: number;
  readonly timeZone: string;
  readonly repeat: Repeat;
  readonly invitees: readonly Person[];
  readonly waitingRoom: boolean;
  readonly joinBeforeHost: boolean;
  readonly hardEnd: boolean;
  readonly autoRecord: boolean;
  readonly isShow: boolean;
  /** New password; '' keeps the existing one. */
  readonly password: string;
  readonly removePassword: boolean;
}

export type Scope = 'one' | 'following' | 'all';

export type FormTarget =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit'; readonly scope: Scope; readonly occurrence: MyOccurrence };

export const DURATION_MINUTES_MAX = 1440;
const TITLE_MAX = 200;

export const emptyForm = (o: { title: string; start: string; timeZone: string }): MeetingForm => ({
  title: o.title,
  description: '',
  day: o.start.slice(0, 10),
  time: o.start.slice(11, 16),
  durationMinutes: 30,
  // Mails name the zone too.
  timeZone: idFor(zoneOf(o.timeZone)),
  repeat: noRepeat,
  invitees: [],
  waitingRoom: false,
  joinBeforeHost: true,
  hardEnd: false,
  autoRecord: false,
  isShow: false,
  password: '',
  removePassword: false,
});

export function formOf(
  meeting: Meeting,
  { scope, occurrence }: { scope: Scope; occurrence: MyOccurrence },
): MeetingForm {
  const override = meeting.overrides.find(({ originalStart }) => originalStart === occurrence.originalStart);
  const { timeZone, recurrence } = meeting;
  const ofOne = scope === 'one' ? override : undefined;
  const local =
    scope === 'all'
      ? meeting.localStart
      : scope === 'one'
        ? localOf(Date.parse(occurrence.startsAt), timeZone)
        : occurrence.originalStart;
  const { waitingRoom, joinBeforeHost, hardEnd, record, kind } = meeting.settings;
  return {
    title: ofOne?.title ?? meeting.title,
    description: meeting.description,
    day: local.slice(0, 10),
    time: local.slice(11, 16),
    durationMinutes: ofOne?.durationMinutes ?? meeting.durationMinutes,
    timeZone,
    repeat: scope === 'one' ? noRepeat : repeatOf(recurrence, local.slice(0, 10), timeZone),
    invitees: meeting.invitees.map(({ email, name, userId, role }) => ({ email, name, userId, role: role ?? '' })),
    waitingRoom,
    joinBeforeHost,
    hardEnd,
    autoRecord: record === 'auto',
    isShow: kind === 'show',
    password: '',
    removePassword: false,
  };
}

export type FormField = 'title' | 'day' | 'time' | 'durationMinutes' | 'repeat' | 'invitees';
export type FormProblem =
  | 'form.titleMissing'
  | 'form.titleLong'
  | 'form.dayWrong'
  | 'form.timeWrong'
  | 'form.durationWrong'
  | NonNullable<ReturnType<typeof repeatProblem>>;

export function formProblems(form: MeetingForm): Partial<Record<FormField, FormProblem>> {
  const title = form.title.trim();
  const { durationMinutes } = form;
  const isLength = Number.isInteger(durationMinutes) && durationMinutes >= 1 && durationMinutes <= DURATION_MINUTES_MAX;
  const isDate = isDay(form.day);
  const repeat = isDate ? repeatProblem(form.repeat, form.day) : undefined;
  return {
    ...(title === '' && { title: 'form.titleMissing' as const }),
    ...(title.length > TITLE_MAX && { title: 'form.titleLong' as const }),
    ...(!isDate && { day: 'form.dayWrong' as const }),
    ...(!/^([01]\d|2[0-3]):[0-5]\d$/.test(form.time) && { time: 'form.timeWrong' as const }),
    ...(!isLength && { durationMinutes: 'form.durationWrong' as const }),
    ...(repeat !== undefined && { repeat }),
  };
}

const startOf = ({ day, time }: MeetingForm): string => `${day}T${time}:00`;

/** Body of `POST /meetings`. */
export function newMeetingOf(form: MeetingForm, language: Language): NewMeeting {
  return {
    ...fieldsOf(form),
    invitees: form.invitees.map((one) => ({ ...one, language })),
    ...(form.password !== '' && { password: form.password }),
  };
}

/** Body of `PATCH /meetings/ID`, and of the split of a series. */
export function meetingChangeOf(form: MeetingForm): MeetingChange {
  const password = form.removePassword ? '' : form.password === '' ? undefined : form.password;
  return { ...fieldsOf(form), ...(password !== undefined && { password }) };
}

/** Body of `PATCH …/occurrences/START`: the fields that a single occurrence can override. */
export const occurrenceChangeOf = (form: MeetingForm): OccurrenceChange => ({
  title: form.title.trim(),
  localStart: startOf(form),
  durationMinutes: form.durationMinutes,
});

function fieldsOf(form: MeetingForm) {
  const { description, durationMinutes, timeZone, waitingRoom, joinBeforeHost, hardEnd, autoRecord, isShow } = form;
  return {
    title: form.title.trim(),
    description,
    durationMinutes,
    timeZone,
    localStart: startOf(form),
    recurrence: ruleOf(form.repeat, form.day),
    settings: {
      waitingRoom,
      joinBeforeHost,
      hardEnd,
      record: autoRecord ? ('auto' as const) : ('off' as const),
      kind: isShow ? ('show' as const) : ('meeting' as const),
    },
  };
}

export interface InviteeChanges {
  readonly remove: readonly string[];
  readonly roles: readonly { readonly id: string; readonly role: InviteeRole }[];
  readonly add: readonly Person[];
}

export function inviteeChanges(savedInvitees: readonly Invitee[], editedPeople: readonly Person[]): InviteeChanges {
  const asWanted = (one: Invitee): Person | undefined => editedPeople.find((other) => isSamePerson(one, other));
  return {
    remove: savedInvitees.filter((one) => asWanted(one) === undefined).map(({ id }) => id),
    roles: savedInvitees.flatMap((one) => {
      const role = asWanted(one)?.role;
      return role === undefined || role === (one.role ?? '') ? [] : [{ id: one.id, role }];
    }),
    add: editedPeople.filter((one) => !savedInvitees.some((other) => isSamePerson(one, other))),
  };
}

/** Returns whether the meeting is unchanged since the form was filled in. Answers of invitees do not count. */
export function isSameMeeting(a: Meeting, b: Meeting): boolean {
  const essence = ({ version: _, updatedAt: __, invitees, ...comparedFields }: Meeting): string =>
    JSON.stringify([comparedFields, invitees.map(({ id, email, name, role }) => [id, email, name, role])]);
  return essence(a) === essence(b);
}
