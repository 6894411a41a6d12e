import { type SqlBool, sql } from 'kysely';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import type { ShownItem } from '../events/item-body.ts';
import { newestFirst, type PageRequest } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import { type Database, isPostgres } from '../store/store.ts';
import { type SearchQuery, searchQueryOf } from './core/search-text.ts';
import { type ItemFacts, shownItem } from './item-body.ts';
import { type ItemRight, isChangeable, isShared, isVisible, mayOf, rightsIn, rightsOf, rightTo } from './readers.ts';
import { renditionsOf } from './rendition-rows.ts';
import { type ItemRow, itemStates } from './rows.ts';
import { trimTask } from './trim-task.ts';

export interface ItemFilter extends PageRequest {
  readonly text?: string;
  readonly tag?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly owner?: string;
  /** True for items in the trash that the caller may change; other lists leave out what is in the trash. */
  readonly trashed?: boolean;
  /** True for items of others that a user or group was made a reader of. */
  readonly shared?: boolean;
}

/** Chosen pictures may have 400 kB, so a list reads only whether a picture exists. */
const listedColumns = [
  'tenant',
  'id',
  'title',
  'description',
  'tags',
  'visibility',
  'owner',
  'name',
  'kind',
  'state',
  'failure',
  'detail',
  'content',
  'recording',
  'trashed_ms',
  'trashed_by',
  'original',
  'trim',
  'trim_wanted',
  'trim_failure',
  'chapters',
  'version',
  'sequence',
  'created_ms',
  'changed_ms',
  'deleted_ms',
] as const;

/** Returns the newest first. */
export async function itemPage(db: Database, principal: Principal, filter: ItemFilter) {
  const query = searchOf(filter.text);
  if (query === 'none') return { data: [] };
  let found = db
    .selectFrom('library_items')
    .select(listedColumns)
    .select(sql<string>`substr(cover, 1, 1)`.as('cover'))
    .where('tenant', '=', principal.tenant)
    .where('deleted_ms', 'is', null)
    .where('trashed_ms', filter.trashed === true ? 'is not' : 'is', null)
    .$call(newestFirst.ofPage(filter));
  const me = ownerOnly(principal);
  const state = itemStates.find((one) => one === filter.state);
  if (me !== undefined)
    found = found.where(filter.trashed === true ? isChangeable(db, principal) : isVisible(db, principal));
  if (filter.shared === true) {
    if (principal.kind !== 'user') return { data: [] };
    found = found.where(isShared(db, principal));
  }
  if (state !== undefined) found = found.where('state', '=', state);
  if (filter.kind !== undefined) found = found.where('kind', '=', filter.kind);
  if (filter.owner !== undefined) found = found.where('owner', '=', filter.owner);
  if (filter.tag !== undefined) found = found.where(hasTag(db, filter.tag));
  if (query !== undefined) for (const condition of isFound(db, query)) found = found.where(condition);
  const rows = await found.execute();
  const facts = await factsOf(db, principal.tenant, rows);
  const rights = await rightsOf(db, principal, rows);
  return newestFirst.page(filter, rows, (row) => ({
    ...shownItem(row, facts(row)),
    ...shownRight(principal, rights(row)),
  }));
}

/** Returns undefined without a text, and `none` for a text that contains no word. */
function searchOf(text: string | undefined): SearchQuery | 'none' | undefined {
  return text === undefined || text.trim() === '' ? undefined : (searchQueryOf(text) ?? 'none');
}

const shownRight = (principal: Principal, rights: readonly ItemRight[]): Pick<ShownItem, 'may'> => {
  const may = mayOf(principal, rights);
  return may === undefined ? {} : { may };
};

/**
 * Returns an item with the caller's rights in it, of which there is one at least. Rejects with NOT_FOUND, also for an
 * item in the trash unless `trash` includes it for those who may change it.
 */
export async function itemWithRights(
  db: Database,
  principal: Principal,
  id: string,
  trash: 'included' | 'left out' = 'left out',
): Promise<{ readonly row: ItemRow; readonly rights: readonly ItemRight[] }> {
  const { tenant } = principal;
  const row = await db
    .selectFrom('library_items')
    .selectAll()
    .where((eb) => eb.and({ tenant, id }))
    .where('deleted_ms', 'is', null)
    .executeTakeFirst();
  const rights = row === undefined ? [] : await rightsIn(db, principal, row);
  if (row === undefined || rights.length === 0) throw new Problem('NOT_FOUND');
  if (row.trashed_ms !== null && (trash === 'left out' || rightTo(rights, 'change') === undefined))
    throw new Problem('NOT_FOUND');
  return { row, rights };
}

/** Rejects with NOT_FOUND. */
export async function visibleItem(db: Database, principal: Principal, id: string): Promise<ItemRow> {
  return (await itemWithRights(db, principal, id)).row;
}

/** Rejects with NOT_FOUND, or NOT_PERMITTED for an item that the caller may see but not change. */
export async function changeableItem(
  db: Database,
  principal: Principal,
  id: string,
  trash: 'included' | 'left out' = 'left out',
): Promise<ItemRow> {
  const { row, rights } = await itemWithRights(db, principal, id, trash);
  if (rightTo(rights, 'change') === undefined) throw new Problem('NOT_PERMITTED', 'it belongs to another user');
  return row;
}

/** Includes the chosen picture. */
export async function shownWhole(db: Database, row: ItemRow): Promise<ShownItem> {
  const facts = await factsOf(db, row.tenant, [row]);
  const shown = shownItem(row, facts(row));
  return row.cover === '' ? shown : Object.assign(shown, { coverImage: row.cover });
}

/** Includes the chosen picture, and what the caller may do. */
export async function shownTo(db: Database, principal: Principal, row: ItemRow): Promise<ShownItem> {
  const rights = await rightsIn(db, principal, row);
  return { ...(await shownWhole(db, row)), ...shownRight(principal, rights) };
}

type Listed = Pick<ItemRow, 'id' | 'content' | 'state' | 'trim_wanted'>;

export async function factsOf(db: Database, tenant: string, rows: readonly Listed[]) {
  const ids = rows.map(({ id }) => id);
  const contents = new Map((await contentsOf(db, tenant, rows)).map((content) => [content.id, content]));
  const renditions = new Map((await renditionsOf(db, tenant, [...contents.keys()])).map((one) => [one.content, one]));
  const languages = Map.groupBy(await languagesOf(db, tenant, ids), ({ item: id }) => id);
  const uploads = new Map((await uploadsOf(db, tenant, ids)).map(({ item: id, id: upload }) => [id, upload]));
  const trimming = await trimmingOf(db, tenant, rows);
  return ({ id, content, state, trim_wanted: wanted }: Listed): ItemFacts => ({
    trimming: wanted === '' ? undefined : (trimming.get(id) ?? { state: 'waiting', done: 0 }),
    content: contents.get(content),
    renditions: renditions.get(content),
    languages: languages.get(id)?.map(({ language }) => language) ?? [],
    upload: state === 'ready' ? undefined : uploads.get(id),
  });
}

async function contentsOf(db: Database, tenant: string, rows: readonly Listed[]) {
  const ids = [...new Set(rows.map(({ content }) => content).filter((id) => id !== ''))];
  if (ids.length === 0) return [];
  return db.selectFrom('library_contents').selectAll().where('tenant', '=', tenant).where('id', 'in', ids).execute();
}

async function languagesOf(db: Database, tenant: string, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('library_transcripts')
    .select(['item', 'language'])
    .where('tenant', '=', tenant)
    .where('item', 'in', ids)
    .orderBy('language')
    .execute();
}

/** Returns what tasks of trims report, by item. */
async function trimmingOf(db: Database, tenant: string, rows: readonly Listed[]) {
  const keys = rows
    .filter((row) => row.trim_wanted !== '')
    .map(({ id }) => [trimTask.keyOf({ tenant, id }), id] as const);
  if (keys.length === 0) return new Map<string, NonNullable<ItemFacts['trimming']>>();
  const jobs = await db
    .selectFrom('jobs')
    .select(['key', 'leased_by', 'done'])
    .where('kind', '=', trimTask.name)
    .where('tenant', '=', tenant)
    .where(
      'key',
      'in',
      keys.map(([key]) => key),
    )
    .execute();
  const ids = new Map(keys);
  return new Map(
    jobs.map(({ key, leased_by, done }) => {
      const isRunning = leased_by !== '';
      return [ids.get(key) ?? '', { state: isRunning ? 'running' : 'waiting', done: isRunning ? done : 0 } as const];
    }),
  );
}

/** Returns the newest upload of an item last. */
async function uploadsOf(db: Database, tenant: string, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('library_uploads')
    .select(['item', 'id'])
    .where((eb) => eb.and({ tenant, recording: '' }))
    .where('item', 'in', ids)
    .orderBy('created_ms')
    .execute();
}

/** Finds a tag in a JSON list: each begins after `["` or `,"`, since quotation marks within tags are escaped. */
function hasTag(db: Database, tag: string) {
  const text = JSON.stringify(tag);
  const at = (before: string) =>
    isPostgres(db) ? sql`strpos(tags, ${before + text})` : sql`instr(tags, ${before + text})`;
  return sql<SqlBool>`(${at('[')} > 0 or ${at(',')} > 0)`;
}

function isFound(db: Database, { fts5, tsquery, phrases }: SearchQuery) {
  if (!isPostgres(db))
    return [sql<SqlBool>`search_id in (select rowid from library_search where library_search match ${fts5})`];
  return [
    sql<SqlBool>`to_tsvector('simple', search_text) @@ to_tsquery('simple', ${tsquery})`,
    ...phrases.map((phrase) => sql<SqlBool>`strpos(' ' || search_text || ' ', ${phrase}) > 0`),
  ];
}
