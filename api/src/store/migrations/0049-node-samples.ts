import type { Migration } from 'kysely/migration';
import { createTable, inOrderOfKey } from './create-table.ts';

const whose = { at_ms: 'number', node: 'text', host: 'text', kind: 'text', region: 'text' } as const;
const disk = { disk_used_bytes: 'number?', disk_bytes: 'number?' } as const;

/** Figures of nodes every five minutes, of their hours, and of regions. */
export const nodeSamples: Migration = {
  async up(db) {
    const samples = createTable(db, 'node_samples', {
      ...whose,
      incarnation: 'text',
      cpu_ppm: 'number',
      tx_bps: 'number',
      rx_bps: 'number',
      sessions: 'number',
      sessions_max: 'number',
      rss_bytes: 'number',
      ...disk,
    });
    const hours = createTable(db, 'node_hours', {
      ...whose,
      minutes: 'number',
      cpu_ppm: 'number',
      cpu_peak_ppm: 'number',
      tx_bytes: 'number',
      rx_bytes: 'number',
      tx_peak_bps: 'number',
      rx_peak_bps: 'number',
      session_minutes: 'number',
      sessions_peak: 'number',
      sessions_max: 'number',
      rss_peak_bytes: 'number',
      ...disk,
    });
    const regions = createTable(db, 'region_samples', {
      at_ms: 'number',
      region: 'text',
      nodes: 'number',
      tx_bps: 'number',
      rx_bps: 'number',
      sessions: 'number',
      open_sessions: 'number',
      open_max: 'number',
    });
    await inOrderOfKey(db, samples.addPrimaryKeyConstraint('node_samples_key', ['at_ms', 'node'])).execute();
    await inOrderOfKey(db, hours.addPrimaryKeyConstraint('node_hours_key', ['at_ms', 'node'])).execute();
    await inOrderOfKey(db, regions.addPrimaryKeyConstraint('region_samples_key', ['at_ms', 'region'])).execute();
  },
};
