// Posts of a recording: those of all its stints, and the finished form.
import { FINISHED_BYTES_MAX, type RecordedPost } from '@meridian/protocol';
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

/**
 * Returns the text of `posts.json` (`readRecordedPosts`): posts that were not removed, each at the time of its author's
 * picture. Later posts beyond `FINISHED_BYTES_MAX` are dropped. Undefined without posts.
 */
export function postsText({ posts }: Pick<Manifest, 'posts'>): string | undefined {
  const lines: string[] = [];
  let bytes = '[]\n'.length;
  for (const { pictureMs, kind, name, text, style, removedMs } of posts) {
    if (removedMs !== undefined) continue;
    const post: RecordedPost = { ms: Math.round(pictureMs), kind, name, text, style };
    const line = JSON.stringify(post);
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > FINISHED_BYTES_MAX) break;
    lines.push(line);
  }
  return lines.length === 0 ? undefined : `[${lines.join(',')}]\n`;
}
