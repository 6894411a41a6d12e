// A list of the api, page by page.
import { useCallback, useEffect, useRef, useState } from 'react';

export interface PageOf<Row> {
  readonly data: readonly Row[];
  readonly nextCursor?: string;
}

export interface ListState<Row> {
  /** Undefined: the first page is on its way. */
  readonly rows: readonly Row[] | undefined;
  readonly problem: unknown;
  readonly hasMore: boolean;
  more(): void;
  /** From the first page on. What is shown stays until the answer is here. */
  reload(): void;
  /** Changes what is shown, after a call that has changed it at the api. */
  change(of: (rows: readonly Row[]) => readonly Row[]): void;
}

interface Loaded<Row> {
  readonly rows?: readonly Row[];
  readonly cursor?: string | undefined;
  readonly problem?: unknown;
}

/** `load` must be the same function until what it asks for changes: a new one loads anew. */
export function useList<Row>(load: (cursor: string | undefined) => Promise<PageOf<Row>>): ListState<Row> {
  const [state, setState] = useState<Loaded<Row>>({});
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
  useEffect(() => {
    setState({});
    void ask();
  }, [ask]);
  const { rows, cursor, problem } = state;
  return {
    rows,
    problem,
    hasMore: cursor !== undefined,
    more: () => void ask(cursor, rows),
    reload: useCallback(() => void ask(), [ask]),
    change: useCallback((of) => setState((last) => ({ ...last, rows: of(last.rows ?? []) })), []),
  };
}
