import type { Language } from '../query.ts';
import { type Dictionary, en, type MessageKey } from './en.ts';
import { zh } from './zh.ts';

export type MessageValues = Readonly<Record<string, string | number>>;

/** A text that is translated when it is shown, so that toasts follow a change of language. */
export interface Message {
  key: MessageKey;
  values?: MessageValues;
}

export type Translate = (key: MessageKey, values?: MessageValues) => string;

export const dictionaries: Readonly<Record<Language, Dictionary>> = { en, zh };

/** Name of each language in itself, and its tag for `<html lang>`. */
export const languageNames: Readonly<Record<Language, { name: string; tag: string }>> = {
  en: { name: 'English', tag: 'en' },
  zh: { name: '中文', tag: 'zh-CN' },
};

/** The translating function of one language. A placeholder without a value stays visible: a mistake to be seen. */
export function translatorOf(language: Language): Translate {
  const dictionary = dictionaries[language];
  return (key, values) =>
    values === undefined
      ? dictionary[key]
      : dictionary[key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) => {
          const value = values[name];
          return value === undefined ? hole : String(value);
        });
}

/** The text for an error or disconnect code; codes this page does not know get the general one. */
export function reasonKeyOf(code: string): MessageKey {
  const key = `reason.${code}`;
  return Object.hasOwn(en, key) ? (key as MessageKey) : 'reason.other';
}
