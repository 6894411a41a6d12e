import { type Selectable, sql } from 'kysely';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';

export type WatchRow = Selectable<Tables['library_watches']>;

const HOUR_MS = 3_600_000;
/** Playbacks that began earlier are not counted any more, because they may have been counted before. */
export const COUNTED_MS = 23 * HOUR_MS;
/** Half an hour longer than COUNTED_MS, since clocks and delays differ; upkeep runs every five minutes. */
const STARTS_KEPT_MS = COUNTED_MS + HOUR_MS / 2;
/** Days after which a counted playback is deleted. */
export const STARTS_KEPT_DAYS = 1;
/** Limit of rows, so that other writers of SQLite do not wait long. */
const ROWS = 1000;

/** Returns undefined if playback should start at the beginning. */
export async function positionOf(
  db: Database,
  own: { readonly tenant: string; readonly item: string; readonly viewer: string },
): Promise<number | undefined> {
  const rows = db.selectFrom('library_positions').select('position_ms');
  return (await rows.where((eb) => eb.and(own)).executeTakeFirst())?.position_ms;
}

type Table = 'library_watches' | 'library_positions' | 'library_starts' | 'library_demand';
const keys: Readonly<Record<Table, string>> = {
  library_watches: 'tenant, id',
  library_positions: 'tenant, item, viewer',
  library_starts: 'tenant, id',
  library_demand: 'tenant, content, item, hour_ms',
};
type Where = ReturnType<typeof sql>;

/** Removes some rows. Returns their number; 0 if none is left. */
export async function deleteSome(db: Database, table: Table, where: Where): Promise<number> {
  const key = sql.raw(keys[table]);
  const { rows } = await sql`
    delete from ${sql.table(table)} where (${key}) in (
      select ${key} from ${sql.table(table)} where ${where} limit ${sql.lit(ROWS)}
    ) returning 1`.execute(db);
  return rows.length;
}

/** Removes persons from playbacks, which stay. Returns the number of changed playbacks. */
export async function anonymiseSome(db: Database, tenant: string): Promise<number> {
  const { rows } = await sql`
    update library_watches set viewer = '' where (tenant, id) in (
      select tenant, id from library_watches where tenant = ${tenant} and viewer <> '' limit ${sql.lit(ROWS)}
    ) returning 1`.execute(db);
  return rows.length;
}

/** Removes some old rows. Returns their number; 0 if none is left. */
export const expireWatches = (
  db: Database,
  { tenant, beforeMs }: { readonly tenant: string; readonly beforeMs: number },
): Promise<number> =>
  transact(db, async (trx) => {
    const older = (column: string) => sql`tenant = ${tenant} and ${sql.ref(column)} < ${Math.floor(beforeMs)}`;
    return (
      (await deleteSome(trx, 'library_watches', older('started_ms'))) +
      (await deleteSome(trx, 'library_positions', older('updated_ms'))) +
      (await deleteSome(trx, 'library_demand', older('hour_ms')))
    );
  });

/** Deletes a viewer's playbacks. Returns their number. */
export async function forgetViewer(
  db: Database,
  { tenant, viewer }: { readonly tenant: string; readonly viewer: string },
): Promise<number> {
  // Without the last condition, the query would not match the partial index.
  const ofViewer = sql`tenant = ${tenant} and viewer = ${viewer} and viewer <> ''`;
  while ((await deleteSome(db, 'library_positions', ofViewer)) > 0);
  let erasedCount = 0;
  for (let batchCount = 1; batchCount > 0; erasedCount += batchCount)
    batchCount = await deleteSome(db, 'library_watches', ofViewer);
  return erasedCount;
}

/** Must run in a transaction. */
export async function forgetDemand(trx: Transaction, tenant: string, content: string): Promise<void> {
  for (const table of ['library_demand', 'library_heats'] as const)
    await trx
      .deleteFrom(table)
      .where((eb) => eb.and({ tenant, content }))
      .execute();
}

/** Deletes playbacks of all tenants that are too old to be counted again. */
export async function forgetStarts(db: Database, nowMs: number): Promise<void> {
  const old = sql`started_ms < ${Math.floor(nowMs) - STARTS_KEPT_MS}`;
  while ((await deleteSome(db, 'library_starts', old)) > 0);
}
