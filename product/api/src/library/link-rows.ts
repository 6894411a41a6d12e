// Rows of links to files, for listing and ending. A link works without its row; its token decides.
import type { Selectable } from 'kysely';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

export type LinkRow = Selectable<Tables['library_links']>;

/**
 * Links of a maker to an item in lists: more than a person hands out, and some hundred kilobytes. Beyond it, those that
 * end first leave the lists; they end like the others, with the item, the maker or their time.
 */
export const LISTED_PER_MAKER_MAX = 200;

export async function addLink(db: Database, row: LinkRow): Promise<void> {
  const { tenant, item, made_by } = row;
  const ofMaker = db
    .selectFrom('library_links')
    .select('id')
    .where((eb) => eb.and({ tenant, item, made_by }));
  const tooMany = await ofMaker
    .orderBy('expires_ms', 'desc')
    .orderBy('id')
    .offset(LISTED_PER_MAKER_MAX - 1)
    .limit(200)
    .execute();
  const ids = tooMany.map(({ id }) => id);
  if (ids.length > 0)
    await db.deleteFrom('library_links').where('tenant', '=', tenant).where('id', 'in', ids).execute();
  await db.insertInto('library_links').values(row).execute();
}

export async function forgetLinksOfItem(db: Database, tenant: string, item: string): Promise<void> {
  await db
    .deleteFrom('library_links')
    .where((eb) => eb.and({ tenant, item }))
    .execute();
}

export async function forgetExpiredLinks(db: Database, nowMs: number): Promise<void> {
  await db.deleteFrom('library_links').where('expires_ms', '<=', nowMs).execute();
}
