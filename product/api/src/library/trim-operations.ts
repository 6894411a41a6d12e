// Operations that cut away the beginning and the end of an item, and bring them back.
import { Type } from 'typebox';
import { item, itemTrim } from '../events/item-body.ts';
import { operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { changing } from './item-operations.ts';
import { changeableItem, shownTo } from './item-rows.ts';
import type { Trimming } from './trimming.ts';

const params = Type.Object({ item: Type.String({ minLength: 1, maxLength: 64 }) });
const writing = operations({ tag: 'Library', ...changing, params });
export const setItemTrim = writing('setItemTrim', 'PUT /library/items/{item}/trim', {
  summary: 'Keep a part of a video or sound, and cut away the rest.',
  description:
    'A library node makes another file of the part; `trimming` shows its progress. Until it is ready people get the former file; then links that were made before end, and chapters, transcripts and posts are those of the part. Times are of the original, also when the item has a trim. The whole length brings the original back. At least a second is kept.',
  body: itemTrim,
  answers: { 200: item },
  problems: ['CONFLICT'],
});
export const deleteItemTrim = writing('deleteItemTrim', 'DELETE /library/items/{item}/trim', {
  summary: 'Bring back what was cut away. Links that were made before end.',
  answers: { 200: item },
  problems: ['CONFLICT'],
});

export interface TrimOperationDeps {
  readonly db: Database;
  readonly library: { readonly trimming: Pick<Trimming, 'set' | 'undo'> };
}

export function addTrimOperations(routes: Routes, { db, library: { trimming } }: TrimOperationDeps): void {
  routes.add(setItemTrim, async ({ principal, params: { item: id }, body, atomically }) => {
    const { tenant } = await changeableItem(db, principal, id);
    return atomically(async (trx) => {
      await trimming.set(trx, { tenant, id }, body);
      return { body: await shownTo(trx, principal, await changeableItem(trx, principal, id)) };
    });
  });
  routes.add(deleteItemTrim, async ({ principal, params: { item: id }, atomically }) => {
    const { tenant } = await changeableItem(db, principal, id);
    return atomically(async (trx) => {
      await trimming.undo(trx, { tenant, id });
      return { body: await shownTo(trx, principal, await changeableItem(trx, principal, id)) };
    });
  });
}
