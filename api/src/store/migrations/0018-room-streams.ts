import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Pushes and pulls of rooms that are wanted. */
export const roomStreams: Migration = {
  async up(db) {
    await createTable(db, 'room_streams', {
      id: 'id',
      tenant: 'text',
      room: 'text',
      kind: 'text',
      api_key: 'text',
      fence: 'text',
      sealed_url: 'text',
      shown_url: 'text',
      picture: 'text',
      identity: 'text',
      name: 'text',
      gateway: 'text',
      created_by: 'text',
      created_ms: 'number',
      ends_ms: 'number',
    }).execute();
    const { schema } = db;
    await schema
      .createIndex('room_streams_by_time')
      .on('room_streams')
      .columns(['tenant', 'created_ms', 'id'])
      .execute();
  },
};
