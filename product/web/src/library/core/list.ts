import type { Item } from './model.ts';

/** Returns whether any item will soon change by itself. */
export const isChanging = (items: readonly Item[]): boolean =>
  items.some(({ state }) => state === 'waiting' || state === 'checking');
