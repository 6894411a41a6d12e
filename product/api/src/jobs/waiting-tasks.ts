// Reads tenants first, then the first few jobs of each, so a tenant with a long queue costs no more than another. Each
// tenant is a range of the index `jobs_of_nodes`.
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../store/store.ts';
import type { WaitingJob } from './core/turns.ts';
import { isUrgent, type JobRow, ofNodes, rankInSql } from './rows.ts';

/** Tenants read per take; the next take continues after them. */
export const TENANTS_READ_MAX = 100;
/** Limit of a compound select; SQLite accepts 500. */
const BRANCHES_MAX = 200;

export interface WaitingTask extends WaitingJob {
  readonly kind: string;
  readonly lane: string;
  readonly pool: string;
  readonly fence: string;
  readonly dueMs: number;
}

export interface TenantOfKind {
  readonly kind: string;
  readonly tenant: string;
}

/** Returns tenants by name, after `after` or from the first one. */
export async function tenantsOf(
  db: Database,
  {
    worker,
    kinds,
    after,
  }: { readonly worker: string; readonly kinds: readonly string[]; readonly after: string | undefined },
): Promise<TenantOfKind[]> {
  const next = (kind: string, behind: RawBuilder<unknown>) =>
    sql`(select min(tenant) from jobs as j
      where ${ofNodes} and j.worker = ${worker} and j.kind = ${kind} ${behind})`;
  const first = after === undefined ? sql`` : sql`and j.tenant > ${after}`;
  const found: TenantOfKind[] = [];
  // Reading a tenant takes one step in the index, however many rows it has.
  for (const kind of kinds) {
    const { rows } = await sql<{ tenant: string }>`with recursive of_kind(tenant, count) as (
        select ${next(kind, first)}, 1
        union all
        select ${next(kind, sql`and j.tenant > of_kind.tenant`)}, of_kind.count + 1 from of_kind
          where of_kind.tenant is not null and of_kind.count < ${TENANTS_READ_MAX})
      select tenant from of_kind where tenant is not null`.execute(db);
    found.push(...rows.map(({ tenant }) => ({ kind, tenant })));
  }
  return found;
}

export interface HeadsQuery {
  readonly worker: string;
  readonly databaseNow: RawBuilder<number>;
  readonly each: number;
  readonly of: readonly (TenantOfKind & { readonly fence: string })[];
  /** Pools whose jobs are read, in addition to jobs without a pool. */
  readonly pools: readonly string[];
  readonly fullLanes: ReadonlyMap<string, readonly string[]>;
  /** Returns how long rows of the kind must have been due. */
  dueForMs(kind: string): number;
}

/** Returns rows in no particular order. */
export async function headsOf(db: Database, o: HeadsQuery): Promise<WaitingTask[]> {
  const branches = o.of.slice(0, BRANCHES_MAX).map((one) => headsOfTenant(one, o));
  if (branches.length === 0) return [];
  const { rows } = await sql<
    Pick<JobRow, 'id' | 'kind' | 'tenant' | 'lane' | 'pool' | 'created_ms' | 'rank_ms' | 'run_at_ms'>
  >`
    ${sql.join(branches, sql` union all `)}`.execute(db);
  const fences = new Map(o.of.map(({ tenant, fence }) => [tenant, fence]));
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    tenant: row.tenant,
    lane: row.lane,
    pool: row.pool,
    fence: fences.get(row.tenant) ?? '',
    dueMs: row.run_at_ms,
    rankMs: row.rank_ms === 0 ? row.run_at_ms : row.rank_ms,
    isUrgent: isUrgent(row),
  }));
}

function headsOfTenant({ kind, tenant }: TenantOfKind, o: HeadsQuery): RawBuilder<unknown> {
  const full = o.fullLanes.get(kind) ?? [];
  const others = full.length === 0 ? sql`` : sql`and lane not in (${sql.join(full)})`;
  return sql`select * from (select id, kind, tenant, lane, pool, created_ms, rank_ms, run_at_ms from jobs
    where ${ofNodes} and worker = ${o.worker} and kind = ${kind} and tenant = ${tenant}
      and pool in (${sql.join(['', ...o.pools])}) and run_at_ms <= ${o.databaseNow} - ${sql.lit(o.dueForMs(kind))} and lease_until_ms <= ${o.databaseNow} ${others}
    order by ${rankInSql}, id limit ${o.each}) as head`;
}

export function runningAt(
  db: Database,
  { worker, kinds, now }: { worker: string; kinds: readonly string[]; now: RawBuilder<number> },
): Promise<Pick<JobRow, 'kind' | 'tenant' | 'lane'>[]> {
  return db
    .selectFrom('jobs')
    .select(['kind', 'tenant', 'lane'])
    .where(ofNodes)
    .where(sql<boolean>`leased_by <> ''`)
    .where('worker', '=', worker)
    .where('kind', 'in', kinds)
    .where('lease_until_ms', '>', now)
    .execute();
}
