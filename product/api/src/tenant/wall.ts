// Setting whether operators may see pictures of a tenant's live rooms.
import type { Database } from '../store/store.ts';

/** Returns the setting of those tenants that exist. */
export async function tenantsOnWall(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  if (tenants.length === 0) return new Map();
  const rows = await db
    .selectFrom('tenants')
    .leftJoin('tenant_wall', 'tenant_wall.tenant', 'tenants.id')
    .select(['tenants.id', 'tenant_wall.is_refused'])
    .where('tenants.id', 'in', [...new Set(tenants)])
    .execute();
  return new Map(rows.map(({ id, is_refused }) => [id, is_refused !== 1]));
}

export async function keepWallAllowed(db: Database, tenant: string, isAllowed: boolean): Promise<void> {
  const is_refused = isAllowed ? 0 : 1;
  await db
    .insertInto('tenant_wall')
    .values({ tenant, is_refused })
    .onConflict((on) => on.column('tenant').doUpdateSet({ is_refused }))
    .execute();
}
