import { isLibraryKind } from '@meridian/protocol';
import type { ShownItem } from '../events/item-body.ts';
import { timeText } from '../http/time.ts';
import { shareDone } from './core/renditions.ts';
import { chaptersIn, trimOf } from './core/trim.ts';
import { planOf, progressOf, type RenditionProgress } from './rendition-rows.ts';
import type { ContentRow, ItemRow } from './rows.ts';

/** Facts from other tables that an item's answer shows. */
export interface ItemFacts {
  readonly content: ContentRow | undefined;
  readonly renditions: RenditionProgress | undefined;
  readonly languages: readonly string[];
  readonly upload: string | undefined;
  /** Task that makes a trim. */
  readonly trimming: ShownItem['trimming'];
}

/** Reads only whether `cover` is empty, so lists select its first character. */
export function shownItem(
  row: Omit<ItemRow, 'search_text' | 'search_id'>,
  { content, renditions, languages, upload, trimming }: ItemFacts,
): ShownItem {
  const { id, title, description, visibility, owner, name, state, failure, detail, kind, recording } = row;
  const trim = trimOf(row.trim);
  return {
    id,
    title,
    description,
    tags: JSON.parse(row.tags) as string[],
    visibility,
    owner,
    name,
    state,
    ...(failure !== '' && { failure: { code: failure, detail } }),
    ...(isLibraryKind(kind) && { kind }),
    ...(content && ofContent(content)),
    ...(renditions && { renditions: shownRenditions(renditions) }),
    cover: coverOf(row.cover, content),
    chapters: chaptersIn(JSON.parse(row.chapters) as ShownItem['chapters'], trim),
    transcripts: [...languages],
    ...(trim !== undefined && { trim }),
    ...(trimming !== undefined && { trimming }),
    ...(row.trim_failure !== '' && { trimFailure: row.trim_failure }),
    ...(row.trashed_ms !== null && { trashedAt: timeText(row.trashed_ms) }),
    ...(recording !== '' && { recording }),
    ...(upload !== undefined && { upload }),
    createdAt: timeText(row.created_ms),
    changedAt: timeText(row.changed_ms),
  };
}

function coverOf(chosen: string, content: ContentRow | undefined): ShownItem['cover'] {
  if (chosen !== '') return 'chosen';
  return content?.has_cover === 1 ? 'made' : 'none';
}

function ofContent({ type, bytes, sha256, media: json }: ContentRow) {
  const media = mediaOf(json);
  return { type, bytes, sha256, ...(media && { media }) };
}

function shownRenditions(row: RenditionProgress): NonNullable<ShownItem['renditions']> {
  const { state, failure } = row;
  const plan = planOf(row);
  const shareOfParts = plan === undefined ? 0 : shareDone(progressOf(row, plan));
  return {
    state,
    done: state === 'ready' ? 1 : shareOfParts,
    names: plan?.ladder.map(({ name }) => name) ?? [],
    ...(failure !== '' && { failure }),
  };
}

/** Returns undefined for files that are not media. */
export function mediaOf(json: string): ShownItem['media'] {
  const media = JSON.parse(json) as Partial<NonNullable<ShownItem['media']>>;
  if (media.durationMs === undefined) return undefined;
  const durationMs = Math.round(media.durationMs);
  return Object.assign(media as NonNullable<ShownItem['media']>, { durationMs });
}
