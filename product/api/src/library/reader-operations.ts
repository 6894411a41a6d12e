// Operations on the readers of an item: users and groups to whom it is shared, and hosts of a recording's meeting.
import { Type } from 'typebox';
import { enumOf } from '../events/item-body.ts';
import { operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { changing } from './item-operations.ts';
import { changeableItem } from './item-rows.ts';
import type { Items } from './items.ts';
import { rights } from './rows.ts';

const tag = 'Library';
const may = enumOf(rights, 'What the reader may do; each right includes those before it.');
const item = Type.String({ minLength: 1, maxLength: 64 });
const readerList = Type.Object(
  {
    data: Type.Array(
      Type.Object(
        {
          kind: enumOf(['user', 'group', 'meeting'], '`meeting`: the hosts and cohosts that the meeting has now.'),
          id: Type.String(),
          name: Type.String({ description: 'Name of the user or group, or title of the meeting.' }),
          may,
        },
        { title: 'ItemReader' },
      ),
    ),
  },
  { title: 'ItemReaderList' },
);
const reading = operations({ tag, scope: 'library:read' });
export const listItemReaders = reading('listItemReaders', 'GET /library/items/{item}/readers', {
  summary: 'List whom an item is shared with, by name. The caller must have the right to change it.',
  params: Type.Object({ item }),
  answers: { 200: readerList },
});
const sharing = operations({
  tag,
  ...changing,
  params: Type.Object({
    item,
    kind: enumOf(['user', 'group']),
    reader: Type.String({ minLength: 1, maxLength: 128, description: 'Id of a user or group of the tenant.' }),
  }),
});
export const putItemReader = sharing('putItemReader', 'PUT /library/items/{item}/readers/{kind}/{reader}', {
  summary: 'Share an item with a user or group, or change what they may do.',
  description: 'A lower right than before ends all links to the item. An item has at most 200 readers.',
  body: Type.Object({ may }, { title: 'NewItemReader' }),
  answers: { 204: Type.Null() },
  problems: ['CONFLICT'],
});
export const deleteItemReader = sharing('deleteItemReader', 'DELETE /library/items/{item}/readers/{kind}/{reader}', {
  summary: 'Stop sharing an item with a user or group. All links to it end within a second.',
  answers: { 204: Type.Null() },
});

export interface ReaderOperationDeps {
  readonly db: Database;
  readonly library: { readonly items: Pick<Items, 'putReader' | 'removeReader'> };
}

export function addReaderOperations(routes: Routes, { db, library: { items } }: ReaderOperationDeps): void {
  routes.add(listItemReaders, async ({ principal, params }) => {
    const { tenant, id } = await changeableItem(db, principal, params.item);
    return { body: { data: await namedReaders(db, tenant, id) } };
  });
  routes.add(putItemReader, async ({ principal, params: { item: id, kind, reader }, body, atomically }) => {
    const { tenant } = await changeableItem(db, principal, id);
    return atomically(async (trx) => {
      if (!(await isKnown(trx, { tenant, kind, id: reader }))) throw new Problem('NOT_FOUND');
      if (!(await items.putReader(trx, { tenant, item: id, kind, reader, may: body.may })))
        throw new Problem('NOT_FOUND');
    });
  });
  routes.add(deleteItemReader, async ({ principal, params: { item: id, kind, reader }, atomically }) => {
    const { tenant } = await changeableItem(db, principal, id);
    return atomically(async (trx) => {
      if (!(await items.removeReader(trx, { tenant, item: id, kind, reader }))) throw new Problem('NOT_FOUND');
    });
  });
}

/** Locks the user or group against deletion until the transaction ends, so that no reader outlives it. */
async function isKnown(
  trx: Database,
  { tenant, kind, id }: { readonly tenant: string; readonly kind: 'user' | 'group'; readonly id: string },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable(kind === 'user' ? 'users' : 'user_groups')
    .set((eb) => ({ version: eb.ref('version') }))
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function namedReaders(db: Database, tenant: string, item: string) {
  const rows = await db
    .selectFrom('library_item_readers as r')
    .leftJoin('users as u', (join) =>
      join.onRef('u.tenant', '=', 'r.tenant').onRef('u.id', '=', 'r.reader').on('r.kind', '=', 'user'),
    )
    .leftJoin('user_groups as g', (join) =>
      join.onRef('g.tenant', '=', 'r.tenant').onRef('g.id', '=', 'r.reader').on('r.kind', '=', 'group'),
    )
    .leftJoin('meetings as m', (join) =>
      join.onRef('m.tenant', '=', 'r.tenant').onRef('m.id', '=', 'r.reader').on('r.kind', '=', 'meeting'),
    )
    .select(['r.kind', 'r.reader', 'r.may', 'u.name as user', 'g.name as group', 'm.title as meeting'])
    .where((eb) => eb.and({ 'r.tenant': tenant, 'r.item': item }))
    .execute();
  return rows
    .map(({ kind, reader: id, may, user, group, meeting }) => ({ kind, id, name: user ?? group ?? meeting ?? '', may }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}
