import { useMemo } from 'react';
import { sayingOf, type Texts } from '../core/messages/both.ts';
import { useLanguage } from '../ui/language.tsx';

export function useTexts<K extends string>(texts: Texts<K>) {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayingOf(texts, language), language, locale: language === 'zh' ? 'zh-CN' : 'en-GB' }),
    [texts, language],
  );
}
