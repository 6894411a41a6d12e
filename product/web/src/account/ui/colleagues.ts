import { useEffect, useState } from 'react';
import type { AccountApi } from '../api.ts';
import type { Colleague } from '../core/model.ts';

export interface ColleagueSearch {
  readonly state: 'idle' | 'asking' | 'found' | 'failed';
  readonly found: readonly Colleague[];
  /** Whether `found` belongs to the current text. */
  readonly isFresh: boolean;
}

const TYPING_MS = 150;
const CHARACTERS_MIN = 2;
const none: readonly Colleague[] = [];

/** Searches colleagues for the typed text. Results for a longer or shorter text stay until new results arrive. */
export function useColleagues(api: AccountApi, typed: string, ownId: string): ColleagueSearch {
  const text = typed.trim();
  const [lastSearch, setLastSearch] = useState({ text: '', found: none, isFailed: false });
  useEffect(() => {
    if (text.length < CHARACTERS_MIN || text === lastSearch.text) return undefined;
    let isCancelled = false;
    const timer = setTimeout(() => {
      api.find(text).then(
        (found) =>
          !isCancelled && setLastSearch({ text, found: found.filter(({ id }) => id !== ownId), isFailed: false }),
        (error: unknown) => {
          console.info('Colleagues are not found:', error);
          if (!isCancelled) setLastSearch({ text, found: none, isFailed: true });
        },
      );
    }, TYPING_MS);
    return () => {
      isCancelled = true;
      clearTimeout(timer);
    };
  }, [api, text, ownId, lastSearch.text]);
  if (text.length < CHARACTERS_MIN) return { state: 'idle', found: none, isFresh: true };
  const isFresh = text === lastSearch.text;
  const state = !isFresh ? 'asking' : lastSearch.isFailed ? 'failed' : 'found';
  const isNear = lastSearch.text !== '' && (text.startsWith(lastSearch.text) || lastSearch.text.startsWith(text));
  return { state, found: isNear ? lastSearch.found : none, isFresh };
}
