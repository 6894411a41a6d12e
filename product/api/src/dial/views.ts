import { sql } from 'kysely';
import type { Static } from 'typebox';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { type Blame, blame, FAILED_IN_ROW } from './core/blame.ts';
import type { DialKind, DialledRegion, DialTally } from './core/facts.ts';
import { silentFromMs } from './core/tally.ts';
import { dialledRegions } from './results.ts';
import type { DialCell, DialFault, DialHistory, DialState } from './schemas.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const CELL_MS = 15 * MINUTE_MS;
/** Longest span with points of five minutes: a day has 288. Longer spans have hours. */
const FINE_MS = 26 * HOUR_MS;
const FINE_STEP_MS = 5 * MINUTE_MS;
const FAILURES_SHOWN = 50;
/** How far back the start of a fault is searched. */
const SINCE_MS = 48 * HOUR_MS;

interface CellKey {
  readonly region: string;
  readonly kind: DialKind;
  readonly toRegion: string;
}

export async function dialState(db: Database, nowMs: number): Promise<Static<typeof DialState>> {
  const dialled = await dialledRegions(db, nowMs);
  const cells = await cellsOf(db, dialled, nowMs);
  const names = [
    ...new Set([...dialled, ...cells].flatMap((one) => [one.region, 'toRegion' in one ? one.toRegion : ''])),
  ];
  const faults: Static<typeof DialFault>[] = [];
  for (const { of, sinceMs = nowMs, ...fault } of faultsOf(dialled, names, nowMs))
    faults.push({ ...fault, since: timeText((of && (await failingSince(db, of, nowMs))) ?? sinceMs) });
  return {
    at: timeText(nowMs),
    regions: dialled.map(({ region, silentMs, everyMs, probe, host }) => ({
      region,
      reportedAt: timeText(nowMs - silentMs),
      everyS: everyMs / 1000,
      probe,
      hostId: host,
    })),
    cells,
    faults,
  };
}

interface CellRow {
  readonly region: string;
  /** A member of `dialKinds`. */
  readonly kind: string;
  readonly to_region: string;
  readonly received_ms: number | string;
  readonly probe: string;
  readonly is_ok: number;
  /** A member of `dialStages`; '' for a success. */
  readonly stage: string;
  readonly code: string;
  readonly text: string;
  readonly join_ms: number | string | null;
  readonly first_frame_ms: number | string | null;
  readonly gap_ms: number | string | null;
  readonly served_by: string;
  readonly served_region: string;
  readonly tried: number | string;
  readonly failed: number | string;
  readonly last_ms: number | string;
}

async function cellsOf(
  db: Database,
  dialled: readonly DialledRegion[],
  nowMs: number,
): Promise<Static<typeof DialCell>[]> {
  // Without `materialized`, SQLite groups by the key and reads the whole table.
  const { rows } = await sql<CellRow>`
    with recent as materialized (select * from dial_results where received_ms > ${nowMs - CELL_MS}),
    seen as (
      select region, kind, to_region, count(*) as tried, count(*) - sum(is_ok) as failed, max(received_ms) as last_ms,
        max(case when is_ok = 1 then received_ms end) as ok_ms,
        max(case when is_ok = 0 then received_ms end) as failed_ms
      from recent group by region, kind, to_region)
    select r.*, s.tried, s.failed, s.last_ms from seen s join recent r
      on r.region = s.region and r.kind = s.kind and r.to_region = s.to_region
      and r.received_ms in (s.last_ms, s.ok_ms, s.failed_ms)
    order by r.region, r.kind, r.to_region, r.received_ms`.execute(db);
  const isFailingCell = failingCells(dialled);
  const keyOf = ({ region, kind, to_region }: CellRow): string => [region, kind, to_region].join(' ');
  return [...Map.groupBy(rows, keyOf)].flatMap(([, own]) => {
    const last = own.at(-1);
    return last === undefined ? [] : [shownCell(own, last, isFailingCell(last))];
  });
}

function shownCell(rows: readonly CellRow[], last: CellRow, isFailing: boolean): Static<typeof DialCell> {
  const good = rows.findLast(({ is_ok }) => is_ok === 1);
  const bad = rows.findLast(({ is_ok }) => is_ok === 0);
  return {
    region: last.region,
    kind: last.kind,
    toRegion: last.to_region,
    tried: Number(last.tried),
    failed: Number(last.failed),
    isFailing,
    isOk: last.is_ok === 1,
    lastAt: timeText(Number(last.last_ms)),
    ...timesOf(good),
    ...(good && good.served_by !== '' && { servedBy: good.served_by }),
    ...(good && good.served_region !== '' && { servedRegion: good.served_region }),
    ...(bad && { lastFailure: shownFailure(bad) }),
  };
}

const timesOf = (row: Pick<CellRow, 'join_ms' | 'first_frame_ms' | 'gap_ms'> | undefined) => {
  const { join_ms = null, first_frame_ms = null, gap_ms = null } = row ?? {};
  return {
    ...(join_ms !== null && { joinMs: Number(join_ms) }),
    ...(first_frame_ms !== null && { firstFrameMs: Number(first_frame_ms) }),
    ...(gap_ms !== null && { gapMs: Number(gap_ms) }),
  };
};

const shownFailure = (
  row: Pick<CellRow, 'received_ms' | 'stage' | 'code' | 'text' | 'probe' | 'served_by'>,
): Static<typeof DialHistory>['failures'][number] => ({
  at: timeText(Number(row.received_ms)),
  stage: row.stage,
  code: row.code,
  text: row.text,
  probe: row.probe,
  ...(row.served_by !== '' && { servedBy: row.served_by }),
});

const isFailing = ({ failedInRow }: DialTally): boolean => failedInRow >= FAILED_IN_ROW;

/** Streams go to other regions in turn, so a stream's cell fails if one of its regions is blamed. */
function failingCells(dialled: readonly DialledRegion[]): (last: CellRow) => boolean {
  const byRegion = new Map(dialled.map((one) => [one.region, one]));
  const streams = new Set(blame(dialled).streams.map(({ region, by }) => `${by} ${region}`));
  return ({ region, kind, to_region, is_ok }) => {
    const of = byRegion.get(region);
    if (of === undefined) return false;
    if (kind === 'stream')
      return is_ok === 0 && (streams.has(`stream ${region}`) || streams.has(`watched ${to_region}`));
    const tally = kind === 'call' ? of.call : kind === 'booking' ? of.booking : of.pairs.get(to_region);
    return tally !== undefined && isFailing(tally);
  };
}

interface FaultWithCause extends Omit<Static<typeof DialFault>, 'since'> {
  readonly of?: {
    readonly kind: DialKind;
    readonly regions: readonly string[];
    readonly toRegions: readonly string[];
    /** Absent for all testers. */
    readonly probe?: string | undefined;
  };
  readonly sinceMs?: number;
}

/** Returns the faults. `names`: regions named in results, and ''. */
function faultsOf(dialled: readonly DialledRegion[], names: readonly string[], nowMs: number): FaultWithCause[] {
  const { regions, pairs, streams, bookings } = blame(dialled);
  return [
    ...regions.map(({ region, by, otherRegions, tally, stage }): FaultWithCause => {
      const [other = ''] = otherRegions;
      const [to, from] = by === 'sends' ? [other, region] : [region, other];
      const probe = by === 'sends' ? undefined : tally.probe;
      const of = by === 'call' ? onlyOf('call', region, { probe }) : onlyOf('pair', to, { toRegion: from, probe });
      return { what: by, region, others: [...otherRegions], ...causeOf(tally), stage, of };
    }),
    ...pairs.map(({ from, to, tally, stage }): FaultWithCause => {
      const of = onlyOf('pair', to, { toRegion: from, probe: tally.probe });
      return { what: 'pair', region: to, others: [from], ...causeOf(tally), stage, of };
    }),
    ...streams.map(({ region, by, stage, tally }): FaultWithCause => {
      const where = by === 'stream' ? { regions: [region], toRegions: names } : { regions: names, toRegions: [region] };
      const of = { kind: 'stream' as const, ...where, probe: tally.probe };
      return { what: by, region, others: [], ...causeOf(tally), stage, of };
    }),
    ...bookingFaults(dialled, bookings),
    ...dialled.flatMap(({ region, silentMs, everyMs }): FaultWithCause[] =>
      silentMs >= silentFromMs(everyMs)
        ? [{ what: 'silent', region, others: [], stage: '', code: '', text: '', sinceMs: nowMs - silentMs }]
        : [],
    ),
  ];
}

function bookingFaults(dialled: readonly DialledRegion[], { regions, isAll }: Blame['bookings']): FaultWithCause[] {
  const found = regions.flatMap((region): FaultWithCause[] => {
    const booking = dialled.find((one) => one.region === region)?.booking;
    const of = onlyOf('booking', region, { probe: booking?.probe });
    return booking === undefined ? [] : [{ what: 'booking', region, others: [], ...causeOf(booking), of }];
  });
  return isAll ? found.slice(0, 1).map((fault) => ({ ...fault, what: 'bookings', region: '' })) : found;
}

const onlyOf = (
  kind: DialKind,
  region: string,
  { toRegion = '', probe }: { readonly toRegion?: string; readonly probe: string | undefined },
): FaultWithCause['of'] & object => ({ kind, regions: [region], toRegions: [toRegion], probe });

const causeOf = ({ stage = 'media', code = '', text = '' }: DialTally) => ({ stage, code, text });

/** Returns the start of the failures, searched in the last two days. */
async function failingSince(
  db: Database,
  { kind, regions, toRegions, probe }: NonNullable<FaultWithCause['of']>,
  nowMs: number,
): Promise<number | undefined> {
  // A stream that failed at its ingest says nothing about the region in which it would have been watched.
  const ignored = kind === 'stream' && regions.length > 1 ? 'ingest' : '-';
  const results = db
    .selectFrom('dial_results')
    .where('region', 'in', regions)
    .where('kind', '=', kind)
    .where('to_region', 'in', toRegions)
    .where('stage', '!=', ignored)
    .$if(probe !== undefined, (of) => of.where('probe', '=', probe ?? ''));
  const { ms: successMs } = await results
    .select((eb) => eb.fn.max('received_ms').as('ms'))
    .where('is_ok', '=', 1)
    .where('received_ms', '>', nowMs - SINCE_MS)
    .executeTakeFirstOrThrow();
  const { ms } = await results
    .select((eb) => eb.fn.min('received_ms').as('ms'))
    .where('received_ms', '>', Number(successMs ?? nowMs - SINCE_MS))
    .executeTakeFirstOrThrow();
  return ms === null ? undefined : Number(ms);
}

/** Returns points from `fromMs` until before `toMs`: of five minutes for a day, of hours for longer spans. */
export async function dialHistory(
  db: Database,
  { region, kind, toRegion, fromMs, toMs }: CellKey & { readonly fromMs: number; readonly toMs: number },
): Promise<Static<typeof DialHistory>> {
  const isFine = toMs - fromMs <= FINE_MS;
  const stepMs = isFine ? FINE_STEP_MS : HOUR_MS;
  const failures = await db
    .selectFrom('dial_results')
    .select(['received_ms', 'stage', 'code', 'text', 'probe', 'served_by'])
    .where((eb) => eb.and({ region, kind, to_region: toRegion, is_ok: 0 }))
    .where('received_ms', '>=', fromMs)
    .where('received_ms', '<', toMs)
    .orderBy('received_ms', 'desc')
    .limit(FAILURES_SHOWN)
    .execute();
  const of = sql`region = ${region} and kind = ${kind} and to_region = ${toRegion}`;
  const { rows } = await (isFine
    ? sql<PointRow>`
        select received_ms / ${sql.lit(stepMs)} as step, count(*) as tried, count(*) - sum(is_ok) as failed,
          count(join_ms) as joins, sum(join_ms) as join_ms, count(first_frame_ms) as first_frames,
          sum(first_frame_ms) as first_frame_ms, count(gap_ms) as gaps, sum(gap_ms) as gap_ms
        from dial_results where ${of} and received_ms >= ${fromMs} and received_ms < ${toMs} group by 1 order by 1`
    : sql<PointRow>`
        select hour_ms / ${sql.lit(stepMs)} as step, tried, failed, joins, join_ms, first_frames, first_frame_ms, gaps,
          gap_ms
        from dial_hours where ${of} and hour_ms > ${fromMs - HOUR_MS} and hour_ms < ${toMs} order by 1`
  ).execute(db);
  return {
    stepS: stepMs / 1000,
    points: rows.map((row) => shownPoint(row, stepMs)),
    failures: failures.map(shownFailure),
  };
}

type PointRow = Readonly<
  Record<'step' | 'tried' | 'failed' | 'joins' | 'first_frames' | 'gaps', number | string> &
    Record<'join_ms' | 'first_frame_ms' | 'gap_ms', number | string | null>
>;

function shownPoint(row: PointRow, stepMs: number): Static<typeof DialHistory>['points'][number] {
  const mean = (sum: number | string | null, count: number | string): number | null =>
    Number(count) === 0 ? null : Math.round(Number(sum) / Number(count));
  return {
    at: timeText(Math.floor(Number(row.step)) * stepMs),
    tried: Number(row.tried),
    failed: Number(row.failed),
    ...timesOf({
      join_ms: mean(row.join_ms, row.joins),
      first_frame_ms: mean(row.first_frame_ms, row.first_frames),
      gap_ms: mean(row.gap_ms, row.gaps),
    }),
  };
}
