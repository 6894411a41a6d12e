// Tenants and their API keys in the database. Secrets are sealed: HS256 needs them again, so a hash would not do.
import type { Clock } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import { isScope, type Scope } from './scopes.ts';
import { Seal } from './seal.ts';

declare module '../store/tables.ts' {
  interface Tables {
    tenants: { id: string; name: string; limits: string; created_ms: number };
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
}

export interface ApiKeysOptions {
  readonly db: Database;
  readonly sealSecret: string;
  readonly clock: Clock;
}

export class ApiKeys {
  readonly #o: ApiKeysOptions;
  readonly #seal: Seal;

  constructor(o: ApiKeysOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian api keys');
  }

  /** A key that counts; undefined: unknown or revoked. */
  async find(id: string): Promise<KnownKey | undefined> {
    const row = await this.#o.db
      .selectFrom('api_keys')
      .selectAll()
      .where('id', '=', id)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { tenant, regions } = row;
    return {
      id,
      secret: this.#seal.open(row.sealed_secret, id),
      tenant,
      scopes: row.scopes.split(' ').filter(isScope),
      regions,
    };
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
      await this.#o.db.transaction().execute(async (db) => {
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
