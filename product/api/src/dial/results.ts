import { createHash } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { DialKind, DialledRegion, DialStage } from './core/facts.ts';
import { dialledOf, seenMs, spansOf, type Tester } from './core/tally.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Retention of single results: a month, and a day more. */
export const RESULTS_KEPT_MS = 32 * DAY_MS;
/** Retention of hourly sums: a year, and a month in which people report about it. */
export const HOURS_KEPT_MS = 400 * DAY_MS;
/** Age of the last report from which on a region has no dial tests any more. */
export const DIALLED_MS = HOUR_MS;
/** Limit of testers within a day: ten times those of the largest planned cloud, so more are a fault. */
export const TESTERS_MAX = 200;
/** `ROWS`: rows per statement. `TURN_MS`: longest run of the job, which then continues with a new lease. */
const ROWS = 2000;
const TURN_MS = 40_000;

export interface DialReport {
  readonly probe: string;
  readonly hostId: string;
  readonly region: string;
  readonly everyS: number;
  readonly results: readonly DialResult[];
}

export interface DialResult {
  readonly kind: DialKind;
  readonly toRegion?: string;
  readonly isOk: boolean;
  readonly stage?: DialStage;
  readonly code?: string;
  readonly text?: string;
  readonly joinMs?: number;
  readonly firstFrameMs?: number;
  readonly gapMs?: number;
  readonly servedBy?: string;
  readonly servedRegion?: string;
}

/** Rounds within which equal results are a repetition. Equal times in milliseconds hardly occur by chance. */
const SAME_ROUNDS = { timed: 2.5, plain: 0.5 } as const;
/** A tester sends delayed reports in a burst, the oldest first; each report gets a distinct time. */
const AT_ONCE_MS = 1000;

/**
 * Stores a report, unless it repeats the last one: within half a round, or two and a half if it has times. Rejects with
 * QUOTA_EXCEEDED.
 */
export function storeReport(db: Database, report: DialReport, wallMs: number): Promise<void> {
  const { region, probe, hostId: host, everyS: every_s, results } = report;
  const digest = createHash('sha256').update(JSON.stringify(results)).digest('base64url');
  const isTimed = results.some(({ joinMs, firstFrameMs, gapMs }) => joinMs ?? firstFrameMs ?? gapMs);
  const sameMs = SAME_ROUNDS[isTimed ? 'timed' : 'plain'] * every_s * 1000;
  return transact(db, async (trx) => {
    const before = await lockTester(trx, { region, probe });
    const lastMs = Number(before?.last_ms ?? 0);
    if (before?.digest === digest && Math.abs(wallMs - lastMs) < sameMs) return;
    const nowMs = lastMs >= wallMs && lastMs - wallMs < AT_ONCE_MS ? lastMs + 1 : wallMs;
    await trx
      .updateTable('dial_testers')
      .set({ host, every_s, last_ms: nowMs, digest })
      .where((eb) => eb.and({ region, probe }))
      .execute();
    if (results.length === 0) return;
    const rows = results.map((result) => rowOf(result, { region, probe, received_ms: nowMs }));
    await trx
      .insertInto('dial_results')
      .values(rows)
      .onConflict((on) => on.doNothing())
      .execute();
    await trx
      .insertInto('dial_hours')
      .values(rows.map((row) => sumOf(row, nowMs)))
      .onConflict((on) =>
        on
          .columns(['region', 'kind', 'to_region', 'hour_ms'])
          .doUpdateSet((eb) =>
            Object.fromEntries(sums.map((name) => [name, eb(`dial_hours.${name}`, '+', eb.ref(`excluded.${name}`))])),
          ),
      )
      .execute();
  });
}

export async function testedRegions(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('dial_testers').select('region').distinct().execute();
  return rows.map(({ region }) => region);
}

const sums = ['tried', 'failed', 'joins', 'join_ms', 'first_frames', 'first_frame_ms', 'gaps', 'gap_ms'] as const;

/** Returns the tester's row, locked, so that concurrent reports are stored one after the other. */
async function lockTester(db: Transaction, testerKey: { readonly region: string; readonly probe: string }) {
  const lockedRow = await touch(db, testerKey);
  if (lockedRow !== undefined) return lockedRow;
  const { count } = await db
    .selectFrom('dial_testers')
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= TESTERS_MAX) throw new Problem('QUOTA_EXCEEDED', `there are at most ${TESTERS_MAX} testers`);
  await db
    .insertInto('dial_testers')
    .values({ ...testerKey, host: '', every_s: 0, last_ms: 0, digest: '' })
    .onConflict((on) => on.doNothing())
    .execute();
  return touch(db, testerKey);
}

const touch = (db: Transaction, of: { readonly region: string; readonly probe: string }) =>
  db
    .updateTable('dial_testers')
    .set({ probe: of.probe })
    .where((eb) => eb.and(of))
    .returning(['digest', 'last_ms'])
    .executeTakeFirst();

const rowOf = (
  { kind, isOk, ...result }: DialResult,
  of: { readonly region: string; readonly probe: string; readonly received_ms: number },
) => ({
  ...of,
  kind,
  to_region: toRegionOf({ kind, ...result }),
  is_ok: isOk ? 1 : 0,
  stage: isOk ? '' : (result.stage ?? ''),
  code: isOk ? '' : (result.code ?? ''),
  text: isOk ? '' : (result.text ?? ''),
  join_ms: wholeMs(result.joinMs),
  first_frame_ms: wholeMs(result.firstFrameMs),
  gap_ms: wholeMs(result.gapMs),
  served_by: result.servedBy ?? '',
  served_region: result.servedRegion ?? '',
});

/** Returns '' for calls and bookings. */
export const toRegionOf = ({ kind, toRegion = '' }: Pick<DialResult, 'kind' | 'toRegion'>): string =>
  kind === 'pair' || kind === 'stream' ? toRegion : '';

const wholeMs = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));

const sumOf = ({ region, kind, to_region, ...row }: ReturnType<typeof rowOf>, nowMs: number) => ({
  region,
  kind,
  to_region,
  hour_ms: Math.floor(nowMs / HOUR_MS) * HOUR_MS,
  tried: 1,
  failed: 1 - row.is_ok,
  joins: row.join_ms === null ? 0 : 1,
  join_ms: row.join_ms ?? 0,
  first_frames: row.first_frame_ms === null ? 0 : 1,
  first_frame_ms: row.first_frame_ms ?? 0,
  gaps: row.gap_ms === null ? 0 : 1,
  gap_ms: row.gap_ms ?? 0,
});

const kindsSeen = [
  ['call', 'pair'],
  ['stream', 'booking'],
] as const satisfies readonly (readonly DialKind[])[];

/** Returns the regions that had a report in the last hour. */
export async function dialledRegions(db: Database, nowMs: number): Promise<DialledRegion[]> {
  const known = await db
    .selectFrom('dial_testers')
    .selectAll()
    .where('last_ms', '>=', nowMs - DIALLED_MS)
    .orderBy('region')
    .orderBy('probe')
    .execute();
  const testers = known.map(
    (row): Tester => ({
      region: row.region,
      probe: row.probe,
      host: row.host,
      everyMs: row.every_s * 1000,
      lastMs: Number(row.last_ms),
    }),
  );
  if (testers.length === 0) return [];
  const rows = await db
    .selectFrom('dial_results')
    .select(['region', 'kind', 'to_region', 'received_ms', 'probe', 'is_ok', 'stage', 'code', 'text'])
    .where((eb) =>
      eb.or(
        kindsSeen.flatMap((kinds) =>
          spansOf(testers, kinds[0]).map(({ fromMs, toMs }) =>
            eb.and([eb('received_ms', '>=', fromMs), eb('received_ms', '<=', toMs), eb('kind', 'in', kinds)]),
          ),
        ),
      ),
    )
    .execute();
  const byName = new Map(testers.map((tester) => [`${tester.region} ${tester.probe}`, tester]));
  const currentRows = rows.filter(({ region, probe, kind, received_ms }) => {
    const tester = byName.get(`${region} ${probe}`);
    return tester !== undefined && Number(received_ms) >= tester.lastMs - seenMs(kind as DialKind, tester.everyMs);
  });
  const results = currentRows.map((row) => ({
    region: row.region,
    probe: row.probe,
    kind: row.kind as DialKind,
    toRegion: row.to_region,
    receivedMs: Number(row.received_ms),
    isOk: row.is_ok === 1,
    stage: row.stage as DialStage,
    code: row.code,
    text: row.text,
  }));
  return dialledOf(testers, results, nowMs);
}

export const oldDials = (o: { readonly db: Database; readonly clock: Clock }): JobKind<unknown> => ({
  name: 'old-dials',
  concurrency: 1,
  leaseMs: 5 * MINUTE_MS,
  every: { cron: '0 * * * *' },
  run: async (_, { signal }) => ((await removeOld(o, signal)) ? undefined : { againMs: 0 }),
});

/** Returns false if it stopped before all old rows were removed. */
export async function removeOld(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<boolean> {
  const untilMs = clock.nowMs() + TURN_MS;
  const nowMs = clock.wallMs();
  const resultKey = sql.raw('region, kind, to_region, received_ms, probe');
  const hourKey = sql.raw('region, kind, to_region, hour_ms');
  const steps = [
    sql`delete from dial_results where (${resultKey}) in (
      select ${resultKey} from dial_results where received_ms < ${nowMs - RESULTS_KEPT_MS}
      order by received_ms limit ${sql.lit(ROWS)}) returning 1`,
    sql`delete from dial_hours where (${hourKey}) in (
      select ${hourKey} from dial_hours where hour_ms < ${nowMs - HOURS_KEPT_MS}
      order by hour_ms limit ${sql.lit(ROWS)}) returning 1`,
    sql`delete from dial_testers where last_ms < ${nowMs - DAY_MS} returning 1`,
  ];
  for (const step of steps)
    for (let deletedCount = ROWS; deletedCount >= ROWS; ) {
      if (signal?.aborted === true || clock.nowMs() >= untilMs) return false;
      deletedCount = (await step.execute(db)).rows.length;
    }
  return true;
}
