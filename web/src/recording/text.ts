// Texts and values of the page in the language in use.
import { useMemo } from 'react';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { type Say, sayingIn } from './core/messages/say.ts';

export interface Words {
  readonly say: Say;
  /** Of `Intl`. */
  readonly locale: string;
}

export function useWords(): Words {
  const { language } = useLanguage();
  return useMemo(() => ({ say: sayingIn(language), locale: languageNames[language].tag }), [language]);
}
