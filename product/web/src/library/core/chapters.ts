import { clockText } from '../../core/clock.ts';
import type { Chapter } from './model.ts';

/** Limits of chapters, as in the API. */
const CHAPTERS_MAX = 500;
const TITLE_CHARACTERS_MAX = 256;
const START_MS_MAX = 1_000_000_000;
const LINE = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:\.(\d{1,3}))?\s+(\S.*)$/;

export type ReadChapters =
  | { readonly chapters: Chapter[] }
  /** `line` is counted from 1. */
  | { readonly problem: 'line' | 'order' | 'tooLong'; readonly line: number }
  | { readonly problem: 'tooMany'; readonly line: 0 };

export const chapterLine = ({ startMs, title }: Chapter): string => {
  const ms = startMs % 1000;
  return `${clockText(startMs)}${ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`} ${title}`;
};
export const textOfChapters = (chapters: readonly Chapter[]): string => chapters.map(chapterLine).join('\n');

export function readChapters(text: string): ReadChapters {
  const chapters: Chapter[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    if (raw.trim() === '') continue;
    const chapter = readLine(raw.trim());
    const problem = problemOf(chapter, chapters.at(-1));
    if (chapter === undefined || problem !== undefined) return { problem: problem ?? 'line', line: at + 1 };
    chapters.push(chapter);
    if (chapters.length > CHAPTERS_MAX) return { problem: 'tooMany', line: 0 };
  }
  return { chapters };
}

function readLine(line: string): Chapter | undefined {
  const [, hours = '0', minutes = '', seconds = '', fraction = '', title = ''] = LINE.exec(line) ?? [];
  if (title === '' || Number(seconds) > 59) return undefined;
  const wholeMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return { startMs: wholeMs + Number(fraction.padEnd(3, '0')), title };
}

function problemOf(
  chapter: Chapter | undefined,
  before: Chapter | undefined,
): 'line' | 'order' | 'tooLong' | undefined {
  if (chapter === undefined || chapter.startMs > START_MS_MAX) return 'line';
  if (chapter.title.length > TITLE_CHARACTERS_MAX) return 'tooLong';
  return before !== undefined && before.startMs >= chapter.startMs ? 'order' : undefined;
}

export function withChapter(text: string, chapter: Chapter): string {
  const read = readChapters(text);
  if (!('chapters' in read)) return `${text.trimEnd()}\n${chapterLine(chapter)}`;
  const others = read.chapters.filter(({ startMs }) => startMs !== chapter.startMs);
  return textOfChapters([...others, chapter].sort((one, other) => one.startMs - other.startMs));
}

/** Returns the index of the chapter at a time; -1 before the first. */
export const chapterAt = (chapters: readonly Pick<Chapter, 'startMs'>[], ms: number): number =>
  chapters.findLastIndex(({ startMs }) => startMs <= ms);

/** Within this time of a chapter's start, "previous" leads to the chapter before. */
const FRESH_MS = 3000;

/** Returns the start of the next or the previous chapter; undefined if there is none. */
export function chapterBesideMs(
  chapters: readonly Pick<Chapter, 'startMs'>[],
  ms: number,
  by: 1 | -1,
): number | undefined {
  const at = by === 1 ? chapterAt(chapters, ms) + 1 : Math.max(0, chapterAt(chapters, ms - FRESH_MS));
  return chapters[at]?.startMs;
}
