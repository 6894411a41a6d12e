import { useEffect, useMemo, useState } from 'react';
import type { CaptionTrack } from './use-captions.ts';
import { usePlayerWords } from './use-player-words.ts';

export interface Transcript {
  readonly language: string;
  /** WebVTT. */
  readonly vtt: string;
}

export const languageName = (language: string, locale: string): string =>
  new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language;

/**
 * Loads the transcripts; the list is empty until all are there. `load`: function that stays the same between renders.
 */
export function useTranscripts(
  languages: readonly string[],
  load: (language: string) => Promise<string>,
): readonly Transcript[] {
  const [transcripts, setTranscripts] = useState<readonly Transcript[]>([]);
  const wanted = languages.join(' ');
  useEffect(() => {
    setTranscripts([]);
    if (wanted === '') return undefined;
    let isGone = false;
    Promise.all(wanted.split(' ').map(async (language) => ({ language, vtt: await load(language) }))).then(
      (found) => isGone || setTranscripts(found),
      (error: unknown) => console.info('transcripts are not shown:', error),
    );
    return () => {
      isGone = true;
    };
  }, [wanted, load]);
  return transcripts;
}

/** Returns the transcripts as captions of a video. */
export function useTracks(transcripts: readonly Transcript[]): readonly CaptionTrack[] {
  const { locale } = usePlayerWords();
  const [urls, setUrls] = useState<readonly (readonly [language: string, url: string])[]>([]);
  useEffect(() => {
    const made = transcripts.map(
      ({ language, vtt }) => [language, URL.createObjectURL(new Blob([vtt], { type: 'text/vtt' }))] as const,
    );
    setUrls(made);
    return () => {
      for (const [, url] of made) URL.revokeObjectURL(url);
    };
  }, [transcripts]);
  return useMemo(
    () => urls.map(([language, url]) => ({ language, url, name: languageName(language, locale) })),
    [urls, locale],
  );
}
