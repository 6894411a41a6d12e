// One thing of the api, and saving it.
import { useCallback, useEffect, useState } from 'react';

export interface Loaded<T> {
  /** Undefined: it is on its way. */
  readonly value: T | undefined;
  readonly problem: unknown;
  set(value: T): void;
  reload(): void;
}

/** `load` must be the same function until what it asks for changes. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [value, set] = useState<T>();
  const [problem, setProblem] = useState<unknown>();
  const reload = useCallback((): void => {
    setProblem(undefined);
    load().then(set, setProblem);
  }, [load]);
  useEffect(reload, [reload]);
  return { value, problem, set, reload };
}

export interface Saving {
  readonly state: '' | 'busy' | 'saved';
  readonly problem: unknown;
  save(): void;
  /** Something is typed: what was said of the last time is over. */
  reset(): void;
}

/** Does it once at a time. */
export function useSaving(act: () => Promise<void>): Saving {
  const [state, setState] = useState<'' | 'busy' | 'saved'>('');
  const [problem, setProblem] = useState<unknown>();
  const save = async (): Promise<void> => {
    if (state === 'busy') return;
    setState('busy');
    setProblem(undefined);
    try {
      await act();
      setState('saved');
    } catch (error) {
      setProblem(error);
      setState('');
    }
  };
  return {
    state,
    problem,
    save: () => void save(),
    reset: () => {
      if (state === 'saved') setState('');
    },
  };
}
