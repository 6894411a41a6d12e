// API keys in the database, and each tenant's signing key, with which the api signs tokens of guests and users
// (docs/adr/0025-what-a-key-can-do.md). Secrets are sealed, not hashed, because HS256 needs them in clear.
import assert from 'node:assert/strict';
import { limits as bounds, fenceOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Generated, Selectable } from 'kysely';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { limitsOf, type TenantLimits } from './core/limits.ts';
import { isScope, type Scope, signingScopes } from './core/scopes.ts';
import { newKeyId, newSecret } from './new-ids.ts';
import type { Revocations } from './revocations.ts';
import { lockTenant } from './tenants.ts';

declare module '../store/tables.ts' {
  interface NarrowedTables {
    api_keys: {
      /** Empty for an API key; `guests` for the tenant's signing key. */
      purpose: Generated<KeyPurpose>;
    };
  }
}

export type KeyPurpose = '' | 'guests';

export interface KeyWithSecret {
  readonly id: string;
  readonly secret: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  /** Regions of the key. A tenant's signing key has those of all its API keys. */
  readonly regions: string;
  readonly purpose: KeyPurpose;
  readonly limits: TenantLimits;
  readonly limitsVersion: number;
}

export interface ApiKey {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly regions: string;
  readonly createdMs: number;
  readonly revokedMs: number | undefined;
}

export interface NewKey {
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly regions: string;
}

export interface ApiKeysOptions {
  readonly db: Database;
  readonly sealSecret: string;
  readonly clock: Clock;
}

/** While an application switches over, it has an old and a new key. */
const ACTIVE_PER_NAME_MAX = 2;
const ACTIVE_PER_TENANT_MAX = 50;
/** Longer than any token lives. */
const REVOKED_KEPT_MS = 10 * 365 * 86_400_000;

export class ApiKeys {
  readonly #o: ApiKeysOptions;
  readonly #seal: Seal;

  constructor(o: ApiKeysOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian api keys');
  }

  /** Resolves with undefined for an unknown or revoked key. */
  async find(id: string): Promise<KeyWithSecret | undefined> {
    const [key] = await this.findAll([id]);
    return key;
  }

  /** Creates the tenant's signing key at its first use. Resolves with undefined while the tenant is being erased. */
  async signing(tenant: string): Promise<KeyWithSecret | undefined> {
    const { db } = this.#o;
    const id = (await signingId(db, tenant)) ?? (await transact(db, (trx) => this.ensureSigning(trx, tenant)));
    return this.find(id);
  }

  /** Runs in the caller's transaction. Returns the id of the tenant's signing key, even if the key is revoked. */
  async ensureSigning(db: Database, tenant: string): Promise<string> {
    await lockTenant(db, tenant);
    return (await signingId(db, tenant)) ?? (await this.#add(db, { ...ofSigning, tenant })).key.id;
  }

  async findAll(ids: readonly string[]): Promise<KeyWithSecret[]> {
    if (ids.length === 0) return [];
    const rows = await this.#o.db
      .selectFrom('api_keys')
      .innerJoin('tenants', 'tenants.id', 'api_keys.tenant')
      .selectAll('api_keys')
      .select(['tenants.limits', 'tenants.version'])
      .where('api_keys.id', 'in', ids)
      .where('api_keys.revoked_ms', 'is', null)
      .execute();
    const tenantsWithKeys = rows.flatMap(({ tenant, purpose }) => (purpose === '' ? [] : [tenant]));
    const fences = await this.fencesOf(this.#o.db, tenantsWithKeys);
    return rows.map(({ id, tenant, sealed_secret, scopes, regions, purpose, limits, version }) => ({
      id,
      secret: this.#seal.open(sealed_secret, id),
      tenant,
      // A signing key has the scopes of this version, since its row may be older.
      scopes: purpose === '' ? scopes.split(' ').filter(isScope) : signingScopes,
      regions: purpose === '' ? regions : (fences.get(tenant) ?? ''),
      purpose,
      limits: limitsOf(limits),
      limitsVersion: version,
    }));
  }

  /**
   * Returns the secret, which no later call shows. Rejects with NOT_FOUND (tenant), or CONFLICT if too many keys are
   * active.
   */
  async create(db: Database, { tenant, name, scopes, regions }: NewKey): Promise<{ key: ApiKey; secret: string }> {
    await lockTenant(db, tenant);
    const active = await db
      .selectFrom('api_keys')
      .select('name')
      .where((eb) => eb.and({ tenant, purpose: '' }))
      .where('revoked_ms', 'is', null)
      .execute();
    if (active.length >= ACTIVE_PER_TENANT_MAX)
      throw new Problem('CONFLICT', `a tenant has at most ${ACTIVE_PER_TENANT_MAX} active keys; revoke one`);
    if (active.filter((key) => key.name === name).length >= ACTIVE_PER_NAME_MAX)
      throw new Problem(
        'CONFLICT',
        `at most ${ACTIVE_PER_NAME_MAX} keys of the same name are active; revoke the older one`,
      );
    return this.#add(db, { tenant, name, scopes, regions });
  }

  /** Lists API keys; with `withSigning`, also the tenant's signing key. */
  async list(
    tenant: string,
    page: PageRequest,
    { withSigning }: { readonly withSigning: boolean },
  ): Promise<{ data: ApiKey[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('api_keys')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('purpose', 'in', withSigning ? ['', 'guests'] : [''])
      .$call(newestFirst.ofPage(page))
      .execute();
    return newestFirst.page(page, rows, keyOf);
  }

  /** Returns a key, even if it is revoked. */
  async get(tenant: string, id: string): Promise<(ApiKey & { readonly purpose: KeyPurpose }) | undefined> {
    const row = await this.#o.db
      .selectFrom('api_keys')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    return row && { ...keyOf(row), purpose: row.purpose };
  }

  /**
   * Ends sessions of the key's tokens, and replaces a revoked signing key. For a key that is already revoked, only
   * `alsoRun` runs.
   */
  async revoke(
    { tenant, id }: Pick<ApiKey, 'tenant' | 'id'>,
    revocations: Revocations,
    alsoRun?: (db: Transaction) => Promise<void>,
  ): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    await transact(this.#o.db, async (db) => {
      await alsoRun?.(db);
      const revoked = await db
        .updateTable('api_keys')
        .set({ revoked_ms: nowMs })
        .where((eb) => eb.and({ tenant, id }))
        .where('revoked_ms', 'is', null)
        .returning('purpose')
        .executeTakeFirst();
      if (revoked === undefined) return;
      await revocations.add(db, { tenant, id, untilMs: nowMs + REVOKED_KEPT_MS });
      if (revoked.purpose !== '') await this.#add(db, { ...ofSigning, tenant });
    });
  }

  /**
   * Creates missing tenants and keys. Returns the ids of configured keys that have been revoked, whose tokens nodes
   * refuse.
   */
  async seed(
    tenants: readonly { id: string; name: string; key: string; secret: string }[],
    scopes: readonly Scope[],
  ): Promise<string[]> {
    const created_ms = this.#o.clock.wallMs();
    for (const { id, name, key, secret } of tenants) {
      const tenant = { id, name, limits: '{}', created_ms };
      const row = { id: key, tenant: id, name: 'configuration', scopes: scopes.join(' '), regions: '', created_ms };
      await transact(this.#o.db, async (db) => {
        await db
          .insertInto('tenants')
          .values(tenant)
          .onConflict((on) => on.doNothing())
          .execute();
        await db
          .insertInto('api_keys')
          .values({ ...row, sealed_secret: this.#seal.close(secret, key), revoked_ms: null })
          .onConflict((on) => on.doNothing())
          .execute();
      });
    }
    const ids = tenants.map(({ key }) => key);
    if (ids.length === 0) return [];
    const revoked = this.#o.db.selectFrom('api_keys').select('id').where('id', 'in', ids);
    return (await revoked.where('revoked_ms', 'is not', null).execute()).map(({ id }) => id);
  }

  /** Returns the fences of tenants: the regions of all their API keys, in which their data stays. */
  async fencesOf(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (tenants.length === 0) return new Map();
    const rows = await db
      .selectFrom('api_keys')
      .select(({ eb }) => [
        'tenant',
        'regions',
        eb.case().when('revoked_ms', 'is', null).then(eb.lit(1)).else(eb.lit(0)).end().as('active'),
      ])
      // Many revoked keys share few different values.
      .distinct()
      .where('tenant', 'in', tenants)
      .where('purpose', '=', '')
      .execute();
    const byTenant = Map.groupBy(rows, ({ tenant }) => tenant);
    return new Map(tenants.map((tenant) => [tenant, unionOfFences(byTenant.get(tenant) ?? [])]));
  }

  /** Returns a tenant's fence; '' if its media may be anywhere. */
  async fenceOf(tenant: string): Promise<string> {
    return (await this.fencesOf(this.#o.db, [tenant])).get(tenant) ?? '';
  }

  async #add(db: Database, o: NewKey & { readonly purpose?: KeyPurpose }): Promise<{ key: ApiKey; secret: string }> {
    const { scopes, ...keyFields } = o;
    const [id, secret] = [newKeyId(), newSecret()];
    const row = await db
      .insertInto('api_keys')
      .values({
        ...keyFields,
        id,
        sealed_secret: this.#seal.close(secret, id),
        scopes: scopes.join(' '),
        created_ms: this.#o.clock.wallMs(),
        revoked_ms: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { key: keyOf(row), secret };
  }
}

const ofSigning = { name: 'guests and users', scopes: signingScopes, regions: '', purpose: 'guests' } as const;

/** Returns the newest signing key, revoked or not. */
async function signingId(db: Database, tenant: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .select('id')
    .where((eb) => eb.and({ tenant, purpose: 'guests' }))
    .orderBy((eb) => eb.case().when('revoked_ms', 'is', null).then(0).else(1).end())
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** Returns the union of the keys' regions (of active keys, if there are any); '' means anywhere. */
function unionOfFences(keys: readonly { readonly regions: string; readonly active: number }[]): string {
  const active = keys.filter((key) => key.active === 1);
  const regions = (active.length > 0 ? active : keys).map((key) => key.regions);
  if (regions.length === 0 || regions.includes('')) return '';
  const regionNames = [...new Set(regions.flatMap((names) => names.split(',')))].sort();
  const fence = fenceOf(regionNames.slice(0, bounds.fenceRegionsMax));
  assert(fence !== undefined, 'regions of keys were checked when they were made');
  return fence;
}

const keyOf = (row: Selectable<Tables['api_keys']>): ApiKey => ({
  id: row.id,
  tenant: row.tenant,
  name: row.name,
  scopes: row.scopes.split(' ').filter(isScope),
  regions: row.regions,
  createdMs: row.created_ms,
  revokedMs: row.revoked_ms ?? undefined,
});
