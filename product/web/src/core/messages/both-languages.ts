// Texts of a page in both languages, and their lookup.
import type { Language } from '../query.ts';

/**
 * Texts by language and key; `{name}` is a placeholder for a value, `{name:day|days}` for the first word if that value
 * is 1, else for the second.
 */
export type Texts<K extends string> = Readonly<Record<Language, Readonly<Record<K, string>>>>;
export type SayOf<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

export function inBothLanguages<K extends string>(
  pairs: Readonly<Record<K, readonly [en: string, zh: string]>>,
): Texts<K> {
  const textsAt = (at: 0 | 1): Record<K, string> => {
    const texts = Object.entries<readonly [string, string]>(pairs).map(([key, pair]) => [key, pair[at]] as const);
    return Object.fromEntries(texts) as Record<K, string>;
  };
  return { en: textsAt(0), zh: textsAt(1) };
}

/** A placeholder without a value stays visible, so that the mistake is seen. */
export const sayOf =
  <K extends string>(texts: Texts<K>, language: Language): SayOf<K> =>
  (key, values = {}) =>
    texts[language][key].replaceAll(HOLE, (hole: string, name: string, one?: string, many?: string) => {
      const value = values[name];
      if (value === undefined) return hole;
      return many === undefined ? String(value) : String(value) === '1' ? String(one) : many;
    });

const HOLE = /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g;
