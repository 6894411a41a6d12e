// Posts of a recording: of all its stints together, and as its finished form has them.
import { FINISHED_BYTES_MAX, type RecordedPost } from '@meridian/protocol';
import type { PostNoted } from './lines.ts';
import type { Manifest, ManifestPost } from './manifest.ts';
import { microseconds } from './spans.ts';

/** Of a stint, and of a recording: 11 a second for five hours. Later ones are left out. */
export const POSTS_MAX = 200_000;

interface PostsOfStint {
  readonly posts: readonly PostNoted[];
  readonly removed: ReadonlyMap<string, number>;
}

/** Where stints overlap, each post counts once, as the earlier one says it. */
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
 * The text of `posts.json` (`readRecordedPosts`): posts that were not removed, each at the time of the picture that its
 * author saw. Later ones that do not fit `FINISHED_BYTES_MAX` are left out. Undefined: there are none.
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
