// API keys in the database. Their secrets are sealed: HS256 needs them again, so a hash would not do.
import type { Clock } from '@meridian/runtime';
import type { Generated, Selectable } from 'kysely';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { transact } from '../store/transaction.ts';
import { limitsOf, type TenantLimits } from './core/limits.ts';
import { isScope, type Scope } from './core/scopes.ts';
import { newKeyId, newSecret } from './new-key.ts';
import type { Revocations } from './revocations.ts';

declare module '../store/tables.ts' {
  interface Tables {
    tenants: { id: string; name: string; limits: string; version: Generated<number>; created_ms: number };
    api_keys: {
      id: string;
      tenant: string;
      name: string;
      sealed_secret: string;
      /** Words with blanks. */
      scopes: string;
      /** Names with commas; '': anywhere. */
      regions: string;
      created_ms: number;
      revoked_ms: number | null;
    };
  }
}

export interface KnownKey {
  readonly id: string;
  readonly secret: string;
  readonly tenant: string;
  readonly scopes: readonly Scope[];
  readonly regions: string;
  /** Of its tenant. */
  readonly limits: TenantLimits;
  /** Of its tenant: rises with each change. */
  readonly limitsVersion: number;
}

/** As it is shown: without its secret. */
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

/** The old one and the new one of an application while it changes over. */
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

  /** A key that counts; undefined: unknown or revoked. */
  async find(id: string): Promise<KnownKey | undefined> {
    const [key] = await this.findAll([id]);
    return key;
  }

  /** The newest key of a tenant that counts; undefined: it has none. */
  async newest(tenant: string): Promise<KnownKey | undefined> {
    const row = await this.#o.db
      .selectFrom('api_keys')
      .select('id')
      .where('tenant', '=', tenant)
      .where('revoked_ms', 'is', null)
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : await this.find(row.id);
  }

  /** Those of the keys that count. */
  async findAll(ids: readonly string[]): Promise<KnownKey[]> {
    if (ids.length === 0) return [];
    const rows = await this.#o.db
      .selectFrom('api_keys')
      .innerJoin('tenants', 'tenants.id', 'api_keys.tenant')
      .selectAll('api_keys')
      .select(['tenants.limits', 'tenants.version'])
      .where('api_keys.id', 'in', ids)
      .where('api_keys.revoked_ms', 'is', null)
      .execute();
    return rows.map(({ id, tenant, sealed_secret, scopes, regions, limits, version }) => ({
      id,
      secret: this.#seal.open(sealed_secret, id),
      tenant,
      scopes: scopes.split(' ').filter(isScope),
      regions,
      limits: limitsOf(limits),
      limitsVersion: version,
    }));
  }

  /**
   * A new key, in the caller's transaction; its secret is shown this once. Rejects with NOT_FOUND without such a
   * tenant, CONFLICT if there are too many keys that count.
   */
  async create(db: Database, { tenant, name, scopes, regions }: NewKey): Promise<{ key: ApiKey; secret: string }> {
    // Changes nothing, but holds off others that make a key of this tenant until the transaction is over.
    const { numUpdatedRows } = await db
      .updateTable('tenants')
      .set((eb) => ({ version: eb.ref('version') }))
      .where('id', '=', tenant)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Problem('NOT_FOUND');
    const active = await db
      .selectFrom('api_keys')
      .select('name')
      .where('tenant', '=', tenant)
      .where('revoked_ms', 'is', null)
      .execute();
    if (active.length >= ACTIVE_PER_TENANT_MAX)
      throw new Problem('CONFLICT', `a tenant has at most ${ACTIVE_PER_TENANT_MAX} keys that count; revoke one`);
    if (active.filter((key) => key.name === name).length >= ACTIVE_PER_NAME_MAX)
      throw new Problem('CONFLICT', `at most ${ACTIVE_PER_NAME_MAX} keys of a name count; revoke the older one`);
    const [id, secret] = [newKeyId(), newSecret()];
    const row = await db
      .insertInto('api_keys')
      .values({
        id,
        tenant,
        name,
        sealed_secret: this.#seal.close(secret, id),
        scopes: scopes.join(' '),
        regions,
        created_ms: this.#o.clock.wallMs(),
        revoked_ms: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { key: keyOf(row), secret };
  }

  async list(tenant: string, page: PageRequest): Promise<{ data: ApiKey[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('api_keys')
      .selectAll()
      .where('tenant', '=', tenant)
      .where(newestFirst.after(page))
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(newestFirst.rows(page))
      .execute();
    return newestFirst.page(page, rows, keyOf);
  }

  /** From now on it opens nothing, and sessions of its tokens end. Again: nothing. Rejects with NOT_FOUND. */
  async revoke(tenant: string, id: string, revocations: Revocations): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    await transact(this.#o.db, async (db) => {
      const ofKey = { tenant, id };
      const { numUpdatedRows } = await db
        .updateTable('api_keys')
        .set({ revoked_ms: nowMs })
        .where((eb) => eb.and(ofKey))
        .where('revoked_ms', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return revocations.add(db, { ...ofKey, untilMs: nowMs + REVOKED_KEPT_MS });
      const known = await db
        .selectFrom('api_keys')
        .select('id')
        .where((eb) => eb.and(ofKey))
        .executeTakeFirst();
      if (known === undefined) throw new Problem('NOT_FOUND');
    });
  }

  /** What the configuration names, made once: a tenant with a key that may do everything for it. */
  async seed(
    tenants: readonly { id: string; name: string; key: string; secret: string }[],
    scopes: readonly Scope[],
  ): Promise<void> {
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
  }
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
