import type { OutputFacts, RecordedChapter } from '@meridian/protocol';

export interface ItemChapter {
  readonly startMs: number;
  readonly title: string;
  readonly kind: RecordedChapter['kind'];
}

/** Limits as of chapters that people write. */
export const CHAPTERS_MAX = 500;
export const TITLE_CHARACTERS_MAX = 256;

/** Returns the chapters of a file: those of the recording that it shows, in its own time. */
export function chaptersOf(
  { offsetMs, durationMs }: Pick<OutputFacts, 'offsetMs' | 'durationMs'>,
  chapters: readonly RecordedChapter[],
): ItemChapter[] {
  const shown = chapters
    .filter((one) => one.ms + one.durationMs > offsetMs && one.ms < offsetMs + durationMs)
    .map(({ ms, title, identity, kind }) => ({
      startMs: Math.round(Math.max(0, ms - offsetMs)),
      title: (title || identity).trim().slice(0, TITLE_CHARACTERS_MAX),
      kind,
    }))
    .filter(({ title }) => title !== '');
  // The last of the chapters that begin together counts.
  const byStart = new Map(shown.toSorted((a, b) => a.startMs - b.startMs).map((one) => [one.startMs, one]));
  return [...byStart.values()].slice(0, CHAPTERS_MAX);
}
