import { useMemo } from 'react';
import { type SayOf, sayingOf } from '../core/messages/both.ts';
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
  return useMemo(() => ({ say: sayingOf(showTexts, language), locale: languageNames[language].tag }), [language]);
}
