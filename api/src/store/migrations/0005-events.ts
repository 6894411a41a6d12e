import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const events: Migration = {
  async up(db) {
    await createTable(db, 'room_lives', {
      sid: 'id',
      tenant: 'text',
      room: 'text',
      started_ms: 'number',
      ended_ms: 'number?',
      end_reason: 'text',
      estimated: 'number',
      epoch: 'number',
      roster_ms: 'number',
      opened: 'number',
      finished: 'number',
      info: 'text',
      sequence: 'number',
      lost: 'number',
      unowned_ms: 'number?',
      heard_ms: 'number',
    }).execute();
    const { schema } = db;
    await schema.createIndex('room_lives_by_time').on('room_lives').columns(['tenant', 'started_ms', 'sid']).execute();
    await schema.createIndex('room_lives_by_room').on('room_lives').columns(['tenant', 'room', 'started_ms']).execute();
    await schema.createIndex('room_lives_by_end').on('room_lives').columns(['ended_ms']).execute();

    await createTable(db, 'room_stays', {
      id: 'id',
      sid: 'text',
      tenant: 'text',
      session_id: 'text',
      identity: 'text',
      name: 'text',
      kind: 'text',
      protocol: 'text',
      region: 'text',
      node_id: 'text',
      joined_ms: 'number',
      joined_epoch: 'number',
      joined_seq: 'number',
      left_ms: 'number?',
      left_epoch: 'number',
      left_seq: 'number',
      left_reason: 'text',
      estimated: 'number',
      epoch: 'number',
      participant: 'text',
    }).execute();
    await schema.createIndex('room_stays_by_life').on('room_stays').columns(['sid', 'joined_ms', 'id']).execute();
    await schema.createIndex('room_stays_by_identity').on('room_stays').columns(['tenant', 'identity']).execute();

    await createTable(db, 'journal_entries', { sid: 'text', epoch: 'number', seq: 'number' })
      .addPrimaryKeyConstraint('journal_entries_once', ['sid', 'epoch', 'seq'])
      .execute();
    await createTable(db, 'journal_losses', { sid: 'text', epoch: 'number', lost: 'number' })
      .addPrimaryKeyConstraint('journal_losses_once', ['sid', 'epoch'])
      .execute();

    await createTable(db, 'events', {
      id: 'id',
      tenant: 'text',
      sid: 'text',
      room: 'text',
      sequence: 'number',
      type: 'text',
      at_ms: 'number',
      created_ms: 'number',
      body: 'text',
    })
      .addUniqueConstraint('events_in_order', ['sid', 'sequence'])
      .execute();
    await schema.createIndex('events_by_time').on('events').columns(['tenant', 'created_ms', 'id']).execute();
  },
};
