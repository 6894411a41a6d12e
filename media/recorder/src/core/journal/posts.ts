// Posts of a recording: those of all its stints, in pages.
import { POSTS_OF_PAGE_MAX, type RecordedPost } from '@meridian/protocol';
import type { PostNoted } from './lines.ts';
import type { Manifest, ManifestPost } from './manifest.ts';
import { microseconds } from './spans.ts';

/** Bound of the posts of a stint and of a recording: 11 a second for five hours. Later posts are dropped. */
export const POSTS_MAX = 200_000;

interface PostsOfStint {
  readonly posts: readonly PostNoted[];
  readonly removed: ReadonlyMap<string, number>;
}

/** Where stints overlap, a post counts once, as in the earlier stint. */
export function postsOf(stints: readonly PostsOfStint[]): ManifestPost[] {
  const removedMs = new Map(stints.flatMap(({ removed }) => [...removed]));
  const posts = new Map<string, ManifestPost>();
  for (const stint of stints)
    for (const { postId, kind, identity, name, text, style, ms, pictureMs } of stint.posts) {
      if (posts.has(postId) || posts.size >= POSTS_MAX) continue;
      const times = { ms: microseconds(ms), pictureMs: microseconds(pictureMs), removedMs: removedMs.get(postId) };
      posts.set(postId, { ...times, postId, kind, identity, name, text, style });
    }
  return [...posts.values()].sort((a, b) => a.ms - b.ms);
}

/** Bound of a page as JSON: a link carries 1 MiB at once. */
const PAGE_BYTES_MAX = 256 * 1024;

/** Returns the posts that were not removed, each at the time of its author's picture, by time and in pages. */
export function pagesOf({ posts }: Pick<Manifest, 'posts'>): RecordedPost[][] {
  const pages: RecordedPost[][] = [];
  let pageBytes = 0;
  const kept = posts.filter(({ removedMs }) => removedMs === undefined);
  for (const { pictureMs, kind, name, text, style } of kept.sort((a, b) => a.pictureMs - b.pictureMs)) {
    const post = { ms: Math.round(pictureMs), kind, name, text, style };
    const bytes = Buffer.byteLength(JSON.stringify(post));
    const page = pages.at(-1);
    if (page === undefined || page.length === POSTS_OF_PAGE_MAX || pageBytes + bytes > PAGE_BYTES_MAX) {
      pages.push([post]);
      pageBytes = bytes;
    } else {
      page.push(post);
      pageBytes += bytes;
    }
  }
  return pages;
}
