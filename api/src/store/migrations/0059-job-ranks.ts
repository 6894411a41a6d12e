import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Rows of older versions have no rank: they are in the order of their time (`rankInSql`). */
export const jobRanks: Migration = {
  async up(db) {
    const table = () => db.schema.alterTable('jobs');
    await table()
      .addColumn('rank_ms', 'bigint', (made) => made.notNull().defaultTo(0))
      .execute();
    for (const [column, usual] of Object.entries({ cause: '{}', worker: '', worker_node: '', result: '{}' }))
      await table()
        .addColumn(column, 'text', (made) => made.notNull().defaultTo(usual))
        .execute();
    await table()
      .addColumn('done', 'double precision', (made) => made.notNull().defaultTo(0))
      .execute();
    await db.schema.dropIndex('jobs_by_time').execute();
    // Of the jobs of this service, and of those of nodes: each row is in one of them.
    await sql`create index jobs_by_rank on jobs
      (kind, pool, (coalesce(nullif(rank_ms, 0), run_at_ms)), id) where worker = ''`.execute(db);
    await sql`create index jobs_of_nodes on jobs
      (worker, kind, tenant, (coalesce(nullif(rank_ms, 0), run_at_ms)), id) where worker <> ''`.execute(db);
    await sql`create index jobs_at_nodes on jobs (worker, kind) where worker <> '' and leased_by <> ''`.execute(db);
  },
};
