// Meetings over REST.
import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { operation } from '../http/operation.ts';
import { pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { localOf, readLocal } from './core/local-time.ts';
import {
  type Invitee,
  inOneForm,
  inviteeRefusals,
  isFullOfChanges,
  isNewTime,
  type Meeting,
  type Refusal,
  refusalsOf,
  split,
  usualSettings,
  withFields,
  withOverride,
  withoutOccurrence,
} from './core/meeting.ts';
import { occurrenceAt, occurrencesOf } from './core/occurrences.ts';
import type { Meetings, NewMeeting } from './meetings.ts';
import { hashPassword } from './password.ts';
import * as schemas from './schemas.ts';
import { showListed, showMeeting, showOccurrence } from './show.ts';

const DAY_MS = 86_400_000;
/** Of one meeting: a day has at most one occurrence, so an answer has at most 1000. */
const WINDOW_MS_MAX = 1000 * DAY_MS;
const WINDOW_MS_USUAL = 366 * DAY_MS;
const CONFLICTS_MAX = 100;
const DURATION_MINUTES_USUAL = 60;

const params = Type.Object({ meeting: Type.String({ maxLength: 64 }) });
const occurrenceParams = Type.Object({
  ...params.properties,
  originalStart: Type.String({ maxLength: 19, description: 'As the list of occurrences has it.' }),
});
const inviteeParams = Type.Object({ ...params.properties, invitee: Type.String({ maxLength: 64 }) });
const write = { tag: 'Meetings', scope: 'meetings:write', answers: { 200: schemas.meeting } } as const;
const read = { method: 'GET', tag: 'Meetings', scope: 'meetings:read' } as const;

export const createMeeting = operation({
  ...write,
  id: 'createMeeting',
  method: 'POST',
  path: '/meetings',
  summary: 'Book a meeting, or begin one now.',
  description: 'Without `localStart` it begins now.',
  body: schemas.newMeeting,
  answers: { 201: schemas.meeting },
  idempotent: true,
});

export const listMeetings = operation({
  ...read,
  id: 'listMeetings',
  path: '/meetings',
  summary: 'When meetings take place.',
  description:
    'Occurrences that start in [from, to), in order of time. Recurring meetings are listed for eleven months.',
  query: Type.Object({
    ...pageQuery.properties,
    ...schemas.windowQuery.properties,
    userId: Type.Optional(Type.String({ maxLength: 128, description: 'Who is a host of it, or invited.' })),
  }),
  answers: { 200: schemas.occurrencePage },
});

export const getMeeting = operation({
  ...read,
  id: 'getMeeting',
  path: '/meetings/{meeting}',
  summary: 'One meeting, with all its occurrences as a rule.',
  params,
  answers: { 200: schemas.meeting },
  versioned: true,
});

export const updateMeeting = operation({
  ...write,
  id: 'updateMeeting',
  method: 'PATCH',
  path: '/meetings/{meeting}',
  summary: 'Change a meeting, with all its occurrences.',
  description:
    'Changes of single occurrences are kept where the new rule still has an occurrence of that original start.',
  params,
  body: schemas.meetingChange,
  versioned: true,
});

export const cancelMeeting = operation({
  ...write,
  id: 'cancelMeeting',
  method: 'DELETE',
  path: '/meetings/{meeting}',
  summary: 'Cancel a meeting.',
  description: 'It stays to be seen, with the status `cancelled`.',
  params,
});

export const listOccurrences = operation({
  ...read,
  id: 'listOccurrences',
  path: '/meetings/{meeting}/occurrences',
  summary: 'When one meeting takes place.',
  description: 'Occurrences whose original start is in [from, to), 1000 days at most.',
  params,
  query: schemas.windowQuery,
  answers: { 200: schemas.occurrences },
});

export const updateOccurrence = operation({
  ...write,
  id: 'updateOccurrence',
  method: 'PATCH',
  path: '/meetings/{meeting}/occurrences/{originalStart}',
  summary: 'Move, lengthen or rename one occurrence.',
  params: occurrenceParams,
  body: schemas.occurrenceChange,
  versioned: true,
});

export const cancelOccurrence = operation({
  ...write,
  id: 'cancelOccurrence',
  method: 'DELETE',
  path: '/meetings/{meeting}/occurrences/{originalStart}',
  summary: 'Cancel one occurrence.',
  params: occurrenceParams,
});

export const splitMeeting = operation({
  ...write,
  id: 'splitMeeting',
  method: 'POST',
  path: '/meetings/{meeting}/occurrences/{originalStart}/split',
  summary: 'Change this occurrence and all that follow.',
  description: 'The meeting ends before it, and a new one, with its own number and room, begins with it.',
  params: occurrenceParams,
  body: schemas.meetingChange,
  answers: { 201: schemas.meeting },
  idempotent: true,
});

export const addInvitees = operation({
  ...write,
  id: 'addInvitees',
  method: 'POST',
  path: '/meetings/{meeting}/invitees',
  summary: 'Invite people.',
  params,
  body: Type.Object({ invitees: schemas.invitees }, { title: 'NewInvitees' }),
});

export const updateInvitee = operation({
  ...write,
  id: 'updateInvitee',
  method: 'PATCH',
  path: '/meetings/{meeting}/invitees/{invitee}',
  summary: 'Change an invitee: its role, or what it has answered.',
  params: inviteeParams,
  body: schemas.inviteeChange,
});

export const removeInvitee = operation({
  ...write,
  id: 'removeInvitee',
  method: 'DELETE',
  path: '/meetings/{meeting}/invitees/{invitee}',
  summary: 'Invite somebody no longer.',
  params: inviteeParams,
});

export const listConflicts = operation({
  ...read,
  id: 'listConflicts',
  path: '/meetings/{meeting}/conflicts',
  summary: 'Other meetings of its hosts and invitees at the same time.',
  description: 'They are shown, nothing is refused. 100 at most.',
  params,
  query: schemas.windowQuery,
  answers: { 200: schemas.conflicts },
});

export interface MeetingOperationsDeps {
  readonly meetings: Meetings;
  readonly clock: Clock;
  readonly rng: Rng;
}

export function addMeetingOperations(routes: Routes, { meetings, clock, rng }: MeetingOperationsDeps): void {
  const answer = (meeting: Meeting) => ({ body: showMeeting(meeting), headers: { etag: etagOf(meeting.version) } });
  const newInvitees = (given: Static<typeof schemas.invitees>): Invitee[] =>
    given.map((one) => ({ ...usualInvitee, ...(one as Partial<Invitee>), id: newInviteeId(rng) }));

  routes.add(createMeeting, async ({ principal, body, atomically }) => {
    const { invitees = [], password = '', settings, ...given } = body;
    const { timeZone = 'UTC', localStart = localOrUndefined(clock.wallMs(), timeZone) } = given;
    const fields: NewMeeting = inOneForm({
      ...{ description: '', durationMinutes: DURATION_MINUTES_USUAL, recurrence: '', hosts: [], cohosts: [] },
      ...{ ...given, timeZone, localStart, exceptions: [], overrides: [] },
      settings: { ...usualSettings, ...settings },
      invitees: newInvitees(invitees),
      passwordHash: '',
    });
    refuse([...refusalsOf(fields, { nowMs: clock.wallMs(), isNewTime: true }), ...inviteeRefusals(fields.invitees, 0)]);
    const passwordHash = await hashOf(password);
    return atomically(async (db) => answer(await meetings.create(db, principal.tenant, { ...fields, passwordHash })));
  });

  routes.add(listMeetings, async ({ principal, query }) => {
    const { fromMs, toMs } = windowOf(query, clock.wallMs());
    const person = query.userId === undefined ? {} : { person: `id:${query.userId}` };
    const { data, ...more } = await meetings.list(principal.tenant, { fromMs, toMs, ...person }, query);
    return { body: { data: data.map(showListed), ...more } };
  });

  routes.add(getMeeting, async ({ principal, params }) => answer(await meetings.get(principal.tenant, params.meeting)));

  routes.add(updateMeeting, async ({ principal, params, body, request }) => {
    const { password, settings, ...fields } = body;
    const passwordHash = password === undefined ? {} : { passwordHash: await hashOf(password) };
    const changed = await meetings.change(principal.tenant, params.meeting, (meeting) => {
      checkIfMatch(request.headers, meeting.version);
      return changedMeeting(mustBeOn(meeting), { ...fields, ...settingsOf(meeting, settings) }, passwordHash);
    });
    return answer(changed);
  });

  routes.add(cancelMeeting, async ({ principal, params }) => {
    const found = await meetings.get(principal.tenant, params.meeting);
    if (found.status === 'cancelled') return answer(found);
    const cancel = (meeting: Meeting): Meeting => ({ ...meeting, status: 'cancelled' });
    return answer(await meetings.change(principal.tenant, params.meeting, cancel));
  });

  routes.add(listOccurrences, async ({ principal, params, query }) => {
    const meeting = await meetings.get(principal.tenant, params.meeting);
    const { fromMs, toMs } = windowOf(query, clock.wallMs(), WINDOW_MS_MAX);
    const found = meeting.status === 'cancelled' ? [] : occurrencesOf(meeting, fromMs, toMs, WINDOW_MS_MAX / DAY_MS);
    return { body: { data: found.map((one) => showOccurrence(meeting, one)) } };
  });

  routes.add(updateOccurrence, async ({ principal, params, body, request }) => {
    const changed = await meetings.change(principal.tenant, params.meeting, (meeting) => {
      checkIfMatch(request.headers, meeting.version);
      const { originalStart } = mustOccur(mustBeOn(meeting), params.originalStart);
      const { localStart: given, ...rest } = body;
      const localStart = given === undefined ? undefined : readLocal(given);
      if (given !== undefined && localStart === undefined)
        refuse([{ pointer: '/localStart', detail: 'there is no such date and time' }]);
      const next = withOverride(meeting, { originalStart, ...rest, ...(localStart !== undefined && { localStart }) });
      const { title } = { ...meeting, ...rest };
      refuse(refusalsOf({ ...next, title }, { nowMs: clock.wallMs(), isNewTime: false }));
      // Moved within the same bounds as a meeting of its own.
      if (localStart !== undefined)
        refuse(refusalsOf({ ...next, recurrence: '', localStart }, { nowMs: clock.wallMs(), isNewTime: true }));
      return notTooMany(next);
    });
    return answer(changed);
  });

  routes.add(cancelOccurrence, async ({ principal, params }) => {
    const changed = await meetings.change(principal.tenant, params.meeting, (meeting) => {
      const { originalStart } = mustOccur(mustBeOn(meeting), params.originalStart);
      if (meeting.recurrence === '') throw new Problem('CONFLICT', 'it takes place once: cancel the meeting');
      return notTooMany(withoutOccurrence(meeting, originalStart));
    });
    return answer(changed);
  });

  routes.add(splitMeeting, async ({ principal, params, body, atomically }) => {
    const { password, settings, ...fields } = body;
    const passwordHash = password === undefined ? {} : { passwordHash: await hashOf(password) };
    const divide = (meeting: Meeting) => {
      const { originalStart } = mustOccur(mustBeOn(meeting), params.originalStart);
      const parts = split(meeting, originalStart);
      if (parts === undefined) throw new Problem('CONFLICT', 'it is the first: change the meeting');
      const whole = { ...meeting, ...parts.from };
      const invitees = meeting.invitees.map((one) => ({ ...one, id: newInviteeId(rng), status: usualInvitee.status }));
      const changed = changedMeeting(whole, { ...fields, ...settingsOf(meeting, settings) }, passwordHash);
      return { before: parts.before, from: { ...changed, invitees } };
    };
    const which = { tenant: principal.tenant, id: params.meeting };
    return atomically(async (db) => answer(await meetings.split(db, which, divide)));
  });

  routes.add(addInvitees, async ({ principal, params, body }) => {
    const changed = await meetings.change(principal.tenant, params.meeting, (meeting) => {
      const invitees = [...mustBeOn(meeting).invitees, ...newInvitees(body.invitees)];
      refuse(inviteeRefusals(invitees, meeting.invitees.length));
      return { ...meeting, invitees };
    });
    return answer(changed);
  });

  routes.add(updateInvitee, async ({ principal, params, body }) => {
    const changed = await meetings.change(principal.tenant, params.meeting, (meeting) => {
      const before = mustBeInvited(mustBeOn(meeting), params.invitee);
      const others = meeting.invitees.filter((one) => one !== before);
      const invitees = [...others, { ...before, ...(body as Partial<Invitee>) }];
      refuse(
        inviteeRefusals(invitees, others.length).map((one) => ({
          ...one,
          pointer: one.pointer.replace('/invitees/0', ''),
        })),
      );
      return { ...meeting, invitees };
    });
    return answer(changed);
  });

  routes.add(removeInvitee, async ({ principal, params }) => {
    const changed = await meetings.change(principal.tenant, params.meeting, (meeting) => {
      const before = mustBeInvited(meeting, params.invitee);
      return { ...meeting, invitees: meeting.invitees.filter((one) => one !== before) };
    });
    return answer(changed);
  });

  routes.add(listConflicts, async ({ principal, params, query }) => {
    const meeting = await meetings.get(principal.tenant, params.meeting);
    const { fromMs, toMs } = windowOf(query, clock.wallMs(), WINDOW_MS_MAX);
    const found = await meetings.conflicts(meeting, fromMs, toMs, CONFLICTS_MAX);
    return { body: { data: found.map(showListed) } };
  });

  function changedMeeting(meeting: Meeting, fields: Partial<Meeting>, more: Partial<Meeting>): Meeting {
    const next = { ...withFields(meeting, fields), ...more };
    refuse(refusalsOf(next, { nowMs: clock.wallMs(), isNewTime: isNewTime(meeting, next) }));
    return next;
  }
}

const usualInvitee: Omit<Invitee, 'id'> = {
  email: '',
  name: '',
  userId: '',
  role: '',
  language: 'en',
  status: 'needsAction',
};
const newInviteeId = (rng: Rng): string => `in_${Buffer.from(rng.bytes(9)).toString('hex')}`;
const hashOf = async (password: string): Promise<string> => (password === '' ? '' : hashPassword(password));
const settingsOf = (meeting: Meeting, settings: Partial<Meeting['settings']> | undefined) =>
  settings === undefined ? {} : { settings: { ...meeting.settings, ...settings } };

/** Now, by a zone that may be none: it is refused with the rest. */
function localOrUndefined(nowMs: number, timeZone: string): string {
  try {
    return localOf(nowMs, timeZone);
  } catch (error) {
    if (error instanceof RangeError) return localOf(nowMs, 'UTC');
    throw error;
  }
}

function refuse(fields: readonly Refusal[]): void {
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields: fields.slice(0, 20) });
}

function mustBeOn(meeting: Meeting): Meeting {
  if (meeting.status === 'cancelled') throw new Problem('CONFLICT', 'the meeting is cancelled');
  return meeting;
}

function mustOccur(meeting: Meeting, text: string): { readonly originalStart: string } {
  const originalStart = readLocal(text);
  const found = originalStart === undefined ? undefined : occurrenceAt(meeting, originalStart);
  if (found === undefined) throw new Problem('NOT_FOUND');
  return found;
}

function mustBeInvited({ invitees }: Meeting, id: string): Invitee {
  const found = invitees.find((one) => one.id === id);
  if (found === undefined) throw new Problem('NOT_FOUND');
  return found;
}

function notTooMany(meeting: Meeting): Meeting {
  if (isFullOfChanges(meeting)) throw new Problem('CONFLICT', 'too many occurrences of the series are changed');
  return meeting;
}

/** [from, to), by default from now on. Throws REQUEST_INVALID for one that ends before it begins, or is too long. */
function windowOf(
  { from, to }: Static<typeof schemas.windowQuery>,
  nowMs: number,
  msMax = Number.POSITIVE_INFINITY,
): { fromMs: number; toMs: number } {
  const fromMs = from === undefined ? nowMs : Date.parse(from);
  const toMs = to === undefined ? fromMs + WINDOW_MS_USUAL : Date.parse(to);
  if (Number.isNaN(fromMs)) refuse([{ pointer: '?from', detail: 'there is no such time' }]);
  if (Number.isNaN(toMs)) refuse([{ pointer: '?to', detail: 'there is no such time' }]);
  if (toMs < fromMs) refuse([{ pointer: '?to', detail: 'is before from' }]);
  if (toMs - fromMs > msMax) refuse([{ pointer: '?to', detail: `is more than ${msMax / DAY_MS} days after from` }]);
  return { fromMs, toMs };
}
