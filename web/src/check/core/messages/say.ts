// Texts of the page that checks the connection, in one language. Pure.
import type { Language } from '../../../core/query.ts';
import { type CheckKey, checkEn } from './en.ts';
import { checkZh } from './zh.ts';

export const checkDictionaries = { en: checkEn, zh: checkZh } as const;
export type Values = Readonly<Record<string, string | number>>;
export type Say = (key: CheckKey, values?: Values) => string;

/** A placeholder without a value stays visible: a mistake to be seen. */
export const sayingIn =
  (language: Language): Say =>
  (key, values = {}) =>
    checkDictionaries[language][key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) =>
      String(values[name] ?? hole),
    );

/** The text of a code that there may be none for. */
export const keyIfKnown = (key: string): CheckKey | undefined =>
  Object.hasOwn(checkEn, key) ? (key as CheckKey) : undefined;
