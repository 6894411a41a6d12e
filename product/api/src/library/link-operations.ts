// Operations on links to files of items.
import { isIdentity, limits } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { ownerOnly, type Principal } from '../access/core/scopes.ts';
import {
  addLink,
  EXPIRES_IN_S_USUAL,
  type FileLinkRow,
  type LinkPace,
  rightsOfLinks,
  usesOfLinks,
} from '../access/file-links.ts';
import type { ApiKeys } from '../access/keys.ts';
import { FILE_LINK_S_MAX, grantOf, grantSources, sourcesOfMaker } from '../access/link-grants.ts';
import { byOf } from '../access/made-links.ts';
import type { Revocations } from '../access/revocations.ts';
import { operations } from '../http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';

import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { type ItemLink, type ItemLinkOptions, type LinkedItem, linkToItem, newLink } from './item-links.ts';
import { itemWithRights } from './item-rows.ts';
import { type ItemContents, itemOf } from './items.ts';
import { type ItemRight, includes, type Right, rightsIn, rightTo } from './readers.ts';
import { renditionsOf } from './rendition-rows.ts';
import type { ItemRow } from './rows.ts';
import { positionOf } from './watch-rows.ts';
import type { WatchSettings } from './watching.ts';

/** A page opens its own links at once. */
const OWN_S_MAX = 86_400;

export const itemLink = Type.Object(
  {
    id: Type.String({ description: 'Id with which the link is ended: `DELETE /library/links/{fileLink}`.' }),
    pageUrl: Type.String({ description: 'URL of the page that plays the file, without a sign-in.' }),
    url: Type.String({ description: 'URL of the file; supports range requests.' }),
    coverUrl: Type.Optional(Type.String()),
    playlistUrl: Type.Optional(
      Type.String({ description: 'HLS playlist of all sizes, once the renditions are ready.' }),
    ),
    thumbnailsUrl: Type.Optional(Type.String({ description: 'WebVTT of small pictures along the video.' })),
    playUrl: Type.Optional(
      Type.String({ description: 'URL at which a player requests the best nodes and reports its playback.' }),
    ),
    positionMs: Type.Optional(Type.Integer({ description: 'Position at which the viewer stopped last.' })),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { title: 'ItemLink' },
);

const params = Type.Object({ item: Type.String({ minLength: 1, maxLength: 64 }) });
const reading = operations({ tag: 'Library', scope: 'library:read' });
export const createItemLink = reading('createItemLink', 'POST /library/items/{item}/links', {
  summary: 'Create a link with which anybody can open the item’s file.',
  description:
    'The link needs no sign-in until it expires or is ended. It ends by itself when the item is deleted or fewer people may see it, when a maker who could make it as host of the item’s meeting or member of a group is one no longer, and when its maker is disabled, deleted or no longer an administrator, or its API key is revoked. The service does not store the URL.',
  params,
  body: Type.Object(
    {
      expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: FILE_LINK_S_MAX, default: EXPIRES_IN_S_USUAL })),
      may: Type.Optional(
        Type.Unsafe<(typeof rightsOfLinks)[number]>({ type: 'string', enum: [...rightsOfLinks], default: 'play' }),
      ),
      use: Type.Optional(
        Type.String({
          enum: [...usesOfLinks],
          default: 'share',
          description: `\`own\`: the caller opens the link itself; lists of items leave it out, and it is valid for ${OWN_S_MAX} s at most.`,
        }),
      ),
      viewer: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 128,
          description:
            'Identity of the person for whom the link is made; playbacks are stored under it. Default: the signed-in user; for an API key, no person. Only administrators and API keys may name another person.',
        }),
      ),
    },
    { title: 'NewItemLink' },
  ),
  answers: { 201: itemLink },
  problems: ['CONFLICT', 'QUOTA_EXCEEDED'],
  idempotent: true,
});
const listedLink = Type.Object(
  {
    id: Type.String(),
    item: Type.String(),
    may: Type.String({ enum: [...rightsOfLinks] }),
    createdBy: Type.String({ examples: ['user:ann'] }),
    createdAt: Type.String({ format: 'date-time' }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { title: 'OpenItemLink' },
);
const linkPage = pageOf(listedLink, 'OpenItemLinkPage');
export const listItemLinks = reading('listItemLinks', 'GET /library/items/{item}/links', {
  summary: 'List open links to an item’s file, the newest first.',
  description:
    'A user who is not an administrator sees all links to items that the user may change, and own links to other items.',
  params,
  query: pageQuery,
  answers: { 200: linkPage },
});
export const listLibraryLinks = reading('listLibraryLinks', 'GET /library/links', {
  summary: 'List open links to files, the newest first.',
  description: 'A user who is not an administrator sees the links that the user made.',
  query: pageQuery,
  answers: { 200: linkPage },
});
export const endLibraryLink = reading('endLibraryLink', 'DELETE /library/links/{fileLink}', {
  summary: 'End a link to a file, and what it opened, within a second.',
  description:
    'A user who is not an administrator may end own links, and those to items that the user may change; an API key without `library:write` its own.',
  params: Type.Object({ fileLink: Type.String({ minLength: 1, maxLength: 64 }) }),
  answers: { 204: Type.Null() },
});

export interface LinkOperationDeps extends Omit<ItemLinkOptions, 'contents'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly linkPace: LinkPace;
  readonly library: { readonly contents: ItemContents; readonly watching: Pick<WatchSettings, 'get'> };
}

export function addLinkOperations(routes: Routes, o: LinkOperationDeps): void {
  const { db, clock, revocations } = o;
  routes.add(createItemLink, async ({ principal, params: { item: id }, body, atomically }) => {
    const { rights } = await itemWithRights(db, principal, id);
    const viewer = await viewerOf(o, principal, body.viewer);
    const key = await o.keys.signing(principal.tenant);
    if (key === undefined) throw new Problem('CONFLICT', 'the tenant is being erased');
    const { expiresInS = EXPIRES_IN_S_USUAL, may = 'play' } = body;
    const right = rightTo(rights, may);
    if (right === undefined) throw mayNot(may);
    const use = body.use === 'own' ? 'own' : 'share';
    o.linkPace.count(principal, use, clock.nowMs());
    return atomically(async (trx) => {
      const untilMs = clock.wallMs() + expiresInS * 1000;
      const { sources, row } = await sourcesOf(trx, principal, { id, untilMs, may, by: right.by });
      if (use === 'own' && expiresInS > OWN_S_MAX) throw invalid('/expiresInS', `is at most ${OWN_S_MAX} for own use`);
      const contents = o.library.contents;
      const linkedItem = await linkedItemOf({ db: trx, library: o.library }, row);
      const link = await linkToItem(Object.assign({}, o, { contents }), linkedItem, {
        ...newLink(o, expiresInS),
        may,
        viewer,
        key,
        sources,
      });
      const { tenant } = principal;
      const of = { tenant, id: link.id, item: id, ...columnsOf(right), used_for: use } as const;
      const times = { created_ms: clock.wallMs(), expires_ms: link.expiresMs };
      await addLink(trx, { ...of, ...times, made_by: byOf(principal), may });
      const positionMs = viewer === '' ? undefined : await positionOf(trx, { tenant, item: id, viewer });
      return { body: shownNew(link, positionMs) };
    });
  });
  const page = async (
    of: Partial<Pick<FileLinkRow, 'item' | 'made_by'>>,
    tenant: string,
    asked: Static<typeof pageQuery>,
  ) => {
    const rows = await db
      .selectFrom('library_links')
      .selectAll()
      .where((eb) => eb.and({ tenant, ...of, used_for: 'share' }))
      .where('expires_ms', '>', clock.wallMs())
      .$call(newestFirst.ofPage(asked))
      .execute();
    return { body: newestFirst.page(asked, rows, shownRow) };
  };
  routes.add(listItemLinks, async ({ principal, params: { item: id }, query }) => {
    const { rights } = await itemWithRights(db, principal, id);
    const seesAll = rightTo(rights, 'change') !== undefined;
    return page(seesAll ? { item: id } : { item: id, made_by: byOf(principal) }, principal.tenant, query);
  });
  routes.add(listLibraryLinks, async ({ principal, query }) =>
    page(ownerOnly(principal) === undefined ? {} : { made_by: byOf(principal) }, principal.tenant, query),
  );
  routes.add(endLibraryLink, async ({ principal, params: { fileLink: id }, atomically }) =>
    atomically(async (trx) => {
      const { tenant } = principal;
      const ofLink = trx
        .deleteFrom('library_links')
        .where((eb) => eb.and({ tenant, id }))
        .returningAll();
      const row = await ofLink.executeTakeFirst();
      if (row === undefined || !(await mayEnd(trx, principal, row))) throw new Problem('NOT_FOUND');
      await revocations.add(trx, { tenant, id, untilMs: row.expires_ms + limits.clockLeewayMs });
    }),
  );
}

/** A maker may no longer see the item, so that a link of the maker's own needs no right in the item. */
async function mayEnd(
  trx: Transaction,
  principal: Principal,
  { tenant, item, made_by }: FileLinkRow,
): Promise<boolean> {
  if (made_by === byOf(principal)) return true;
  const me = ownerOnly(principal);
  if (me === undefined) return principal.kind === 'user' || principal.scopes.has('library:write');
  const row = await itemOf(trx, { tenant, id: item });
  return row !== undefined && rightTo(await rightsIn(trx, principal, row), 'change') !== undefined;
}

const columnsOf = ({ by }: ItemRight): Pick<FileLinkRow, 'meeting' | 'group_id'> => ({
  meeting: by.kind === 'meeting' ? by.id : '',
  group_id: by.kind === 'group' ? by.id : '',
});

/** Returns sources whose grants end with a right. */
function sourcesOfRight({ id }: Principal, by: ItemRight['by']): string[] {
  if (by.kind === 'own') return [];
  if (by.kind === 'meeting') return [grantSources.ofHosts(by.id)];
  return [grantSources.ofGroup(by.id), grantSources.ofMember(by.id, id)];
}

/**
 * Returns the link's sources, and the item as it is now. `by`: from which its right comes. Rejects with NOT_FOUND or
 * NOT_PERMITTED if the caller's right ended meanwhile.
 */
async function sourcesOf(
  trx: Transaction,
  principal: Principal,
  o: { readonly id: string; readonly untilMs: number; readonly may: Right; readonly by: ItemRight['by'] },
): Promise<{ readonly sources: string[]; readonly row: ItemRow }> {
  const { id, untilMs, may, by } = o;
  const { tenant } = principal;
  const ofItem = await grantOf(trx, { tenant, source: grantSources.ofItem(id), untilMs });
  const ofRight: string[] = [];
  for (const source of sourcesOfRight(principal, by)) ofRight.push(await grantOf(trx, { tenant, source, untilMs }));
  const ofMaker = await sourcesOfMaker(trx, principal, untilMs);
  // The item is read last: a trim that ends links later ends this one, and an earlier one has given the item its cut.
  const { row, rights } = await itemWithRights(trx, principal, id);
  const isStill = rights.some((right) => includes(right.may, may) && isSameOrOwn(right.by, by));
  if (!isStill) throw mayNot(may);
  return { sources: [ofItem, ...ofRight, ...ofMaker], row };
}

const isSameOrOwn = (now: ItemRight['by'], then: ItemRight['by']): boolean =>
  now.kind === 'own' || (now.kind === then.kind && now.id === then.id);

const mayNot = (may: Right): Problem => new Problem('NOT_PERMITTED', `the caller has no right to ${may} it`);

export async function linkedItemOf(
  { db, library }: Pick<LinkOperationDeps, 'db' | 'library'>,
  item: ItemRow,
): Promise<LinkedItem> {
  const { tenant, content: contentId } = item;
  const content = contentId === '' ? undefined : await library.contents.find(db, tenant, contentId);
  const [renditions] = await renditionsOf(db, tenant, content === undefined ? [] : [content.id]);
  return { item, content, renditions };
}

export function shownNew(link: ItemLink, positionMs: number | undefined): Static<typeof itemLink> {
  const { id, pageUrl, url, coverUrl, playlistUrl, thumbnailsUrl, playUrl, expiresMs } = link;
  return {
    id,
    pageUrl,
    url,
    ...(coverUrl !== undefined && { coverUrl }),
    ...(playlistUrl !== undefined && { playlistUrl }),
    ...(thumbnailsUrl !== undefined && { thumbnailsUrl }),
    playUrl,
    ...(positionMs !== undefined && { positionMs }),
    expiresAt: timeText(expiresMs),
  };
}

const shownRow = ({ id, item, may, made_by, created_ms, expires_ms }: FileLinkRow): Static<typeof listedLink> => ({
  id,
  item,
  may,
  createdBy: made_by,
  createdAt: timeText(created_ms),
  expiresAt: timeText(expires_ms),
});

/** Returns '' for no person. Rejects with NOT_PERMITTED for a user that names another person. */
async function viewerOf(
  { library }: LinkOperationDeps,
  principal: Principal,
  named: string | undefined,
): Promise<string> {
  const me = principal.kind === 'user' ? principal.id : '';
  const viewer = named ?? me;
  if (named !== undefined && !isIdentity(named)) throw invalid('/viewer', 'is not a valid identity');
  if (viewer !== me && ownerOnly(principal) !== undefined) throw new Problem('NOT_PERMITTED', 'it is another user');
  return viewer !== '' && (await library.watching.get(principal.tenant)) === 'viewers' ? viewer : '';
}

const invalid = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });
