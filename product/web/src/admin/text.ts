import { useMemo } from 'react';
import { sayOf, type Texts } from '../core/messages/both-languages.ts';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';

export function useTexts<K extends string>(texts: Texts<K>) {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayOf(texts, language), language, locale: languageNames[language].tag }),
    [texts, language],
  );
}
