// Rights that links to files come from. A link's token names their grants (claim `sources`), so that one revocation
// ends all links of an item, or of a maker.
import { limits } from '@meridian/protocol';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Principal } from './core/scopes.ts';
import { newGrantId } from './new-ids.ts';
import { type GrantEnding, noteUse, revokeUsed } from './token-uses.ts';

/** Longest life of a link to a file. */
export const FILE_LINK_S_MAX = 7 * 86_400;
/** A revocation of links outlasts them all: a token counts for the leeway of clocks after its end. */
export const LINKS_REVOKED_MS = FILE_LINK_S_MAX * 1000 + limits.clockLeewayMs;

/** Values in a statement, of which SQLite takes some thousands. */
const SOURCES = 1000;

export const grantSources = {
  ofItem: (item: string): string => item,
  ofUser: (user: string): string => `user:${user}`,
  ofUploads: (user: string): string => `uploads:${user}`,
  ofHosts: (meeting: string): string => `meeting:${meeting}`,
  ofGroup: (group: string): string => `group:${group}`,
  ofMember: (group: string, user: string): string => `group:${group}/${user}`,
};

type Membership = Pick<Tables['group_members'], 'group_id' | 'user_id'>;

interface Source {
  readonly tenant: string;
  readonly source: string;
}

/**
 * Returns the id of the source's grant, for a token that expires at `untilMs`. The caller must look at the right
 * afterwards, in the same transaction: a right that ended before then is seen, and one that ends later revokes this id.
 */
export async function grantOf(
  trx: Transaction,
  { tenant, source, untilMs }: Source & { readonly untilMs: number },
): Promise<string> {
  const id = await idOfGrant(trx, { tenant, source });
  await noteUse(trx, { tenant, id, untilMs: untilMs + limits.clockLeewayMs });
  return id;
}

async function idOfGrant(trx: Transaction, { tenant, source }: Source): Promise<string> {
  const found = await grants(trx, { tenant, source }).executeTakeFirst();
  if (found !== undefined) return found.id;
  await trx
    .insertInto('file_grants')
    .values({ tenant, source, id: newGrantId() })
    .onConflict((on) => on.doNothing())
    .execute();
  const { id } = await grants(trx, { tenant, source }).executeTakeFirstOrThrow();
  return id;
}

/** Ends all links that came from the source. Later links work. A grant that no living link names stays. */
export async function endGrant(trx: Transaction, o: GrantEnding, { tenant, source }: Source): Promise<void> {
  const id = newGrantId();
  // The row is inserted even for a source without links: it holds off a link that is made at the same time.
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('file_grants')
    .values({ tenant, source, id })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 0n) return;
  // This update locks the row, so that the grant that it returns is the one that links name.
  const row = await trx
    .updateTable('file_grants')
    .set((eb) => ({ id: eb.ref('id') }))
    .where((eb) => eb.and({ tenant, source }))
    .returning('id')
    .executeTakeFirstOrThrow();
  if (!(await revokeUsed(trx, o, { tenant, id: row.id, lifeMs: LINKS_REVOKED_MS }))) return;
  await trx
    .updateTable('file_grants')
    .set({ id })
    .where((eb) => eb.and({ tenant, source }))
    .execute();
}

/** Ends all links that came from a source which is gone for good. */
export async function removeGrant(trx: Transaction, o: GrantEnding, { tenant, source }: Source): Promise<void> {
  await endGrant(trx, o, { tenant, source });
  await trx
    .deleteFrom('file_grants')
    .where((eb) => eb.and({ tenant, source }))
    .execute();
}

/**
 * Removes grants of members of a group, or of a user in all groups, which must still be members. Links end by the grant
 * of the group or the user.
 */
export async function forgetMembers(
  trx: Transaction,
  { tenant, ...of }: { readonly tenant: string } & Partial<Membership>,
): Promise<void> {
  const members = await trx
    .selectFrom('group_members')
    .select(['group_id', 'user_id'])
    .where((eb) => eb.and({ tenant, ...of }))
    .execute();
  const sources = members.map(({ group_id, user_id }) => grantSources.ofMember(group_id, user_id));
  for (let at = 0; at < sources.length; at += SOURCES)
    await trx
      .deleteFrom('file_grants')
      .where('tenant', '=', tenant)
      .where('source', 'in', sources.slice(at, at + SOURCES))
      .execute();
}

/**
 * Returns the ids whose revocation ends what the caller makes until `untilMs`: the grant of a user, or the API key and
 * its token's source. Rejects with NOT_PERMITTED for an account that was changed since it signed in.
 */
export async function sourcesOfMaker(trx: Transaction, principal: Principal, untilMs: number): Promise<string[]> {
  const { kind, id, tenant } = principal;
  if (kind !== 'user') return sourcesOfKey(principal);
  const grant = await grantOf(trx, { tenant, source: grantSources.ofUser(id), untilMs });
  await refuseChangedAccount(trx, principal);
  return [grant];
}

/** Returns the ids whose revocation ends the URLs of the caller's uploads. Rejects like `sourcesOfMaker`. */
export async function sourcesOfUploader(trx: Transaction, principal: Principal, untilMs: number): Promise<string[]> {
  const { kind, id, tenant } = principal;
  const grant = kind === 'user' ? [await grantOf(trx, { tenant, source: grantSources.ofUploads(id), untilMs })] : [];
  return [...grant, ...(await sourcesOfMaker(trx, principal, untilMs))];
}

/** Rejects with NOT_PERMITTED for a user that is inactive, is gone or has another role since the request began. */
export async function refuseChangedAccount(db: Database, { kind, id, tenant, user }: Principal): Promise<void> {
  if (kind !== 'user') return;
  const account = await db
    .selectFrom('users')
    .select(['active', 'role'])
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
  if (account?.active !== 1 || account.role !== user?.role)
    throw new Problem('NOT_PERMITTED', 'the account has been changed');
}

/** Returns the API key of the caller, and the source of its token. */
export const sourcesOfKey = ({ id, via }: Principal): string[] => (via === undefined ? [id] : [id, via]);

const grants = (trx: Transaction, { tenant, source }: Source) =>
  trx
    .selectFrom('file_grants')
    .select('id')
    .where((eb) => eb.and({ tenant, source }));
