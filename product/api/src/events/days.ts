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
    rooms: Type.Integer({ description: 'Rooms that began on this day and had participants.' }),
    participants: Type.Integer({ description: 'Different identities in these rooms.' }),
    totalS: Type.Number({ description: 'Time that participants spent in these rooms, in seconds.' }),
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
  let found = db
    .selectFrom('room_lives as l')
    .innerJoin('room_stays as s', 's.sid', 'l.sid')
    .select(({ fn }) => [
      fn.count('l.sid').distinct().as('rooms'),
      fn.count('s.identity').distinct().as('participants'),
      sql<number | null>`sum(coalesce(s.left_ms, ${nowMs}) - s.joined_ms)`.as('total_ms'),
    ])
    .where('l.tenant', '=', tenant)
    .where('l.started_ms', '>=', fromMs)
    .where('l.started_ms', '<', toMs);
  if (room !== undefined) found = found.where('l.room', '=', room);
  const row = await found.executeTakeFirstOrThrow();
  return {
    rooms: Number(row.rooms),
    participants: Number(row.participants),
    totalS: Math.round(Math.max(0, Number(row.total_ms ?? 0)) / 1000),
  };
}
