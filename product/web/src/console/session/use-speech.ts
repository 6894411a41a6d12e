import { useMemo } from 'react';
import { reportTexts } from '../../admin/reports/text.ts';
import { useTexts } from '../../admin/text.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { EventSpeech } from './core/events.ts';
import type { ValueSpeech } from './core/values.ts';
import { timelineTexts } from './text.ts';

export function useSpeech(): EventSpeech & ValueSpeech {
  const { say, locale } = useTexts(timelineTexts);
  const { say: sayReport } = useTexts(reportTexts);
  const { language } = useLanguage();
  return useMemo(() => ({ say, sayReport, locale, language }), [say, sayReport, locale, language]);
}
