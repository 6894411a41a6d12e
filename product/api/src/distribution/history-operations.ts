import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import { enumOf } from '../events/item-body.ts';
import { operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { checkMay } from './checks.ts';
import { DAYS_KEPT } from './day-counts.ts';
import { type HistoryGroup, historyGroups, historyOf, ROWS_MAX, readSpan } from './history.ts';

const dayText = (description: string) =>
  Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', maxLength: 10, description });
const Day = dayText('Day in UTC, as 2026-11-23.');

const HistoryRow = Type.Object(
  {
    key: Type.String({ description: 'Day, region, id of the receiver, or priority.' }),
    done: Type.Integer(),
    failed: Type.Integer({ description: 'Deliveries that failed and have not been retried.' }),
    cancelled: Type.Integer(),
    late: Type.Integer({ description: 'Of these, those that missed their deadline.' }),
    bytes: Type.Integer({ description: 'Bytes of the files that are done.' }),
    neighbourBytes: Type.Integer({ description: 'Of these, bytes that came from other receivers.' }),
    meanMs: Type.Optional(Type.Integer({ description: 'Mean time from order to receipt. Absent if none is done.' })),
  },
  { title: 'DistributionHistoryRow' },
);
const History = Type.Object(
  {
    from: Day,
    to: Day,
    by: enumOf(historyGroups),
    rows: Type.Array(HistoryRow, {
      description: `Rows with deliveries: days in order, priorities as they are sent, others the most deliveries first; ${ROWS_MAX} at most.`,
    }),
    complete: Type.Boolean({ description: 'False if rows are left out.' }),
    peakDay: Type.Optional(
      Type.Object(
        { day: Day, done: Type.Integer(), bytes: Type.Integer() },
        { title: 'DistributionPeakDay', description: 'Day with the most deliveries that are done.' },
      ),
    ),
  },
  { title: 'DistributionHistory' },
);

const writing = operations({ tag: 'Distribution', scope: 'library:write' });
export const getHistory = writing('getDistributionHistory', 'GET /distribution/history', {
  summary: 'Get what was delivered by day, region, receiver or priority.',
  description: `Deliveries count on the day (UTC) on which they ended. Days are kept for ${DAYS_KEPT}.`,
  query: Type.Object({
    from: Type.Optional(dayText('First day in UTC, as 2026-11-01. Default: 29 days before `to`.')),
    to: Type.Optional(dayText('Last day in UTC, as 2026-11-30. Default: today.')),
    by: Type.Optional(
      Type.Unsafe<HistoryGroup>({
        type: 'string',
        enum: [...historyGroups],
        default: 'day',
        description: 'What rows are.',
      }),
    ),
    receiver: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Only deliveries to this receiver.' }),
    ),
  }),
  answers: { 200: History },
  problems: ['NOT_FOUND'],
});

export interface HistoryDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export function addHistoryOperations(routes: Routes, { db, clock }: HistoryDeps): void {
  routes.add(getHistory, async ({ principal, query }) => {
    checkMay(principal);
    const { tenant } = principal;
    const { by = 'day', receiver } = query;
    return { body: await historyOf(db, { tenant, span: readSpan(query, clock.wallMs()), by, receiver }) };
  });
}
