// Everything that a tenant has, as lines of JSON. Read page by page while it is downloaded: memory stays the same
// however much there is, nothing has to be stored, and any instance will do. It is no snapshot: what changes during the
// download may be in it as it was or as it is.
import { rowsOf } from '../store/rows-of.ts';
import type { Database } from '../store/store.ts';
import { tableFacts } from '../store/table-facts.ts';
import { exportedRow } from './core/exported-row.ts';

const FORMAT = 1;

/** Lines, each ended by a line feed. The last one has the counts: a file without it is not whole. */
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
