import type { Demand } from '../jobs/core/rank.ts';
import type { LaneOfJob } from '../jobs/kinds.ts';
import type { Database } from '../store/store.ts';
import { demandAt, firstHourOf, type HourOfStarts } from './core/demand.ts';

/** Returns the demand of every lane (content), even of those without starts. */
export async function demandsOf(
  db: Database,
  jobs: readonly LaneOfJob[],
  nowMs: number,
): Promise<ReadonlyMap<string, Demand>> {
  if (jobs.length === 0) return new Map();
  const tenants = new Map(jobs.map(({ tenant, lane }) => [lane, tenant]));
  const rows = await db
    .selectFrom('library_demand')
    .select(['tenant', 'content', 'hour_ms', 'starts'])
    .where('tenant', 'in', [...new Set(tenants.values())])
    .where('content', 'in', [...tenants.keys()])
    .where('hour_ms', '>=', firstHourOf(nowMs))
    .execute();
  const hours = Map.groupBy(
    rows.filter(({ tenant, content }) => tenants.get(content) === tenant),
    ({ content }) => content,
  );
  const demandOf = (lane: string): Demand => demandAt((hours.get(lane) ?? []).map(hourFrom), nowMs);
  return new Map([...tenants.keys()].map((lane) => [lane, demandOf(lane)]));
}

export const hourFrom = ({ hour_ms: hourMs, starts }: { hour_ms: number; starts: number }): HourOfStarts => ({
  hourMs,
  starts,
});
