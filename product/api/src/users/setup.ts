// Links that can be used once within a day, to set a password or create the first administrator. Their codes are stored
// as hashes.
import type { Clock } from '@meridian/runtime';
import type { Passwords } from '../access/password.ts';
import { lockTenant } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { newSetupCode, setupHash } from './secrets.ts';
import type { NewSession, Sessions } from './sessions.ts';
import type { SignedIn } from './sign-in.ts';
import type { User } from './user.ts';
import type { Users } from './users.ts';

const VALID_MS = 24 * 3_600_000;
/** Path of the links, to which the code is appended. */
const PATH = '/setup/';

export interface SetupOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly operatorTenant?: string | undefined;
  /** Origin of the links. */
  readonly publicUrl: string;
}

export interface SetupLink {
  readonly url: string;
  readonly expiresMs: number;
}

/** Purpose of a link: the password of a user, or without a user, the creation of the first administrator. */
export interface SetupTarget {
  readonly tenant: string;
  readonly tenantName: string;
  readonly user?: User;
  readonly email?: string;
}

export interface SetupRequest {
  readonly code: string;
  readonly password: string;
  /** Absent for a link to a user's password. */
  readonly email?: string;
  readonly name?: string;
}

export class Setup {
  readonly #o: SetupOptions;

  constructor(o: SetupOptions) {
    this.#o = o;
  }

  /** Makes a link to set the user's password, which replaces earlier links. */
  async passwordLink(db: Database, { tenant, id, isActive }: User): Promise<SetupLink> {
    if (!isActive) throw new Problem('CONFLICT', 'the user is not active');
    await db
      .deleteFrom('setup_codes')
      .where((eb) => eb.and({ tenant, user_id: id }))
      .execute();
    return this.#link(db, { tenant, userId: id });
  }

  /** Makes another link for an active user; earlier links stay valid. */
  anotherLink(db: Database, { tenant, id }: User): Promise<SetupLink> {
    return this.#link(db, { tenant, userId: id });
  }

  /** Makes a link for the first administrator, which replaces the earlier one. Rejects with TENANT_HAS_USERS. */
  async firstLink(db: Database, tenant: string, email = ''): Promise<SetupLink> {
    await lockTenant(db, tenant);
    if (await hasUser(db, tenant)) throw new Problem('TENANT_HAS_USERS');
    await voidFirst(db, tenant);
    return this.#link(db, { tenant, userId: null, email });
  }

  /** Returns the tenants without a user. */
  async tenantsWithoutUsers(tenants: readonly { readonly id: string }[]): Promise<string[]> {
    if (tenants.length === 0) return [];
    const ids = tenants.map(({ id }) => id);
    const rows = await this.#o.db
      .selectFrom('tenants')
      .select('id')
      .where('id', 'in', ids)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('users').select('users.id').whereRef('users.tenant', '=', 'tenants.id'))),
      )
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Returns the purpose of a code. Rejects with LINK_INVALID for any fault of the code, so that none is revealed. */
  async targetOf(code: string): Promise<SetupTarget> {
    const { db, clock, users } = this.#o;
    const row = await db
      .selectFrom('setup_codes')
      .innerJoin('tenants', 'tenants.id', 'setup_codes.tenant')
      .select(['setup_codes.tenant', 'setup_codes.user_id', 'setup_codes.email', 'tenants.name'])
      .where('code_hash', '=', setupHash(code))
      .where('expires_ms', '>', clock.wallMs())
      .executeTakeFirst();
    if (row === undefined) throw new Problem('LINK_INVALID');
    const { tenant, name: tenantName, user_id: userId, email } = row;
    if (userId !== null) return { tenant, tenantName, user: await users.get(tenant, userId) };
    if (await hasUser(db, tenant)) throw new Problem('LINK_INVALID');
    return { tenant, tenantName, ...(email !== '' && { email }) };
  }

  /**
   * Sets the password and starts a session; earlier sessions end. Works once. Rejects with LINK_INVALID or
   * REQUEST_INVALID.
   */
  async use({ code, password, ...o }: SetupRequest, browser: NewSession, previous?: string): Promise<SignedIn> {
    const { tenant, user } = await this.targetOf(code);
    const passwordHash = await this.#o.passwords.hash(password);
    const { db, users, sessions } = this.#o;
    return await transact(db, async (db) => {
      await lockTenant(db, tenant);
      await this.#take(db, code);
      const target =
        user === undefined ? await this.#createFirstUser(db, tenant, o) : await users.get(tenant, user.id, db);
      const signedIn = await users.setPassword(db, target, passwordHash);
      if (previous !== undefined) await sessions.endBySecret(db, previous);
      return { user: signedIn, ...(await sessions.create(db, signedIn, browser)) };
    });
  }

  async #createFirstUser(
    db: Database,
    tenant: string,
    { email, name }: Pick<SetupRequest, 'email' | 'name'>,
  ): Promise<User> {
    if (await hasUser(db, tenant)) throw new Problem('LINK_INVALID');
    const neededFields = { email, name };
    const fields = (['email', 'name'] as const)
      .filter((part) => neededFields[part] === undefined)
      .map((part) => ({ pointer: `/${part}`, detail: 'is needed of the first administrator' }));
    if (email === undefined || name === undefined) throw new Problem('REQUEST_INVALID', undefined, { fields });
    await voidFirst(db, tenant);
    const role = tenant === this.#o.operatorTenant ? 'operator' : 'admin';
    return this.#o.users.create(db, { tenant, email, name, role }, 'configuration');
  }

  async #take(db: Database, code: string): Promise<void> {
    const { numDeletedRows } = await db
      .deleteFrom('setup_codes')
      .where('code_hash', '=', setupHash(code))
      .where('expires_ms', '>', this.#o.clock.wallMs())
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new Problem('LINK_INVALID');
  }

  async #link(
    db: Database,
    { tenant, userId, email = '' }: { tenant: string; userId: string | null; email?: string },
  ): Promise<SetupLink> {
    const nowMs = this.#o.clock.wallMs();
    const [code, expiresMs] = [newSetupCode(), nowMs + VALID_MS];
    await db.deleteFrom('setup_codes').where('expires_ms', '<=', nowMs).execute();
    await db
      .insertInto('setup_codes')
      .values({ code_hash: setupHash(code), tenant, user_id: userId, email, created_ms: nowMs, expires_ms: expiresMs })
      .execute();
    return { url: `${this.#o.publicUrl}${PATH}${code}`, expiresMs };
  }
}

/** Returns whether a link made here can still be used. */
export async function isGoodLink(db: Database, url: string, nowMs: number): Promise<boolean> {
  const row = await db
    .selectFrom('setup_codes')
    .select('code_hash')
    .where('code_hash', '=', setupHash(url.slice(url.lastIndexOf(PATH) + PATH.length)))
    .where('expires_ms', '>', nowMs)
    .executeTakeFirst();
  return row !== undefined;
}

async function voidFirst(db: Database, tenant: string): Promise<void> {
  await db.deleteFrom('setup_codes').where('tenant', '=', tenant).where('user_id', 'is', null).execute();
}

async function hasUser(db: Database, tenant: string): Promise<boolean> {
  const row = await db.selectFrom('users').select('id').where('tenant', '=', tenant).limit(1).executeTakeFirst();
  return row !== undefined;
}
