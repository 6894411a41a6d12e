import type { Selectable } from 'kysely';
import { forgetLinks, forgetReader } from '../access/file-links.ts';
import { forgetMembers, grantSources, removeGrant } from '../access/link-grants.ts';
import { byOf } from '../access/made-links.ts';
import { lockTenant } from '../access/tenants.ts';
import type { GrantEnding } from '../access/token-uses.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Transaction } from '../store/transaction.ts';
import { newGroupId } from './secrets.ts';
import { type User, userOf } from './user.ts';

export interface Group {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  /** Version of the group, which counts renames. */
  readonly version: number;
  readonly createdMs: number;
}

export interface GroupsOptions extends GrantEnding {
  readonly db: Database;
}

/** Limit of groups in a tenant. */
const GROUPS_MAX = 1000;

export class Groups {
  readonly #o: GroupsOptions;

  constructor(o: GroupsOptions) {
    this.#o = o;
  }

  /** Rejects with ALREADY_EXISTS (name) or QUOTA_EXCEEDED. */
  async create(db: Database, tenant: string, name: string): Promise<Group> {
    await lockTenant(db, tenant);
    await refuseTaken(db, tenant, name);
    const { n } = await db
      .selectFrom('user_groups')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('tenant', '=', tenant)
      .executeTakeFirstOrThrow();
    if (Number(n) >= GROUPS_MAX) throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${GROUPS_MAX} groups`);
    const row = { tenant, id: newGroupId(), name, version: 1, created_ms: this.#o.clock.wallMs() };
    await db.insertInto('user_groups').values(row).execute();
    return groupOf(row);
  }

  /** Returns groups, the newest first. */
  async list(tenant: string, page: PageRequest): Promise<{ data: Group[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('user_groups')
      .selectAll()
      .where('tenant', '=', tenant)
      .$call(newestFirst.ofPage(page))
      .execute();
    return newestFirst.page(page, rows, groupOf);
  }

  /** Rejects with NOT_FOUND. `db`: database, or the caller's transaction. */
  async get(tenant: string, id: string, db: Database = this.#o.db): Promise<Group> {
    const row = await db
      .selectFrom('user_groups')
      .selectAll()
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (row === undefined) throw new Problem('NOT_FOUND');
    return groupOf(row);
  }

  /** Rejects with ALREADY_EXISTS, or VERSION_CONFLICT if the group is not at `version`. */
  async rename(db: Database, { tenant, id, version, ...currentGroup }: Group, name: string): Promise<Group> {
    await lockTenant(db, tenant);
    if (name !== currentGroup.name) await refuseTaken(db, tenant, name);
    const row = await db
      .updateTable('user_groups')
      .set({ name, version: version + 1 })
      .where((eb) => eb.and({ tenant, id, version }))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('VERSION_CONFLICT');
    return groupOf(row);
  }

  /** Deletes a group, and ends what its members opened by its rights; its users stay. Rejects with NOT_FOUND. */
  async delete(trx: Transaction, tenant: string, id: string): Promise<void> {
    await forgetMembers(trx, { tenant, group_id: id });
    const { numDeletedRows } = await trx
      .deleteFrom('user_groups')
      .where((eb) => eb.and({ tenant, id }))
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new Problem('NOT_FOUND');
    await forgetReader(trx, { tenant, kind: 'group', reader: id });
    await removeGrant(trx, this.#o, { tenant, source: grantSources.ofGroup(id) });
    await forgetLinks(trx, { tenant, group_id: id });
  }

  /** Returns members, the newest users first. */
  async members({ tenant, id }: Group, page: PageRequest): Promise<{ data: User[]; nextCursor?: string }> {
    const rows = await this.#o.db
      .selectFrom('users')
      .innerJoin('group_members', (join) =>
        join.onRef('group_members.tenant', '=', 'users.tenant').onRef('group_members.user_id', '=', 'users.id'),
      )
      .selectAll('users')
      .where('group_members.tenant', '=', tenant)
      .where('group_members.group_id', '=', id)
      .$call(newestFirst.ofPage(page))
      .execute();
    return newestFirst.page(page, rows, userOf);
  }

  /**
   * Adds and removes members, all or none, and ends links that those who leave made by a right of the group. Rejects
   * with REQUEST_INVALID for ids in `add` without a user.
   */
  async changeMembers(
    db: Transaction,
    { tenant, id }: Group,
    { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<{ added: number; removed: number }> {
    await refuseUnknown(db, tenant, add);
    const ofGroup = { tenant, group_id: id };
    const removed =
      remove.length === 0
        ? []
        : await db
            .deleteFrom('group_members')
            .where((eb) => eb.and(ofGroup))
            .where('user_id', 'in', remove)
            .returning('user_id')
            .execute();
    for (const { user_id } of removed) await this.#endMember(db, { tenant, group: id, user: user_id });
    const added =
      add.length === 0
        ? 0n
        : (
            await db
              .insertInto('group_members')
              .values(add.map((user_id) => ({ ...ofGroup, user_id })))
              .onConflict((on) => on.doNothing())
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows;
    return { added: Number(added ?? 0n), removed: removed.length };
  }

  async #endMember(
    trx: Transaction,
    { tenant, group, user }: { readonly tenant: string; readonly group: string; readonly user: string },
  ): Promise<void> {
    await removeGrant(trx, this.#o, { tenant, source: grantSources.ofMember(group, user) });
    await forgetLinks(trx, { tenant, group_id: group, made_by: byOf({ kind: 'user', id: user }) });
  }
}

async function refuseTaken(db: Database, tenant: string, name: string): Promise<void> {
  const sameNameGroup = await db
    .selectFrom('user_groups')
    .select('id')
    .where((eb) => eb.and({ tenant, name }))
    .executeTakeFirst();
  if (sameNameGroup === undefined) return;
  throw new Problem('ALREADY_EXISTS', undefined, {
    fields: [{ pointer: '/name', detail: 'belongs to another group' }],
  });
}

async function refuseUnknown(db: Database, tenant: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await db.selectFrom('users').select('id').where('tenant', '=', tenant).where('id', 'in', ids).execute();
  const known = new Set(rows.map((row) => row.id));
  const fields = ids.flatMap((id, at) => (known.has(id) ? [] : [{ pointer: `/add/${at}`, detail: 'is not a user' }]));
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields: fields.slice(0, 20) });
}

const groupOf = (row: Selectable<Tables['user_groups']>): Group => ({
  tenant: row.tenant,
  id: row.id,
  name: row.name,
  version: row.version,
  createdMs: row.created_ms,
});
