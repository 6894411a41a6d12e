import type { NoticePort } from '@meridian/distribution/streams';
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { CentreViews } from '../console/centre-views.ts';
import { dialledRegions } from '../dial/results.ts';
import { awayReceivers, queueGrowth, recentFailures } from '../distribution/facts.ts';
import type { History } from '../history/history.ts';
import { recentJoins } from '../quality/joins.ts';
import type { LiveQuality } from '../quality/live-quality.ts';
import type { Database } from '../store/store.ts';
import type { AlarmFacts, RegionDeliveries } from './core/rule.ts';

export interface FactsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly views: Pick<CentreViews, 'latest' | 'centreState' | 'isKnown'>;
  readonly live: Pick<LiveQuality, 'view'>;
  readonly history: Pick<History, 'observe' | 'trends'>;
  /** Absent where distribution is not configured. */
  readonly channels?: Pick<NoticePort, 'presences' | 'states'> | undefined;
  /** Returns the rooms that are kept on the wall; undefined if no recorder answers. */
  watched(): Promise<AlarmFacts['watched']>;
}

/** Leaves out sources that do not answer. Never rejects. */
export async function gatherFacts({
  db,
  clock,
  log,
  views,
  live,
  history,
  channels: port,
  watched: lookAtKeptRooms,
}: FactsOptions): Promise<AlarmFacts> {
  const unlessFailed = async <T>(what: string, ask: Promise<T>): Promise<T | undefined> => {
    try {
      return await ask;
    } catch (err) {
      log.warn({ err, what }, 'alarms are judged without this source');
      return undefined;
    }
  };
  const distributionFacts = async () => {
    const [failures, queues, away, channels] = await Promise.all([
      unlessFailed('failed deliveries', recentFailures(db, clock.wallMs())),
      unlessFailed('queues of deliveries', queueGrowth(db, clock.wallMs())),
      unlessFailed('receivers', awayReceivers(db, port)),
      unlessFailed('channels', Promise.resolve(port?.states() ?? [])),
    ]);
    return {
      ...(failures !== undefined && { failures }),
      ...(queues !== undefined && { queues }),
      ...(away !== undefined && { awayReceivers: away }),
      ...(channels !== undefined && { channels }),
    };
  };
  const [cloud, view, joins, oldestDueMs, dialled, trends, watched, deliveries, ofDistribution] = await Promise.all([
    views.latest(),
    unlessFailed('quality', live.view()),
    unlessFailed('joins', recentJoins(db, clock.wallMs())),
    unlessFailed('webhooks', oldestDue(db, clock.wallMs())),
    unlessFailed('dial tests', dialledRegions(db, clock.wallMs())),
    unlessFailed('history', history.trends()),
    unlessFailed('wall', lookAtKeptRooms()),
    unlessFailed('deliveries', openDeliveries(db, clock.wallMs())),
    distributionFacts(),
  ]);
  const { isReachable } = views.centreState;
  if (isReachable && views.isKnown) history.observe(cloud);
  return {
    wallMs: clock.wallMs(),
    isCentreReachable: isReachable,
    ...(isReachable && views.isKnown && { cloud }),
    ...(view !== undefined && { strengths: view.nodes }),
    ...(trends !== undefined && { trends }),
    ...(joins !== undefined && { joins }),
    ...(oldestDueMs !== undefined && { webhooks: { oldestDueMs } }),
    ...(dialled !== undefined && { dialled }),
    ...(watched !== undefined && { watched }),
    ...(deliveries !== undefined && { deliveries }),
    ...ofDistribution,
  };
}

/**
 * Most pending deliveries read, the earliest due first. Later deliveries that wait behind failed ones are not seen
 * here; the log of their receiver shows them.
 */
const DELIVERIES_SEEN_MAX = 500;

/**
 * Returns how long the oldest delivery has been due that never failed. Deliveries behind a failed one in the same lane
 * wait on purpose.
 */
export async function oldestDue(db: Database, wallMs: number): Promise<number> {
  const { rows } = await sql<{ due_ms: number | null }>`
    select min(d.next_ms) as due_ms from (
      select webhook, lane, next_ms, attempts from webhook_deliveries where state = 'pending'
      order by next_ms limit ${sql.lit(DELIVERIES_SEEN_MAX)}
    ) d where d.attempts = 0 and not exists (
      select 1 from webhook_deliveries f
      where f.webhook = d.webhook and f.lane = d.lane and f.state = 'pending' and f.first_failed_ms is not null)`.execute(
    db,
  );
  const dueMs = rows[0]?.due_ms;
  return dueMs == null ? 0 : Math.max(0, wallMs - Number(dueMs));
}

/** Returns open deliveries of files by region. A delivery without a deadline is never late. */
export async function openDeliveries(db: Database, wallMs: number): Promise<RegionDeliveries[]> {
  const { rows } = await sql<{ region: string; open: number; late: number | null; deadline_ms: number | null }>`
    select region, count(*) as open, sum(late) as late, min(case when late = 1 then deadline_ms end) as deadline_ms
    from distribution_deliveries where state in ('waiting', 'noticed') and deadline_ms is not null
    group by region order by region`.execute(db);
  return rows.map(({ region, open, late, deadline_ms }) => ({
    region,
    open: Number(open),
    late: Number(late ?? 0),
    oldestLateMs: deadline_ms === null ? 0 : Math.max(0, wallMs - Number(deadline_ms)),
  }));
}
