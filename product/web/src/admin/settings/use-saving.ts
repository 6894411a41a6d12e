import { useState } from 'react';

export interface Saving {
  readonly state: '' | 'busy' | 'saved';
  readonly problem: unknown;
  save(): void;
  /** Clears the note that the form was saved, since the user types again. A problem stays. */
  reset(): void;
}

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
