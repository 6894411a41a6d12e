// What the parts of a timeline speak with.
import { useMemo } from 'react';
import { reportTexts } from '../../admin/reports/text.ts';
import { useTexts } from '../../admin/text.ts';
import type { EventSpeech } from './core/events.ts';
import type { ValueSpeech } from './core/values.ts';
import { timelineTexts } from './text.ts';

export function useSpeech(): EventSpeech & ValueSpeech {
  const { say, locale } = useTexts(timelineTexts);
  const { say: sayReport } = useTexts(reportTexts);
  return useMemo(() => ({ say, sayReport, locale }), [say, sayReport, locale]);
}
