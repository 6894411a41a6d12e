// Posts of a recording: of all its stints together, and as its finished form has them.
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

/** One post of `posts.json`: shown at `ms` of the recording, with the picture that its author saw. */
export interface FinishedPost {
  readonly ms: number;
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly style: string;
}

/** Those that were not removed, in the order in which they are shown. */
export const postsFileOf = ({ posts }: Pick<Manifest, 'posts'>): FinishedPost[] =>
  posts
    .filter(({ removedMs }) => removedMs === undefined)
    .map(({ pictureMs, kind, name, text, style }) => ({ ms: Math.round(pictureMs), kind, name, text, style }))
    .sort((a, b) => a.ms - b.ms);
