import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Messages about alarms on their way to receivers. */
export const alarmNotifications: Migration = {
  async up(db) {
    await createTable(db, 'alarm_notifications', {
      id: 'id',
      receiver: 'text',
      receiver_name: 'text',
      state: 'text',
      content: 'text',
      attempts: 'number',
      created_ms: 'number',
      done_ms: 'number?',
      last_status: 'number?',
      last_error: 'text',
    }).execute();
    await db.schema.createIndex('alarm_notifications_by_time').on('alarm_notifications').column('created_ms').execute();
    await createTable(db, 'alarm_notified', { alarm: 'text', notification: 'text' })
      .addPrimaryKeyConstraint('alarm_notified_key', ['alarm', 'notification'])
      .execute();
    await db.schema.createIndex('alarm_notified_by_message').on('alarm_notified').column('notification').execute();
  },
};
