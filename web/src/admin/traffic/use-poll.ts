// Values of the api in a page: asked for once, or again and again while it is visible.
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Poll, type Polled, type PollPorts } from './poll.ts';

export const browserPorts: PollPorts = {
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  isVisible: () => document.visibilityState === 'visible',
  onVisibility: (then) => {
    document.addEventListener('visibilitychange', then);
    return () => document.removeEventListener('visibilitychange', then);
  },
};

export interface PolledState<T> extends Polled<T> {
  /** Asks now. */
  reload(): void;
}

const nothing: Polled<never> = { value: undefined, problem: undefined };
const noListener = (): (() => void) => () => undefined;
const getNothing = (): Polled<never> => nothing;

/** `load` must be the same function until what it asks for changes: a new one loads anew. */
export function usePoll<T>(load: () => Promise<T>, everyMs: number): PolledState<T> {
  const [poll, setPoll] = useState<Poll<T>>();
  useEffect(() => {
    const own = new Poll({ load, everyMs, ports: browserPorts });
    setPoll(own);
    own.start();
    return () => own.close();
  }, [load, everyMs]);
  const state = useSyncExternalStore<Polled<T>>(poll?.state.subscribe ?? noListener, poll?.state.get ?? getNothing);
  const reload = useCallback(() => void poll?.now(), [poll]);
  return { value: state.value, problem: state.problem, reload };
}

export interface ValueState<T> extends PolledState<T> {
  /** Shows what a call has answered. */
  set(value: T): void;
}

/** One value, asked for once. `load` as in `usePoll`. */
export function useValue<T>(load: () => Promise<T>): ValueState<T> {
  const [state, setState] = useState<Polled<T>>(nothing);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    let isWanted = true;
    load().then(
      (value) => isWanted && setState({ value, problem: undefined }),
      (problem: unknown) => isWanted && setState((last) => ({ value: last.value, problem })),
    );
    return () => {
      isWanted = false;
    };
  }, [load, attempt]);
  return {
    value: state.value,
    problem: state.problem,
    reload: useCallback(() => setAttempt((last) => last + 1), []),
    set: useCallback((value) => setState({ value, problem: undefined }), []),
  };
}
