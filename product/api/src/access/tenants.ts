import type { Clock } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import type { PageRequest } from '../http/page.ts';
import { newestFirst } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { limitsOf, type TenantLimits } from './core/limits.ts';

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly limits: TenantLimits;
  readonly version: number;
  readonly createdMs: number;
}

export interface TenantChanges {
  readonly name?: string;
  readonly limits?: Partial<TenantLimits>;
}

export interface TenantsOptions {
  readonly db: Database;
  readonly clock: Clock;
  onChanged(tenant: Tenant): void;
}

export class Tenants {
  readonly #o: TenantsOptions;

  constructor(o: TenantsOptions) {
    this.#o = o;
  }

  /** Runs in the caller's transaction. Rejects with ALREADY_EXISTS. */
  async create(db: Database, o: { id: string; name: string; limits: Partial<TenantLimits> }): Promise<Tenant> {
    const row = await db
      .insertInto('tenants')
      .values({
        id: o.id,
        name: o.name,
        limits: JSON.stringify(limitsOf('{}', o.limits)),
        version: 1,
        created_ms: this.#o.clock.wallMs(),
      })
      .onConflict((on) => on.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('ALREADY_EXISTS');
    return tenantOf(row);
  }

  async list(page: PageRequest): Promise<{ data: Tenant[]; nextCursor?: string }> {
    const rows = await this.#o.db.selectFrom('tenants').selectAll().$call(newestFirst.ofPage(page)).execute();
    return newestFirst.page(page, rows, tenantOf);
  }

  /** Rejects with NOT_FOUND. */
  async get(id: string): Promise<Tenant> {
    const row = await this.#o.db.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return tenantOf(row);
  }

  /** Rejects with VERSION_CONFLICT if the tenant is no longer at `version`. */
  async change({ id, version, ...otherFields }: Tenant, changes: TenantChanges): Promise<Tenant> {
    const row = await this.#o.db
      .updateTable('tenants')
      .set({
        name: changes.name ?? otherFields.name,
        limits: JSON.stringify({ ...otherFields.limits, ...changes.limits }),
        version: version + 1,
      })
      .where('id', '=', id)
      .where('version', '=', version)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('VERSION_CONFLICT');
    const changed = tenantOf(row);
    this.#o.onChanged(changed);
    return changed;
  }
}

export const tenantOf = ({ id, name, limits, version, created_ms }: Selectable<Tables['tenants']>): Tenant => ({
  id,
  name,
  limits: limitsOf(limits),
  version,
  createdMs: created_ms,
});

const TENANTS_PER_READ = 500;

export async function* tenantPages(db: Database): AsyncGenerator<readonly Tenant[]> {
  for (let last = ''; ; ) {
    const rows = await db
      .selectFrom('tenants')
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(TENANTS_PER_READ)
      .execute();
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows.map(tenantOf);
    last = end.id;
  }
}

/** Locks a tenant: other callers wait until the transaction ends. Rejects with NOT_FOUND. */
export async function lockTenant(db: Database, tenant: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('tenants')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', tenant)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Problem('NOT_FOUND');
}
