// Users in the database. Changes in a tenant run in turn, so that addresses stay unique and an administrator remains.

import { cleanDisplayName } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { emailOf } from '../access/core/email.ts';
import { isAdminRole, roleScopes, type Scope } from '../access/core/scopes.ts';
import { forgetReader } from '../access/file-links.ts';
import { endGrant, forgetMembers, grantSources } from '../access/link-grants.ts';
import { endMadeLinks, type MadeEnding } from '../access/made-links.ts';
import type { Revocations } from '../access/revocations.ts';
import { lockTenant } from '../access/tenants.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { endHostLinks, endPersonalLinks } from '../join-links/personal-links.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import {
  type ChangedBy,
  isAdmin,
  isSame,
  likeOf,
  missingFields,
  refuseInvalid,
  refuseLastAdmin,
  refuseOperator,
  refuseTaken,
  refuseTooMany,
} from './checks.ts';
import { searchText } from './core/user.ts';
import { writeFindWords } from './find.ts';
import { newUserId } from './secrets.ts';
import { type NewUser, type User, type UserChanges, type UserRow, userOf } from './user.ts';

export interface UsersOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly revocations: Pick<Revocations, 'add' | 'poll'>;
  readonly streams: MadeEnding['streams'];
  /** Tenant whose users can be operators, from the configuration. */
  readonly operatorTenant?: string | undefined;
}

export interface UserQuery extends PageRequest {
  readonly email?: string;
  /** Part of a name or e-mail, ignoring case. */
  readonly query?: string;
  readonly isActive?: boolean;
}

/** Longer than any token made for a user is valid. */
const TOKEN_MS_MAX = 7 * 86_400_000;

export class Users {
  readonly #o: UsersOptions;

  constructor(o: UsersOptions) {
    this.#o = o;
  }

  /** Rejects with REQUEST_INVALID, ALREADY_EXISTS (id or e-mail) or QUOTA_EXCEEDED, and like `refuseOperator`. */
  async create(db: Database, given: NewUser, by?: ChangedBy): Promise<User> {
    const o = { ...given, name: cleanDisplayName(given.name) };
    refuseInvalid(o);
    await lockTenant(db, o.tenant);
    await this.refuseOperator(db, { tenant: o.tenant, role: o.role, by });
    const [id, email] = [o.id ?? newUserId(), emailOf(o.email)];
    await refuseTaken(db, o.tenant, { id, email });
    await refuseTooMany(db, o.tenant);
    const row = await db
      .insertInto('users')
      .values({
        tenant: o.tenant,
        id,
        email,
        name: o.name,
        search: searchText({ name: o.name, email }),
        role: o.role,
        active: o.isActive === false ? 0 : 1,
        password: null,
        version: 1,
        created_ms: this.#o.clock.wallMs(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return writeFindWords(db, userOf(row));
  }

  /** Rejects with NOT_FOUND. `db`: database, or the caller's transaction. */
  async get(tenant: string, id: string, db: Database = this.#o.db): Promise<User> {
    const row = await db
      .selectFrom('users')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return userOf(row);
  }

  /** Returns undefined if no user has this e-mail. */
  findByEmail(tenant: string, email: string, db: Database): Promise<User | undefined> {
    return this.#find(db, tenant, undefined, email);
  }

  /** Returns users, the newest first. */
  async list(tenant: string, page: UserQuery): Promise<{ data: User[]; nextCursor?: string }> {
    let query = this.#o.db.selectFrom('users').selectAll().where('tenant', '=', tenant);
    if (page.email !== undefined) query = query.where('email', '=', emailOf(page.email));
    if (page.query !== undefined) query = query.where(sql<boolean>`search like ${likeOf(page.query)} escape '\\'`);
    if (page.isActive !== undefined) query = query.where('active', '=', page.isActive ? 1 : 0);
    const rows = await query.$call(newestFirst.ofPage(page)).execute();
    return newestFirst.page(page, rows, userOf);
  }

  /** Rejects like `create`, and with LAST_ADMIN, or VERSION_CONFLICT if the user has another version than `known`. */
  async change(db: Transaction, userBefore: User, given: UserChanges, by?: ChangedBy): Promise<User> {
    const changes = { ...given, ...(given.name !== undefined && { name: cleanDisplayName(given.name) }) };
    refuseInvalid(changes);
    const { tenant, id, version } = userBefore;
    await lockTenant(db, tenant);
    await this.refuseOperator(db, { tenant, known: userBefore, role: changes.role, by });
    const next = { ...userBefore, ...changes, email: emailOf(changes.email ?? userBefore.email) };
    if (next.email !== userBefore.email) await refuseTaken(db, tenant, { email: next.email });
    if (isAdmin(userBefore) && !isAdmin(next)) await refuseLastAdmin(db, userBefore);
    const row = await db
      .updateTable('users')
      .set({
        email: next.email,
        name: next.name,
        search: searchText(next),
        role: next.role,
        active: next.isActive ? 1 : 0,
        version: version + 1,
      })
      .where((eb) => eb.and({ tenant, id, version }))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('VERSION_CONFLICT');
    if (userBefore.isActive && !next.isActive) await this.#endAllAccess(db, userBefore, false);
    // A reader of the former mailbox must not be able to set the password.
    if (next.email !== userBefore.email) await voidLinks(db, userBefore);
    if (isAdminRole(userBefore.role) && !isAdminRole(next.role)) {
      await endHostLinks(db, this.#o.revocations, { tenant, id, nowMs: this.#o.clock.wallMs() });
      await endMadeLinks(db, this.#o, { tenant, id, isForGood: false });
    }
    if (mayUpload(userBefore) && !mayUpload(next))
      await endGrant(db, this.#o, { tenant, source: grantSources.ofUploads(id) });
    return writeFindWords(db, userOf(row));
  }

  /** Creates or changes a user; an unchanged row keeps its version. Rejects like `create` and `change`. */
  async put(
    db: Transaction,
    tenant: string,
    { id, ...o }: UserRow,
    by?: ChangedBy,
  ): Promise<{ user: User; isNew: boolean }> {
    refuseInvalid({ ...(id !== undefined && { id }), ...o });
    // Locks before reading, so that two concurrent lists do not create the user twice.
    await lockTenant(db, tenant);
    const known = await this.#find(db, tenant, id, o.email);
    if (known !== undefined)
      return { user: isSame(known, o) ? known : await this.change(db, known, o, by), isNew: false };
    const { email, name, role = 'member', ...rest } = o;
    if (email === undefined || name === undefined) throw new Problem('REQUEST_INVALID', undefined, missingFields(o));
    const newUser = { tenant, ...(id !== undefined && { id }), email, name, role, ...rest };
    return { user: await this.create(db, newUser, by), isNew: true };
  }

  /**
   * Deletes a user with all data that belongs to the user. Rejects with NOT_FOUND or LAST_ADMIN, and like
   * `refuseOperator`.
   */
  async delete(db: Transaction, tenant: string, id: string, by?: ChangedBy): Promise<void> {
    await lockTenant(db, tenant);
    const user = await this.get(tenant, id, db);
    await this.refuseOperator(db, { tenant, known: user, by });
    if (isAdmin(user)) await refuseLastAdmin(db, user);
    await this.#endAllAccess(db, user, true);
    await endFeeds(db, user);
    await forgetMembers(db, { tenant, user_id: id });
    await forgetReader(db, { tenant, kind: 'user', reader: id });
    await db
      .deleteFrom('users')
      .where((eb) => eb.and({ tenant, id }))
      .execute();
  }

  /** Sets a hash made by `Passwords`. Ends sessions except `kept`, and invalidates links to set a password. */
  async setPassword(db: Database, { tenant, id }: User, password: string, keptSession?: string): Promise<User> {
    const row = await db
      .updateTable('users')
      .set((eb) => ({ password, version: eb('version', '+', 1) }))
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    await endSessions(db, { tenant, id }, keptSession);
    await voidLinks(db, { tenant, id });
    return userOf(row);
  }

  /** Rejects like the function of the same name. Must also be called before another way to sign in is created. */
  refuseOperator(
    db: Database,
    o: { readonly tenant: string; readonly known?: User; readonly role?: string | undefined; readonly by: ChangedBy },
  ): Promise<void> {
    return refuseOperator(db, { ...o, operatorTenant: this.#o.operatorTenant });
  }

  async #find(db: Database, tenant: string, id?: string, email = ''): Promise<User | undefined> {
    const row = await db
      .selectFrom('users')
      .selectAll()
      .where('tenant', '=', tenant)
      .where(id === undefined ? 'email' : 'id', '=', id ?? emailOf(email))
      .executeTakeFirst();
    return row && userOf(row);
  }

  /** Ends the user's sessions, both here and in rooms, by the tokens (`via`), and what the user made. */
  async #endAllAccess(db: Transaction, { tenant, id, email }: User, isForGood: boolean): Promise<void> {
    const nowMs = this.#o.clock.wallMs();
    await endSessions(db, { tenant, id });
    await voidLinks(db, { tenant, id });
    // Tokens issued later in this second are revoked, too, since their time is the start of the second.
    await this.#o.revocations.add(db, {
      tenant,
      id: `user:${id}`,
      beforeMs: Math.floor(nowMs) + 1,
      untilMs: nowMs + TOKEN_MS_MAX,
    });
    await endPersonalLinks(db, this.#o.revocations, { tenant, id, email, nowMs, isForGood });
    await endMadeLinks(db, this.#o, { tenant, id, isForGood });
  }
}

const mayUpload = ({ role }: Pick<User, 'role'>): boolean =>
  (roleScopes[role] satisfies readonly Scope[] as readonly Scope[]).includes('library:write');

async function endSessions(db: Database, { tenant, id }: Pick<User, 'tenant' | 'id'>, kept = ''): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where((eb) => eb.and({ tenant, user_id: id }))
    .where('id', '!=', kept)
    .execute();
}

async function voidLinks(db: Database, { tenant, id }: Pick<User, 'tenant' | 'id'>): Promise<void> {
  await db
    .deleteFrom('setup_codes')
    .where((eb) => eb.and({ tenant, user_id: id }))
    .execute();
}

/** Removes the user's calendar feeds, and those that the user made. */
async function endFeeds(db: Database, { tenant, id }: User): Promise<void> {
  await db
    .deleteFrom('calendar_feeds')
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([eb('user_id', '=', id), eb('made_by', '=', id)]))
    .execute();
}
