import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { Alarm } from '../types.ts';
import { figureText } from './core/figures.ts';
import {
  type DescribedAlarm,
  type Figure,
  labelName,
  labelText,
  ruleTitle,
  sentenceOf,
  subjectText,
} from './sentences.ts';
import { unitTexts } from './text.ts';

export function useAlarmWords() {
  const { language } = useLanguage();
  const { say, locale } = useTexts(unitTexts);
  return useMemo(() => {
    const figure: Figure = (value, unit) => figureText(value, unit, { locale, say });
    return {
      language,
      figure,
      title: (rule: string): string => ruleTitle(rule, language),
      subject: (alarm: Pick<Alarm, 'subject' | 'labels'>): string => subjectText(alarm, language),
      labelName: (label: string): string => labelName(label, language),
      label: (label: string, value: string): string => labelText(label, value, language),
      sentence: (alarm: DescribedAlarm): string => sentenceOf(alarm, language, figure),
    };
  }, [language, locale, say]);
}
export type AlarmWords = ReturnType<typeof useAlarmWords>;
