import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Alarms, what happened to each, and where the judge of them stands. */
export const alarms: Migration = {
  async up(db) {
    await createTable(db, 'alarms', {
      id: 'id',
      rule: 'text',
      subject: 'text',
      severity: 'text',
      state: 'text',
      value: 'text',
      limit_value: 'text',
      labels: 'text',
      text: 'text',
      inhibited_by: 'text',
      started_ms: 'number',
      ended_ms: 'number?',
      ack_ms: 'number?',
      ack_by: 'text',
      ack_note: 'text',
    }).execute();
    await db.schema.createIndex('alarms_by_time').on('alarms').columns(['started_ms', 'id']).execute();
    await db.schema.createIndex('alarms_by_state').on('alarms').columns(['state', 'started_ms']).execute();
    await createTable(db, 'alarm_changes', {
      id: 'id',
      alarm: 'text',
      at_ms: 'number',
      kind: 'text',
      by_id: 'text',
      note: 'text',
    }).execute();
    await db.schema.createIndex('alarm_changes_by_alarm').on('alarm_changes').columns(['alarm', 'at_ms']).execute();
    await createTable(db, 'alarm_judge', { id: 'id', turn: 'number', state: 'text' }).execute();
  },
};
