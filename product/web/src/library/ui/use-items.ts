// Items of the library: asked for again when they are looked at again, and while something in them changes by itself.
import { type Asked, type ListState, useAsked, useList } from '../../admin/ui/asked.ts';
import type { LibraryApi, VersionedItem } from '../api.ts';
import { isMoving } from '../core/list.ts';
import type { Item, Renditions } from '../core/model.ts';
import { isMaking } from '../core/qualities.ts';
import type { Filters } from '../core/view.ts';

/** Of what is being checked: a person waits for it, and the question is small. */
const LOOK_MS = 5000;
const lookAfterMs = (isMoving: boolean): number => (isMoving ? LOOK_MS : Number.POSITIVE_INFINITY);

export const useItems = (api: LibraryApi, owner: string, filters: Filters): ListState<Item> =>
  useList(['items', owner, filters], (cursor) => api.list(filters, owner, cursor), {
    everyMs: (items = []) => lookAfterMs(isMoving(items)),
    isSteady: true,
  });

export const useItem = (api: LibraryApi, id: string): Asked<VersionedItem> =>
  useAsked(
    ['item', id],
    () => api.item(id),
    (found) => lookAfterMs(found !== undefined && isMoving([found.item])),
  );

/** How far its qualities are. Asked for apart from the item, so that a form with its fields is not loaded anew. */
export const useRenditions = (api: LibraryApi, { id, renditions }: Item): Renditions | undefined =>
  useAsked(
    ['renditions', id],
    async () => (await api.item(id)).item.renditions ?? null,
    (found) => lookAfterMs(isMaking(found ?? undefined)),
  ).value ?? renditions;
