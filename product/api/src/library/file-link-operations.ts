// Operations on all links to files that a caller made.
import { limits } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { type FileLinkRow, rightsOfLinks, usesOfLinks } from '../access/file-links.ts';
import { byOf, endFileLinks } from '../access/made-links.ts';
import type { Revocations } from '../access/revocations.ts';
import { operations } from '../http/operation.ts';
import { newestFirst, pageOf, pageQuery } from '../http/page.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { meOf } from '../me/my-meetings.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { Users } from '../users/users.ts';

const tag = 'Links to files';
const anyone = operations({ tag, scope: 'any' });
const listed = Type.Object(
  {
    id: Type.String(),
    item: Type.String({ description: 'Item that the link opens.' }),
    may: Type.String({ enum: [...rightsOfLinks] }),
    use: Type.String({ enum: [...usesOfLinks], description: '`own`: a page made the link for its user.' }),
    createdBy: Type.String({ examples: ['user:ann'] }),
    createdAt: Type.String({ format: 'date-time' }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { title: 'FileLink' },
);
export const listFileLinks = anyone('listFileLinks', 'GET /file-links', {
  summary: 'List open links to files, the newest first.',
  description: 'A caller without `users:admin` sees the links that it made; an API key then needs `library:read`.',
  query: Type.Object({
    ...pageQuery.properties,
    createdBy: Type.Optional(
      Type.String({ minLength: 1, maxLength: 140, description: 'Only links of this maker: `user:ID` or `key:ID`.' }),
    ),
    use: Type.Optional(Type.String({ enum: [...usesOfLinks], description: 'Only links for this use.' })),
  }),
  answers: { 200: pageOf(listed, 'FileLinkPage') },
});
export const endFileLink = anyone('endFileLink', 'DELETE /file-links/{fileLink}', {
  summary: 'End a link to a file, and what it opened, within a second.',
  description: 'A caller without `users:admin` may end the links that it made; an API key then needs `library:read`.',
  params: Type.Object({ fileLink: Type.String({ minLength: 1, maxLength: 64 }) }),
  answers: { 204: Type.Null() },
});
const endsAll = 'URLs of parts of the user’s uploads end, too; `getUpload` returns new ones. Later links work.';
export const endMyFileLinks = anyone('endMyFileLinks', 'DELETE /me/file-links', {
  summary: 'End all links to files that you made, and what they opened, within a second.',
  description: endsAll,
  answers: { 204: Type.Null() },
});
const administering = operations({ tag, scope: 'users:admin' });
export const endFileLinksOfUser = administering('endFileLinksOfUser', 'DELETE /users/{user}/file-links', {
  summary: 'End all links to files that a user made, and what they opened, within a second.',
  description: endsAll,
  params: Type.Object({ user: Type.String({ minLength: 1, maxLength: 128 }) }),
  answers: { 204: Type.Null() },
});

export interface FileLinkDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly users: Pick<Users, 'get'>;
}

export function addFileLinkOperations(routes: Routes, o: FileLinkDeps): void {
  const { db, clock, revocations, users } = o;
  routes.add(listFileLinks, async ({ principal, query }) => {
    refuseNarrowKey(principal);
    let links = db
      .selectFrom('library_links')
      .selectAll()
      .where('tenant', '=', principal.tenant)
      .where('expires_ms', '>', clock.wallMs());
    if (!seesAll(principal)) links = links.where('made_by', '=', byOf(principal));
    if (query.createdBy !== undefined) links = links.where('made_by', '=', query.createdBy);
    const use = usesOfLinks.find((one) => one === query.use);
    if (use !== undefined) links = links.where('used_for', '=', use);
    const rows = await links.$call(newestFirst.ofPage(query)).execute();
    return { body: newestFirst.page(query, rows, shown) };
  });
  routes.add(endFileLink, async ({ principal, params: { fileLink: id }, atomically }) => {
    refuseNarrowKey(principal);
    return atomically(async (trx) => {
      const { tenant } = principal;
      let link = trx.deleteFrom('library_links').where((eb) => eb.and({ tenant, id }));
      if (!seesAll(principal)) link = link.where('made_by', '=', byOf(principal));
      const row = await link.returning('expires_ms').executeTakeFirst();
      if (row === undefined) throw new Problem('NOT_FOUND');
      await revocations.add(trx, { tenant, id, untilMs: row.expires_ms + limits.clockLeewayMs });
    });
  });
  routes.add(endMyFileLinks, async ({ principal }) => {
    const me = meOf(principal);
    await transact(db, (trx) => endFileLinks(trx, o, me));
  });
  routes.add(endFileLinksOfUser, async ({ principal, params: { user: id } }) =>
    transact(db, async (trx) => endFileLinks(trx, o, await users.get(principal.tenant, id, trx))),
  );
}

/** Throws NOT_PERMITTED for a key's token that reaches one room or lacks the scope, as those of participants. */
function refuseNarrowKey({ kind, scopes, room }: Principal): void {
  if (kind === 'user' || scopes.has('users:admin')) return;
  if (room === undefined && scopes.has('library:read')) return;
  throw new Problem('NOT_PERMITTED', 'an API key needs `users:admin` or `library:read`');
}

const seesAll = ({ scopes }: Principal): boolean => scopes.has('users:admin');

const shown = (row: FileLinkRow): Static<typeof listed> => ({
  id: row.id,
  item: row.item,
  may: row.may,
  use: row.used_for,
  createdBy: row.made_by,
  createdAt: timeText(row.created_ms),
  expiresAt: timeText(row.expires_ms),
});
