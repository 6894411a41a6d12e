import type { Language } from '../query.ts';
import { sayOf } from './both-languages.ts';
import { type MessageKey, texts } from './texts.ts';

export type MessageValues = Readonly<Record<string, string | number>>;

/** A text that is translated when shown, so that toasts follow a change of language. */
export interface Message {
  key: MessageKey;
  values?: MessageValues;
}

export type Translate = (key: MessageKey, values?: MessageValues) => string;

/** Name of each language in that language, and its tag for `<html lang>`. */
export const languageNames: Readonly<Record<Language, { name: string; tag: string }>> = {
  en: { name: 'English', tag: 'en-GB' },
  zh: { name: '中文', tag: 'zh-CN' },
};

export const translatorOf = (language: Language): Translate => sayOf(texts, language);
