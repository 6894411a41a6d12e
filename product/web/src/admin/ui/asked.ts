// What pages ask the api for, on TanStack Query: once, or again and again while the page is visible.
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
 * An answer is kept as long as something shows it. A network without internet is one; after a failure the next call is
 * the reader's, or that of the timer.
 */
export const askingClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: { queries: { networkMode: 'always', retry: false, gcTime: 0 } },
  });

/** Stands above all that asks. */
export function Asking({ children }: { children: ReactNode }) {
  const [client] = useState(askingClient);
  return createElement(QueryClientProvider, { client }, children);
}

export interface Asked<T> {
  /** The last one that came; undefined: none has come yet. */
  readonly value: T | undefined;
  /** Why the latest call failed; undefined: it did not. */
  readonly problem: unknown;
  /** Asks now. An answer that is on its way is not shown. */
  readonly reload: () => Promise<unknown>;
  /** Shows what a call has answered. */
  set(value: T): void;
}

/**
 * From an answer to the next call. A function tells it of the answer; undefined: there is none; Infinity: only when the
 * page is looked at again.
 */
type Every<T> = number | ((value: T | undefined) => number | undefined);

/** Options of the library: a value that is asked for again is also asked for when the page is looked at again. */
export function again<T>(everyMs: Every<T> | undefined) {
  const ms = ({ state }: { readonly state: { readonly data: T | undefined } }): number | false =>
    (typeof everyMs === 'function' ? everyMs(state.data) : everyMs) ?? false;
  return {
    refetchInterval: ms,
    refetchOnWindowFocus: (query: Parameters<typeof ms>[0]) => ms(query) !== false,
  };
}

/** `key` names what is asked for, with all that it is asked by. Without `everyMs` it is asked for once. */
export function useAsked<T>(key: QueryKey, load: () => Promise<T>, everyMs?: Every<T>): Asked<T> {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery<T, unknown>({ queryKey: key, queryFn: load, ...again(everyMs) });
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
  /** Undefined: the first page is on its way. */
  readonly rows: readonly Row[] | undefined;
  readonly problem: unknown;
  readonly hasMore: boolean;
  /** The last refresh failed: what is shown may be old. */
  readonly isStale: boolean;
  readonly more: () => void;
  /** All pages that are shown. They stay until the answers are here. */
  readonly reload: () => void;
}

interface ListOptions<Row> {
  readonly everyMs?: Every<readonly Row[]>;
  /** Until rows of this key are here, those of the last one stay. */
  readonly isSteady?: boolean;
}

type Pages<Row> = { readonly pages: readonly PageOf<Row>[] };
const rowsOf = <Row>({ pages }: Pages<Row>): readonly Row[] => pages.flatMap(({ data }) => data);

/** A list of the api, page by page; `key` and `everyMs` as of `useAsked`. */
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
    ...again(typeof everyMs === 'function' ? (found?: Pages<Row>) => everyMs(found && rowsOf(found)) : everyMs),
    ...(isSteady && { placeholderData: keepPreviousData }),
  });
  return {
    rows: data && rowsOf(data),
    problem: isRefetchError && everyMs !== undefined ? undefined : (error ?? undefined),
    isStale: isRefetchError,
    hasMore: hasNextPage,
    more: fetchNextPage,
    reload: refetch,
  };
}
