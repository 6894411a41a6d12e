import { useState } from 'react';
import type { AccountApi } from '../api.ts';

interface BeginOptions {
  readonly api: Pick<AccountApi, 'begin'>;
  readonly timeZone: string;
  onJoin(meetingId: string): void;
  /** Called with the error when a meeting could not begin, and with undefined when a new try begins. */
  onProblem(problem: unknown): void;
}

interface Begin {
  readonly isBeginning: boolean;
  begin(title: string, kind?: 'meeting' | 'show'): void;
}

/** Begins meetings that are not booked, and lets their host join at once. */
export function useBegin({ api, timeZone, onJoin, onProblem }: BeginOptions): Begin {
  const [isBeginning, setBeginning] = useState(false);
  const begin = (title: string, kind: 'meeting' | 'show' = 'meeting'): void => {
    onProblem(undefined);
    setBeginning(true);
    api.begin({ title, timeZone, settings: { kind } }).then(onJoin, (error: unknown) => {
      onProblem(error);
      setBeginning(false);
    });
  };
  return { begin, isBeginning };
}
