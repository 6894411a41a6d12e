// All data of a tenant as lines of JSON. Pages are read during the download, so memory is constant, no file is stored,
// and any instance can serve it. A row that changes during the download appears in its old or new form.

import type { Database } from '../store/store.ts';
import { tableFacts } from '../store/table-facts.ts';
import { rowsOf } from '../store/tenant-rows.ts';
import { exportedRow } from './core/exported-row.ts';

const FORMAT = 1;

/** Yields lines, each with a line feed. The last line has the counts; a file without it is incomplete. */
export async function* exportOf(db: Database, tenant: string, nowMs: number): AsyncGenerator<string> {
  yield line({ meridianExport: FORMAT, tenant, at: new Date(nowMs).toISOString() });
  const counts: Record<string, number> = {};
  for (const [table, facts] of Object.entries(tableFacts)) {
    if (facts.exported !== true) continue;
    counts[table] = 0;
    for await (const rows of rowsOf(db, table, tenant)) {
      counts[table] += rows.length;
      yield rows.map((row) => line({ table, row: exportedRow(row, facts) })).join('');
    }
  }
  yield line({ end: true, counts });
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
