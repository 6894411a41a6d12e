// Use of a tenant by day: rooms that were held, their participants, and the time that people spent there.
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { instantOf, localOf, plusDays, readTimeZone } from '../meetings/core/local-time.ts';
import type { Database } from '../store/store.ts';

/** Each day is a query of its own, since a person counts once a day. */
const DAYS_MAX = 92;
const DAYS_USUAL = 30;

const dayOfUse = Type.Object(
  {
    day: Type.String({ format: 'date', description: 'Day in the time zone of the request.' }),
    rooms: Type.Integer({ description: 'Rooms that began on this day and had participants, without break-outs.' }),
    participants: Type.Integer({ description: 'Different identities in these rooms.' }),
    totalS: Type.Number({
      description: 'Presence in these rooms, in seconds; time of a person with two devices at once counts once.',
    }),
  },
  { title: 'DayOfUse' },
);

const listDaysOfUse = operation({
  id: 'listDaysOfUse',
  method: 'GET',
  path: '/reports/days',
  tag: 'Events',
  scope: 'reports:read',
  summary: 'List the last days, with the rooms held on each, their participants and the time spent there.',
  description: 'A room counts on the day on which it began. The last day is today, until now.',
  query: Type.Object({
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, default: 'UTC', description: 'Time zone of the days, e.g. Europe/Berlin.' }),
    ),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: DAYS_MAX, default: DAYS_USUAL, description: 'Number of days, with today.' }),
    ),
  }),
  answers: { 200: Type.Object({ days: Type.Array(dayOfUse) }, { title: 'DaysOfUse' }) },
});

interface DaysDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export function addDaysOfUse(routes: Routes, { db, clock }: DaysDeps): void {
  routes.add(listDaysOfUse, async ({ principal, query }) => {
    const timeZone = readTimeZone(query.timeZone ?? 'UTC');
    if (timeZone === undefined)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '?timeZone', detail: 'is not the name of a time zone (Europe/Berlin)' }],
      });
    const nowMs = clock.wallMs();
    const count = query.days ?? DAYS_USUAL;
    const today = `${localOf(nowMs, timeZone).slice(0, 10)}T00:00:00`;
    const days: Static<typeof dayOfUse>[] = [];
    for (let at = 1 - count; at <= 0; at++) {
      const [from, to] = [plusDays(today, at), plusDays(today, at + 1)];
      const span = { fromMs: instantOf(from, timeZone), toMs: instantOf(to, timeZone), nowMs };
      days.push({ day: from.slice(0, 10), ...(await useIn(db, principal, span)) });
    }
    return { body: { days } };
  });
}

async function useIn(
  db: Database,
  { tenant, room }: Pick<Principal, 'tenant' | 'room'>,
  { fromMs, toMs, nowMs }: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): Promise<Omit<Static<typeof dayOfUse>, 'day'>> {
  // A break-out is part of its meeting, whose stays go on meanwhile.
  const ofRoom = room === undefined ? sql`replace(l.room, '~BO_', '') = l.room` : sql`l.room = ${room}`;
  // Two devices of a person count once, as in `coveredMs`: a stay adds what the person's earlier stays leave uncovered.
  const { rows } = await sql<{ rooms: number; participants: number; total_ms: number | null }>`
    select count(distinct sid) as rooms, count(distinct identity) as participants,
      sum(case when until_ms > since_ms then until_ms - since_ms else 0 end) as total_ms
    from (
      select sid, identity, until_ms, case when covered_ms > joined_ms then covered_ms else joined_ms end as since_ms
      from (
        select s.sid, s.identity, s.joined_ms, coalesce(s.left_ms, ${nowMs}) as until_ms,
          max(coalesce(s.left_ms, ${nowMs})) over (partition by s.sid, s.identity order by s.joined_ms, s.id
            rows between unbounded preceding and 1 preceding) as covered_ms
        from room_lives as l inner join room_stays as s on s.sid = l.sid
        where l.tenant = ${tenant} and l.started_ms >= ${fromMs} and l.started_ms < ${toMs} and ${ofRoom}
      ) as stays
    ) as parts`.execute(db);
  const [row] = rows;
  return {
    rooms: Number(row?.rooms ?? 0),
    participants: Number(row?.participants ?? 0),
    totalS: Math.round(Number(row?.total_ms ?? 0) / 1000),
  };
}
