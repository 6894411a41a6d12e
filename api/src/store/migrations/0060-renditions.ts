import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Renditions of contents, and what nodes have made of them so far. */
export const renditions: Migration = {
  async up(db) {
    await createTable(db, 'library_renditions', {
      tenant: 'text',
      content: 'text',
      ordered: 'text',
      state: 'text',
      plan: 'text',
      chunks: 'number',
      done: 'number',
      failure: 'text',
      files: 'text',
      sound: 'text',
      created_ms: 'number',
    })
      .addPrimaryKeyConstraint('library_renditions_key', ['tenant', 'content'])
      .addForeignKeyConstraint('library_renditions_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    // Without a reference to the tenant: its row would be locked while a chunk ends, against the order of removals.
    await createTable(db, 'library_rendition_chunks', {
      tenant: 'text',
      content: 'text',
      chunk: 'number',
      made: 'text',
    })
      .addPrimaryKeyConstraint('library_rendition_chunks_key', ['tenant', 'content', 'chunk'])
      .execute();
  },
};
