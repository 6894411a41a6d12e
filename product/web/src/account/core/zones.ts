// Search for time zones by city, country, region, offset or abbreviation, mostly with the browser's own data.
import { cityNamesZh } from '../../core/place-names-zh.ts';
import { isTimeZone, timeZoneName } from '../../core/time-formats.ts';

export interface Zone {
  /** Current name (Asia/Kolkata), whatever the browser lists. */
  readonly id: string;
  /** English name: Kolkata; Tell City, Indiana. */
  readonly city: string;
  /** First part of the name: Asia; '' for UTC. */
  readonly region: string;
}

export interface ZoneFacts {
  readonly city: string;
  readonly offsetMinutes: number;
  /** Offset as text: UTC+5:30. */
  readonly offset: string;
  readonly name: string;
  /** Name of the country; '' when the browser has no data. */
  readonly country: string;
  /** Search words, in the form of `wordsOf`. */
  readonly words: string;
}

/** Current names by old name of all renamed zones; browsers still list old names, since CLDR keeps its keys. */
const currentNames: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
  'Etc/UTC': 'UTC',
};
const oldNames = new Map(Object.entries(currentNames).map(([old, id]) => [id, old]));

/** Large cities that name no zone, spelled as in `cityNamesZh`. */
const largeCities: Readonly<Record<string, string>> = {
  'America/Chicago': 'dallas houston austin',
  'America/Los_Angeles': 'san-francisco seattle san-diego san-jose las-vegas portland',
  'America/New_York': 'washington boston atlanta miami philadelphia',
  'America/Sao_Paulo': 'rio-de-janeiro brasilia',
  'America/Toronto': 'montreal ottawa',
  'Asia/Dubai': 'abu-dhabi',
  'Asia/Ho_Chi_Minh': 'hanoi',
  'Asia/Karachi': 'islamabad lahore',
  'Asia/Kolkata': 'delhi mumbai bengaluru chennai hyderabad',
  'Asia/Seoul': 'busan',
  'Asia/Shanghai': 'beijing shenzhen guangzhou hangzhou chengdu chongqing nanjing wuhan tianjin',
  'Asia/Tokyo': 'osaka kyoto nagoya',
  'Australia/Sydney': 'canberra',
  'Europe/Berlin': 'frankfurt munich hamburg cologne',
  'Europe/London': 'manchester edinburgh',
  'Europe/Madrid': 'barcelona',
  'Europe/Paris': 'lyon marseille',
  'Europe/Rome': 'milan',
  'Europe/Zurich': 'geneva basel bern',
};

export const currentName = (id: string): string => currentNames[id] ?? id;

export function zoneOf(id: string): Zone {
  const present = currentName(id);
  const [region = '', ...rest] = present.split('/');
  const [city, ...within] = rest.map((part) => part.replaceAll('_', ' ')).reverse();
  return city === undefined
    ? { id: present, city: region, region: '' }
    : { id: present, city: [city, ...within].join(', '), region };
}

let cachedZones: readonly Zone[] | undefined;

/** Returns all zones of the browser, and UTC, by city. */
export function allZones(): readonly Zone[] {
  const ids = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')].map(currentName));
  cachedZones ??= [...ids].map(zoneOf).sort((a, b) => a.city.localeCompare(b.city, 'en'));
  return cachedZones;
}

/** Returns the name that this browser accepts: an old browser does not know new names. */
export function idFor({ id }: Zone): string {
  const old = oldNames.get(id);
  return old === undefined || isTimeZone(id) ? id : old;
}

/** Locales that have a region's abbreviations: American English does not know CET. */
const abbreviationLocales: Readonly<Record<string, readonly string[]>> = {
  Africa: ['en-ZA'],
  America: ['en-US', 'en-CA'],
  Asia: ['en-IN'],
  Atlantic: ['en-GB', 'en-CA'],
  Australia: ['en-AU'],
  Europe: ['en-GB'],
  Pacific: ['en-US', 'en-AU'],
};
const HALF_YEAR_MS = 182 * 86_400_000;

/** Reads the browser's data about a zone, except its country; takes a millisecond or two. */
export function factsOf(zone: Zone, { locale, nowMs }: { readonly locale: string; readonly nowMs: number }): ZoneFacts {
  const { id, region } = zone;
  const timeZone = idFor(zone);
  const parts = (textLocale: string, style: 'longGeneric' | 'short' | 'shortOffset', atMs: number[]): string[] =>
    atMs.map((ms) => timeZoneName(ms, style, { locale: textLocale, timeZone }));
  // CET in winter, CEST in summer; a zone without an abbreviation gives its offset: GMT+8.
  const short = (abbreviationLocales[region] ?? []).flatMap((of) => parts(of, 'short', [nowMs, nowMs + HALF_YEAR_MS]));
  const isOffset = (text: string): boolean => /^GMT[+−-]/.test(text);
  const [now = ''] = short;
  const [offset = ''] = isOffset(now) ? [now] : parts('en', 'shortOffset', [nowMs]);
  const [name = ''] = parts(locale, 'longGeneric', [nowMs]);
  const cities = (largeCities[id] ?? '').split(' ').flatMap((key) => [key, cityNamesZh.get(key)]);
  const zhCity = cityNamesZh.get(zone.city.toLowerCase().replaceAll(' ', '-'));
  const words = [
    zone.city,
    zhCity,
    region,
    oldNames.get(id),
    name,
    ...short.filter((one) => !isOffset(one)),
    ...cities,
  ];
  return {
    city: (locale.startsWith('zh') ? zhCity : undefined) ?? zone.city,
    offsetMinutes: minutesOf(offset) ?? 0,
    offset: offset === 'GMT' ? 'UTC+0' : offset.replace('GMT', 'UTC'),
    name,
    country: '',
    words: wordsOf(words.join(' ')),
  };
}

export const withCountry = (facts: ZoneFacts, names: readonly string[]): ZoneFacts => ({
  ...facts,
  country: names.at(-1) ?? '',
  words: facts.words + wordsOf(names.join(' ')),
});

/**
 * Yields while it maps zones to country names in English and the user's language: the whole takes a third of a second,
 * so other work should run between the steps.
 */
export function* countriesOfZones(locale: string): Generator<void, ReadonlyMap<string, readonly string[]>> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const [english, local] = ['en', locale].map((of) => new Intl.DisplayNames(of, { type: 'region', fallback: 'none' }));
  const found = new Map<string, readonly string[]>();
  for (const first of letters) {
    for (const second of letters) {
      const names = [english?.of(first + second), local?.of(first + second)];
      if (names[0] === undefined) continue;
      for (const id of zonesOfCountry(`und-${first}${second}`)) {
        const zone = currentName(id);
        // A renamed country has two codes, of which the first is used.
        if (!found.has(zone))
          found.set(
            zone,
            names.filter((one) => one !== undefined),
          );
      }
    }
    yield;
  }
  return found;
}

/** Returns the zones of a country; an empty list in browsers that do not know them. */
function zonesOfCountry(tag: string): readonly string[] {
  const country = new Intl.Locale(tag) as Intl.Locale & { getTimeZones?(): string[] | undefined };
  return country.getTimeZones?.() ?? [];
}

/** Lower case without accents, a space before each word. */
export const wordsOf = (text: string): string =>
  ` ${text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_/,.()'’-]+/g, ' ')
    .trim()}`;

/** Returns minutes east of Greenwich for +8, UTC+8, GMT-3:30, +0530; undefined when the text is no offset. */
export function minutesOf(text: string): number | undefined {
  const [, prefix = '', sign = '', hours, minutes = '0'] =
    /^(utc|gmt)?([+−-])?(\d{1,2})(?::?(\d{2}))?$/i.exec(text.trim()) ?? [];
  if (hours === undefined || (prefix === '' && sign === '')) return undefined;
  const total = Number(hours) * 60 + Number(minutes);
  return sign === '' || sign === '+' ? total : -total;
}

/** Returns the zones that match a text, best first; all for ''. `facts`: known data so far. */
export function findZones(
  text: string,
  zones: readonly Zone[],
  facts: (zone: Zone) => ZoneFacts | undefined,
): readonly Zone[] {
  const tokens = text
    .replace(/\b(utc|gmt)\s+(?=[+−-]?\d)/i, '$1')
    .split(/\s+/)
    .filter((token) => token !== '');
  if (tokens.length === 0) return zones;
  const offsets = tokens.flatMap((token) => minutesOf(token) ?? []);
  const words = tokens
    .filter((token) => minutesOf(token) === undefined)
    .flatMap((token) => wordsOf(token).split(/(?= )/));
  const ranked = zones.flatMap((zone) => {
    const knownFacts = facts(zone);
    const all = knownFacts?.words ?? wordsOf(`${zone.city} ${zone.region} ${oldNames.get(zone.id) ?? ''}`);
    const isMeant =
      words.every((word) => has(all, word)) && offsets.every((minutes) => knownFacts?.offsetMinutes === minutes);
    const city = wordsOf(`${zone.city} ${knownFacts?.city ?? ''}`);
    // A city ranks before a region with the same word.
    const rank = words.every((word) => city.startsWith(word)) ? 0 : words.every((word) => has(city, word)) ? 1 : 2;
    return isMeant ? [{ zone, rank }] : [];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ zone }) => zone);
}

/** Matches Latin words by prefix, and Chinese anywhere, since it has no spaces. */
const has = (all: string, word: string): boolean => all.includes(/^[ -~]*$/.test(word) ? word : word.trim());
