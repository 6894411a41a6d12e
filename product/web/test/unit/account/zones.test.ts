import { describe, expect, it, vi } from 'vitest';
import {
  allZones,
  countriesOfZones,
  currentName,
  factsOf,
  findZones,
  idFor,
  minutesOf,
  withCountry,
  type ZoneFacts,
  zoneOf,
} from '../../../src/account/core/zones.ts';

const nowMs = Date.UTC(2026, 10, 23);

function countries(locale: string): ReadonlyMap<string, readonly string[]> {
  const steps = countriesOfZones(locale);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
/** A selection, since each zone costs milliseconds: zones that the tests search, and some that they must not find. */
const zones = `
  UTC Asia/Kolkata Europe/Kyiv Asia/Ho_Chi_Minh America/Sao_Paulo America/New_York America/Los_Angeles America/St_Johns
  Asia/Shanghai Asia/Tokyo Australia/Sydney Australia/Perth Europe/Berlin Europe/Athens Europe/Paris Europe/London
  Pacific/Easter Arctic/Longyearbyen`
  .trim()
  .split(/\s+/)
  .map(zoneOf);
const inChinese = new Map([
  ['Europe/Berlin', ['Germany', '德国']],
  ['Asia/Shanghai', ['China', '中国']],
]);
const factsByZone = (locale: string, countriesByZone: ReadonlyMap<string, readonly string[]>) =>
  new Map(
    zones.map((zone) => [zone.id, withCountry(factsOf(zone, { locale, nowMs }), countriesByZone.get(zone.id) ?? [])]),
  );
const factsByLocale = new Map([
  ['en-GB', factsByZone('en-GB', countries('en-GB'))],
  ['zh-CN', factsByZone('zh-CN', inChinese)],
]);
const factsIn = (id: string, locale = 'en-GB'): ZoneFacts | undefined => factsByLocale.get(locale)?.get(id);
const foundZones = (text: string, locale = 'en-GB'): string[] =>
  findZones(text, zones, ({ id }) => factsIn(id, locale)).map(({ id }) => id);

describe('zones', () => {
  it('are all that the browser lists, under their current names, each once', () => {
    const ids = allZones().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of Intl.supportedValuesOf('timeZone')) expect(ids).toContain(currentName(id));
    for (const id of ['UTC', 'Asia/Kolkata', 'Europe/Kyiv', 'Asia/Ho_Chi_Minh', 'America/Nuuk'])
      expect(ids).toContain(id);
    for (const id of ['Asia/Calcutta', 'Europe/Kiev', 'Asia/Saigon', 'America/Godthab']) expect(ids).not.toContain(id);
  });

  it('that were renamed have the same offset under both names', () => {
    const old = Intl.supportedValuesOf('timeZone').filter((id) => currentName(id) !== id);
    expect(old.length).toBeGreaterThan(0);
    const at = (timeZone: string) =>
      new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(nowMs);
    for (const id of old) expect([id, at(currentName(id))]).toEqual([id, at(id)]);
  });

  it.each([
    ['Asia/Calcutta', { id: 'Asia/Kolkata', city: 'Kolkata', region: 'Asia' }],
    [
      'America/Argentina/Buenos_Aires',
      { id: 'America/Argentina/Buenos_Aires', city: 'Buenos Aires, Argentina', region: 'America' },
    ],
    ['America/Indianapolis', { id: 'America/Indiana/Indianapolis', city: 'Indianapolis, Indiana', region: 'America' }],
    ['Etc/UTC', { id: 'UTC', city: 'UTC', region: '' }],
    ['EST5EDT', { id: 'EST5EDT', city: 'EST5EDT', region: '' }],
  ])('are parsed from a name of the browser: %s', (id, zone) => expect(zoneOf(id)).toEqual(zone));

  it('have their old name in a browser that does not know the new one', () => {
    const optionsSpy = vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockImplementationOnce(() => {
      throw new RangeError('Invalid time zone');
    });
    expect(idFor(zoneOf('Europe/Kyiv'))).toBe('Europe/Kiev');
    optionsSpy.mockRestore();
    expect(idFor(zoneOf('Europe/Kyiv'))).toBe('Europe/Kyiv');
  });

  it('have their offset, name and country in the user’s language', () => {
    const { words: _, ...berlin } = factsIn('Europe/Berlin') ?? ({} as ZoneFacts);
    expect(berlin).toEqual({
      city: 'Berlin',
      offsetMinutes: 60,
      offset: 'UTC+1',
      country: 'Germany',
      name: 'Central European Time',
    });
    expect(factsIn('Asia/Shanghai', 'zh-CN')).toMatchObject({ city: '上海', offset: 'UTC+8', country: '中国' });
    expect(factsIn('Asia/Kolkata')).toMatchObject({ offset: 'UTC+5:30', offsetMinutes: 330 });
    expect(factsIn('America/St_Johns')).toMatchObject({ offsetMinutes: -210 });
    expect(factsIn('Europe/London')).toMatchObject({ offset: 'UTC+0', offsetMinutes: 0 });
    expect(factsIn('UTC')).toMatchObject({ offset: 'UTC+0', offsetMinutes: 0, country: '' });
  });
});

describe('an offset', () => {
  it.each([
    ['+8', 480],
    ['UTC+8', 480],
    ['utc8', 480],
    ['GMT-3:30', -210],
    ['−5', -300],
    ['+0530', 330],
    ['-09:30', -570],
    ['8', undefined],
    ['UTC', undefined],
    ['+8 h', undefined],
  ])('is parsed: %s', (text, minutes) => expect(minutesOf(text)).toBe(minutes));
});

describe('a search for a zone', () => {
  it.each([
    ['kolkata', 'Asia/Kolkata'],
    ['Calcutta', 'Asia/Kolkata'],
    ['kiev', 'Europe/Kyiv'],
    ['Kyi', 'Europe/Kyiv'],
    ['saigon', 'Asia/Ho_Chi_Minh'],
    ['sao pau', 'America/Sao_Paulo'],
    ['São', 'America/Sao_Paulo'],
    ['new york', 'America/New_York'],
    ['asia/shanghai', 'Asia/Shanghai'],
    ['Beijing', 'Asia/Shanghai'],
    ['北京', 'Asia/Shanghai'],
    ['mumbai', 'Asia/Kolkata'],
    ['germany', 'Europe/Berlin'],
    ['japan', 'Asia/Tokyo'],
    ['CEST', 'Europe/Berlin'],
    ['PST', 'America/Los_Angeles'],
    ['AEDT', 'Australia/Sydney'],
    ['IST', 'Asia/Kolkata'],
    ['central european', 'Europe/Berlin'],
    ['europe +2', 'Europe/Athens'],
    ['+5:30', 'Asia/Kolkata'],
    ['GMT +8', 'Asia/Shanghai'],
  ])('by %s finds %s', (text, id) => expect(foundZones(text)).toContain(id));

  it('ranks zones whose city begins with the text first', () => {
    expect(foundZones('UTC')[0]).toBe('UTC');
    expect(foundZones('paris')[0]).toBe('Europe/Paris');
    expect(foundZones('lon')[0]).toMatch(/London|Longyearbyen/);
    expect(foundZones('east')[0]).toBe('Pacific/Easter');
  });

  it('matches all typed words, and lists all zones for an empty text', () => {
    expect(foundZones('+8')).not.toContain('Europe/Berlin');
    expect(foundZones('asia +8')).not.toContain('Australia/Perth');
    expect(foundZones('europe +8')).toEqual([]);
    expect(foundZones('nowhere')).toEqual([]);
    expect(foundZones('  ')).toEqual(zones.map(({ id }) => id));
  });

  it('finds Chinese and English names on a Chinese page', () => {
    for (const text of ['德国', '中欧', 'germany', 'berlin', '柏林'])
      expect(foundZones(text, 'zh-CN')).toContain('Europe/Berlin');
  });

  it('matches only ids and city names until the browser’s data has been read', () => {
    expect(findZones('calcutta', allZones(), () => undefined).map(({ id }) => id)).toEqual(['Asia/Kolkata']);
    expect(findZones('+8', allZones(), () => undefined)).toEqual([]);
  });
});
