import { Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operation } from '../http/operation.ts';
import { pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import {
  CONFLICTS_MAX,
  type MeetingOperationsDeps,
  meetingAnswer,
  params,
  read,
  visibleMeeting,
  WINDOW_DAYS_MAX,
  WINDOW_MS_MAX,
  windowOf,
} from './common.ts';
import { occurrencesOf } from './core/occurrences.ts';
import { personsSeenBy, rightOf } from './core/rights.ts';
import type { Meetings } from './meetings.ts';
import type { ListedOccurrence } from './reading.ts';
import * as schemas from './schemas.ts';
import { shownListedOccurrence, shownOccurrence, shownTime } from './shown-meetings.ts';

export const listMeetings = operation({
  ...read,
  id: 'listMeetings',
  path: '/meetings',
  summary: 'List occurrences of meetings.',
  description:
    'Returns occurrences that start in [from, to), in order of time. Recurring meetings are listed for eleven months ahead.',
  query: Type.Object({
    ...pageQuery.properties,
    ...schemas.windowQuery.properties,
    userId: Type.Optional(
      Type.String({ maxLength: 128, description: 'Only meetings of which this user is a host or invitee.' }),
    ),
  }),
  answers: { 200: schemas.occurrencePage },
});

export const getMeeting = operation({
  ...read,
  id: 'getMeeting',
  path: '/meetings/{meeting}',
  summary: 'Get one meeting, with the rule of its occurrences.',
  params,
  answers: { 200: schemas.meeting },
  versioned: true,
});

export const listOccurrences = operation({
  ...read,
  id: 'listOccurrences',
  path: '/meetings/{meeting}/occurrences',
  summary: 'List occurrences of one meeting.',
  description: 'Returns occurrences whose original start is in [from, to), for at most 1000 days.',
  params,
  query: schemas.windowQuery,
  answers: { 200: schemas.occurrences },
});

export const listConflicts = operation({
  ...read,
  id: 'listConflicts',
  path: '/meetings/{meeting}/conflicts',
  summary: 'List other meetings of its hosts and invitees at the same time.',
  description: 'Conflicts do not prevent a booking. Returns at most 100.',
  params,
  query: schemas.windowQuery,
  answers: { 200: schemas.conflicts },
});

export function addReading(routes: Routes, o: Pick<MeetingOperationsDeps, 'meetings' | 'clock' | 'publicUrl'>): void {
  const { meetings, clock } = o;
  routes.add(listMeetings, async ({ principal, query }) => {
    const { fromMs, toMs } = windowOf(query, clock.wallMs());
    const visiblePersons = personsSeenBy(principal);
    if (visiblePersons !== undefined && query.userId !== undefined && query.userId !== principal.id)
      throw new Problem('NOT_PERMITTED', 'a user may list only the own meetings');
    const persons = visiblePersons ?? (query.userId === undefined ? undefined : [`id:${query.userId}`]);
    const { data, ...more } = await meetings.list(principal.tenant, { fromMs, toMs, persons }, query);
    return { body: { data: data.map((one) => shownListedOccurrence(one, o.publicUrl)), ...more } };
  });

  routes.add(getMeeting, async ({ principal, params }) =>
    meetingAnswer(o, await visibleMeeting(meetings, principal, params.meeting)),
  );

  routes.add(listOccurrences, async ({ principal, params, query }) => {
    const meeting = await visibleMeeting(meetings, principal, params.meeting);
    const { fromMs, toMs } = windowOf(query, clock.wallMs(), WINDOW_MS_MAX);
    const found = meeting.status === 'cancelled' ? [] : occurrencesOf(meeting, fromMs, toMs, WINDOW_DAYS_MAX);
    return { body: { data: found.map((one) => shownOccurrence(meeting, one)) } };
  });

  routes.add(listConflicts, async ({ principal, params, query }) => {
    const meeting = await visibleMeeting(meetings, principal, params.meeting);
    const { fromMs, toMs } = windowOf(query, clock.wallMs(), WINDOW_MS_MAX);
    const found = await meetings.conflicts(meeting, { fromMs, toMs, most: CONFLICTS_MAX });
    return { body: { data: await shownTo(o, principal, found) } };
  });
}

/** Shows only the times of meetings that the caller may not see. */
export async function shownTo(
  { meetings, publicUrl }: { readonly meetings: Pick<Meetings, 'byIds'>; readonly publicUrl: string },
  principal: Principal,
  found: readonly ListedOccurrence[],
  db?: Database,
) {
  const conflicting = await meetings.byIds(principal.tenant, [...new Set(found.map((one) => one.meeting))], db);
  const isVisible = (id: string): boolean => {
    const other = conflicting.get(id);
    return other !== undefined && rightOf(principal, other) !== '';
  };
  return found.map((one) => (isVisible(one.meeting) ? shownListedOccurrence(one, publicUrl) : shownTime(one)));
}
