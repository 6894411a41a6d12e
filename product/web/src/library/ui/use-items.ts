// The list: page by page, asked for again when it is looked at again, and while something in it changes by itself.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LibraryApi } from '../api.ts';
import { isMoving, refreshed } from '../core/list.ts';
import type { Item, ItemPage } from '../core/model.ts';
import type { Filters } from '../core/view.ts';

/** Of what is being checked: a person waits for it, and the question is small. */
const LOOK_MS = 5000;

export interface ListState {
  readonly items: readonly Item[] | undefined;
  readonly problem: unknown;
  readonly hasMore: boolean;
  reload(): void;
  more(): void;
}

interface Loaded {
  readonly items?: readonly Item[];
  readonly cursor?: string | undefined;
  readonly problem?: unknown;
}

export function useItems(api: LibraryApi, owner: string, filters: Filters): ListState {
  const [state, setState] = useState<Loaded>({});
  const attempt = useRef(0);
  const load = useCallback(
    async (cursor: string | undefined, taken: (page: ItemPage) => (before: Loaded) => Loaded): Promise<void> => {
      attempt.current += 1;
      const mine = attempt.current;
      try {
        const page = await api.list(filters, owner, cursor);
        if (mine === attempt.current) setState(taken(page));
      } catch (problem) {
        if (mine === attempt.current) setState((last) => ({ ...last, problem }));
      }
    },
    [api, owner, filters],
  );
  const refresh = useCallback(() => void load(undefined, refreshedBy), [load]);
  useEffect(() => {
    void load(undefined, firstOf);
  }, [load]);
  useWatching(refresh, state.items !== undefined && isMoving(state.items));
  const { items, cursor, problem } = state;
  return { items, problem, hasMore: cursor !== undefined, reload: refresh, more: () => void load(cursor, addedTo) };
}

const firstOf =
  ({ data, nextCursor }: ItemPage) =>
  (): Loaded => ({ items: data, cursor: nextCursor });
const addedTo =
  ({ data, nextCursor }: ItemPage) =>
  ({ items = [] }: Loaded): Loaded => ({ items: [...items, ...data], cursor: nextCursor });
const refreshedBy =
  ({ data, nextCursor }: ItemPage) =>
  ({ items = [], cursor }: Loaded): Loaded => {
    const all = refreshed(items, data, nextCursor !== undefined);
    return { items: all, cursor: all.length > data.length ? cursor : nextCursor };
  };

/** Calls when the window is looked at again, and again and again while something is `moving`. */
export function useWatching(look: () => void, moving: boolean): void {
  useEffect(() => {
    const seen = (): void => {
      if (document.visibilityState === 'visible') look();
    };
    document.addEventListener('visibilitychange', seen);
    const timer = moving ? setInterval(seen, LOOK_MS) : undefined;
    return () => {
      document.removeEventListener('visibilitychange', seen);
      clearInterval(timer);
    };
  }, [look, moving]);
}
