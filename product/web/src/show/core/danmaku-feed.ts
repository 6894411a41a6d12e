// Which danmaku the layer draws, and at which time of the picture: each with the picture that its author saw, or with
// the present one when that has passed. Times are those of pictures (milliseconds since 1970), so that what is held
// back waits as long as a picture stands. Pure.
import type { DanmakuPost } from '../../core/danmaku.ts';
import type { ShowPost } from './model.ts';

export interface FedPost extends DanmakuPost {
  readonly postId: string;
}

export interface DanmakuFeed {
  /** In the order of their times. */
  readonly fed: readonly FedPost[];
  /** Looked at already; those of the last posts only. */
  readonly known: ReadonlySet<string>;
  /** Posts that were there before the first picture are shown only where its picture is still to come. */
  readonly hasBegun: boolean;
}

export const noFeed: DanmakuFeed = { fed: [], known: new Set(), hasBegun: false };

/** As `showAtMs` of the SDK: a picture further ahead is a clock that is wrong. */
const AHEAD_MS_MAX = 120_000;
/** So many are kept; beyond, the older half goes at once. */
const FED_MAX = 1000;

/**
 * The feed after these posts (the last of the room) are known. `pictureWallMs`: of the picture that is seen now;
 * `isReal`: that is known, and not a guess.
 */
export function fedWith(
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
    .filter(({ postId }) => !feed.known.has(postId))
    .flatMap((post) => {
      const ms = timeOf(post, pictureWallMs, isReal);
      return !feed.hasBegun && ms <= pictureWallMs ? [] : [fedOf(post, Math.max(ms, pictureWallMs))];
    });
  const kept = feed.fed.filter((one) => !isRemoved({ postId: one.postId, wallMs: wallMsOf(one) }));
  const isSame = added.length === 0 && kept.length === feed.fed.length;
  const all = isSame ? feed.fed : [...kept, ...added].sort((a, b) => a.ms - b.ms);
  const fed = all.length > FED_MAX ? all.slice(-FED_MAX / 2) : all;
  return { fed, known: new Set(danmaku.map(({ postId }) => postId)), hasBegun: true };
}

function timeOf({ pictureWallMs: seenMs, wallMs }: ShowPost, nowMs: number, isReal: boolean): number {
  const ms = seenMs || wallMs;
  return isReal && ms - nowMs <= AHEAD_MS_MAX ? ms : nowMs;
}

interface Kept extends FedPost {
  readonly wallMs: number;
}
const wallMsOf = (one: FedPost): number => (one as Kept).wallMs;

const fedOf = ({ postId, kind, name, text, style, wallMs }: ShowPost, ms: number): FedPost => {
  const kept: Kept = { postId, kind, name, text, style, wallMs, ms };
  return kept;
};
