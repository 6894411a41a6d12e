import { useMemo } from 'react';
import { type SayOf, sayingOf } from '../core/messages/both.ts';
import { languageNames } from '../core/messages/translate.ts';
import { useLanguage } from '../ui/language.tsx';
import { type RecordingKey, recordingTexts } from './core/messages/texts.ts';

export interface Words {
  readonly say: SayOf<RecordingKey>;
  /** Locale for `Intl`. */
  readonly locale: string;
}

export function useWords(): Words {
  const { language } = useLanguage();
  return useMemo(() => ({ say: sayingOf(recordingTexts, language), locale: languageNames[language].tag }), [language]);
}
