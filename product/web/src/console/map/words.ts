import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import type { Tone } from '../../admin/traffic/tone.ts';
import { placeName } from '../../core/place-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import { linkLevel, siteLevel } from '../core/levels.ts';
import type { WorldState } from '../core/world-state.ts';
import type { WorldLink, WorldSite } from '../types.ts';
import { type MapKey, mapTexts } from './text.ts';

export type Words = ReturnType<typeof useWords>;

export function useWords() {
  const { say, locale } = useTexts(mapTexts);
  const { language } = useLanguage();
  return useMemo(() => {
    const integers = new Intl.NumberFormat(locale);
    const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
    const none = say('none');
    const cityOf = ({ city, site }: Pick<WorldSite, 'city' | 'site'>): string =>
      placeName(city === '' ? site : city, language);
    return {
      say,
      locale,
      count: (n: number): string => integers.format(n),
      share: (n: number | undefined): string => (n === undefined ? none : percents.format(n)),
      percent: (n: number): string => percent.format(n),
      ms: (n: number | undefined): string =>
        n === undefined ? none : say('ms', { n: n < 10 ? n.toFixed(1) : Math.round(n) }),
      place: (text: string): string => placeName(text, language),
      cityOf,
      siteName: (state: WorldState, name: string): string => {
        const site = state.sites.get(name);
        return site === undefined ? name : cityOf(site);
      },
      stateWord: (state: string): string => (isState(state) ? say(state) : state),
    };
  }, [say, locale, language]);
}

const states = ['alive', 'suspect', 'draining', 'dead'] as const satisfies readonly MapKey[];
const isState = (text: string): text is (typeof states)[number] => states.some((one) => one === text);

export function stateTone(state: string): Tone {
  if (state === 'alive') return 'good';
  return state === 'draining' ? 'warn' : 'bad';
}

export const linkTone = (link: WorldLink): Tone =>
  (({ good: 'good', fair: 'warn', bad: 'bad', broken: 'bad', unknown: 'quiet' }) as const)[linkLevel(link)];

export const siteTone = (site: WorldSite): Tone =>
  (({ good: 'good', fair: 'warn', bad: 'bad', dead: 'bad' }) as const)[siteLevel(site)];

export const strengthTones = { strong: 'good', medium: 'warn', weak: 'bad', unknown: 'quiet' } as const;
