// WebVTT (W3C) chapters of a recording.
import { vttFile } from '@meridian/room-media/core';
import type { Chapter } from './chapters.ts';

export function chapterTitle({ name, screenName }: Chapter): string {
  if (screenName === '') return name;
  return name === '' || name === screenName ? `${screenName} (screen)` : `${name} (screen of ${screenName})`;
}

export function chaptersVtt(chapters: readonly Chapter[]): string {
  return vttFile(
    chapters.map((chapter) => ({
      fromMs: chapter.ms,
      toMs: chapter.ms + chapter.durationMs,
      text: cueText(chapterTitle(chapter)),
    })),
  );
}

/** Escapes users' text for a cue: no line breaks or tags, never empty. */
const cueText = (text: string): string => {
  const line = text.replaceAll(/[\s\0]+/g, ' ').trim();
  const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped === '' ? '-' : escaped;
};
