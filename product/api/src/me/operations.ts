import type { Rng } from '@meridian/runtime';
import { Type } from 'typebox';
import type { Passwords } from '../access/password.ts';
import { operation, operations } from '../http/operation.ts';
import { pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { joinToken } from '../join-links/operations.ts';
import { newMeetingOf } from '../meetings/changing-operations.ts';
import { pastWindowOf, windowOf } from '../meetings/common.ts';
import { inviteeStatuses } from '../meetings/core/meeting.ts';
import { parts } from '../meetings/core/rights.ts';
import type { Meetings } from '../meetings/meetings.ts';
import * as schemas from '../meetings/schemas.ts';
import { shownListedOccurrence, shownMeeting, urlsOf } from '../meetings/shown-meetings.ts';
import { type Me, MyMeetings, type MyMeetingsOptions, meOf, type RoomEntry } from './my-meetings.ts';

const tag = 'Signed-in users';
const SEARCH_MAX = 100;
const params = Type.Object({ meeting: Type.String({ maxLength: 64 }) });
const answers = inviteeStatuses.filter((status) => status !== 'needsAction');

const myOccurrence = Type.Object(
  {
    ...schemas.listedOccurrence.properties,
    part: Type.String({ enum: [...parts] }),
    answer: Type.Optional(
      Type.String({
        enum: [...inviteeStatuses],
        description: 'Reply to an invitation; absent if the user was not invited.',
      }),
    ),
    isRecurring: Type.Boolean(),
    recurrence: Type.String({ description: "Recurrence rule of the meeting; '' if it takes place once." }),
    timeZone: Type.String({ description: 'Time zone of the meeting.' }),
    later: Type.Optional(
      Type.Integer({ description: 'With `series=next`: number of further occurrences of the series before `to`.' }),
    ),
    mayChange: Type.Boolean(),
    hasConflict: Type.Boolean({
      description: 'It overlaps another meeting of the user that the user has not declined.',
    }),
  },
  { title: 'MyOccurrence' },
);

const anyone = operations({ tag, scope: 'any' });
export const listMyMeetings = anyone('listMyMeetings', 'GET /me/meetings', {
  summary: 'List occurrences of the user’s meetings.',
  description:
    'Returns occurrences that end after `from` and start before `to`, in order of time. With `state=ended`: occurrences that start after `from` and have ended, the latest first.',
  query: Type.Object({
    ...pageQuery.properties,
    ...schemas.windowQuery.properties,
    series: Type.Optional(
      Type.String({
        enum: ['all', 'next'],
        default: 'all',
        description: '`next`: of each series, only current occurrences and the next one.',
      }),
    ),
    state: Type.Optional(
      Type.String({
        enum: ['any', 'ended'],
        default: 'any',
        description: '`ended`: only occurrences that have ended. Default window: the year before now.',
      }),
    ),
    meeting: Type.Optional(Type.String({ maxLength: 64, description: 'Only occurrences of this meeting.' })),
    query: Type.Optional(
      Type.String({ maxLength: SEARCH_MAX, description: 'Words of the title, or digits of the meeting number.' }),
    ),
  }),
  answers: { 200: pageOf(myOccurrence, 'MyOccurrencePage') },
});

export const joinMyMeeting = anyone('joinMyMeeting', 'POST /me/meetings/{meeting}/join', {
  summary: 'Get a token with which the user joins a meeting.',
  description: 'The token expires an hour after the meeting. The room’s policy decides what the user may do there.',
  params,
  answers: { 200: joinToken },
});

export const answerMyMeeting = anyone('answerMyMeeting', 'PUT /me/meetings/{meeting}/answer', {
  summary: 'Answer an invitation.',
  params,
  body: Type.Object({ answer: Type.String({ enum: answers }) }, { title: 'InvitationAnswer' }),
  answers: { 200: schemas.meeting },
});

export const beginMyMeeting = operation({
  id: 'beginMyMeeting',
  method: 'POST',
  path: '/me/meetings/instant',
  tag,
  summary: 'Start a meeting now, and get a token to join it.',
  scope: 'meetings:write',
  body: schemas.newInstantMeeting,
  answers: { 201: Type.Object({ meeting: schemas.meeting, join: joinToken }, { title: 'BegunMeeting' }) },
  problems: ['QUOTA_EXCEEDED'],
  idempotent: true,
});

export interface MeDeps extends MyMeetingsOptions {
  readonly meetings: Meetings;
  readonly passwords: Passwords;
  readonly rng: Rng;
  readonly publicUrl: string;
  readonly entryUrls: readonly string[];
}

export function addMeOperations(routes: Routes, o: MeDeps): void {
  const { meetings, clock } = o;
  const myMeetings = new MyMeetings(o);
  const showJoin = ({ id, name }: Me, entry: RoomEntry) => {
    const { room, number, settings } = entry.meeting;
    return {
      token: entry.token,
      expiresAt: timeText(entry.expiresMs),
      room,
      title: entry.title,
      identity: id,
      name,
      canInvite: false,
      entryUrls: [...o.entryUrls],
      ...(entry.occurrence !== undefined && {
        meeting: {
          number,
          startsAt: timeText(entry.occurrence.startsMs),
          endsAt: timeText(entry.occurrence.endsMs),
          muteOnEntry: settings.muteOnEntry && entry.part !== 'host' && entry.part !== 'cohost',
          url: urlsOf(entry.meeting, o.publicUrl).joinUrl,
        },
      }),
    };
  };

  routes.add(listMyMeetings, async ({ principal, query }) => {
    const isPast = query.state === 'ended';
    const window = isPast ? pastWindowOf(query, clock.wallMs()) : windowOf(query, clock.wallMs());
    const searchText = query.query?.trim() ?? '';
    const nextOnly = query.series === 'next' && !isPast;
    const filter = { ...window, words: searchText, meeting: query.meeting, nextOnly, isPast };
    const { data, ...more } = await myMeetings.list(meOf(principal), filter, query);
    return {
      body: {
        data: data.map(({ occurrence, answer, later, ...one }) => ({
          ...shownListedOccurrence(occurrence, o.publicUrl),
          ...one,
          isRecurring: one.recurrence !== '',
          ...(answer !== undefined && { answer }),
          ...(later !== undefined && { later }),
        })),
        ...more,
      },
    };
  });

  routes.add(joinMyMeeting, async ({ principal, params }) => {
    const me = meOf(principal);
    return { body: showJoin(me, await myMeetings.join(me, principal, params.meeting)) };
  });

  routes.add(answerMyMeeting, async ({ principal, params, body }) => {
    const status = answers.find((one) => one === body.answer) ?? 'accepted';
    return {
      body: shownMeeting(await myMeetings.answer(meOf(principal), principal, params.meeting, status), o.publicUrl),
    };
  });

  routes.add(beginMyMeeting, async ({ principal, body, atomically }) => {
    const me = meOf(principal);
    const fields = await newMeetingOf(principal, body, o);
    const startsMs = clock.wallMs();
    const occurrence = { startsMs, endsMs: startsMs + fields.durationMinutes * 60_000 };
    const sign = await myMeetings.signer(me);
    return atomically(async (db) => {
      const meeting = await meetings.create(db, principal, fields);
      await myMeetings.noteToken(db, me, meeting.id);
      const join = showJoin(me, await sign(meeting, occurrence));
      return { body: { meeting: shownMeeting(meeting, o.publicUrl), join } };
    });
  });
}
