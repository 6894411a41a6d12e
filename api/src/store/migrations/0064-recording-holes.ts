import type { Migration } from 'kysely/migration';

/** Which recorder had a recording from when on, and what is missing of it. */
export const recordingHoles: Migration = {
  async up({ schema }) {
    for (const column of ['stints', 'holes'])
      await schema
        .alterTable('recordings')
        .addColumn(column, 'text', (made) => made.notNull().defaultTo('[]'))
        .execute();
  },
};
