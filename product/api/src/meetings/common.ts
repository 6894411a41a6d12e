import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import type { Passwords } from '../access/password.ts';
import { etagOf } from '../http/etag.ts';
import { Problem } from '../http/problems.ts';
import { readLocal } from './core/local-time.ts';
import {
  type Invitee,
  isFullOfChanges,
  isNewTime,
  type Meeting,
  type Refusal,
  refusalsOf,
  usualInvitee,
  withFields,
} from './core/meeting.ts';
import { occurrenceAt } from './core/occurrences.ts';
import type { Meetings } from './meetings.ts';
import { requireRight } from './permitted.ts';
import * as schemas from './schemas.ts';
import { shownMeeting } from './shown-meetings.ts';

const DAY_MS = 86_400_000;
/** A day has at most one occurrence of a meeting, so an answer has at most 1000. */
export const WINDOW_DAYS_MAX = 1000;
export const WINDOW_MS_MAX = WINDOW_DAYS_MAX * DAY_MS;
const WINDOW_MS_USUAL = 366 * DAY_MS;
export const CONFLICTS_MAX = 100;

export const params = Type.Object({ meeting: Type.String({ maxLength: 64 }) });
export const occurrenceParams = Type.Object({
  ...params.properties,
  originalStart: Type.String({ maxLength: 19, description: 'Original start, as in the list of occurrences.' }),
});
export const inviteeParams = Type.Object({ ...params.properties, invitee: Type.String({ maxLength: 64 }) });
export const write = { tag: 'Meetings', scope: 'meetings:write', answers: { 200: schemas.meeting } } as const;
export const read = { method: 'GET', tag: 'Meetings', scope: 'meetings:read' } as const;

export interface MeetingOperationsDeps {
  readonly meetings: Meetings;
  /** Returns undefined for an invitee without a personal link. */
  readonly meetingLinks: { urlOf(meeting: Meeting, invitee: Invitee): string | undefined };
  readonly publicUrl: string;
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly rng: Rng;
}

export const meetingAnswer = ({ publicUrl }: Pick<MeetingOperationsDeps, 'publicUrl'>, meeting: Meeting) => ({
  body: shownMeeting(meeting, publicUrl),
  headers: { etag: etagOf(meeting.version) },
});

/** Rejects with NOT_FOUND. */
export const visibleMeeting = async (
  meetings: Pick<Meetings, 'get'>,
  principal: Principal,
  id: string,
): Promise<Meeting> => requireRight(principal, 'see', await meetings.get(principal.tenant, id));

/** Rejects with NOT_FOUND, or NOT_PERMITTED if the caller may not change the meeting. */
export const changeMeeting = (
  meetings: Pick<Meetings, 'change'>,
  principal: Principal,
  id: string,
  next: (meeting: Meeting) => Meeting,
): Promise<Meeting> => meetings.change(principal, id, (meeting) => next(requireRight(principal, 'change', meeting)));

/** Throws REQUEST_INVALID. */
export function changedMeeting(
  meeting: Meeting,
  fields: Partial<Meeting>,
  otherChanges: Partial<Meeting>,
  nowMs: number,
): Meeting {
  const next = { ...withFields(meeting, fields), ...otherChanges };
  refuse(refusalsOf(next, { nowMs, isNewTime: isNewTime(meeting, next) }));
  return next;
}

export const newInvitees = (given: Static<typeof schemas.invitees>, rng: Rng): Invitee[] =>
  given.map((one) => ({ ...usualInvitee, ...readInvitee(one), id: newInviteeId(rng) }));

export const readInvitee = (given: Static<typeof schemas.inviteeChange>): Partial<Invitee> => {
  const read = given.role === null ? { ...given, role: '' } : given;
  return read as Partial<Invitee>;
};

export const newInviteeId = (rng: Rng): string => `in_${Buffer.from(rng.bytes(9)).toString('hex')}`;
export const hashOf = async (passwords: Passwords, password: string): Promise<string> =>
  password === '' ? '' : passwords.hash(password);
export const settingsOf = (meeting: Meeting, settings: Partial<Meeting['settings']> | undefined) =>
  settings === undefined ? {} : { settings: { ...meeting.settings, ...settings } };

export function refuse(fields: readonly Refusal[]): void {
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields: fields.slice(0, 20) });
}

export function checkNotCancelled(meeting: Meeting): Meeting {
  if (meeting.status === 'cancelled') throw new Problem('CONFLICT', 'the meeting is cancelled');
  return meeting;
}

export function checkedOccurrence(meeting: Meeting, text: string): { readonly originalStart: string } {
  const originalStart = readLocal(text);
  const found = originalStart === undefined ? undefined : occurrenceAt(meeting, originalStart);
  if (found === undefined) throw new Problem('NOT_FOUND');
  return found;
}

export function checkedInvitee({ invitees }: Meeting, id: string): Invitee {
  const found = invitees.find((one) => one.id === id);
  if (found === undefined) throw new Problem('NOT_FOUND');
  return found;
}

export function checkOverrideLimit(meeting: Meeting): Meeting {
  if (isFullOfChanges(meeting)) throw new Problem('CONFLICT', 'too many occurrences of the series are changed');
  return meeting;
}

/**
 * Returns the time window, which starts now by default. Throws REQUEST_INVALID if it ends before it begins, or is too
 * long.
 */
export function windowOf(
  { from, to }: Static<typeof schemas.windowQuery>,
  nowMs: number,
  msMax = Number.POSITIVE_INFINITY,
): { fromMs: number; toMs: number } {
  const fromMs = from === undefined ? nowMs : Date.parse(from);
  const toMs = to === undefined ? fromMs + WINDOW_MS_USUAL : Date.parse(to);
  return checkedWindow(fromMs, toMs, msMax);
}

/** Returns the time window, which ends now at the latest. Throws REQUEST_INVALID if it ends before it begins. */
export function pastWindowOf(
  { from, to }: Static<typeof schemas.windowQuery>,
  nowMs: number,
): { fromMs: number; toMs: number } {
  const toMs = Math.min(to === undefined ? nowMs : Date.parse(to), nowMs);
  const fromMs = from === undefined ? toMs - WINDOW_MS_USUAL : Date.parse(from);
  return checkedWindow(fromMs, toMs);
}

function checkedWindow(
  fromMs: number,
  toMs: number,
  msMax = Number.POSITIVE_INFINITY,
): { fromMs: number; toMs: number } {
  if (Number.isNaN(fromMs)) refuse([{ pointer: '?from', detail: 'is not a valid time' }]);
  if (Number.isNaN(toMs)) refuse([{ pointer: '?to', detail: 'is not a valid time' }]);
  if (toMs < fromMs) refuse([{ pointer: '?to', detail: 'must not be before from' }]);
  if (toMs - fromMs > msMax) refuse([{ pointer: '?to', detail: `must be at most ${msMax / DAY_MS} days after from` }]);
  return { fromMs, toMs };
}
