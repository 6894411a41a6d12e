// REST operations for objectives: the cloud's month, a tenant's own month, and maintenance windows.
import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { csvOf } from '../http/core/csv.ts';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeMs, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { MONTH_PATTERN, monthOf, monthSpan } from './core/month.ts';
import { objectives } from './core/objectives.ts';
import { type Figure, type MonthFigures, type MonthReport, reportOf } from './core/report.ts';
import { type Group, hoursOfRegions, judgedTenants, lostRegions, sumsBy, TENANTS_MAX } from './figures.ts';
import { NewSlaExclusion, SlaExclusion, type SlaFigure, SlaReport, TenantSlaReport } from './schemas.ts';
import { addWindow, removeWindow, WINDOWS_MAX, type Window, windowsIn } from './windows.ts';

const DAY_MS = 86_400_000;
/** Limit of age: for older months, some hours are already deleted. */
const MONTHS_BACK_MS = 400 * DAY_MS;

const month = Type.Optional(
  Type.String({
    pattern: MONTH_PATTERN,
    maxLength: 7,
    description: 'Month in UTC, as 2026-11. Default: the current month.',
  }),
);
const by = Type.Optional(
  Type.Union([Type.Literal('region'), Type.Literal('tenant')], {
    default: 'region',
    description: 'What rows are. Of tenants, the hundred with most joins are listed.',
  }),
);
const csv = {
  summary: 'Export the same as CSV (RFC 4180) with a header line: one line per row and objective.',
  contentType: 'text/csv',
  answers: { 200: Type.String() },
} as const;
const ofOperator = { tag: 'Console', scope: 'operator' } as const;
const ofTenant = { tag: 'Events', scope: 'reports:read', query: Type.Object({ month }) } as const;
const ofMonth = Type.Object({ month, by });

const slaOperation = operations(ofOperator);
const getSla = slaOperation('getSla', 'GET /sla', {
  summary: 'Compare a month with its objectives: availability, joins, media, the api; with budgets and exclusions.',
  query: ofMonth,
  answers: { 200: SlaReport },
});
const exportSla = operation({
  id: 'exportSla',
  method: 'GET',
  path: '/sla.csv',
  ...ofOperator,
  query: ofMonth,
  ...csv,
});
const getTenantSla = operation({
  id: 'getTenantSla',
  method: 'GET',
  path: '/reports/sla',
  ...ofTenant,
  summary: 'Compare the tenant’s month with the objectives of the cloud, by region.',
  description:
    'Uses only the tenant’s own joins, sessions and api calls. Hours without any joins of the tenant do not count.',
  answers: { 200: TenantSlaReport },
  problems: ['NOT_FOUND'],
});
const exportTenantSla = operation({
  id: 'exportTenantSla',
  method: 'GET',
  path: '/reports/sla.csv',
  ...ofTenant,
  ...csv,
  problems: ['NOT_FOUND'],
});
const listSlaExclusions = slaOperation('listSlaExclusions', 'GET /sla/exclusions', {
  summary: 'List maintenance windows that overlap a month.',
  query: Type.Object({ month }),
  answers: { 200: Type.Object({ exclusions: Type.Array(SlaExclusion) }, { title: 'SlaExclusions' }) },
});
const createSlaExclusion = slaOperation('createSlaExclusion', 'POST /sla/exclusions', {
  summary: 'Declare maintenance: objectives exclude whole hours, of one region or of all.',
  description: `Each report lists the window with what it excluded. At most ${WINDOWS_MAX} windows may overlap a month.`,
  body: NewSlaExclusion,
  answers: { 201: SlaExclusion },
  problems: ['QUOTA_EXCEEDED'],
});
const deleteSlaExclusion = slaOperation('deleteSlaExclusion', 'DELETE /sla/exclusions/{exclusion}', {
  params: Type.Object({ exclusion: Type.String({ maxLength: 64, description: 'Id of the window.' }) }),
  summary: 'Delete a maintenance window: its hours count again.',
  answers: { 204: Type.Null() },
  problems: ['NOT_FOUND'],
});

export interface SlaDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
}

interface SlaQuery {
  readonly month: string | undefined;
  readonly by: Group;
  readonly tenant: string | undefined;
}

export function addSlaOperations(routes: Routes, o: SlaDeps): void {
  const { db, clock } = o;
  const headers = { 'content-type': 'text/csv; charset=utf-8; header=present' };
  const ofCloud = (query: { month?: string; by?: Group }) =>
    answerOf(o, { month: query.month, by: query.by ?? 'region', tenant: undefined });
  const ownOf = (principal: Principal, query: { month?: string }) => {
    // The report covers all rooms, so a token for one room may not read it.
    if (principal.room !== undefined) throw new Problem('NOT_FOUND');
    return answerOf(o, { month: query.month, by: 'region', tenant: principal.tenant });
  };
  routes.add(getSla, async ({ query }) => ({ body: await ofCloud(query) }));
  routes.add(exportSla, async ({ query }) => ({ body: linesOf(await ofCloud(query)), headers }));
  routes.add(getTenantSla, async ({ principal, query }) => ({ body: forTenant(await ownOf(principal, query)) }));
  routes.add(exportTenantSla, async ({ principal, query }) => ({
    body: linesOf(await ownOf(principal, query)),
    headers,
  }));
  routes.add(listSlaExclusions, async ({ query }) => {
    const found = await windowsIn(db, monthSpan(query.month ?? monthOf(clock.wallMs())));
    return { body: { exclusions: found.map(shownWindow) } };
  });
  routes.add(createSlaExclusion, async ({ body: { region = '', from, to, reason }, principal }) => {
    const span = { fromMs: timeMs(from), toMs: timeMs(to) };
    return { body: shownWindow(await addWindow(o, { ...span, region, reason, by: principal.id })) };
  });
  routes.add(deleteSlaExclusion, ({ params }) => removeWindow(db, params.exclusion));
}

/** Rejects with REQUEST_INVALID for a month that has not begun, or whose data is deleted. */
async function answerOf({ db, clock }: SlaDeps, slaQuery: SlaQuery): Promise<Static<typeof SlaReport>> {
  const nowMs = Math.floor(clock.wallMs());
  const name = slaQuery.month ?? monthOf(nowMs);
  const span = monthSpan(name);
  if (span.fromMs > nowMs || span.fromMs < nowMs - MONTHS_BACK_MS)
    throw new Problem('REQUEST_INVALID', undefined, {
      fields: [{ pointer: '?month', detail: 'must have begun, within the last 400 days' }],
    });
  const { measured, windows } = await measure(db, span, slaQuery, nowMs);
  const report = reportOf(measured);
  return {
    month: name,
    from: timeText(span.fromMs),
    to: timeText(Math.min(nowMs, span.toMs)),
    isRunning: nowMs < span.toMs,
    by: slaQuery.by,
    objectives: objectives.map((one) => ({ ...one })),
    total: { figures: report.total.figures.map(shownFigure) },
    rows: report.rows.map(({ key, figures }) => ({ key, figures: figures.map(shownFigure) })),
    ...shownRest(report, windows),
    complete: measured.tenants === undefined || measured.tenants.length < TENANTS_MAX,
  };
}

async function measure(
  db: Database,
  month: { readonly fromMs: number; readonly toMs: number },
  { by: group, tenant }: SlaQuery,
  nowMs: number,
): Promise<{ measured: MonthFigures; windows: Window[] }> {
  const windows = await windowsIn(db, month);
  const span = { fromMs: month.fromMs, toMs: Math.min(month.toMs, nowMs) };
  const figuresQuery = { ...span, tenant, windows };
  const measured = {
    month,
    nowMs,
    regions: await hoursOfRegions(db, figuresQuery),
    tenants: group === 'tenant' ? await judgedTenants(db, figuresQuery) : undefined,
    lost: await lostRegions(db, span),
    media: await sumsBy(db, 'media', { ...figuresQuery, by: group }),
    api: await sumsBy(db, 'api', { ...figuresQuery, by: group }),
    windows: windows.map(({ from_ms, to_ms, region }) => ({ fromMs: from_ms, toMs: to_ms, region })),
    isOfTenant: tenant !== undefined,
  };
  return { measured, windows };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

function shownFigure({ objective, total, bad, allowed, left, exhaustsMs }: Figure): Static<typeof SlaFigure> {
  const ratio = 1 - bad / total;
  const target = objectives.find(({ id }) => id === objective)?.target ?? 1;
  return {
    objective,
    total: rounded(total),
    bad: rounded(bad),
    ...(total > 0 && { ratio: Math.round(ratio * 1e7) / 1e7, isMet: ratio >= target }),
    allowed: rounded(allowed),
    left: rounded(left),
    ...(exhaustsMs !== undefined && { exhaustsAt: timeText(exhaustsMs) }),
  };
}

const shownRest = ({ days, takenOut, remarks }: MonthReport, windows: readonly Window[]) => ({
  days: days.map(({ dayMs, minutes, badMinutes }) => ({
    day: timeText(dayMs).slice(0, 10),
    minutes: rounded(minutes),
    badMinutes: rounded(badMinutes),
  })),
  exclusions: windows.flatMap((window, at) => {
    const taken = takenOut[at];
    return taken === undefined ? [] : [{ ...shownWindow(window), ...roundedMinutes(taken) }];
  }),
  remarks: remarks.map((remark) => ({ ...remark, ...roundedMinutes(remark) })),
});

const roundedMinutes = <T extends { readonly minutes: number; readonly badMinutes: number }>(taken: T): T => ({
  ...taken,
  minutes: rounded(taken.minutes),
  badMinutes: rounded(taken.badMinutes),
});

const shownWindow = (row: Window): Static<typeof SlaExclusion> => ({
  id: row.id,
  region: row.region,
  from: timeText(row.from_ms),
  to: timeText(row.to_ms),
  reason: row.reason,
  createdAt: timeText(row.created_ms),
  by: row.by_id,
});

const forTenant = ({
  by: _,
  complete: __,
  exclusions,
  ...report
}: Static<typeof SlaReport>): Static<typeof TenantSlaReport> => ({
  ...report,
  exclusions: exclusions.map(({ by: ___, ...one }) => one),
});

const columns = [
  'month',
  'what',
  'key',
  'objective',
  'target',
  'unit',
  'total',
  'bad',
  'ratio',
  'isMet',
  'allowed',
  'left',
  'exhaustsAt',
  'from',
  'to',
  'reason',
  'hours',
] as const;
type Line = { readonly [Name in (typeof columns)[number]]?: string | number | boolean };

function linesOf(report: Static<typeof SlaReport>): string {
  const objectiveById = new Map(report.objectives.map((one) => [one.id, one]));
  const ofFigures = (what: string, key: string, figures: readonly Static<typeof SlaFigure>[]): Line[] =>
    figures.map((figure) => {
      const { target = 0, unit = '' } = objectiveById.get(figure.objective) ?? {};
      return { month: report.month, what, key, target, unit, ...figure };
    });
  const lines: Line[] = [
    ...ofFigures('total', '', report.total.figures),
    ...report.rows.flatMap(({ key, figures }) => ofFigures(report.by, key, figures)),
    ...report.days.map(({ day, minutes, badMinutes }) => ({
      month: report.month,
      what: 'day',
      key: day,
      objective: 'availability',
      unit: 'minutes',
      total: minutes,
      bad: badMinutes,
      ...(minutes > 0 && { ratio: 1 - badMinutes / minutes }),
    })),
    ...report.exclusions.map(({ region, from, to, reason, hours, minutes, badMinutes }) => ({
      month: report.month,
      what: 'maintenance',
      key: region,
      objective: 'availability',
      unit: 'minutes',
      total: minutes,
      bad: badMinutes,
      from,
      to,
      reason,
      hours,
    })),
    ...report.remarks.map(({ kind, region, hours, minutes, badMinutes }) => ({
      month: report.month,
      what: kind,
      key: region,
      objective: 'availability',
      unit: 'minutes',
      total: minutes,
      bad: badMinutes,
      hours,
    })),
  ];
  return csvOf(columns, lines);
}
