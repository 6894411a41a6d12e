import { tenantOf } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';

export interface LibraryUsage {
  readonly items: number;
  /** Bytes of all contents, each counted once, and of open uploads. */
  readonly bytes: number;
  /** Limit of stored bytes; 0 for no limit. */
  readonly bytesMax: number;
}

/** Rejects with NOT_FOUND for an unknown or erased tenant. */
export async function libraryUsage(db: Database, tenant: string): Promise<LibraryUsage> {
  const row = await db.selectFrom('tenants').selectAll().where('id', '=', tenant).executeTakeFirst();
  if (row === undefined) throw new Problem('NOT_FOUND');
  const items = await db
    .selectFrom('library_items')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .where('deleted_ms', 'is', null)
    .executeTakeFirstOrThrow();
  const storedSum = await db
    .selectFrom('library_contents')
    .select((eb) => eb.fn.sum<number | null>('bytes').as('bytes'))
    .where((eb) => eb.and({ tenant, state: 'stored' }))
    .executeTakeFirstOrThrow();
  const { bytes: coming } = await underWay(db, tenant);
  return {
    items: Number(items.count),
    bytes: Number(storedSum.bytes ?? 0) + coming,
    bytesMax: tenantOf(row).limits.libraryBytes,
  };
}

export async function underWay(
  db: Database,
  tenant: string,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const { count, bytes } = await db
    .selectFrom('library_uploads')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number | null>('bytes').as('bytes')])
    .where('tenant', '=', tenant)
    .where('state', 'in', ['proof', 'open'])
    .executeTakeFirstOrThrow();
  return { count: Number(count), bytes: Number(bytes ?? 0) };
}
