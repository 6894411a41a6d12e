// Items as a list. Pure.
import type { Item } from './model.ts';

/** Whether something changes by itself soon. */
export const isMoving = (items: readonly Item[]): boolean =>
  items.some(({ state }) => state === 'waiting' || state === 'checking');
