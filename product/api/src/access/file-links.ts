// Links to files of items: their rows, for listing and ending, and the pace at which users make them. A link works
// without its row; its token decides.
import type { Generated, Selectable } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { ownerOnly, type Principal } from './core/scopes.ts';
import { Tries } from './tries.ts';

/** `own`: a page plays or downloads for its user. */
export const usesOfLinks = ['share', 'own'] as const;
export type LinkUse = (typeof usesOfLinks)[number];

declare module '../store/tables.ts' {
  interface NarrowedTables {
    library_links: { meeting: Generated<string>; group_id: Generated<string>; used_for: Generated<LinkUse> };
  }
}
export type FileLinkRow = Selectable<Tables['library_links']>;

export const EXPIRES_IN_S_USUAL = 3600;
export const rightsOfLinks = ['play', 'download'] as const;

/** Open links of a maker: more than a company hands out at a time, and some megabytes. */
export const OPEN_LINKS_MAX = 50_000;
/**
 * Paces of a user. An ended link can stay in the list of revocations, which all nodes hold, for up to seven days, or a
 * day for `own`: some ten thousand entries of a user at most. A page makes an own link for each cover that it shows.
 */
export const linkPaces = {
  share: { perSecond: 1 / 60, burst: 200 },
  own: { perSecond: 0.1, burst: 1000 },
} as const;

/** Counts links of users in this process; administrators and API keys have no pace. */
export class LinkPace {
  readonly #tries = { share: new Tries(linkPaces.share), own: new Tries(linkPaces.own) };

  /** Throws RATE_LIMITED. */
  count(principal: Principal, use: LinkUse, nowMs: number): void {
    const person = ownerOnly(principal);
    const retryAfterMs = person === undefined ? 0 : this.#tries[use].take(`${principal.tenant} ${person}`, nowMs);
    if (retryAfterMs === 0) return;
    const { burst, perSecond } = linkPaces[use];
    const pace = `${burst} links at once, then one in ${1 / perSecond} s`;
    throw new Problem('RATE_LIMITED', `You may make ${pace}. Share a link that you have made.`, { retryAfterMs });
  }
}

/** Rejects with QUOTA_EXCEEDED if the maker has `OPEN_LINKS_MAX` open links. */
export async function addLink(db: Database, row: FileLinkRow): Promise<void> {
  const { tenant, made_by } = row;
  const last = await db
    .selectFrom('library_links')
    .select('id')
    .where((eb) => eb.and({ tenant, made_by }))
    .where('expires_ms', '>', row.created_ms)
    .orderBy('created_ms')
    .orderBy('id')
    .offset(OPEN_LINKS_MAX - 1)
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined)
    throw new Problem(
      'QUOTA_EXCEEDED',
      `${made_by} already has ${OPEN_LINKS_MAX} open links. End some with DELETE /file-links/{fileLink}.`,
    );
  await db.insertInto('library_links').values(row).execute();
}

/** Removes rows of links that have ended: of an item, the hosts of a meeting, the members of a group, or a maker. */
export async function forgetLinks(
  db: Database,
  of: Pick<FileLinkRow, 'tenant'> & Partial<Pick<FileLinkRow, 'item' | 'meeting' | 'group_id' | 'made_by'>>,
): Promise<void> {
  await db
    .deleteFrom('library_links')
    .where((eb) => eb.and(of))
    .execute();
}

/** Removes a user or group from the readers of all items. */
export async function forgetReader(
  db: Database,
  { tenant, kind, reader }: { readonly tenant: string; readonly kind: 'user' | 'group'; readonly reader: string },
): Promise<void> {
  await db
    .deleteFrom('library_item_readers')
    .where((eb) => eb.and({ tenant, kind, reader }))
    .execute();
}

export async function forgetExpiredLinks(db: Database, nowMs: number): Promise<void> {
  await db.deleteFrom('library_links').where('expires_ms', '<=', nowMs).execute();
}
