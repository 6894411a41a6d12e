import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { Paging, pageOf, pageQuery } from '../http/page.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import { type JoinHour, joinGroups, joinHours } from '../quality/joins.ts';
import type { Database } from '../store/store.ts';
import { JoinsOfHour } from './schemas.ts';

const DAY_MS = 86_400_000;

const listConsoleJoins = operation({
  id: 'listConsoleJoins',
  method: 'GET',
  path: '/console/joins',
  tag: 'Console',
  scope: 'operator',
  summary: 'List joins of clients by hour: how many succeeded, failed, or were refused by a rule; the oldest first.',
  description:
    'Answers to joins into rooms, without resumed sessions and connection checks. The region is that of the signaling node. Kept for 400 days.',
  query: Type.Object({
    ...pageQuery.properties,
    by: Type.Optional(
      Type.Union(
        joinGroups.map((group) => Type.Literal(group)),
        { default: 'region', description: 'What `key` is; each hour has a row per key.' },
      ),
    ),
    from: Type.Optional({ ...Time, description: 'Only hours that begin at this time or later. Default: a day ago.' }),
    to: Type.Optional({ ...Time, description: 'Only hours that begin before this time.' }),
    region: Type.Optional(Type.String({ maxLength: 64, description: 'Only joins in this region.' })),
    tenant: Type.Optional(
      Type.String({ maxLength: 64, description: 'Only joins of this tenant; empty for joins without a tenant.' }),
    ),
  }),
  answers: { 200: pageOf(JoinsOfHour, 'JoinsOfHourPage') },
});

const byHour = new Paging(
  [
    { column: 'from_ms', type: 'number' },
    { column: 'key', type: 'string' },
  ],
  'ascending',
);

const shownHour = ({ from_ms, key, succeeded, failed, later, of_client }: JoinHour) => ({
  hour: timeText(from_ms),
  key,
  succeeded,
  failed,
  later,
  ofClient: of_client,
});

export function addJoinOperations(
  routes: Routes,
  { db, clock }: { readonly db: Database; readonly clock: Clock },
): void {
  routes.add(listConsoleJoins, async ({ query }) => {
    const { by = 'region', from, to, region, tenant } = query;
    const nowMs = Math.floor(clock.wallMs());
    const found = await joinHours(db, {
      by,
      fromMs: from === undefined ? nowMs - DAY_MS : timeMs(from),
      toMs: to === undefined ? nowMs : timeMs(to),
      region,
      tenant,
      after: byHour.last(query),
      limit: byHour.rowLimit(query),
    });
    return { body: byHour.page(query, found, shownHour) };
  });
}
