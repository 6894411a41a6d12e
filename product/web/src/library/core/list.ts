// Rows of the list when they are asked for again. Pure.
import type { Item } from './model.ts';

/** The first page as it is now, and after it what was loaded of later pages. */
export function refreshed(shown: readonly Item[], firstPage: readonly Item[], hasMore: boolean): readonly Item[] {
  const last = firstPage.at(-1);
  if (last === undefined || !hasMore) return firstPage;
  const ids = new Set(firstPage.map(({ id }) => id));
  // What is as new as the first page and not in it is gone.
  return [...firstPage, ...shown.filter(({ id, createdAt }) => !ids.has(id) && createdAt < last.createdAt)];
}

/** Whether something changes by itself soon. */
export const isMoving = (items: readonly Item[]): boolean =>
  items.some(({ state }) => state === 'waiting' || state === 'checking');
