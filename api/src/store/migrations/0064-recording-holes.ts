import type { Migration } from 'kysely/migration';

/** Keeps the recorders that had a recording, each from when on, and the holes of the recording. */
export const recordingHoles: Migration = {
  async up({ schema }) {
    for (const column of ['stints', 'holes'])
      await schema
        .alterTable('recordings')
        .addColumn(column, 'text', (made) => made.notNull().defaultTo('[]'))
        .execute();
  },
};
