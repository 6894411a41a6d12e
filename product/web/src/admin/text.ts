import { useMemo } from 'react';
import { sayOf, type Texts } from '../core/messages/both-languages.ts';
import { useLanguage } from '../ui/language.tsx';

export function useTexts<K extends string>(texts: Texts<K>) {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayOf(texts, language), language, locale: language === 'zh' ? 'zh-CN' : 'en-GB' }),
    [texts, language],
  );
}
