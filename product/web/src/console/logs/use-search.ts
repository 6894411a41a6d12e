// Searches logs, and fetches older lines on demand. If two searches overlap, the page shows only the later one.
import { useCallback, useRef, useState } from 'react';
import type { ConsoleApi } from '../api.ts';
import type { LogSearch } from '../types.ts';
import { filledFields, type LogFilter } from './core/search.ts';

export interface SearchState {
  readonly found: LogSearch | undefined;
  readonly problem: unknown;
  readonly isBusy: boolean;
}

const emptyState: SearchState = { found: undefined, problem: undefined, isBusy: false };

export function useSearch(api: ConsoleApi) {
  const [state, setState] = useState(emptyState);
  const lastSearch = useRef(0);
  const search = useCallback(
    (filter: LogFilter, before?: LogSearch): void => {
      lastSearch.current += 1;
      const own = lastSearch.current;
      const set = (next: SearchState): void => {
        if (own === lastSearch.current) setState(next);
      };
      set({ found: before, problem: undefined, isBusy: true });
      const to = before?.older ?? filter.to;
      api.get<LogSearch>('/console/logs', filledFields({ ...filter, to })).then(
        (found) => set({ found: mergedSearch(before, found), problem: undefined, isBusy: false }),
        (problem: unknown) => set({ found: before, problem, isBusy: false }),
      );
    },
    [api],
  );
  return { ...state, search };
}

/** Joins two answers; lines at their border occur in both. */
function mergedSearch(previous: LogSearch | undefined, found: LogSearch): LogSearch {
  if (previous === undefined) return found;
  const known = new Set(previous.lines.map(lineKey));
  return { ...found, lines: [...previous.lines, ...found.lines.filter((line) => !known.has(lineKey(line)))] };
}

export const lineKey = ({ at, node, text }: LogSearch['lines'][number]): string => `${at} ${node} ${text}`;
