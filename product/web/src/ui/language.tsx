import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { languageNames, type Translate, translatorOf } from '../core/messages/translate.ts';
import { chooseLanguage, type Language } from '../core/query.ts';
import { readStoredLanguage, storeLanguage } from '../room/stored-language.ts';

interface LanguageValue {
  language: Language;
  setLanguage(language: Language): void;
  t: Translate;
}

const LanguageContext = createContext<LanguageValue>({
  language: 'en',
  setLanguage: () => undefined,
  t: translatorOf('en'),
});

/** Provides the language: from the query, else the stored choice, else the browser's. */
export function LanguageProvider(props: { query?: Language | undefined; children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage({
      ...(props.query === undefined ? {} : { query: props.query }),
      stored: readStoredLanguage(),
      navigator: navigator.languages,
    }),
  );
  const value = useMemo<LanguageValue>(
    () => ({
      language,
      t: translatorOf(language),
      setLanguage(next) {
        setLanguage(next);
        storeLanguage(next);
      },
    }),
    [language],
  );
  useEffect(() => {
    document.documentElement.lang = languageNames[language].tag;
  }, [language]);
  return <LanguageContext value={value}>{props.children}</LanguageContext>;
}

export const useLanguage = (): LanguageValue => useContext(LanguageContext);

export const useTranslate = (): Translate => useContext(LanguageContext).t;
