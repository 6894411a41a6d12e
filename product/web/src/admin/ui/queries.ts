// API queries on TanStack Query: once, or repeatedly while the page is visible.
import {
  keepPreviousData,
  QueryClient,
  QueryClientProvider,
  type QueryKey,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createElement, type ReactNode, useState } from 'react';

/**
 * Caches answers only while they are shown. `networkMode` ignores the browser's offline state, since a network without
 * internet may reach the API. Failed calls are not retried: the user or the timer makes the next call.
 */
export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: { queries: { networkMode: 'always', retry: false, gcTime: 0 } },
  });

export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(newQueryClient);
  return createElement(QueryClientProvider, { client }, children);
}

export interface ApiQuery<T> {
  /** Latest answer; undefined before the first. */
  readonly value: T | undefined;
  /** Error of the latest call; undefined after success. */
  readonly problem: unknown;
  /** Fetches now and ignores a pending answer. */
  readonly reload: () => Promise<unknown>;
  /** Replaces the value with the answer of a call. */
  set(value: T): void;
}

/**
 * Interval between an answer and the next call, or a function of the answer; undefined: no further call; Infinity: only
 * when the page regains focus.
 */
type PollInterval<T> = number | ((value: T | undefined) => number | undefined);

/** Options for TanStack Query: a repeated query is also refetched when the page regains focus. */
export function pollOptions<T>(everyMs: PollInterval<T> | undefined) {
  const ms = ({ state }: { readonly state: { readonly data: T | undefined } }): number | false =>
    (typeof everyMs === 'function' ? everyMs(state.data) : everyMs) ?? false;
  return {
    refetchInterval: ms,
    refetchOnWindowFocus: (query: Parameters<typeof ms>[0]) => ms(query) !== false,
  };
}

/** `key` identifies the query with all its parameters. Without `everyMs` it runs once. */
export function useApiQuery<T>(key: QueryKey, load: () => Promise<T>, everyMs?: PollInterval<T>): ApiQuery<T> {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery<T, unknown>({ queryKey: key, queryFn: load, ...pollOptions(everyMs) });
  return {
    value: data,
    problem: error ?? undefined,
    reload: refetch,
    set: (value) => client.setQueryData(key, () => value),
  };
}

export interface PageOf<Row> {
  readonly data: readonly Row[];
  readonly nextCursor?: string;
}

export interface ListState<Row> {
  /** Loaded rows; undefined while the first page loads. */
  readonly rows: readonly Row[] | undefined;
  readonly problem: unknown;
  readonly hasMore: boolean;
  /** The last refresh failed, so the shown rows may be outdated. */
  readonly isStale: boolean;
  readonly loadMore: () => void;
  /** Refetches all shown pages; the rows stay until the answers arrive. */
  readonly reload: () => void;
}

interface ListOptions<Row> {
  readonly everyMs?: PollInterval<readonly Row[]>;
  /** Keeps the rows of the previous key until rows of the new key arrive. */
  readonly isSteady?: boolean;
}

type Pages<Row> = { readonly pages: readonly PageOf<Row>[] };
const rowsOf = <Row>({ pages }: Pages<Row>): readonly Row[] => pages.flatMap(({ data }) => data);

/** Queries a paged list of the API; `key` and `everyMs` as for a single query. */
export function useList<Row>(
  key: QueryKey,
  load: (cursor: string | undefined) => Promise<PageOf<Row>>,
  { everyMs, isSteady }: ListOptions<Row> = {},
): ListState<Row> {
  const { data, error, isRefetchError, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...pollOptions(typeof everyMs === 'function' ? (found?: Pages<Row>) => everyMs(found && rowsOf(found)) : everyMs),
    ...(isSteady && { placeholderData: keepPreviousData }),
  });
  return {
    rows: data && rowsOf(data),
    problem: isRefetchError && everyMs !== undefined ? undefined : (error ?? undefined),
    isStale: isRefetchError,
    hasMore: hasNextPage,
    loadMore: fetchNextPage,
    reload: refetch,
  };
}
