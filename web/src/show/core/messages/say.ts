// Texts of a show's page, in one language. Pure.
import type { Language } from '../../../core/query.ts';
import { type ShowKey, showEn } from './en.ts';
import { showZh } from './zh.ts';

export const showDictionaries = { en: showEn, zh: showZh } as const;
export type ShowSay = (key: ShowKey, values?: Readonly<Record<string, string | number>>) => string;

/** A placeholder without a value stays visible: a mistake to be seen. */
export const showSayingIn =
  (language: Language): ShowSay =>
  (key, values = {}) =>
    showDictionaries[language][key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) =>
      String(values[name] ?? hole),
    );
