// Rights in items: of the owner, of all users of the tenant, and of the item's readers.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import { namesOf } from '../meetings/core/rights.ts';
import { type Database, isPostgres } from '../store/store.ts';
import { type ItemRow, type Right, rights } from './rows.ts';

export { type Right, rights };

export interface ItemRight {
  readonly may: Right;
  /** Meeting whose hosts have the right, or group whose members have it; `own`: the caller has it without either. */
  readonly by: { readonly kind: 'own' } | { readonly kind: 'meeting' | 'group'; readonly id: string };
}

export const includes = (may: Right, needed: Right): boolean => rights.indexOf(may) >= rights.indexOf(needed);

/** Returns one of the rights that includes `needed`, rather one of the caller's own. */
export function rightTo(has: readonly ItemRight[], needed: Right): ItemRight | undefined {
  const fitting = has.filter(({ may }) => includes(may, needed));
  return fitting.find(({ by }) => by.kind === 'own') ?? fitting[0];
}

/** Returns the highest of a caller's rights, as far as an API key's scopes reach; undefined without a right. */
export function mayOf({ kind, scopes }: Principal, has: readonly ItemRight[]): Right | undefined {
  const isReachable = kind === 'user' || scopes.has('library:write');
  const reachable = isReachable ? rights : rights.filter((right) => right !== 'change');
  return reachable.findLast((right) => rightTo(has, right) !== undefined);
}

/** Returns the caller's rights in an item of the caller's tenant; none for an item that the caller may not see. */
export const rightsIn = async (db: Database, principal: Principal, row: SharedItem): Promise<ItemRight[]> =>
  (await rightsOf(db, principal, [row]))(row);

/** Returns whether the caller may change what is shared with it: users of the role `member` change own items alone. */
const changesShared = ({ scopes }: Principal): boolean => scopes.has('library:write');

/** Returns a function that returns the caller's rights in one of these items of the caller's tenant. */
export async function rightsOf(
  db: Database,
  principal: Principal,
  items: readonly SharedItem[],
): Promise<(item: SharedItem) => ItemRight[]> {
  const me = ownerOnly(principal);
  if (me === undefined) return () => [ownRight('change')];
  const ids = items.filter(({ owner }) => owner !== me).map(({ id }) => id);
  const rows =
    ids.length === 0
      ? []
      : await db
          .selectFrom('library_item_readers as r')
          .select(['r.item', 'r.kind', 'r.reader', 'r.may'])
          .where('r.tenant', '=', principal.tenant)
          .where('r.item', 'in', ids)
          .where(isReader(db, principal))
          .execute();
  const rowsByItem = Map.groupBy(rows, ({ item }) => item);
  const reached = (may: Right): Right => (may === 'change' && !changesShared(principal) ? 'download' : may);
  return ({ id, owner, visibility }) => {
    if (owner === me) return [ownRight('change')];
    const ofReaders = (rowsByItem.get(id) ?? []).map(({ kind, reader, may }) =>
      kind === 'user' ? ownRight(reached(may)) : { may: reached(may), by: { kind, id: reader } },
    );
    return visibility === 'tenant' ? [ownRight('download'), ...ofReaders] : ofReaders;
  };
}

type SharedItem = Pick<ItemRow, 'id' | 'owner' | 'visibility'>;
const ownRight = (may: Right): ItemRight => ({ may, by: { kind: 'own' } });

/** Matches rows of `library_items` that a user may see who is not an administrator. */
export const isVisible = (db: Database, principal: Principal): RawBuilder<SqlBool> => sql<SqlBool>`(
  library_items.owner = ${principal.id} or library_items.visibility = 'tenant'
  or ${hasReader(db, principal, sql<SqlBool>`1 = 1`)})`;

/** Matches rows of `library_items` that a user may change who is not an administrator. */
export const isChangeable = (db: Database, principal: Principal): RawBuilder<SqlBool> =>
  changesShared(principal)
    ? sql<SqlBool>`(
  library_items.owner = ${principal.id} or ${hasReader(db, principal, sql<SqlBool>`r.may = 'change'`)})`
    : sql<SqlBool>`library_items.owner = ${principal.id}`;

/** Matches rows of `library_items` that another shared with the user, or with a group of the user. */
export const isShared = (db: Database, principal: Principal): RawBuilder<SqlBool> => sql<SqlBool>`(
  library_items.owner <> ${principal.id} and ${hasReader(db, principal, sql<SqlBool>`r.kind in ('user', 'group')`)})`;

/** Matches rows of `library_items` with a row `r` of readers that means the user and fulfils the condition. */
const hasReader = (db: Database, principal: Principal, condition: RawBuilder<SqlBool>) => sql<SqlBool>`exists (
  select 1 from library_item_readers as r
  where r.tenant = library_items.tenant and r.item = library_items.id and ${condition} and ${isReader(db, principal)})`;

/** Matches rows whose meeting has the user as host or cohost now. The meeting and its tenant are columns. */
export const leadsMeeting = (
  db: Database,
  principal: Principal,
  { tenant, meeting }: { readonly tenant: string; readonly meeting: string },
): RawBuilder<SqlBool> => {
  const person = { id: principal.id, email: principal.user?.email ?? '' };
  return sql<SqlBool>`exists (
    select 1 from meeting_persons as p inner join meetings as m on m.id = p.meeting
    where p.tenant = ${sql.ref(tenant)} and p.meeting = ${sql.ref(meeting)} and p.person in (${sql.join(namesOf(person))})
    and ${isPostgres(db) ? leadsInPostgres(person) : leadsInSqlite(person)})`;
};

/** Matches rows `r` of readers that mean the user: hosts and cohosts of a meeting are those that it has now. */
const isReader = (db: Database, principal: Principal): RawBuilder<SqlBool> => sql<SqlBool>`(
    (r.kind = 'user' and r.reader = ${principal.id})
    or (r.kind = 'group' and exists (
      select 1 from group_members as g
      where g.tenant = r.tenant and g.group_id = r.reader and g.user_id = ${principal.id}))
    or (r.kind = 'meeting' and ${leadsMeeting(db, principal, { tenant: 'r.tenant', meeting: 'r.reader' })}))`;

interface Person {
  readonly id: string;
  readonly email: string;
}

/** Matches meetings `m` of which the person is host or cohost, as `partOf` of meetings decides. */
const leadsInSqlite = ({ id, email }: Person) => sql<SqlBool>`(
  exists (select 1 from json_each(m.body, '$.hosts') as h where h.value = ${id})
  or exists (select 1 from json_each(m.body, '$.cohosts') as h where h.value = ${id})
  or exists (
    select 1 from json_each(m.body, '$.invitees') as i
    where json_extract(i.value, '$.role') in ('host', 'cohost')
    and (json_extract(i.value, '$.userId') = ${id} or (
      coalesce(json_extract(i.value, '$.userId'), '') = ''
      and json_extract(i.value, '$.email') <> '' and lower(json_extract(i.value, '$.email')) = ${email.toLowerCase()}))))`;

const leadsInPostgres = ({ id, email }: Person) => sql<SqlBool>`(
  jsonb_exists(m.body::jsonb -> 'hosts', ${id})
  or jsonb_exists(m.body::jsonb -> 'cohosts', ${id})
  or exists (
    select 1 from jsonb_array_elements(m.body::jsonb -> 'invitees') as i
    where i ->> 'role' in ('host', 'cohost')
    and (i ->> 'userId' = ${id} or (
      coalesce(i ->> 'userId', '') = '' and i ->> 'email' <> '' and lower(i ->> 'email') = ${email.toLowerCase()}))))`;
