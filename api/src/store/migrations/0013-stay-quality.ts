import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const stayQuality: Migration = {
  async up(db) {
    await createTable(db, 'stay_quality', {
      tenant: 'text',
      session_id: 'text',
      sid: 'text',
      told_ms: 'number',
      heard_ms: 'number',
      signaling_id: 'text',
      route: 'text',
      location: 'text',
      sdk: 'text',
      device: 'text',
      transport: 'text',
      measured_s: 'number',
      resumes: 'number',
      rtt_p50_ms: 'number',
      rtt_p95_ms: 'number',
      packets_sent: 'number',
      packets_sent_lost: 'number',
      packets_received: 'number',
      packets_received_lost: 'number',
      bytes_sent: 'number',
      bytes_received: 'number',
      freeze_count: 'number',
      freeze_ms: 'number',
      sent_width: 'number',
      sent_height: 'number',
      received_width: 'number',
      received_height: 'number',
    })
      .addPrimaryKeyConstraint('stay_quality_once', ['tenant', 'session_id'])
      .execute();
    await db.schema.createIndex('stay_quality_by_life').on('stay_quality').column('sid').execute();
    await db.schema.createIndex('stay_quality_by_age').on('stay_quality').column('heard_ms').execute();
  },
};
