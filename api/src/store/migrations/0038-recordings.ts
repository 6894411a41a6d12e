import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Recordings of rooms, and what tenants say of theirs. */
export const recordings: Migration = {
  async up(db) {
    await createTable(db, 'recordings', {
      tenant: 'text',
      id: 'text',
      room: 'text',
      sid: 'text',
      identity: 'text',
      mode: 'text',
      layout: 'text',
      made_by: 'text',
      meeting: 'text',
      occurrence: 'text',
      state: 'text',
      started_ms: 'number',
      ended_ms: 'number?',
      estimated: 'number',
      recorders: 'text',
      epoch: 'number',
      seq: 'number',
      told: 'number',
      sequence: 'number',
      duration_ms: 'number',
      hole_ms: 'number',
      bytes: 'number',
      files: 'text',
      failure: 'text',
      settled_ms: 'number?',
      deleted_ms: 'number?',
      erased_ms: 'number?',
    })
      .addPrimaryKeyConstraint('recordings_key', ['tenant', 'id'])
      .execute();
    const indexes = {
      recordings_by_time: ['tenant', 'started_ms', 'id'],
      recordings_by_room: ['tenant', 'room', 'started_ms', 'id'],
      recordings_by_life: ['sid', 'state'],
      recordings_by_end: ['tenant', 'ended_ms'],
    };
    for (const [name, columns] of Object.entries(indexes))
      await db.schema.createIndex(name).on('recordings').columns(columns).execute();
    await createTable(db, 'tenant_recording', { tenant: 'text', renditions: 'text' })
      .addPrimaryKeyConstraint('tenant_recording_key', ['tenant'])
      .addForeignKeyConstraint('tenant_recording_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    await db.schema.alterTable('tenant_retention').addColumn('recordings_days', 'integer').execute();
  },
};
