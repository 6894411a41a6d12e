import { useMemo } from 'react';
import { sayingOf } from '../core/messages/both.ts';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { checkTexts } from './core/messages/texts.ts';
import type { Words } from './core/report.ts';
import { formatIn } from './core/values.ts';

export function useWords(): Words {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayingOf(checkTexts, language), format: formatIn(languageNames[language].tag) }),
    [language],
  );
}
