// The call inspector: timelines of sessions in a tenant's own rooms and meetings.
import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
import { storyForTenant } from '../quality/core/stories.ts';
import type { QualityParts } from '../quality/quality.ts';
import type { Database } from '../store/store.ts';
import type { Span } from './core/points.ts';
import type { SessionRow } from './people.ts';
import { SessionTimeline } from './schemas.ts';
import { requestedSpan, sessionBy, TIMELINE_DESCRIPTION, timelineOf, timelineQuery } from './timeline.ts';

const common = {
  method: 'GET',
  scope: 'reports:read',
  query: timelineQuery,
  description: TIMELINE_DESCRIPTION,
  answers: { 200: SessionTimeline },
  problems: ['NOT_FOUND'],
} as const;
const session = Type.String({ maxLength: 64, description: 'Session id: `participantSid` of a stay.' });

const getRoomLifeTimeline = operation({
  ...common,
  id: 'getRoomLifeTimeline',
  path: '/room-lives/{sid}/sessions/{session}/timeline',
  tag: 'Events',
  params: Type.Object({ sid: Type.String({ maxLength: 70 }), session }),
  summary: 'Get the timeline of one session of a room: its quality, its events, and why it was placed where it was.',
});
const getMeetingTimeline = operation({
  ...common,
  id: 'getMeetingTimeline',
  path: '/meetings/{meeting}/sessions/{session}/timeline',
  tag: 'Meetings',
  params: Type.Object({ meeting: Type.String({ maxLength: 64 }), session }),
  summary: 'Get the timeline of one session of a meeting: its quality, its events, and why it was placed where it was.',
});

export interface InspectorDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly quality: Pick<QualityParts, 'stories'>;
  readonly meetings: Pick<Meetings, 'get'>;
}

export function addInspectorOperations(routes: Routes, o: InspectorDeps): void {
  const { db, clock, quality, meetings } = o;
  const shownTimeline = async (row: SessionRow, asked: Partial<Span>) => {
    const timeline = await timelineOf({ db, clock, stories: quality.stories }, row, { asked });
    return { body: { ...timeline, decisions: timeline.decisions.map(storyForTenant) } };
  };
  routes.add(getRoomLifeTimeline, async ({ principal, params, query }) => {
    const span = requestedSpan(query);
    const row = await ownSession(db, principal, params.session);
    const life = await db
      .selectFrom('room_lives')
      .select('room')
      .where('sid', '=', params.sid)
      .where('tenant', '=', principal.tenant)
      .executeTakeFirst();
    if (life === undefined || row.sid !== params.sid || row.room !== life.room) throw new Problem('NOT_FOUND');
    return shownTimeline(row, span);
  });
  routes.add(getMeetingTimeline, async ({ principal, params, query }) => {
    const asked = requestedSpan(query);
    // Requires the same right as the meeting's report, which also says when each person was there.
    const meeting = requireRight(principal, 'change', await meetings.get(principal.tenant, params.meeting));
    const row = await ownSession(db, principal, params.session);
    if (row.room !== meeting.room) throw new Problem('NOT_FOUND');
    return shownTimeline(row, asked);
  });
}

/** Rejects with NOT_FOUND, also for a session outside the token's room. */
async function ownSession(db: Database, { tenant, room }: Principal, id: string): Promise<SessionRow> {
  const row = await sessionBy(db, id);
  const isOwn =
    row !== undefined && tenant !== '' && row.tenant === tenant && (room === undefined || row.room === room);
  if (!isOwn) throw new Problem('NOT_FOUND');
  return row;
}
