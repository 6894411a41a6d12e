import type { Item } from './model.ts';

/** Returns whether any item will soon change by itself. */
export const isChanging = (items: readonly Pick<Item, 'state' | 'trimming'>[]): boolean =>
  items.some(({ state, trimming }) => state === 'waiting' || state === 'checking' || trimming !== undefined);
