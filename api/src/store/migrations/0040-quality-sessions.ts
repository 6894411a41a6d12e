import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Sessions of people in rooms, each with how it is at last. */
export const qualitySessions: Migration = {
  async up(db) {
    await createTable(db, 'quality_sessions', {
      key: 'number',
      session_id: 'text',
      tenant: 'text=',
      room: 'text=',
      sid: 'text=',
      identity: 'text=',
      name: 'text=',
      protocol: 'text=',
      joined_ms: 'number=',
      left_ms: 'number?',
      signaling_id: 'text=',
      decision_id: 'text=',
      sdk: 'text=',
      device: 'text=',
      transport: 'text=',
      network: 'text=',
      place: 'text=',
      country_code: 'text=',
      latitude_tenths: 'short=',
      longitude_tenths: 'short=',
      last_ms: 'number=',
      node_id: 'text=',
      from_nodes: 'text=',
      strength: 'short=',
      rtt_us: 'short=',
      loss_ppm: 'short=',
      freeze_ppm: 'short=',
      is_live: 'short=',
      minute_from_ms: 'number=',
      hour_from_ms: 'number=',
      to_roll: 'short=',
    })
      .addPrimaryKeyConstraint('quality_sessions_key', ['key'])
      .addUniqueConstraint('quality_sessions_by_id', ['session_id'])
      .execute();
    // Of those that go on: all of them, of a room, of a node. Few of all rows are in these, and what each record
    // changes is in none.
    await sql`create index quality_sessions_live on quality_sessions (tenant, room, key) where is_live = 1`.execute(db);
    await sql`create index quality_sessions_at_node on quality_sessions (node_id, key) where is_live = 1`.execute(db);
    await sql`create index quality_sessions_to_roll on quality_sessions (key) where to_roll = 1`.execute(db);
    await sql`create index quality_sessions_of_none on quality_sessions (key) where tenant = ''`.execute(db);
    for (const [name, columns] of Object.entries({
      quality_sessions_by_tenant: ['tenant', 'key'],
      quality_sessions_by_life: ['sid', 'key'],
    }))
      await db.schema.createIndex(name).on('quality_sessions').columns(columns).execute();
  },
};
