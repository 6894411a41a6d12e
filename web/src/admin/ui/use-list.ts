// A list of the api, page by page.
import { useCallback, useEffect, useRef, useState } from 'react';
import { Poll } from '../traffic/poll.ts';
import { browserPorts } from '../traffic/use-poll.ts';
import { type Loaded, type PageOf, refreshed } from './refreshed.ts';

export interface ListState<Row> {
  /** Undefined: the first page is on its way. */
  readonly rows: readonly Row[] | undefined;
  readonly problem: unknown;
  readonly hasMore: boolean;
  /** The last refresh failed: what is shown may be old. */
  readonly isStale: boolean;
  more(): void;
  /** From the first page on. What is shown stays until the answer is here. */
  reload(): void;
  /** Changes what is shown, after a call that has changed it at the api. */
  change(of: (rows: readonly Row[]) => readonly Row[]): void;
}

interface State<Row> extends Loaded<Row> {
  readonly problem?: unknown;
  readonly isStale?: boolean;
}

/**
 * `load` must be the same function until what it asks for changes: a new one loads anew. `everyMs`: while the page is
 * visible the newest rows are asked for again, so long after each answer; absent: never.
 */
export function useList<Row>(
  load: (cursor: string | undefined) => Promise<PageOf<Row>>,
  fresh?: { readonly everyMs: number; readonly idOf: (row: Row) => string },
): ListState<Row> {
  const [state, setState] = useState<State<Row>>({});
  const attempt = useRef(0);
  const ask = useCallback(
    async (cursor?: string, before: readonly Row[] = []): Promise<void> => {
      attempt.current += 1;
      const mine = attempt.current;
      try {
        const { data, nextCursor } = await load(cursor);
        if (mine === attempt.current) setState({ rows: [...before, ...data], cursor: nextCursor });
      } catch (problem) {
        if (mine === attempt.current) setState((last) => ({ ...last, problem }));
      }
    },
    [load],
  );
  const { everyMs, idOf } = fresh ?? {};
  useEffect(() => {
    setState({});
    const first = ask();
    if (everyMs === undefined || idOf === undefined) return undefined;
    const refresh = async (): Promise<void> => {
      const mine = attempt.current;
      const page = await load(undefined).catch((problem: unknown) => void console.info('The list is old:', problem));
      // Meanwhile another page was asked for: the next refresh has it.
      if (mine !== attempt.current) return;
      setState((last) => (page === undefined ? { ...last, isStale: true } : refreshed(last, page, idOf)));
    };
    let isFirst = true;
    const next = (): Promise<void> => {
      const call = isFirst ? first : refresh();
      isFirst = false;
      return call;
    };
    const poll = new Poll({ load: next, everyMs, ports: browserPorts });
    poll.start();
    return () => poll.close();
  }, [ask, load, everyMs, idOf]);
  const { rows, cursor, problem, isStale = false } = state;
  return {
    rows,
    problem,
    isStale,
    hasMore: cursor !== undefined,
    more: () => void ask(cursor, rows),
    reload: useCallback(() => void ask(), [ask]),
    change: useCallback((of) => setState((last) => ({ ...last, rows: of(last.rows ?? []) })), []),
  };
}
