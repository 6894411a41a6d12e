// Items of the library, refetched when the page becomes visible and while items change by themselves.
import { type ApiQuery, type ListState, useApiQuery, useList } from '../../admin/ui/queries.ts';
import type { LibraryApi, VersionedItem } from '../api.ts';
import { isChanging } from '../core/list.ts';
import type { Item, Renditions } from '../core/model.ts';
import { isMaking } from '../core/qualities.ts';
import type { Filters, View } from '../core/view.ts';

/** Interval while a file is checked: a person waits, and the request is small. */
const LOOK_MS = 5000;
const lookAfterMs = (isMoving: boolean): number => (isMoving ? LOOK_MS : Number.POSITIVE_INFINITY);

export const useItems = (api: LibraryApi, view: View, owner: string, filters: Filters): ListState<Item> =>
  useList(['items', view, owner, filters], (cursor) => api.list(filters, view, owner, cursor), {
    everyMs: (items = []) => lookAfterMs(isChanging(items)),
    isSteady: true,
  });

export const useItem = (api: LibraryApi, id: string): ApiQuery<VersionedItem> =>
  useApiQuery(
    ['item', id],
    () => api.item(id),
    (found) => lookAfterMs(found !== undefined && isChanging([found.item])),
  );

/** Returns the progress of the renditions. Fetched apart from the item, so that an open form is not reloaded. */
export const useRenditions = (api: LibraryApi, { id, renditions }: Item): Renditions | undefined =>
  useApiQuery(
    ['renditions', id],
    async () => (await api.item(id)).item.renditions ?? null,
    (found) => lookAfterMs(isMaking(found ?? undefined)),
  ).value ?? renditions;
