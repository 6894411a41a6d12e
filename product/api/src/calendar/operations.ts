import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operation, operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { BASE, type Routes } from '../http/routes.ts';
import type { MeetingLinks } from '../join-links/meeting-links.ts';
import { meOf } from '../me/my-meetings.ts';
import type { Meeting } from '../meetings/core/meeting.ts';
import { inviteeOf, type Person, personsSeenBy } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
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
  {
    ...feedShape,
    url: Type.String({ description: 'Secret, shown only in this answer: whoever has it can read the calendar.' }),
  },
  { title: 'MadeCalendarFeed' },
);

const reading = operations({ tag, scope: 'meetings:read' });
export const getMeetingCalendar = reading('getMeetingCalendar', 'GET /meetings/{meeting}/calendar.ics', {
  summary: 'Get a meeting as a calendar file.',
  params: Type.Object({ meeting: Type.String({ maxLength: 64 }) }),
  answers: { 200: file },
  versioned: true,
  contentType: 'text/calendar',
});

const writing = operations({ tag, scope: 'meetings:write' });
export const createCalendarFeed = writing('createCalendarFeed', 'POST /calendar-feeds', {
  summary: 'Create a URL to which calendar programs subscribe.',
  description: 'With a user: the meetings that the user hosts or is invited to. With a room: its meeting.',
  body: Type.Object(
    {
      userId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      room: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    },
    { title: 'NewCalendarFeed' },
  ),
  answers: { 201: newFeed },
  problems: ['QUOTA_EXCEEDED'],
  idempotent: true,
});

const anyone = operations({ tag: 'Signed-in users', scope: 'any' });
export const createMyCalendarFeed = anyone('createMyCalendarFeed', 'POST /me/calendar-feeds', {
  summary: 'Create a URL of the user’s own calendar, to which programs subscribe.',
  answers: { 201: newFeed },
  problems: ['QUOTA_EXCEEDED'],
});

export const revokeMyCalendarFeed = anyone('revokeMyCalendarFeed', 'DELETE /me/calendar-feeds/{feed}', {
  summary: 'Revoke a URL of the user’s own calendar.',
  params: Type.Object({ feed: Type.String({ maxLength: 64 }) }),
  answers: { 204: Type.Null() },
});

export const listCalendarFeeds = reading('listCalendarFeeds', 'GET /calendar-feeds', {
  summary: 'List the URLs to which calendar programs subscribe.',
  query: pageQuery,
  answers: { 200: pageOf(feed, 'CalendarFeedPage') },
});

export const revokeCalendarFeed = writing('revokeCalendarFeed', 'DELETE /calendar-feeds/{feed}', {
  summary: 'Revoke a URL to which calendar programs subscribe.',
  params: Type.Object({ feed: Type.String({ maxLength: 64 }) }),
  answers: { 204: Type.Null() },
});

export const getCalendarFeed = operation({
  id: 'getCalendarFeed',
  method: 'GET',
  path: '/calendars/{file}',
  tag,
  summary: 'Get a calendar, as calendar programs fetch it.',
  scope: 'public',
  params: Type.Object({ file: Type.String({ maxLength: 64, description: 'TOKEN.ics' }) }),
  answers: { 200: file },
  versioned: true,
  contentType: 'text/calendar',
});

export interface CalendarOperationsDeps {
  readonly meetings: Meetings;
  readonly meetingLinks: Pick<MeetingLinks, 'joinUrl'>;
  readonly feeds: CalendarFeeds;
  readonly publicUrl: string;
}

/** Returns undefined for a caller that sees all feeds of the tenant. */
const ownerOf = (principal: Principal): string | undefined =>
  personsSeenBy(principal) === undefined ? undefined : principal.id;

const makerOf = ({ kind, id }: Principal): string | undefined => (kind === 'user' ? id : undefined);

export function addCalendarOperations(routes: Routes, o: CalendarOperationsDeps): void {
  const { meetings, meetingLinks, feeds, publicUrl } = o;
  /** Adds the links of `person`, the owner of the calendar. */
  const answer = (all: readonly Meeting[], person?: Person, name?: string) => {
    const joinUrl = (meeting: Meeting): string => meetingLinks.joinUrl(meeting, person && inviteeOf(meeting, person));
    const body = calendarOf(all, { method: 'publish', joinUrl, ...(name !== undefined && { name }) });
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return { body, headers: { etag, 'content-type': 'text/calendar; charset=utf-8' } };
  };
  const show = ({ createdMs, ...shownFields }: CalendarFeed) => ({
    ...shownFields,
    createdAt: new Date(createdMs).toISOString(),
  });

  const showNew = ({ feed, token }: { feed: CalendarFeed; token: string }) => ({
    ...show(feed),
    url: `${publicUrl}${BASE}/calendars/${token}.ics`,
  });

  /** Checks that a user's feed shows nothing else than the user sees. Rejects with NOT_FOUND or NOT_PERMITTED. */
  const mayRead = async (principal: Principal, { userId, room }: { userId?: string; room?: string }): Promise<void> => {
    const owner = ownerOf(principal);
    if (owner === undefined || userId === owner) return;
    if (userId !== undefined) throw new Problem('NOT_PERMITTED', 'a user may read only the own calendar');
    const found = await meetings.ofRoom(principal.tenant, room ?? '');
    if (found === undefined) throw new Problem('NOT_FOUND');
    requireRight(principal, 'see', found.meeting);
  };

  routes.add(getMeetingCalendar, async ({ principal, params }) =>
    answer([requireRight(principal, 'see', await meetings.get(principal.tenant, params.meeting))]),
  );
  routes.add(createCalendarFeed, async ({ principal, body, atomically }) => {
    if ((body.userId === undefined) === (body.room === undefined))
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/userId', detail: 'give either userId or room, not both' }],
      });
    await mayRead(principal, body);
    return atomically(async (db) => ({
      body: showNew(await feeds.create(db, principal.tenant, body, makerOf(principal))),
    }));
  });
  routes.add(createMyCalendarFeed, async ({ principal, atomically }) => {
    const { tenant, id } = meOf(principal);
    return atomically(async (db) => ({ body: showNew(await feeds.create(db, tenant, { userId: id }, id)) }));
  });
  routes.add(revokeMyCalendarFeed, async ({ principal, params }) => {
    const { tenant, id } = meOf(principal);
    await feeds.revoke(tenant, params.feed, id);
  });
  routes.add(listCalendarFeeds, async ({ principal, query }) => {
    const { data, ...more } = await feeds.list(principal.tenant, ownerOf(principal), query);
    return { body: { data: data.map(show), ...more } };
  });
  routes.add(revokeCalendarFeed, ({ principal, params }) =>
    feeds.revoke(principal.tenant, params.feed, ownerOf(principal)),
  );
  routes.add(getCalendarFeed, async ({ params: { file } }) => {
    if (!file.endsWith('.ics')) throw new Problem('NOT_FOUND');
    const { meetings, person } = await feeds.read(file.slice(0, -'.ics'.length));
    return answer(meetings, person, 'Meridian');
  });
}
