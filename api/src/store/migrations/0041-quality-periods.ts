import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

// A row is of the period that ends at `at_ms`.
/** How sessions were in 10 s, in a minute, in an hour: the same columns. */
export const qualityPeriods: Migration = {
  async up(db) {
    for (const name of ['quality_10s', 'quality_1m', 'quality_1h']) {
      const table = createTable(db, name, {
        session: 'number',
        at_ms: 'number',
        period_ms: 'short',
        measured_ms: 'short',
        strong: 'short',
        medium: 'short',
        weak: 'short',
        unknown: 'short',
        node_id: 'text',
        source: 'short',
        rtt_us: 'short',
        jitter_us: 'short',
        outbound_loss_ppm: 'short',
        inbound_loss_ppm: 'short',
        concealed_ppm: 'short',
        freeze_count: 'short',
        freeze_ms: 'short',
        sent_bps: 'short',
        received_bps: 'short',
        available_bps: 'short',
        sent_height: 'short',
        received_height: 'short',
        received_fps_tenths: 'short',
        layer: 'short',
        layer_switches: 'short',
      }).addPrimaryKeyConstraint(`${name}_key`, ['session', 'at_ms']);
      await inOrderOfKey(db, table).execute();
      await db.schema.createIndex(`${name}_by_time`).on(name).column('at_ms').execute();
    }
  },
};
