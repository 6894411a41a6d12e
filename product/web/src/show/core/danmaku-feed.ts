// Decides when the layer draws each danmaku: with the picture that its author saw or, if that picture has passed, with
// the current one. Times are capture times of pictures (milliseconds since 1970), so that posts wait while the picture
// stalls.
import type { DanmakuPost } from '../../core/danmaku.ts';
import type { ShowPost } from './model.ts';

export interface QueuedPost extends DanmakuPost {
  readonly postId: string;
}

export interface DanmakuFeed {
  /** Danmaku in order of time. */
  readonly queue: readonly QueuedPost[];
  /** Ids of the room's latest danmaku, which are already processed. */
  readonly knownIds: ReadonlySet<string>;
  /** Whether a picture was shown. Before the first, posts count only if their picture is still to come. */
  readonly hasBegun: boolean;
}

export const noFeed: DanmakuFeed = { queue: [], knownIds: new Set(), hasBegun: false };

/** Limit from which a picture is too far ahead, because of a wrong clock. `showAtMs` of the SDK has the same. */
const AHEAD_MS_MAX = 120_000;
/** Number of posts above which the feed drops all but the latest 500. */
const QUEUE_MAX = 1000;

/**
 * Returns the feed after these posts (the room's latest). `pictureWallMs`: capture time of the visible picture;
 * `isReal`: known, not estimated.
 */
export function feedAfter(
  feed: DanmakuFeed,
  posts: readonly ShowPost[],
  { pictureWallMs, isReal }: { readonly pictureWallMs: number; readonly isReal: boolean },
): DanmakuFeed {
  const danmaku = posts.filter(({ kind }) => kind === 'danmaku');
  const present = new Set(posts.map(({ postId }) => postId));
  const oldestMs = posts[0]?.wallMs ?? Number.POSITIVE_INFINITY;
  const isRemoved = ({ postId, wallMs }: { postId: string; wallMs: number }): boolean =>
    !present.has(postId) && wallMs >= oldestMs;
  const added = danmaku
    .filter(({ postId }) => !feed.knownIds.has(postId))
    .flatMap((post) => {
      const ms = timeOf(post, pictureWallMs, isReal);
      return !feed.hasBegun && ms <= pictureWallMs ? [] : [queuedPost(post, Math.max(ms, pictureWallMs))];
    });
  const kept = feed.queue.filter((one) => !isRemoved({ postId: one.postId, wallMs: wallMsOf(one) }));
  const isSame = added.length === 0 && kept.length === feed.queue.length;
  const all = isSame ? feed.queue : [...kept, ...added].sort((a, b) => a.ms - b.ms);
  const fed = all.length > QUEUE_MAX ? all.slice(-QUEUE_MAX / 2) : all;
  return { queue: fed, knownIds: new Set(danmaku.map(({ postId }) => postId)), hasBegun: true };
}

function timeOf({ pictureWallMs: seenMs, wallMs }: ShowPost, nowMs: number, isReal: boolean): number {
  const ms = seenMs || wallMs;
  return isReal && ms - nowMs <= AHEAD_MS_MAX ? ms : nowMs;
}

interface TimedPost extends QueuedPost {
  readonly wallMs: number;
}
const wallMsOf = (one: QueuedPost): number => (one as TimedPost).wallMs;

const queuedPost = ({ postId, kind, name, text, style, wallMs }: ShowPost, ms: number): QueuedPost => {
  const kept: TimedPost = { postId, kind, name, text, style, wallMs, ms };
  return kept;
};
