import { shownReason } from '@meridian/protocol';
import { type SelectQueryBuilder, sql } from 'kysely';
import { databaseNowMs } from '../store/database-time.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { BEFORE_MAX, type JobFacts, type JobState, type NodeFacts } from './core/explain.ts';
import { isUrgent } from './core/rank.ts';
import type { JobsOptions } from './kinds.ts';
import { type JobRow, ofNodes, ofThisService, rankInSql, rankOfRow } from './rows.ts';
import { RunningJobs } from './running.ts';
import type { Tasks } from './tasks.ts';
import { runningAt } from './waiting-tasks.ts';

/** A row, with the database's time of the query. */
export type RowWithNow = JobRow & { readonly now_ms: number };

type Rows = SelectQueryBuilder<Tables, 'jobs', RowWithNow>;

export class JobExplaining {
  readonly #o: Pick<JobsOptions, 'store' | 'clock'>;
  readonly #tasks: Tasks;

  constructor(o: Pick<JobsOptions, 'store' | 'clock'>, tasks: Tasks) {
    this.#o = o;
    this.#tasks = tasks;
  }

  rows(db: Database, state?: JobState): Rows {
    const now = this.#databaseNow();
    const rows = db.selectFrom('jobs').selectAll().select(now.as('now_ms'));
    if (state === undefined) return rows;
    if (state === 'running') return rows.where('lease_until_ms', '>', now);
    return rows.where('lease_until_ms', '<=', now).where('run_at_ms', state === 'waiting' ? '<=' : '>', now);
  }

  async factsOf(db: Database, row: RowWithNow): Promise<JobFacts> {
    const state = stateOf(row);
    const isWaiting = state === 'waiting';
    return {
      nowMs: row.now_ms,
      state,
      createdMs: row.created_ms,
      dueMs: row.run_at_ms,
      reasons: rankOfRow(row).reasons,
      isUrgent: isUrgent(row),
      attempts: row.attempts,
      failure: failureOf(row),
      before: isWaiting ? await this.#countBefore(db, row) : 0,
      nodes: row.worker === '' ? undefined : await this.#nodeFacts(db, row),
    };
  }

  /**
   * Returns how many jobs precede this one. Jobs of this service are ordered per pool; jobs of nodes have one order for
   * all kinds.
   */
  async #countBefore(db: Database, row: JobRow): Promise<number> {
    const databaseNow = this.#databaseNow();
    const rank = rankOfRow(row).rankMs;
    const due = db
      .selectFrom('jobs')
      .select('id')
      .where('run_at_ms', '<=', databaseNow)
      .where('lease_until_ms', '<=', databaseNow)
      .where(sql<boolean>`(${rankInSql}, id) < (${rank}, ${row.id})`);
    const isAhead =
      row.worker === ''
        ? due.where(ofThisService).where('kind', '=', row.kind).where('pool', '=', row.pool)
        : due.where(ofNodes).where('worker', '=', row.worker);
    return (await isAhead.limit(BEFORE_MAX).execute()).length;
  }

  async #nodeFacts(db: Database, row: RowWithNow): Promise<NodeFacts> {
    const { recentNodes, tenants } = this.#tasks;
    const { kind, tenant, lane, pool, worker, run_at_ms: dueMs } = row;
    const kinds = this.#tasks.kinds;
    const jobs = await runningAt(db, { worker, kinds: [kind], now: this.#databaseNow() });
    const running = new RunningJobs(kinds, jobs);
    const place = { worker, pool, fence: await tenants.fenceOf(db, tenant) };
    const node = this.#tasks.reservedNode(Object.assign({ kind, lane, dueMs }, place));
    const untilMs = dueMs + (kinds.get(kind)?.remote.affinityMs ?? 0);
    return {
      present: recentNodes.present(place).length,
      free: recentNodes.free(place),
      node: row.worker_node,
      isLeased: row.leased_by !== '',
      affinity: node === undefined ? undefined : { node, untilMs },
      hadTurn: this.#tasks.hadTurn(tenant),
      isTenantFull: running.isTenantFull({ kind, tenant }),
      isLaneFull: running.isLaneFull({ kind, lane }),
    };
  }

  #databaseNow() {
    return databaseNowMs(this.#o.store, this.#o.clock);
  }
}

export function stateOf({ now_ms: nowMs, lease_until_ms: untilMs, run_at_ms: dueMs }: RowWithNow): JobState {
  if (untilMs > nowMs) return 'running';
  return dueMs > nowMs ? 'delayed' : 'waiting';
}

export function failureOf({ result }: Pick<JobRow, 'result'>): { code: string; detail: string } | undefined {
  const failure: { code?: string; detail?: string } = JSON.parse(result);
  return failure.code === undefined ? undefined : { code: failure.code, detail: shownReason(failure.detail ?? '') };
}
