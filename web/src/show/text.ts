// Texts of a show's page in the language in use.
import { useMemo } from 'react';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { type ShowSay, showSayingIn } from './core/messages/say.ts';

export interface ShowWords {
  readonly say: ShowSay;
  /** Of `Intl`. */
  readonly locale: string;
}

export function useShowWords(): ShowWords {
  const { language } = useLanguage();
  return useMemo(() => ({ say: showSayingIn(language), locale: languageNames[language].tag }), [language]);
}
