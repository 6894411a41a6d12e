import { useMemo } from 'react';
import { type SayOf, sayOf } from '../core/messages/both-languages.ts';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { type ShowKey, showTexts } from './core/messages/texts.ts';

export interface ShowWords {
  readonly say: SayOf<ShowKey>;
  /** Locale for `Intl`. */
  readonly locale: string;
}

export function useShowWords(): ShowWords {
  const { language } = useLanguage();
  return useMemo(() => ({ say: sayOf(showTexts, language), locale: languageNames[language].tag }), [language]);
}
