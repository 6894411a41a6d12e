import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import type { CentreViews } from '../console/centre-views.ts';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { type DialReport, storeReport, testedRegions, toRegionOf } from './results.ts';
import { DialHistory, DialReportSchema, DialState, Kind, name } from './schemas.ts';
import { dialHistory, dialState } from './views.ts';

const DAY_MS = 86_400_000;
/** Long spans are answered in hours: 2232 points. */
const SPAN_DAYS_MAX = 93;

export const reportDials = operation({
  id: 'reportDials',
  method: 'POST',
  path: '/dial-reports',
  tag: 'Dial tests',
  summary: 'Report one round of dial tests of a region.',
  description:
    'Reports raise alarms of the whole cloud, so only operators grant the scope (`createTenantKey`, `tenants` of the configuration). Regions must have nodes, or have had testers within a day. A failure names its `stage` and `code`. A repeated report with the same results changes nothing: within half a round, or within two rounds if the results have times.',
  scope: 'dial:report',
  body: DialReportSchema,
  answers: { 204: Type.Null() },
  problems: ['QUOTA_EXCEEDED'],
  audited: false,
});

const ofOperator = operations({ tag: 'Console', scope: 'operator' });
export const getDialState = ofOperator('getDialState', 'GET /console/dial', {
  summary: 'Get the current state of calls, pairs of regions, streams and bookings, by dial tests.',
  answers: { 200: DialState },
});
export const getDialHistory = ofOperator('getDialHistory', 'GET /console/dial/history', {
  summary: 'Get dial tests of one kind and region, or pair of regions, over time.',
  description: `Spans up to 26 h have steps of 5 min, longer ones of an hour; at most ${SPAN_DAYS_MAX} days. Steps of 5 min are kept for 32 days, hours for 400.`,
  query: Type.Object({
    kind: Kind,
    region: name('Region that ran the test, or received the media.'),
    toRegion: Type.Optional(name('The other region of a pair or stream.')),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
  }),
  answers: { 200: DialHistory },
});

export interface DialDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly views: Pick<CentreViews, 'latest' | 'isKnown'>;
}

export function addDialOperations(routes: Routes, { db, clock, views }: DialDeps): void {
  routes.add(reportDials, async ({ body }) => {
    checkReport(body);
    await checkRegions({ db, views }, body);
    await storeReport(db, body, Math.floor(clock.wallMs()));
  });
  routes.add(getDialState, async () => ({ body: await dialState(db, Math.floor(clock.wallMs())) }));
  routes.add(getDialHistory, async ({ query: { kind, region, ...query } }) => {
    const toMs = query.to === undefined ? Math.floor(clock.wallMs()) + 1 : timeMs(query.to);
    const fromMs = query.from === undefined ? toMs - DAY_MS : timeMs(query.from);
    if (fromMs >= toMs || toMs - fromMs > SPAN_DAYS_MAX * DAY_MS)
      throw fieldProblem('?from', `must be before ?to, by at most ${SPAN_DAYS_MAX} days`);
    const toRegion = toRegionOf({ kind, ...query });
    return { body: await dialHistory(db, { region, kind, toRegion, fromMs, toMs }) };
  });
}

const fieldProblem = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });

/** Accepts regions of the fleet or of the last day's testers, and any before the centre's first answer. */
async function checkRegions(
  { db, views }: Pick<DialDeps, 'db' | 'views'>,
  { region, results }: DialReport,
): Promise<void> {
  const { nodes } = await views.latest();
  if (!views.isKnown) return;
  const namedRegions = [
    { pointer: '/region', name: region },
    ...results.map((result, at) => ({ pointer: `/results/${at}/toRegion`, name: toRegionOf(result) })),
  ];
  const fleet = new Set(nodes.map((node) => node.region).concat(''));
  const notInFleet = namedRegions.filter(({ name }) => !fleet.has(name));
  if (notInFleet.length === 0) return;
  const tested = new Set(await testedRegions(db));
  const unknown = notInFleet.find(({ name }) => !tested.has(name));
  if (unknown !== undefined) throw fieldProblem(unknown.pointer, 'must be a region that has nodes');
}

function checkReport({ region, results }: DialReport): void {
  const seenKeys = new Set<string>();
  for (const [at, result] of results.entries()) {
    const { kind, toRegion, isOk, stage, code } = result;
    const pointer = `/results/${at}`;
    if (!isOk && stage === undefined) throw fieldProblem(`${pointer}/stage`, 'is required for a failure');
    if (!isOk && code === undefined) throw fieldProblem(`${pointer}/code`, 'is required for a failure');
    if (kind === 'pair' && (toRegion === undefined || toRegion === region))
      throw fieldProblem(`${pointer}/toRegion`, 'must be another region for a pair');
    const key = `${kind} ${toRegionOf(result)}`;
    if (seenKeys.has(key)) throw fieldProblem(pointer, 'is a second result for this kind and region');
    seenKeys.add(key);
  }
}
