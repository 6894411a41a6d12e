// Texts of the administration pages. Each page has its own, beside it.
import { useMemo } from 'react';
import type { Language } from '../core/query.ts';
import { useLanguage } from '../ui/language.tsx';

/** Texts by key; `{name}` is replaced by a value. Both languages have the same keys. */
export type Texts<K extends string> = Readonly<Record<Language, Readonly<Record<K, string>>>>;
export type SayOf<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

/** A placeholder without a value stays visible: a mistake to be seen. */
export const sayingOf =
  <K extends string>(texts: Texts<K>, language: Language): SayOf<K> =>
  (key, values = {}) =>
    texts[language][key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) => String(values[name] ?? hole));

/** Texts in the language in use; `locale` is for dates and numbers. */
export function useTexts<K extends string>(texts: Texts<K>): { say: SayOf<K>; locale: string } {
  const { language } = useLanguage();
  return useMemo(
    () => ({ say: sayingOf(texts, language), locale: language === 'zh' ? 'zh-CN' : 'en-GB' }),
    [texts, language],
  );
}
