import type { Migration } from 'kysely/migration';

/** Links that were made before have no maker: they end by themselves. */
export const linkMakers: Migration = {
  async up({ schema }) {
    await schema.alterTable('join_links').addColumn('made_by', 'text').execute();
  },
};
