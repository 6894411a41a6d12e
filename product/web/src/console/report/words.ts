// Formats shares, counts, places and times of the report. Times are in UTC.
import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { timeText } from '../../admin/traffic/when.ts';
import { placeName } from '../../core/place-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { SlaObjective } from '../types.ts';
import { countText, shareText } from './core/figures.ts';
import { type ReportKey, reportTexts } from './text.ts';

export type ReportWords = ReturnType<typeof useReportWords>;

export function useReportWords() {
  const { say, locale } = useTexts(reportTexts);
  const { language } = useLanguage();
  return useMemo(() => {
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
    const month = format({ year: 'numeric', month: 'long' });
    const day = format({ day: 'numeric', month: 'long' });
    const count = (value: number): string => countText(value, locale);
    return {
      say,
      count,
      share: (ratio: number | undefined): string => shareText(ratio, locale),
      amount: (unit: string, value: number): string => say(`unit.${unit}` as ReportKey, { count: count(value) }),
      objective: ({ id }: Pick<SlaObjective, 'id'>): string => say(`objective.${id}`),
      place: (region: string): string => (region === '' ? say('unknownKey') : placeName(region, language)),
      month: (text: string): string => month.format(Date.parse(`${text}-01T00:00:00Z`)),
      day: (text: string): string => day.format(Date.parse(text)),
      time: (text: string): string => timeText(text, { locale, timeZone: 'UTC' }),
    };
  }, [say, locale, language]);
}
