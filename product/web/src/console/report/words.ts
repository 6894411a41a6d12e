// Formats shares, counts, places and times of the report. Times are in UTC.
import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { timeText } from '../../admin/traffic/when.ts';
import { placeName } from '../../core/place-name.ts';
import { timeFormat } from '../../core/time-formats.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { SlaObjective } from '../types.ts';
import { countText, shareText } from './core/figures.ts';
import { type ReportKey, reportTexts } from './text.ts';

export type ReportWords = ReturnType<typeof useReportWords>;

export function useReportWords() {
  const { say, locale } = useTexts(reportTexts);
  const { language } = useLanguage();
  return useMemo(() => {
    const reader = { locale, timeZone: 'UTC' };
    const month = timeFormat('month', reader);
    const day = timeFormat('day', reader);
    const count = (value: number): string => countText(value, locale);
    return {
      say,
      count,
      share: (ratio: number | undefined): string => shareText(ratio, locale),
      amount: (unit: string, value: number): string => say(`unit.${unit}` as ReportKey, { count: count(value) }),
      objective: ({ id }: Pick<SlaObjective, 'id'>): string => say(`objective.${id}`),
      place: (region: string): string => (region === '' ? say('unknownKey') : placeName(region, language)),
      month: (text: string): string => month(Date.parse(`${text}-01T00:00:00Z`)),
      day: (text: string): string => day(Date.parse(text)),
      time: (text: string): string => timeText(text, reader),
    };
  }, [say, locale, language]);
}
