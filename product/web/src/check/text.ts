import { useMemo } from 'react';
import { sayOf } from '../core/messages/both-languages.ts';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { checkTexts } from './core/messages/texts.ts';
import type { Words } from './core/report.ts';
import { formatIn } from './core/values.ts';

export function useWords(): Words {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayOf(checkTexts, language), format: formatIn(languageNames[language].tag) }),
    [language],
  );
}
