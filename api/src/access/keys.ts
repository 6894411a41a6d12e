// Tenants and their API keys in the database. Secrets are sealed: HS256 needs them again, so a hash would not do.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Clock } from '@meridian/runtime';
import type { Database } from '../store/store.ts';
import { isScope, type Scope } from './scopes.ts';

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
  readonly #seal: Buffer;

  constructor(o: ApiKeysOptions) {
    this.#o = o;
    this.#seal = Buffer.from(hkdfSync('sha256', o.sealSecret, '', 'meridian api keys', 32));
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
      secret: this.#open(row.sealed_secret, id),
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
          .values({ ...row, sealed_secret: this.#close(secret, key), revoked_ms: null })
          .onConflict((on) => on.doNothing())
          .execute();
      });
    }
  }

  /** AES-256-GCM; bound to the key's id, so that no row can stand in for another. */
  #close(secret: string, id: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#seal, nonce).setAAD(Buffer.from(id));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  #open(sealed: string, id: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#seal, bytes.subarray(0, 12))
      .setAAD(Buffer.from(id))
      .setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  }
}
