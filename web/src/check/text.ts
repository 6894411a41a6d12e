// Texts and values of the page in the language in use.
import { useMemo } from 'react';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { sayingIn } from './core/messages/say.ts';
import type { Words } from './core/report.ts';
import { formatIn } from './core/values.ts';

export function useWords(): Words {
  const { language } = useLanguage();
  return useMemo(() => ({ say: sayingIn(language), format: formatIn(languageNames[language].tag) }), [language]);
}
