import { cityNamesZh, regionNamesZh } from './place-names-zh.ts';
import type { Language } from './query.ts';

/**
 * Names a city, region or country code: capitalises `new york`, expands `DE` to Germany, translates known places to
 * Chinese. City ids (`san-francisco`) work too. Unknown text with capitals, digits or dashes stays unchanged: it is an
 * operator's own name.
 */
export function placeName(text: string, language: Language = 'en'): string {
  return text
    .split(', ')
    .map((part) => partName(part, language))
    .join(language === 'zh' ? '，' : ', ');
}

/** Joins region and node; omits the region when the city has the same name. */
export function regionAndNode(o: { region: string; nodeId: string; city?: string; language: Language }): string {
  const isSameName = o.region === '' || o.region.toLowerCase() === (o.city ?? '').toLowerCase();
  return isSameName ? o.nodeId : `${placeName(o.region, o.language)} · ${o.nodeId}`;
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

/** Cities whose names are more than the capitalised id. */
const spelt: ReadonlyMap<string, string> = new Map([
  ['bogota', 'Bogotá'],
  ['sao-paulo', 'São Paulo'],
  ['washington-dc', 'Washington, D.C.'],
  ['xi-an', "Xi'an"],
  ['xian', "Xi'an"],
]);

/** Maps `São Paulo`, `sao-paulo` and `sao paulo` to one key. */
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
