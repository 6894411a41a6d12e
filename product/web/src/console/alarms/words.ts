import { createContext, useContext, useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { Alarm } from '../types.ts';
import type { TitleOf } from '../ui/room-title.tsx';
import { figureText } from './core/figures.ts';
import {
  type DescribedAlarm,
  type Figure,
  labelName,
  labelText,
  ruleTitle,
  sentenceOf,
  subjectText,
  titledAlarm,
} from './sentences.ts';
import { unitTexts } from './text.ts';

/** Titles of the rooms that have alarms; outside a provider rooms keep their names. */
export const AlarmRoomTitles = createContext<TitleOf>(() => '');

/** Returns the rooms with which the alarms are labelled. */
export const roomsOf = (alarms: readonly Pick<Alarm, 'labels'>[]) =>
  alarms.flatMap(({ labels: { tenant, room } }) =>
    tenant === undefined || room === undefined ? [] : [{ tenant, room }],
  );

/** @param ownTitles titles instead of the provider's */
export function useAlarmWords(ownTitles?: TitleOf) {
  const providedTitles = useContext(AlarmRoomTitles);
  const titleOf = ownTitles ?? providedTitles;
  const { language } = useLanguage();
  const { say, locale } = useTexts(unitTexts);
  return useMemo(() => {
    const figure: Figure = (value, unit) => figureText(value, unit, { locale, say });
    return {
      language,
      figure,
      title: (rule: string): string => ruleTitle(rule, language),
      subject: (alarm: Pick<Alarm, 'subject' | 'labels'>): string => subjectText(titledAlarm(alarm, titleOf), language),
      labelName: (label: string): string => labelName(label, language),
      label: (label: string, value: string): string => labelText(label, value, language),
      sentence: (alarm: DescribedAlarm): string => sentenceOf(titledAlarm(alarm, titleOf), language, figure),
    };
  }, [language, locale, say, titleOf]);
}
export type AlarmWords = ReturnType<typeof useAlarmWords>;
