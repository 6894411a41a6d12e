import { readChapters, textOfChapters } from './chapters.ts';
import type { Item, ItemChange } from './model.ts';

/** Limits of the fields, as in the API. */
export const TITLE_CHARACTERS_MAX = 256;
export const DESCRIPTION_CHARACTERS_MAX = 4096;
const TAGS_MAX = 32;
const TAG_CHARACTERS_MAX = 64;

export interface Draft {
  readonly title: string;
  readonly description: string;
  /** Tags separated by commas. */
  readonly tags: string;
  readonly chapters: string;
}

export const draftOf = (item: Item): Draft => ({
  title: item.title,
  description: item.description,
  tags: item.tags.join(', '),
  chapters: textOfChapters(item.chapters),
});

/** Splits tags at commas of Latin and Chinese script; drops duplicates, keeps the order. */
export const readTags = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、\n]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
];

export type DraftProblem = 'title' | 'tags' | 'chapters';

export function problemsOf({ title, tags, chapters }: Draft): readonly DraftProblem[] {
  const read = readTags(tags);
  const found: DraftProblem[] = [];
  if (title.trim() === '') found.push('title');
  if (read.length > TAGS_MAX || read.some((tag) => tag.length > TAG_CHARACTERS_MAX)) found.push('tags');
  if (!('chapters' in readChapters(chapters))) found.push('chapters');
  return found;
}

/** Returns the changed fields; undefined if none. The draft must be valid. */
export function changeOf(draft: Draft, item: Item): ItemChange | undefined {
  const read = readChapters(draft.chapters);
  const edited: Required<Omit<ItemChange, 'visibility'>> = {
    title: draft.title.trim(),
    description: draft.description,
    tags: readTags(draft.tags),
    chapters: 'chapters' in read ? read.chapters : item.chapters,
  };
  const saved: Required<Omit<ItemChange, 'visibility'>> = {
    title: item.title,
    description: item.description,
    tags: item.tags,
    chapters: item.chapters.map(({ startMs, title }) => ({ startMs, title })),
  };
  const names = (Object.keys(edited) as (keyof typeof edited)[]).filter(
    (name) => JSON.stringify(edited[name]) !== JSON.stringify(saved[name]),
  );
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, edited[name]]));
}
