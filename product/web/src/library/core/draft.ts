// What the user types about an item, and what of it has changed. Pure.

import { readChapters, textOfChapters } from './chapters.ts';
import type { Item, ItemChange, Visibility } from './model.ts';

/** As the api has them. */
export const TITLE_CHARACTERS_MAX = 256;
export const DESCRIPTION_CHARACTERS_MAX = 4096;
const TAGS_MAX = 32;
const TAG_CHARACTERS_MAX = 64;

export interface Draft {
  readonly title: string;
  readonly description: string;
  /** With commas between them. */
  readonly tags: string;
  readonly visibility: Visibility;
  readonly chapters: string;
}

export const draftOf = (item: Item): Draft => ({
  title: item.title,
  description: item.description,
  tags: item.tags.join(', '),
  visibility: item.visibility,
  chapters: textOfChapters(item.chapters),
});

/** Each once, in their order; commas of both scripts part them. */
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

/** What differs from the item; undefined: nothing. The draft must have no problems. */
export function changeOf(draft: Draft, item: Item): ItemChange | undefined {
  const read = readChapters(draft.chapters);
  const wanted: Required<ItemChange> = {
    title: draft.title.trim(),
    description: draft.description,
    tags: readTags(draft.tags),
    visibility: draft.visibility,
    chapters: 'chapters' in read ? read.chapters : item.chapters,
  };
  const before: Required<ItemChange> = {
    title: item.title,
    description: item.description,
    tags: item.tags,
    visibility: item.visibility,
    chapters: item.chapters.map(({ startMs, title }) => ({ startMs, title })),
  };
  const names = (Object.keys(wanted) as (keyof ItemChange)[]).filter(
    (name) => JSON.stringify(wanted[name]) !== JSON.stringify(before[name]),
  );
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, wanted[name]]));
}
