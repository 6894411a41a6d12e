// Names of places as people read them, in their language. Pure.
import { cityNamesZh, regionNamesZh } from './place-names-zh.ts';
import type { Language } from './query.ts';

/**
 * A city, a region or a country code in words: `new york` with capitals, `DE` as Germany, and what is known to the page
 * in Chinese where Chinese is wanted. Ids of known cities (`san-francisco`) are names too. What is not known stays as
 * it came: a name that is spelt well, or has digits or dashes, is a name of the operator.
 */
export function placeName(text: string, language: Language = 'en'): string {
  return text
    .split(', ')
    .map((part) => partName(part, language))
    .join(language === 'zh' ? '，' : ', ');
}

/** Region and node in one line; the region is left out where the city already says it. */
export function regionAndNode(o: { region: string; nodeId: string; city?: string; language: Language }): string {
  const said = o.region === '' || o.region.toLowerCase() === (o.city ?? '').toLowerCase();
  return said ? o.nodeId : `${placeName(o.region, o.language)} · ${o.nodeId}`;
}

function partName(text: string, language: Language): string {
  if (/^[A-Z]{2}$/.test(text)) return countryName(text, language);
  if (language === 'zh') {
    const known = regionNamesZh.get(text) ?? cityNamesZh.get(keyOf(text));
    if (known !== undefined) return known;
  }
  const words = cityNamesZh.has(text) ? (spelt.get(text) ?? text.replaceAll('-', ' ')) : text;
  if (!/^[\p{Ll} ]+$/u.test(words)) return words;
  return words.replaceAll(/(^| )(\p{Ll})/gu, (_all, before: string, letter: string) => before + letter.toUpperCase());
}

/** Cities whose names are not their ids with capitals. */
const spelt: ReadonlyMap<string, string> = new Map([
  ['bogota', 'Bogotá'],
  ['sao-paulo', 'São Paulo'],
  ['washington-dc', 'Washington, D.C.'],
  ['xi-an', "Xi'an"],
  ['xian', "Xi'an"],
]);

/** `São Paulo`, `sao-paulo` and `sao paulo` are one city. */
function keyOf(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[\p{Mn}'’]/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_]+/gu, '-');
}

const countries = new Map<Language, Intl.DisplayNames>();

function countryName(code: string, language: Language): string {
  const names = countries.get(language) ?? new Intl.DisplayNames([language], { type: 'region', fallback: 'code' });
  countries.set(language, names);
  return names.of(code) ?? code;
}
