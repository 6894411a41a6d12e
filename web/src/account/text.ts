// Texts of these pages in the language in use.
import { useMemo } from 'react';
import type { Language } from '../core/query.ts';
import { useLanguage } from '../ui/language.tsx';
import { type Say, sayingIn } from './core/messages/say.ts';

export interface Saying {
  readonly say: Say;
  readonly language: Language;
  /** For dates. */
  readonly locale: string;
}

export function useSay(): Saying {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayingIn(language), language, locale: language === 'zh' ? 'zh-CN' : 'en-GB' }),
    [language],
  );
}
