import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { timeText } from '../../admin/traffic/when.ts';
import { placeName } from '../../core/place-name.ts';
import { timeFormat } from '../../core/time-formats.ts';
import { useLanguage } from '../../ui/language.tsx';
import { bytesText, moneyText, rateText } from './core/figures.ts';
import { type CostKey, costTexts } from './text.ts';

export type CostWords = ReturnType<typeof useCostWords>;

export function useCostWords() {
  const { say, locale } = useTexts(costTexts);
  const { language } = useLanguage();
  return useMemo(() => {
    const month = timeFormat('month', { locale, timeZone: 'UTC' });
    const place = (region: string): string => (region === '' ? say('unknownKey') : placeName(region, language));
    return {
      say,
      place,
      /** Formats a link's key, which is two regions with ` > ` between them. */
      link: (key: string): string => key.split(' > ').map(place).join(' → '),
      kind: (name: string): string => {
        const key = `kind.${name}`;
        return Object.hasOwn(costTexts.en, key) ? say(key as CostKey) : name;
      },
      money: (value: number, currency: string): string => moneyText(value, currency, locale),
      bytes: (value: number): string => bytesText(value, locale),
      rate: (bps: number | undefined): string => (bps === undefined ? '–' : rateText(bps, locale)),
      number: (value: number, digits = 0): string => value.toLocaleString(locale, { maximumFractionDigits: digits }),
      share: (value: number): string =>
        value.toLocaleString(locale, { style: 'percent', maximumFractionDigits: value < 0.1 ? 1 : 0 }),
      month: (text: string): string => month(Date.parse(`${text}-01T00:00:00Z`)),
      time: (text: string): string => timeText(text, { locale, timeZone: 'UTC' }),
    };
  }, [say, locale, language]);
}
