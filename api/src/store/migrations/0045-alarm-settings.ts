import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** What operators say of alarms: silences, receivers, other limits of rules. */
export const alarmSettings: Migration = {
  async up(db) {
    await createTable(db, 'alarm_silences', {
      id: 'id',
      matchers: 'text',
      starts_ms: 'number',
      ends_ms: 'number',
      reason: 'text',
      by_id: 'text',
      created_ms: 'number',
    }).execute();
    await db.schema.createIndex('alarm_silences_by_end').on('alarm_silences').column('ends_ms').execute();
    await createTable(db, 'alarm_receivers', {
      id: 'id',
      name: 'text',
      kind: 'text',
      severity: 'text',
      matchers: 'text',
      after_ms: 'number',
      repeat_ms: 'number',
      is_enabled: 'short',
      sealed_target: 'text',
      created_ms: 'number',
      updated_ms: 'number',
    }).execute();
    await createTable(db, 'alarm_rules', {
      rule: 'id',
      severity: 'text',
      limit_value: 'text',
      for_ms: 'number?',
      is_off: 'short',
      updated_ms: 'number',
    }).execute();
  },
};
