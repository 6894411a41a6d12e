import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const streamKeys: Migration = {
  async up(db) {
    await createTable(db, 'stream_keys', {
      id: 'id',
      tenant: 'text',
      room: 'text',
      identity: 'text',
      name: 'text',
      uses: 'text',
      api_key: 'text',
      created_by: 'text',
      created_ms: 'number',
      expires_ms: 'number',
    }).execute();
    const { schema } = db;
    await schema.createIndex('stream_keys_by_time').on('stream_keys').columns(['tenant', 'created_ms', 'id']).execute();
    await schema.createIndex('stream_keys_by_end').on('stream_keys').column('expires_ms').execute();
  },
};
