import type { Migration } from 'kysely/migration';

export const pools: Migration = {
  async up({ schema }) {
    for (const table of ['jobs', 'webhooks'])
      await schema
        .alterTable(table)
        .addColumn('pool', 'text', (made) => made.notNull().defaultTo(''))
        .execute();
    await schema.dropIndex('jobs_by_time').execute();
    await schema.createIndex('jobs_by_time').on('jobs').columns(['kind', 'pool', 'run_at_ms']).execute();
    await schema.createIndex('jobs_by_lane').on('jobs').columns(['kind', 'lane']).execute();
  },
};
