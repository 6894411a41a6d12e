import { useMemo } from 'react';
import { type SayOf, sayOf } from '../core/messages/both-languages.ts';
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
  return useMemo(() => ({ say: sayOf(recordingTexts, language), locale: languageNames[language].tag }), [language]);
}
