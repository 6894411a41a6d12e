// Calendars over REST.
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { BASE, type Routes } from '../http/routes.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { calendarOf } from './calendar.ts';
import type { CalendarFeed, CalendarFeeds } from './feeds.ts';

const tag = 'Calendars';
const file = Type.String({ description: 'iCalendar (RFC 5545).' });
const feedShape = {
  id: Type.String(),
  userId: Type.Optional(Type.String()),
  room: Type.Optional(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
};
const feed = Type.Object(feedShape, { title: 'CalendarFeed' });
const newFeed = Type.Object(
  { ...feedShape, url: Type.String({ description: 'Shown once. Whoever knows it sees the calendar.' }) },
  { title: 'MadeCalendarFeed' },
);

export const getMeetingCalendar = operation({
  id: 'getMeetingCalendar',
  method: 'GET',
  path: '/meetings/{meeting}/calendar.ics',
  tag,
  summary: 'One meeting as a calendar file.',
  scope: 'meetings:read',
  params: Type.Object({ meeting: Type.String({ maxLength: 64 }) }),
  answers: { 200: file },
  versioned: true,
  contentType: 'text/calendar',
});

export const createCalendarFeed = operation({
  id: 'createCalendarFeed',
  method: 'POST',
  path: '/calendar-feeds',
  tag,
  summary: 'Make an address that calendar programs subscribe to.',
  description: 'Of one user: meetings that it hosts or is invited to. Of one room: its meeting.',
  scope: 'meetings:write',
  body: Type.Object(
    {
      userId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      room: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    },
    { title: 'NewCalendarFeed' },
  ),
  answers: { 201: newFeed },
  idempotent: true,
});

export const listCalendarFeeds = operation({
  id: 'listCalendarFeeds',
  method: 'GET',
  path: '/calendar-feeds',
  tag,
  summary: 'Addresses that calendar programs subscribe to.',
  scope: 'meetings:read',
  query: pageQuery,
  answers: { 200: pageOf(feed, 'CalendarFeedPage') },
});

export const revokeCalendarFeed = operation({
  id: 'revokeCalendarFeed',
  method: 'DELETE',
  path: '/calendar-feeds/{feed}',
  tag,
  summary: 'Revoke such an address.',
  scope: 'meetings:write',
  params: Type.Object({ feed: Type.String({ maxLength: 64 }) }),
  answers: { 204: Type.Null() },
});

export const getCalendarFeed = operation({
  id: 'getCalendarFeed',
  method: 'GET',
  path: '/calendars/{file}',
  tag,
  summary: 'A calendar, as programs fetch it.',
  scope: 'public',
  params: Type.Object({ file: Type.String({ maxLength: 64, description: 'TOKEN.ics' }) }),
  answers: { 200: file },
  versioned: true,
  contentType: 'text/calendar',
});

export interface CalendarOperationsDeps {
  readonly meetings: Meetings;
  readonly feeds: CalendarFeeds;
  /** https://host, where the page is. */
  readonly publicUrl: string;
}

/** Where people join a meeting. */
export const joinUrlOf = (publicUrl: string, { number }: Pick<Meeting, 'number'>): string => `${publicUrl}/m/${number}`;

export function addCalendarOperations(routes: Routes, { meetings, feeds, publicUrl }: CalendarOperationsDeps): void {
  const joinUrl = (meeting: Meeting): string => joinUrlOf(publicUrl, meeting);
  const answer = (all: readonly Meeting[], name?: string) => {
    const body = calendarOf(all, { method: 'publish', joinUrl, ...(name !== undefined && { name }) });
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return { body, headers: { etag, 'content-type': 'text/calendar; charset=utf-8' } };
  };
  const show = ({ createdMs, ...shown }: CalendarFeed) => ({ ...shown, createdAt: new Date(createdMs).toISOString() });

  routes.add(getMeetingCalendar, async ({ principal, params }) =>
    answer([await meetings.get(principal.tenant, params.meeting)]),
  );
  routes.add(createCalendarFeed, async ({ principal, body, atomically }) => {
    if ((body.userId === undefined) === (body.room === undefined))
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/userId', detail: 'either userId or room is given' }],
      });
    return atomically(async (db) => {
      const { feed, token } = await feeds.create(db, principal.tenant, body);
      return { body: { ...show(feed), url: `${publicUrl}${BASE}/calendars/${token}.ics` } };
    });
  });
  routes.add(listCalendarFeeds, async ({ principal, query }) => {
    const { data, ...more } = await feeds.list(principal.tenant, query);
    return { body: { data: data.map(show), ...more } };
  });
  routes.add(revokeCalendarFeed, async ({ principal, params }) => {
    await feeds.revoke(principal.tenant, params.feed);
    return { body: null };
  });
  routes.add(getCalendarFeed, async ({ params: { file } }) => {
    if (!file.endsWith('.ics')) throw new Problem('NOT_FOUND');
    return answer(await feeds.read(file.slice(0, -'.ics'.length)), 'Meridian');
  });
}
