// Texts of the pages of signed-in users in one language. Pure.
import type { Language } from '../../../core/query.ts';
import { type AccountKey, accountEn } from './en.ts';
import { accountZh } from './zh.ts';

export const accountDictionaries = { en: accountEn, zh: accountZh } as const;
export type Say = (key: AccountKey, values?: Readonly<Record<string, string | number>>) => string;

/** A placeholder without a value stays visible: a mistake to be seen. */
export const sayingIn =
  (language: Language): Say =>
  (key, values = {}) =>
    accountDictionaries[language][key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) =>
      String(values[name] ?? hole),
    );

/** Codes that these pages do not know get the general text. */
export function accountReason(code: string): AccountKey {
  const key = `reason.${code}`;
  return Object.hasOwn(accountEn, key) ? (key as AccountKey) : 'reason.other';
}
